"""What witnessing needs from outside: the node's own logs, a memory of others', the registry."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from trust.envelope.dsse import Envelope
from trust.transparency.checkpoint import Checkpoint
from trust.transparency.witness import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far one of our logs is known outside."""

    origin: str
    sent_size: int = 0
    """Newest checkpoint that the registry has."""
    sent_at: datetime | None = None
    """When the log first went beyond what is witnessed; None = everything is."""
    witnessed_size: int = 0
    witnessed_at: datetime | None = None
    note: str = ""
    """The newest checkpoint with its cosignatures."""
    alarm: str = ""
    """Reason code of what is wrong; empty = nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something that a witness was shown and did not sign."""

    origin: str
    code: str
    known: str
    """Signed note that was cosigned before."""
    shown: str
    """Signed note that contradicts it, or falls behind it."""
    at: datetime


class OwnLogs(Protocol):
    """The node's logs; each call is one transaction."""

    def sign(self, archive_code: str, now: datetime) -> str:
        """A signed checkpoint of the log as it is now. Raises Refusal: LOG_FORKED."""
        ...

    def consistency(self, archive_code: str, old_size: int, size: int) -> Sequence[bytes]:
        """Proof between two sizes."""
        ...

    def size(self, archive_code: str) -> int:
        """Leaves now."""
        ...


class WitnessBook(Protocol):
    """What this node has cosigned, what it was shown, and how its own logs stand."""

    def cosigned(self) -> Mapping[str, Checkpoint]:
        """The newest checkpoint that was cosigned, by origin."""
        ...

    def cosigned_note(self, origin: str) -> str:
        """The signed note of that checkpoint; empty = none."""
        ...

    def advance(self, known: Checkpoint | None, new: Checkpoint, note: str, now: datetime) -> bool:
        """Remember `new` if `known` is still the newest: before anything is signed."""
        ...

    def alarm(self, alarm: Alarm) -> bool:
        """Keep the alarm; False when the same one is known."""
        ...

    def alarms(self) -> Sequence[Alarm]:
        """Every alarm, oldest first."""
        ...

    def standing(self, origin: str) -> Standing:
        """How far that log of ours is known."""
        ...

    def stand(self, standing: Standing) -> None:
        """Keep how far it is known."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """What the registry knows about a log; nothing of it is verified yet."""

    note: str
    newest_size: int
    contradictions: tuple[tuple[str, str], ...]
    witness_keys: tuple[Envelope, ...]


class WitnessDesk(Protocol):
    """The registry's Witness service."""

    def add(self, step: Step) -> int | None:
        """The size that it knows instead; None = the step was taken. Raises Refusal."""
        ...

    def tasks(self, known: Mapping[str, Checkpoint]) -> Iterator[tuple[str, Sequence[Step]]]:
        """Logs that we watch, each with the steps from what we know on."""
        ...

    def cosign(self, origin: str, size: int, line: str, witness_key: Envelope) -> None:
        """Hand in our cosignature."""
        ...

    def report(self, origin: str, known: str, shown: str) -> None:
        """Hand in two notes that contradict each other."""
        ...

    def witnessed(self, origin: str, quorum: int) -> Witnessed:
        """What is known about a log."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessedLeaf:
    """A leaf of ours as its witnesses saw it."""

    proof: str
    """C2SP tlog-proof under the newest checkpoint that they cosigned."""
    keys: tuple[Envelope, ...]
    """Statements of the witnesses' keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListHead:
    """A status list that the certificate service signed for an archive of ours."""

    sequence: int
    sha256: str
    """Of the published file, hex."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListHeads:
    """What the certificate service says it has signed."""

    lists: tuple[ListHead, ...]
    newest: ListHead | None


class CertificateTidings(Protocol):
    """What goes to and fro with the certificate service after a certificate was handed out."""

    def tell_witnessed(
        self, release_id: str, file_sha256: str, file_proof: str, certificate: WitnessedLeaf
    ) -> None:
        """Both leaves as the witnesses saw them are published. Raises Refusal: as answered."""
        ...

    def status_lists(self, archive_code: str, after: int) -> ListHeads:
        """Status lists with higher numbers. Raises Refusal: as answered."""
        ...


class WitnessedLeaves(Protocol):
    """Proofs under the checkpoints that came back cosigned, and who was told of them."""

    def prove(self, archive_code: str, index: int) -> str:
        """C2SP tlog-proof of the leaf under the newest cosigned checkpoint; "" = not in it yet."""
        ...

    def untold(self, limit: int) -> Sequence[str]:
        """Confirmed releases whose witnessed proofs were not handed on, oldest first."""
        ...

    def told(self, release_id: str, now: datetime) -> None:
        """They were handed on."""
        ...


class ListBook(Protocol):
    """The status lists of our archives, as our own logs have them."""

    def last(self, archive_code: str) -> ListHead | None:
        """The list of the highest number that has a leaf."""
        ...

    def enter(self, archive_code: str, lists: Sequence[ListHead], now: datetime) -> None:
        """Each list has a leaf of the archive's log; list and leaf in one transaction."""
        ...

    def alarm(self, archive_code: str, code: str, now: datetime) -> bool:
        """The alarm is kept; False when it was already."""
        ...

    def alarms(self, archive_code: str) -> Sequence[str]:
        """Codes of the alarms about its lists."""
        ...
