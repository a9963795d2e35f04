"""The door to supervision, for pages: what `Supervise` (services/supervise.py) does."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Protocol

from node.domain.cases import Issuance
from node.domain.officers import Actor, Officer
from node.domain.service_levels import Board, Statistics, StatisticsQuestion
from node.supervision_ports import AgencyLook, LeafRow, LogCheck


class Supervision(Protocol):
    """Looks at figures, log and registers (services/supervise.py); all raise DUTY_NOT_HELD."""

    def board(self, actor: Actor, zone: tzinfo) -> Board:
        """Today, with the pattern of the last four weeks."""
        ...

    def statistics(self, question: StatisticsQuestion, actor: Actor) -> Statistics:
        """The figures of a period, in all and by group."""
        ...

    def note_export(self, actor: Actor) -> None:
        """The log says who took figures away."""
        ...

    def read_log(self, actor: Actor, before: int = -1, case_no: str = "") -> Sequence[LeafRow]:
        """A page of the archive's log, newest first."""
        ...

    def agency_look(self, actor: Actor, case_no: str) -> AgencyLook | None:
        """Which authority asked in that case, and by which law; the look is logged."""
        ...

    def verify_log(self, actor: Actor) -> LogCheck:
        """The log from its first entry to its last. Raises Refusal: LEDGER_DAMAGED."""
        ...

    def officers(self, actor: Actor) -> Sequence[Officer]:
        """Everybody with a post at the archive."""
        ...

    def certificates(self, actor: Actor, number: str = "") -> Sequence[Issuance]:
        """The archive's own certificates, newest first."""
        ...
