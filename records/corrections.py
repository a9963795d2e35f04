"""修正: what an archive says about a change of its index, step by step.

The index is corrected, never the record: page image and original wording stay as they are
(档案法 Art. 21, 48). Each step is signed by the holder's node and committed to in its log, so that
who proposed, who approved and what stood there before can be shown for as long as the log is kept.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexCorrection:
    """修正单: one step of the correction of one field of one catalogue entry."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.index-correction.v1+json"

    correction_id: str
    """e.g. "XZ-361100-2026-000001"; the same in every step."""
    step: str
    """proposed, approved or returned."""
    archive_code: str
    category: str
    reference_code: str
    field: str
    """Field code of the category, or of the archive's own columns."""
    old_value: str
    """As the index had it; empty = nothing."""
    new_value: str
    """As the page has it; empty = the page says nothing."""
    image_sha256: str
    """Digest of the page image that shows it."""
    region: tuple[int, int, int, int]
    """Left, top, right and bottom on that page, in thousandths of its width and height."""
    reason: str
    officer: str
    """officer_id of who took this step."""
    note: str = ""
    """Why it was returned; empty otherwise."""
    entry_version: int
    """Of the entry: before the step when proposed or returned, after it when approved."""
    replaces: tuple[str, ...] = ()
    """Numbers of the certificates that were issued from the old value; known when approved."""
    decided_at: datetime
