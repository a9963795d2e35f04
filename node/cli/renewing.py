"""The node's TLS certificate is replaced before it ends, while calls go on.

Partners learn the new key from the directory, or from this node itself when they come before the
directory does (decision 0880).
"""

from collections.abc import Callable

from node.adapters.registry_client import GrpcRegistry
from node.bootstrap import Base
from trust.channel.credentials import IdentityHolder, TLSIdentity
from trust.channel.renewal import Renewal


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
        self._publish = publish
        self.renewal = Renewal(
            holder, registry.renew, self._keep, base.house.clock, base.house.random
        )

    def run(self) -> int:
        """1 when the certificate was replaced just now. Raises Refusal: as the registry answers."""
        done = self.renewal.run()
        if done:
            self._base.log.note("certificate_renewed", count=done)
            self._publish()
        return done

    def _keep(self, identity: TLSIdentity) -> None:
        folder = self._base.folder
        folder.store_tls(identity.chain_pem, identity.private_key_pem, identity.roots_pem)
        folder.state_tls(self._base.config.node_id, identity, self._base.house.clock())
