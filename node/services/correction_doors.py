"""Doors of corrections: what pages and commands may ask (services/correct_index.py)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from node.domain.corrections import (
    Clue,
    Correction,
    CorrectionView,
    DecideCorrection,
    ProposeCorrection,
    ReopenCommand,
)
from node.domain.officers import Actor
from node.domain.reissue import Outcome, PlanReissue, ReissueBatch, ReissueStep
from node.domain.views import WorkDetail
from records.entries import CatalogueEntry


class CorrectsIndex(Protocol):
    """修正: propose and decide."""

    def propose(self, command: ProposeCorrection, actor: Actor) -> Correction:
        """It waits for another person. Raises Refusal: CORRECTION_MALFORMED, CORRECTION_OPEN."""
        ...

    def decide(self, command: DecideCorrection, actor: Actor) -> Correction:
        """The index is changed, or the note says why not. Raises Refusal: DUTY_CONFLICT."""
        ...


class LooksAtCorrections(Protocol):
    """What both sides see (services/look_at_corrections.py)."""

    def open_entry(self, reference_code: str, actor: Actor) -> CatalogueEntry:
        """The entry with exactly that 档号, for who may propose."""
        ...

    def page_image(self, reference_code: str, sha256: str, actor: Actor) -> tuple[bytes, str]:
        """A page image of the record and its media type. Raises Refusal: CORRECTION_IMAGE."""
        ...

    def list(
        self, actor: Actor, states: Sequence[str] = (), limit: int = 100
    ) -> Sequence[Correction]:
        """Newest first."""
        ...

    def view(self, correction_id: str, actor: Actor) -> CorrectionView:
        """One correction. Raises Refusal: CORRECTION_UNKNOWN."""
        ...

    def clues(self, actor: Actor, limit: int = 20) -> Sequence[Clue]:
        """Fields that a clerk printed otherwise than the index has them."""
        ...


class Replaces(Protocol):
    """What was issued from a wrong value is issued anew (services/replace_certificates.py)."""

    def reopen(self, command: ReopenCommand, actor: Actor) -> WorkDetail:
        """The case is at the comparison again. Raises Refusal: CERTIFICATE_STANDS."""
        ...

    def notice(self, correction_id: str, number: str, actor: Actor) -> bytes:
        """T8 about that certificate, as PDF. Raises Refusal: NO_SUCH_PAPER, PAPER_NOT_DRAWN."""
        ...


class Reissues(Protocol):
    """批量重新出证 (services/reissue_batches.py)."""

    def plan(self, command: PlanReissue, actor: Actor) -> ReissueBatch:
        """What is to be replaced is named. Raises Refusal: CERTIFICATE_STANDS."""
        ...

    def release(self, command: ReissueStep, actor: Actor) -> Iterator[Outcome]:
        """The dispatcher signs every new order."""
        ...

    def seal(self, command: ReissueStep, actor: Actor) -> Iterator[Outcome]:
        """The seal keeper signs the same orders."""
        ...

    def supersede(self, command: ReissueStep, actor: Actor) -> Iterator[Outcome]:
        """The dispatcher orders the replacements."""
        ...

    def confirm(self, command: ReissueStep, actor: Actor) -> Iterator[Outcome]:
        """The seal keeper confirms them."""
        ...

    def status(self, archive_code: str, batch_id: str, actor: Actor) -> Iterator[Outcome]:
        """How far each certificate is."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """All four."""

    index: CorrectsIndex
    views: LooksAtCorrections
    replacing: Replaces
    batches: Reissues
