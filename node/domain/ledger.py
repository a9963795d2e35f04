"""What a check of the whole database finds: what is wrong, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong."""

    archive_code: str
    """Empty = the whole database."""
    what: str
    """page_damaged, body_damaged, event_without_leaf, leaf_without_event, event_differs,
    state_differs, case_without_events, case_missing, statement_differs, statement_missing,
    leaf_without_statement, commitment_differs, or a finding of the log (leaf_altered ...)."""
    where: str
    """Table and key, or place in the log; never a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerReport:
    """What was looked at, and what was found."""

    leaves: int
    events: int
    statements: int
    bodies: int
    faults: tuple[Fault, ...]
    """At most 1,000."""
