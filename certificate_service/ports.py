"""What the certificate service needs from the outside, as protocols.

One contract test suite per port runs on every adapter.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from trust.envelope.dsse import Envelope
from trust.identity.statements import Appointment
from trust.identity.trust_view import TrustView

Clock = Callable[[], datetime]
"""Aware UTC."""
Random = Callable[[int], bytes]


class TrustSource(Protocol):
    """The verified trust list of the moment."""

    def current(self) -> TrustView:
        """The newest list that was verified.

        Raises:
            Refusal: TRUST_UNAVAILABLE.
        """
        ...

    def appointments(self, archive_code: str) -> tuple[Envelope, ...]:
        """Published appointments of the archive's officers; empty where none are known."""
        ...

    def envelope(self) -> Envelope | None:
        """The signed list as carried, to be pushed to the verify site; None = do not push."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SealCertificates:
    """What a verifier needs besides the trust list."""

    leaf: bytes
    """DER."""
    chain: tuple[bytes, ...]
    """Issuing certificates without the root, DER."""
    statement: Envelope
    """KeyStatement use=seal, signed by the archive's authority key."""


class SealProvider(Protocol):
    """Reaches an archive's seal, which lives in a process or device of its own."""

    def certificates(self, archive_code: str) -> SealCertificates:
        """Public part of the archive's seal.

        Raises:
            Refusal: ARCHIVE_NOT_SERVED.
        """
        ...

    def admit(self, archive_code: str, order: Envelope, appointments: Sequence[Envelope]) -> None:
        """Show the seal the order that it will be asked to sign for; it checks it itself.

        Raises:
            Refusal: SEAL_REFUSED, SEAL_UNAVAILABLE, ARCHIVE_NOT_SERVED.
        """
        ...

    def sign(self, archive_code: str, release_id: str, signed_attributes: bytes) -> bytes:
        """DER ECDSA signature over CMS signed attributes, for an admitted release only.

        Raises:
            Refusal: SEAL_REFUSED, SEAL_UNAVAILABLE, ARCHIVE_NOT_SERVED.
        """
        ...


class QrKeys(Protocol):
    """Keys that sign QR tokens and status lists; never the seal keys."""

    def kid(self, archive_code: str) -> bytes:
        """First four bytes of SHA-256 over the key's SubjectPublicKeyInfo.

        Raises:
            Refusal: ARCHIVE_NOT_SERVED.
        """
        ...

    def sign(self, archive_code: str, message: bytes) -> bytes:
        """ES256: r and s, 32 bytes each.

        Raises:
            Refusal: ARCHIVE_NOT_SERVED.
        """
        ...

    def statement(self, archive_code: str) -> Envelope:
        """KeyStatement use=qr, signed by the archive's authority key.

        Raises:
            Refusal: ARCHIVE_NOT_SERVED.
        """
        ...

    def archives(self) -> tuple[str, ...]:
        """Codes of all archives served."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One row of the register: everything to finish a release after a crash."""

    release_id: str
    order_id: str
    """Envelope id of the order."""
    archive_code: str
    number: str
    order: bytes
    """Envelope, JSON form."""
    appointments: tuple[bytes, ...]
    """Envelopes, JSON form."""
    log_key: bytes
    """Envelope, JSON form."""
    code: str
    """核验码."""
    certificate_id: bytes
    leaf_index: int
    status_index: int
    token: bytes
    issued_at: datetime
    state: str
    """prepared, issued or confirmed."""
    status: str = "valid"
    """valid, revoked or superseded; the last two are final."""
    replaced_by: str = ""
    certificate_proof: str = ""
    file_sha256: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedList:
    """A status list that was signed once."""

    sequence: int
    signed_at: datetime
    sha256: bytes


class StatusJournal(Protocol):
    """Every status list of every archive, in order; nothing is ever taken out."""

    def last(self, archive_code: str) -> SignedList | None:
        """The list of the highest sequence, or None."""
        ...

    def since(self, archive_code: str, after: int, most: int) -> tuple[SignedList, ...]:
        """Lists with higher numbers, lowest first."""
        ...

    def add(self, archive_code: str, signed: SignedList) -> None:
        """The list is written down.

        Raises:
            Refusal: STATUS_LIST_BAD when the sequence is taken.
        """
        ...


class Register(Protocol):
    """All releases of this service, durably. Every method is one transaction."""

    @property
    def journal(self) -> StatusJournal:
        """Every status list that was signed."""
        ...

    def find(self, release_id: str) -> Release | None:
        """The release of that id, if there is one."""
        ...

    def find_number(self, number: str) -> Release | None:
        """The release that bears the number, if there is one."""
        ...

    def prepare(self, release: Release, images: Sequence[bytes]) -> None:
        """Keep a prepared release; replaces one that is still `prepared` and without a proof.

        Raises:
            Refusal: NUMBER_TAKEN, RELEASE_OUT_OF_ORDER when it is being issued or was.
        """
        ...

    def images(self, release_id: str) -> tuple[bytes, ...]:
        """Page images of a prepared release, in order."""
        ...

    def hold_proof(self, release_id: str, token: bytes, proof: str) -> str:
        """Keep the proof that this token is sealed with; the one kept first is answered.

        From here on the release is not prepared again, and every try seals the same bytes.

        Raises:
            Refusal: RELEASE_UNKNOWN; RELEASE_OUT_OF_ORDER when it has another token by now.
        """
        ...

    def issue(
        self, release_id: str, *, token: bytes, proof: str, pdf: bytes, file_sha256: bytes
    ) -> None:
        """Keep the sealed file of that token; the first file wins. Drops the page images.

        Raises:
            Refusal: RELEASE_UNKNOWN; RELEASE_OUT_OF_ORDER when it has another token by now.
        """
        ...

    def file(self, release_id: str) -> bytes:
        """The sealed PDF of an issued release.

        Raises:
            Refusal: RELEASE_UNKNOWN.
        """
        ...

    def confirm(self, release_id: str) -> None:
        """The file's digest is in the holder's log."""
        ...

    def change_status(self, number: str, status: str, replaced_by: str, order: bytes) -> None:
        """Keep the new status with the order that demanded it.

        Raises:
            Refusal: CERTIFICATE_UNKNOWN, STATUS_FINAL.
        """
        ...

    def published(
        self, archive_code: str, *, log_from: int = 0, log_below: int = 1 << 62
    ) -> Iterator[Release]:
        """Confirmed releases whose leaf is in that range of the log, by log index."""
        ...

    def statuses(self, archive_code: str) -> Iterator[tuple[int, str]]:
        """Place and status of every confirmed certificate that is not valid any more."""
        ...

    def is_status_index_taken(self, archive_code: str, index: int) -> bool:
        """Whether a certificate has that place in the status list."""
        ...

    def remember_appointments(self, appointments: Sequence[tuple[Appointment, bytes]]) -> None:
        """Keep appointments that were verified; the higher sequence of an officer wins."""
        ...

    def appointments(self, archive_code: str) -> tuple[bytes, ...]:
        """Kept appointments of an archive, envelopes in JSON form."""
        ...


class Site(Protocol):
    """Where signed, static files for the verify page are pushed."""

    def put(self, path: str, data: bytes) -> None:
        """The file is there, whole; `path` uses "/" and no name of a person."""
        ...

    def lock(self, archive_code: str) -> AbstractContextManager[None]:
        """Inside, nobody else, in no other process either, writes this archive's shared files.

        What is made from the register has to be read and put inside: else the older reading may
        be put last, and a revocation is lost from the site.
        """
        ...


class EvidenceSource(Protocol):
    """Where a verifier finds what is published: a folder beside the file, or the verify site."""

    def get(self, path: str) -> bytes | None:
        """The published file, or None where it cannot be had; never raises for absence."""
        ...

    def get_all(self, path: str) -> tuple[bytes, ...]:
        """Every copy of it that can be had, each once, nearest first."""
        ...
