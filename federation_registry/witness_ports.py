"""What witnessing needs from outside: checkpoints, cosignatures, contradictions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from trust.envelope.dsse import Envelope
from trust.transparency.witness import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptStep:
    """A checkpoint as its owner handed it in."""

    origin: str
    size: int
    step: Step
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCosignature:
    """A cosignature that was verified when it came."""

    witness: str
    line: str
    witness_key: Envelope
    """KeyStatement of the key that made it."""


class WitnessStore(Protocol):
    """Checkpoints and what witnesses said. Nothing is ever changed, only added."""

    def newest(self, origin: str) -> KeptStep | None:
        """The newest checkpoint of the log."""
        ...

    def add(self, kept: KeptStep) -> bool:
        """Keep the step if it continues the newest one; False when somebody else was faster."""
        ...

    def origins(self) -> Sequence[str]:
        """Every log that was ever handed in."""
        ...

    def steps_from(self, origin: str, size: int, limit: int) -> Sequence[KeptStep]:
        """Steps that follow a checkpoint of that size, in order."""
        ...

    def find(self, origin: str, size: int) -> KeptStep | None:
        """The checkpoint of exactly that size."""
        ...

    def cosign(self, origin: str, size: int, cosignature: KeptCosignature, now: datetime) -> bool:
        """Keep the cosignature; False when that witness had cosigned it before."""
        ...

    def cosignatures(self, origin: str, size: int) -> Sequence[KeptCosignature]:
        """Cosignatures of one checkpoint, by witness."""
        ...

    def newest_cosigned(self, origin: str, count: int) -> KeptStep | None:
        """The newest checkpoint that at least so many witnesses cosigned."""
        ...

    def contradict(self, origin: str, notes: tuple[str, str], by: str, now: datetime) -> None:
        """Keep two notes that contradict each other; the same pair again is no change."""
        ...

    def contradictions(self, origin: str) -> Sequence[tuple[str, str]]:
        """Every pair that is known, oldest first; an empty origin = of all logs."""
        ...
