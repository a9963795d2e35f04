"""What a case carries besides the matter itself: who was called, what was said, what is checked.

Kept inside the case, so that it changes in the same compare-and-set as the case does.
"""

from dataclasses import dataclass
from datetime import datetime

DUE, CONFIRMED, DENIED, WAIVED = "due", "confirmed", "denied", "waived"
"""States of a call-back; empty = the case was not drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBack:
    """回访核实: the holder checks with the window archive what the window vouched for."""

    state: str = ""
    how: str = ""
    """telephone or sealed_application; empty until answered."""
    note: str = ""
    """Which office confirmed or denied what; never about a person."""
    by: str = ""
    """officer_id of who recorded it, or of the leader who decided."""
    at: datetime | None = None

    @property
    def holds(self) -> bool:
        """Nothing may be released while it is due, or where the window denied."""
        return self.state in (DUE, DENIED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """A holder's case: who is meant to see to it, until when, and what is checked first."""

    waiting_since: datetime | None = None
    """When the case was given back; None = it waits since it arrived."""
    assigned_to: str = ""
    """officer_id of the named person who was called; the case stays free for everybody."""
    working_due: datetime | None = None
    """Last instant of a shelf search."""
    extended: str = ""
    """Reason of the one announced extension; empty = none."""
    call_back: CallBack = CallBack()
    reopened: str = ""
    """Envelope id of the answer that a complaint overturned; the next answer corrects it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A window's case: what its clerk may say to the citizen, and by when a shelf is searched."""

    code: str = ""
    """Code of `records.citizen_words.SAYINGS`; empty = nothing is to be said yet."""
    holder: str = ""
    """Name of the archive that is meant."""
    due: datetime | None = None
    reason: str = ""
    at: datetime | None = None
    working_due: datetime | None = None
    """Last instant of the shelf search, as the holder announced it."""
