"""Declared coverage: what a "no" of an archive is worth."""

from dataclasses import replace
from datetime import date

import pytest

from records.coverage import Gap, HoldingsCoverage
from records.coverage_rules import area_prefix, evaluate_coverage, is_overlapping

TODAY = date(2026, 11, 21)
COVERAGE = HoldingsCoverage(
    archive_code="361100",
    node_id="shangrao",
    sequence=3,
    category="marriage_registration",
    areas=("361104", "361102"),
    covered_from=1950,
    covered_to=2013,
    gaps=(Gap(year_from=1987, year_to=1988, what="城关镇卷受潮待修"),),
    as_of=TODAY,
    referral="2014年起：广信区民政局婚姻登记处",
)


def test_a_covered_question_names_the_gaps_it_touches() -> None:
    hit = evaluate_coverage(
        [COVERAGE],
        category="marriage_registration",
        areas=("361104",),
        year_from=1985,
        year_to=1987,
    )
    assert hit.covered
    assert [gap.year_from for gap in hit.gaps] == [1987]
    clear = evaluate_coverage([COVERAGE], category="marriage_registration", year_from=1985)
    assert (clear.covered, clear.gaps) == (True, ())


@pytest.mark.parametrize(
    ("category", "areas", "year", "rule"),
    [
        ("school_record", ("361104",), 1985, "category"),
        ("marriage_registration", ("361103",), 1985, "area"),
        ("marriage_registration", ("361104",), 2014, "years"),
        ("marriage_registration", ("361104",), 1949, "years"),
    ],
)
def test_what_is_not_covered_says_why(
    category: str, areas: tuple[str, ...], year: int, rule: str
) -> None:
    decision = evaluate_coverage([COVERAGE], category=category, areas=areas, year_from=year)
    assert (decision.covered, decision.rule) == (False, rule)
    assert decision.reason is not None
    assert decision.reason.code == "NOT_COVERED"


def test_e08_newer_years_come_with_the_declared_referral() -> None:
    decision = evaluate_coverage([COVERAGE], category="marriage_registration", year_from=2023)
    assert decision.referral.startswith("2014年起")


def test_nothing_declared_covers_nothing() -> None:
    assert not evaluate_coverage([], category="marriage_registration").covered


def test_the_highest_sequence_counts() -> None:
    newer = replace(COVERAGE, sequence=4, covered_to=1980)
    for order in ([COVERAGE, newer], [newer, COVERAGE]):
        assert not evaluate_coverage(
            order, category="marriage_registration", year_from=1985
        ).covered


def test_years_of_the_question_outside_the_range_are_gaps_of_the_answer() -> None:
    decision = evaluate_coverage(
        [COVERAGE], category="marriage_registration", year_from=1948, year_to=2016
    )
    assert [(gap.year_from, gap.year_to) for gap in decision.gaps] == [
        (1987, 1988),
        (1948, 1949),
        (2014, 2016),
    ]
    inside = evaluate_coverage(
        [COVERAGE], category="marriage_registration", year_from=1998, year_to=2013
    )
    assert inside.gaps == ()


@pytest.mark.parametrize(
    ("one", "other", "overlaps"),
    [
        ("330400", "330481", True),
        ("330481", "330400", True),
        ("330000", "330481", True),
        ("330402", "330481", False),
        ("330400", "331000", False),
        ("339002", "330000", True),
        ("339002", "330400", False),
    ],
)
def test_areas_overlap_by_containment(one: str, other: str, overlaps: bool) -> None:
    assert is_overlapping(one, other) is overlaps
    assert is_overlapping(other, one) is overlaps


def test_significant_digits_of_a_code() -> None:
    assert [area_prefix(code) for code in ("330000", "330400", "331000", "330402")] == [
        "33",
        "3304",
        "3310",
        "330402",
    ]
