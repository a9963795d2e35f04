"""What a supervisor's pages read, as protocols; nothing here can change anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from node.domain.cases import Issuance
from node.domain.service_levels import CaseFact


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafRow:
    """One entry of the archive's log as a person reads it."""

    index: int
    at: datetime
    kind: str
    case_no: str
    from_state: str
    to_state: str
    actor: str
    """officer_id, node slug or "system"; never a name."""
    note: str
    number: str
    sha256: str
    """Leaf hash, hex."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyLook:
    """An authority's question at the archive: who asked, by which law, for what, who gave it."""

    case_no: str
    agency: str
    letter_no: str
    """Number of the authority's own case or letter."""
    rule: str
    """Rule of the decision table, e.g. "D18"."""
    basis: str
    """The law that the rule rests on."""
    fields: tuple[str, ...]
    """Labels of what was asked for."""
    given_by: tuple[str, ...]
    """Display names of the officers who signed; empty while nothing was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCheck:
    """Evidence that a log was read from its first leaf to its last and is whole."""

    size: int
    root: str
    """Hex."""
    checkpoints: int


class FigureBook(Protocol):
    """The node's own books, read for supervision."""

    def facts(self, archive_code: str, since: datetime, until: datetime) -> Sequence[CaseFact]:
        """Cases of both desks that began in [since, until), oldest first."""
        ...

    def leaves(
        self, archive_code: str, before: int, limit: int, case_no: str = ""
    ) -> Sequence[LeafRow]:
        """Entries with an index below `before` (-1 = the newest), newest first; of one case."""
        ...

    def verify_log(self, archive_code: str) -> LogCheck:
        """Raises Refusal: LEDGER_DAMAGED."""
        ...

    def issuances(self, archive_code: str, number: str, limit: int) -> Sequence[Issuance]:
        """Certificates of the archive, newest first; `number` = a part of the number."""
        ...
