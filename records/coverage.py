"""Holdings coverage (馆藏覆盖): what an archive declares that it keeps, and what is missing.

"No record" is only as good as the declared coverage (domain.md, fact 2): a node that does not
cover the place, the years or the category answers `NOT_COVERED`, never "no record".
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A part of the declared range that is missing, damaged or not digitised."""

    year_from: int
    year_to: int
    what: str
    """Which part and why, e.g. "城关镇 1987 年卷受潮待修"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingsCoverage:
    """One category of one archive: places and years whose records it keeps.

    Signed by the sign key of the node that hosts the archive; a higher `sequence` replaces a
    lower one for the same archive and category.
    """

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.coverage.v1+json"

    archive_code: str
    """Six digits."""
    node_id: str
    sequence: int
    category: str
    areas: tuple[str, ...]
    """GB/T 2260 codes of today; a code ending in 00 covers everything beneath it."""
    covered_from: int
    """First year, inclusive."""
    covered_to: int
    """Last year, inclusive; newer records are still with the office that made them."""
    gaps: tuple[Gap, ...] = ()
    as_of: date
    referral: str = ""
    """Where newer or older records are kept, e.g. "2014 年起：南湖区民政局婚姻登记处"."""
