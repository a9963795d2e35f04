"""Figures of the supervisor's board: what counts, and as what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from node.domain.service_levels import CaseFact, group_by, make_board, measure, quantile, shown

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
CHINA = timezone(timedelta(hours=8))
MINUTE = timedelta(minutes=1)


def fact(took: float | None = 5.0, **changes: object) -> CaseFact:
    began = NOW - 60 * MINUTE
    plain = CaseFact(
        desk="window",
        case_no="LT-330400-20261120-0001",
        category="marriage_registration",
        purpose="property",
        partner="上饶市档案馆",
        state="delivered",
        outcome="HIT_UNIQUE",
        began=began,
        ended=None if took is None else began + took * MINUTE,
        deadline=began + 15 * MINUTE,
        paused=timedelta(),
        by_hand=False,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_only_answered_cases_on_the_minute_clock_are_on_time_or_late() -> None:
    heap = [
        fact(5),
        fact(14.9),
        fact(15.1),
        fact(None),
        fact(300, by_hand=True, deadline=None),
        fact(2, withdrawn=True),
    ]
    levels = measure(heap, NOW)
    assert (levels.cases, levels.answered) == (6, 4)
    assert (levels.on_time.part, levels.on_time.whole, levels.on_time.percent) == (2, 3, 66.7)
    assert levels.by_hand.percent == 16.7
    assert (levels.median, levels.p90) == (14.9, 15.1)


def test_nothing_measured_is_no_percentage() -> None:
    levels = measure([], NOW)
    assert levels.on_time.percent is None
    assert levels.median is None


def test_misses_stand_beside_the_time_they_seem_to_save() -> None:
    heap = [fact(), fact(outcome="NO_RECORD_COVERED"), fact(outcome="NOT_COVERED"), fact()]
    assert measure(heap, NOW).misses.percent == 50.0


def test_the_board_is_of_today_on_the_wall_and_shows_the_most_overdue_first() -> None:
    worse = fact(None, case_no="worse", deadline=NOW - 9 * MINUTE)
    late = fact(None, case_no="late", deadline=NOW - MINUTE)
    yesterday = fact(began=NOW - timedelta(days=1))
    before_midnight = fact(began=NOW.replace(hour=15, minute=59) - timedelta(days=1))
    after_midnight = fact(began=NOW.replace(hour=16, minute=1) - timedelta(days=1))
    facts = [late, worse, yesterday, before_midnight, after_midnight]
    board = make_board(facts, NOW, CHINA)
    assert [one.case_no for one in board.overdue] == ["worse", "late"]
    assert board.levels.cases == 3
    assert board.hours[0] == 1
    assert sum(board.hours) == 3
    assert sum(map(sum, board.week)) == 5


def test_groups_come_largest_first() -> None:
    facts = [fact(partner="乙"), fact(partner="甲"), fact(partner="乙")]
    assert [(name, len(group)) for name, group in group_by(facts, "partner").items()] == [
        ("乙", 2),
        ("甲", 1),
    ]


@pytest.mark.parametrize(("share", "wanted"), [(0.5, 5), (0.9, 9), (0.95, 10), (0.1, 1), (1.0, 10)])
def test_a_quantile_is_a_value_that_was_seen(share: float, wanted: float) -> None:
    assert quantile(list(range(1, 11)), share) == wanted


def test_small_counts_are_hidden_from_others_only() -> None:
    assert [shown(n, outside=True) for n in (0, 1, 4, 5)] == ["0", "<5", "<5", "5"]
    assert shown(3, outside=False) == "3"
