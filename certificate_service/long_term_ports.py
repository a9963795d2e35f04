"""What keeps a sealed file believable: authorities to ask, and where its later form is kept.

One contract test suite per port runs on every adapter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class TimeStamps(Protocol):
    """A time-stamp authority (RFC 3161)."""

    def stamp(self, request: bytes) -> bytes:
        """DER TimeStampResp to a DER TimeStampReq.

        Raises:
            Refusal: TSA_UNAVAILABLE.
        """
        ...


class WorkQueue(Protocol):
    """Shares work out among threads and processes; what is to be done, the register knows."""

    def offer(self, items: Iterable[str], now: datetime) -> int:
        """They wait for a worker; how many were not there already. Ids, never persons."""
        ...

    def take(self, now: datetime) -> str | None:
        """The one that has waited longest, held by nobody else from now on; None = nothing."""
        ...

    def done(self, item: str) -> None:
        """It is nobody's any more; it may be offered again."""
        ...


class RevocationLists(Protocol):
    """Where certificate revocation lists are had (RFC 5280); signed, and never believed here."""

    def fetch(self, url: str, now: datetime) -> bytes:
        """DER of the list at that address, at most an hour old where the address answers.

        Raises:
            Refusal: REVOCATION_UNAVAILABLE.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A certificate that is not at LTA yet."""

    release_id: str
    level: str
    """B, T or LT: what it reached."""
    tries: int
    due_at: datetime
    reason: str
    """Code of the last refusal; empty before the first try."""


class LongFiles(Protocol):
    """Later forms of issued files, and which certificates still wait for theirs. Durable."""

    def want(self, release_id: str, level: str, now: datetime) -> None:
        """The certificate is flagged; flagging it again changes nothing."""
        ...

    def due(self, now: datetime, most: int) -> tuple[Waiting, ...]:
        """Flagged certificates whose next try is due, longest waiting first."""
        ...

    def find(self, release_id: str) -> "Waiting | None":
        """That flag, if it is still there."""
        ...

    def waiting(self) -> tuple[Waiting, ...]:
        """Every flagged certificate."""
        ...

    def postpone(self, release_id: str, due_at: datetime, reason: str) -> None:
        """The next try is at that instant; one more try is counted."""
        ...

    def keep(self, release_id: str, pdf: bytes, level: str, now: datetime) -> None:
        """The longer form is kept; at LTA the flag is gone, in the same transaction."""
        ...

    def file(self, release_id: str) -> bytes | None:
        """The newest longer form, if there is one; begins with the file as issued."""
        ...

    def kept_at(self, release_id: str) -> datetime | None:
        """When that form was kept."""
        ...


class FileProofs(Protocol):
    """Log proofs of sealed files' digests, kept since they were confirmed."""

    def keep(self, release_id: str, proof: str) -> None:
        """The proof is kept; the one kept first stays."""
        ...

    def find(self, release_id: str) -> str | None:
        """The proof, if there is one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessedProof:
    """Both leaves of a certificate under a checkpoint that witnesses cosigned."""

    certificate_proof: str
    file_proof: str
    witness_keys: tuple[bytes, ...]
    """KeyStatement envelopes as JSON."""
    cosignatures: int
    """How many of the log's witnesses cosigned the certificate leaf's checkpoint."""


class WitnessedProofs(Protocol):
    """What witnesses saw of the certificates' leaves. Durable."""

    def hold(self, proof: str, keys: tuple[bytes, ...]) -> None:
        """The statements that go into a file beside this proof; those held first stay."""
        ...

    def held(self, proof: str) -> tuple[bytes, ...]:
        """Those statements; empty = none."""
        ...

    def keep(self, release_id: str, witnessed: WitnessedProof) -> None:
        """Kept, unless one with more cosignatures is."""
        ...

    def find(self, release_id: str) -> WitnessedProof | None:
        """What is kept."""
        ...
