"""A member replaces its certificate before it expires, over the connection of the old one."""

from collections.abc import Callable

from federation_registry.ports import Clock, EnrolmentBook, Random
from federation_registry.services.enrol_member import (
    Issuing,
    chain_of,
    fingerprint_of_leaf,
    remember,
)
from trust.identity.authority import issue_leaf
from trust.identity.enrolment import read_signing_request, verify_renewal
from trust.identity.participant import Participant


class RenewCertificate:
    """Issues the next certificate of a member."""

    def __init__(
        self,
        book: EnrolmentBook,
        issuing: Callable[[], Issuing],
        clock: Clock,
        random: Random,
    ) -> None:
        """Issue with what `issuing` gives at that moment, and remember in `book`."""
        self._book = book
        self._issuing = issuing
        self._clock = clock
        self._random = random

    @property
    def roots_pem(self) -> bytes:
        """TLS roots of the federation."""
        return self._issuing().roots_pem

    def renew(self, caller: Participant, certificate_sha256: str, csr_pem: bytes) -> bytes:
        """The new chain, PEM, for a key that was never certified before.

        Args:
            caller: Who called, as the gate found out.
            certificate_sha256: The certificate of the connection.
            csr_pem: The request; names in it are ignored.

        Raises:
            Refusal: CSR_MALFORMED, CSR_KEY, CSR_PROOF, RENEWAL_REFUSED, KEY_REUSED.
        """
        request = read_signing_request(csr_pem)
        now = self._clock()
        verify_renewal(
            self._book.find_certificate(certificate_sha256),
            caller,
            request,
            now,
            is_key_known=self._book.is_key_known,
        )
        issuing = self._issuing()
        leaf = issue_leaf(
            issuing.authority,
            caller,
            request.public_key,
            now=now,
            random=self._random,
            life=issuing.life,
        )
        # Two renewals with one key at once: the second one's insert is refused.
        issued = remember(leaf, caller, request.spki_sha256)
        self._book.add_certificate(fingerprint_of_leaf(leaf), issued)
        return chain_of(leaf, issuing)
