"""What officers ask of each other at the partner's desk."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HandToCommand:
    """转派: another officer of the same archive goes on with the case."""

    case_no: str
    holder_archive: str
    colleague: str
    """officer_id."""
    note: str = ""
    """At most 200 characters."""
