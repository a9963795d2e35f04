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


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """One category in an archive's whole declaration; words as in `HoldingsCoverage`."""

    category: str
    areas: tuple[str, ...]
    covered_from: int
    covered_to: int
    gaps: tuple[Gap, ...] = ()
    as_of: date
    referral: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveCoverage:
    """馆藏一览: everything that one archive keeps, under one signature of its node.

    Where an archive has declared one, its single declarations no longer count: what is not in
    the list is not covered. A registry can show all of it or none, never a part.
    """

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.archive-coverage.v1+json"

    archive_code: str
    """Six digits."""
    node_id: str
    sequence: int
    rows: tuple[CoverageRow, ...]
    """One a category, 0-64."""

    def declarations(self) -> tuple[HoldingsCoverage, ...]:
        """The rows as single declarations, all with the sequence of the list."""
        return tuple(
            HoldingsCoverage(
                archive_code=self.archive_code,
                node_id=self.node_id,
                sequence=self.sequence,
                category=row.category,
                areas=row.areas,
                covered_from=row.covered_from,
                covered_to=row.covered_to,
                gaps=row.gaps,
                as_of=row.as_of,
                referral=row.referral,
            )
            for row in self.rows
        )
