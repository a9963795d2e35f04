"""The node's TLS certificate is replaced before it ends, while calls go on.

Two thirds into its life, give or take a tenth. Partners believe the new key once the directory
lists its statement; until then a call fails unsent and the outbox tries again.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from node.adapters.node_folder import to_pem
from node.adapters.registry_client import GrpcRegistry
from node.bootstrap import Base
from trust.channel.credentials import IdentityHolder, TLSIdentity, renewal_due
from trust.identity.enrolment import create_signing_request
from trust.identity.keys import new_p256

_AGAIN = timedelta(minutes=10)
"""After a failed try."""


class RenewCertificate:
    """Renews what the holder holds."""

    def __init__(
        self,
        base: Base,
        holder: IdentityHolder,
        registry: GrpcRegistry,
        publish: Callable[[], int],
    ) -> None:
        """`publish` hands the new key's statement to the registry."""
        self._base = base
        self._holder = holder
        self._registry = registry
        self._publish = publish
        self._due = self._next_due()

    def run(self) -> int:
        """1 when the certificate was replaced just now. Raises Refusal: as the registry answers."""
        now = self._base.house.clock()
        if now < self._due:
            return 0
        self._due = now + _AGAIN
        key = new_p256()
        chain_pem, roots_pem = self._registry.renew(create_signing_request(key))
        identity = TLSIdentity(
            chain_pem=chain_pem, private_key_pem=to_pem(key), roots_pem=roots_pem
        )
        folder = self._base.folder
        folder.store_tls(chain_pem, identity.private_key_pem, roots_pem)
        folder.state_tls(self._base.config.node_id, identity, now)
        self._holder.replace(identity)
        self._due = self._next_due()
        self._publish()
        return 1

    def _next_due(self) -> datetime:
        leaf = self._holder.current.leaf
        return renewal_due(
            leaf.not_valid_before_utc, leaf.not_valid_after_utc, self._base.house.random
        )
