"""Evaluation of declared coverage: may this archive hold the record at all?

"No record" is worth no more than the coverage behind it: an archive that does not cover the place,
the years or the category answers `NOT_COVERED` with a referral (domain.md, fact 2 and E08).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from records.coverage import Gap, HoldingsCoverage
from records.process_reasons import NOT_COVERED
from records.refusal import Reason

OUTSIDE = "不在馆藏年限内"
"""What a gap says that lies outside the declared range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageDecision:
    """Covered (perhaps with gaps), or not, with the rule that decided."""

    coverage: HoldingsCoverage | None
    reason: Reason | None
    """None = covered."""
    rule: str
    """"covered", "category", "area" or "years"."""
    gaps: tuple[Gap, ...] = ()
    """Gaps that touch the question, and years in question outside the declared range: they turn
    T3 into a 检索情况说明."""
    referral: str = ""

    @property
    def covered(self) -> bool:
        """Whether a "no" of this archive would mean something."""
        return self.reason is None


_RANK = ("category", "area", "years")


def evaluate_coverage(
    declared: Iterable[HoldingsCoverage],
    *,
    category: str,
    areas: Iterable[str] = (),
    year_from: int | None = None,
    year_to: int | None = None,
) -> CoverageDecision:
    """Judge a question by the declarations of one archive.

    Args:
        declared: Declarations of the archive; the highest sequence of each counts.
        category: Category code.
        areas: Area codes of today that the place leads to; empty = the place is not known.
        year_from: First year in question; None = not known.
        year_to: Last year; None = the same as `year_from`.
    """
    wanted = tuple(areas)
    end = year_to if year_to is not None else year_from
    best = CoverageDecision(coverage=None, reason=NOT_COVERED, rule="category")
    for coverage in newest_declarations(declared):
        decision = _judge(coverage, category, wanted, (year_from, end))
        if decision.covered:
            return decision
        if _RANK.index(decision.rule) > _RANK.index(best.rule):
            best = decision
    return best


def _judge(
    coverage: HoldingsCoverage,
    category: str,
    areas: tuple[str, ...],
    years: tuple[int | None, int | None],
) -> CoverageDecision:
    def refuse(rule: str) -> CoverageDecision:
        return CoverageDecision(
            coverage=coverage, reason=NOT_COVERED, rule=rule, referral=coverage.referral
        )

    if coverage.category != category:
        return refuse("category")
    if areas and not any(is_overlapping(a, b) for a in areas for b in coverage.areas):
        return refuse("area")
    start, end = years
    if start is not None and end is not None:
        if end < coverage.covered_from or start > coverage.covered_to:
            return refuse("years")
    touched = tuple(
        gap
        for gap in coverage.gaps
        if start is None or end is None or (gap.year_from <= end and gap.year_to >= start)
    )
    outside = _uncovered_years(coverage, start, end)
    return CoverageDecision(
        coverage=coverage, reason=None, rule="covered", gaps=(*touched, *outside)
    )


def _uncovered_years(
    coverage: HoldingsCoverage, start: int | None, end: int | None
) -> tuple[Gap, ...]:
    """The years in question before and after the declared range: a "no" says nothing of them."""
    before, after = coverage.covered_from - 1, coverage.covered_to + 1
    gaps: list[Gap] = []
    if start is not None and start <= before:
        gaps.append(Gap(year_from=start, year_to=before, what=OUTSIDE))
    if end is not None and end >= after:
        gaps.append(Gap(year_from=after, year_to=end, what=OUTSIDE))
    return tuple(gaps)


def newest_declarations(declared: Iterable[HoldingsCoverage]) -> tuple[HoldingsCoverage, ...]:
    """The highest sequence for each archive and category."""
    newest: dict[tuple[str, str], HoldingsCoverage] = {}
    for coverage in declared:
        key = (coverage.archive_code, coverage.category)
        known = newest.get(key)
        if known is None or coverage.sequence > known.sequence:
            newest[key] = coverage
    return tuple(newest.values())


def area_prefix(code: str) -> str:
    """The significant digits of an area code: "330400" → "3304", "330000" → "33"."""
    return code.removesuffix("00").removesuffix("00") if code.endswith("00") else code


def is_overlapping(one: str, other: str) -> bool:
    """Whether one area contains the other, either way round."""
    a, b = area_prefix(one), area_prefix(other)
    return a.startswith(b) or b.startswith(a)
