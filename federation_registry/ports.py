"""What the registry's use cases need from outside, as protocols.

One contract suite per port runs on every adapter.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from federation_registry.domain.publishing import KeptPart
from federation_registry.domain.standing import Beat
from trust.envelope.dsse import Envelope
from trust.identity.enrolment import EnrolmentState, Invitation, IssuedCertificate
from trust.identity.participant import Participant

Clock = Callable[[], datetime]
"""Aware UTC."""
Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPart:
    """A verified part on its way into the directory."""

    kind: str
    subject: str
    sequence: int
    owner: str
    sha256: str
    envelope_id: str
    envelope: Envelope
    sections: tuple[str, ...]
    """Sections of the directory that list it; none for the trust list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEnvelope:
    """A part in force as it is kept."""

    sha256: str
    kind: str
    subject: str
    envelope: Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a head stands for."""

    version: int
    root: str
    """SHA-256 of the root list over all parts in force."""
    trust_list: str
    """Address of the trust list; empty while there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHead:
    """The freshness stamp as signed, with the content version that it covers."""

    version: int
    issued_at: datetime
    envelope: Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """What the registry denies, and who ordered it."""

    participant_id: str
    """Participant id, or SHA-256 (hex) of a TLS certificate or of its public key."""
    reason: str
    ordered_by: str
    ordered_at: datetime


class PartStore(Protocol):
    """The directory: parts in force, denials, the head. Shared by all replicas."""

    def version(self) -> int:
        """Content version: rises with every change; 0 = empty."""
        ...

    def put(self, part: NewPart, decide: Callable[[KeptPart | None], bool], now: datetime) -> int:
        """Put the part in force if `decide` says so about what is kept; the content version.

        `decide` runs inside the transaction and may raise; nothing is changed then.
        """
        ...

    def changed_since(self, version: int) -> tuple[KeptEnvelope, ...]:
        """Parts in force that were put after that content version, oldest first."""
        ...

    def counts(self) -> Mapping[str, int]:
        """Number of parts in force by kind."""
        ...

    def addresses(self) -> tuple[str, ...]:
        """Addresses of all parts in force, ordered by kind, owner and hash."""
        ...

    def get_lists(self, sha256s: tuple[str, ...]) -> tuple[bytes, ...]:
        """Lists of the table of contents, in the order asked; outdated ones for an hour.

        Raises:
            Refusal: PART_UNKNOWN.
        """
        ...

    def prune(self, now: datetime) -> int:
        """What nobody needs any more is gone (`KEEP_DAYS`, lists after an hour); how much."""
        ...

    def get(self, sha256s: tuple[str, ...]) -> tuple[Envelope, ...]:
        """The parts, in the order asked; also those that are no longer in force.

        Raises:
            Refusal: PART_UNKNOWN.
        """
        ...

    def of_kind(self, kind: str) -> tuple[Envelope, ...]:
        """Envelopes of one kind in force, ordered by subject."""
        ...

    def find(self, kind: str, subject: str) -> Envelope | None:
        """The one part in force of that kind and subject."""
        ...

    def deny(self, denial: Denial) -> int:
        """The participant is denied from now on; the content version."""
        ...

    def allow(self, participant_id: str, ordered_by: str, now: datetime) -> int:
        """The participant is no longer denied; the content version."""
        ...

    def denials(self) -> tuple[Denial, ...]:
        """Denials in force, ordered by participant."""
        ...

    def head(self) -> StoredHead | None:
        """The head that was signed last."""
        ...

    def renew_head(
        self, make: Callable[[Contents], StoredHead | None], now: datetime
    ) -> StoredHead:
        """Replace the head by what `make` gives for the present contents, written meanwhile.

        Writers queue here: `make` sees the newest version, and gives None to keep the head that
        another replica has just signed.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """An invitation with what came for it."""

    enrolment_id: str
    """32 hex digits, unguessable."""
    invitation: Invitation
    csr_pem: bytes = b""
    chain_pem: bytes = b""
    """Leaf first, then the issuing authority; empty unless approved."""
    received_at: datetime | None = None


class EnrolmentBook(Protocol):
    """Invitations and certificates. Every change of state is one conditional update."""

    def add(self, enrolment: Enrolment) -> None:
        """Keep a new invitation.

        Raises:
            Refusal: ALREADY_INVITED while another one of the participant is open.
        """
        ...

    def find_token(self, token_sha256: str) -> Enrolment | None:
        """The enrolment of that token."""
        ...

    def get(self, enrolment_id: str) -> Enrolment:
        """The enrolment.

        Raises:
            Refusal: ENROLMENT_UNKNOWN.
        """
        ...

    def list(self) -> tuple[Enrolment, ...]:
        """All enrolments, newest first."""
        ...

    def move(self, enrolment: Enrolment, expected: EnrolmentState) -> None:
        """Keep the enrolment if its stored state is still `expected`.

        Raises:
            Refusal: ENROLMENT_STATE when somebody else was first.
        """
        ...

    def approve(
        self, enrolment: Enrolment, certificate_sha256: str, issued: IssuedCertificate
    ) -> None:
        """Move from PENDING with the certificate that was issued, in one transaction.

        Raises:
            Refusal: ENROLMENT_STATE, KEY_REUSED.
        """
        ...

    def add_certificate(self, certificate_sha256: str, issued: IssuedCertificate) -> None:
        """Remember a certificate that was issued.

        Raises:
            Refusal: KEY_REUSED when its key was certified before.
        """
        ...

    def find_certificate(self, certificate_sha256: str) -> IssuedCertificate | None:
        """What is known about a certificate."""
        ...

    def is_key_known(self, spki_sha256: str) -> bool:
        """Whether the key was certified before, for anyone."""
        ...

    def revoke_certificates(self, participant: Participant) -> int:
        """No certificate of the participant may be renewed any more; how many there were."""
        ...


class LivenessBook(Protocol):
    """Last beats of the nodes: a hint that may be lost at any time."""

    def hear(self, node_id: str, beat: Beat) -> None:
        """Keep the newest beat of the node."""
        ...

    def beats(self, now: datetime) -> Mapping[str, Beat]:
        """Newest beat of each node heard within 72 hours."""
        ...
