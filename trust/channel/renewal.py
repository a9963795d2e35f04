"""A participant's TLS certificate is replaced before it ends, while calls go on.

Two thirds into its life, give or take a tenth of it, with a new key each time; a try that failed
is repeated every ten minutes, so that a week's certificate outlives two days without a registry.
The order decides that no call is lost: the identity is kept and stated first, shown afterwards.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from cryptography.hazmat.primitives import serialization

from trust.channel.credentials import IdentityHolder, TLSIdentity, renewal_due
from trust.identity.enrolment import create_signing_request
from trust.identity.keys import new_p256

AGAIN = timedelta(minutes=10)
"""After a failed try."""

Ask = Callable[[bytes], tuple[bytes, bytes]]
"""Takes a signing request, PEM; gives chain and roots, PEM. Raises Refusal as the registry does."""


class Renewal:
    """Renews what a holder holds, when it is due."""

    def __init__(
        self,
        holder: IdentityHolder,
        ask: Ask,
        keep: Callable[[TLSIdentity], None],
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        """`keep` stores the new identity and states its key, durably, before it is shown."""
        self._holder = holder
        self._ask = ask
        self._keep = keep
        self._clock = clock
        self._random = random
        self.due = self._next_due()
        """When the next try is made."""

    def run(self) -> int:
        """1 when the certificate was replaced just now, else 0.

        Raises:
            Refusal: as the registry answers; the old certificate stays in use.
        """
        now = self._clock()
        if now < self.due:
            return 0
        self.due = now + AGAIN
        key = new_p256()
        chain_pem, roots_pem = self._ask(create_signing_request(key))
        private_key_pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        identity = TLSIdentity(
            chain_pem=chain_pem, private_key_pem=private_key_pem, roots_pem=roots_pem
        )
        self._keep(identity)
        self._holder.replace(identity)
        self.due = self._next_due()
        return 1

    def _next_due(self) -> datetime:
        leaf = self._holder.current.leaf
        return renewal_due(leaf.not_valid_before_utc, leaf.not_valid_after_utc, self._random)
