"""A day at the desks: how long people take, what is measured of each case, the table of days."""

import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long people take, seconds (least, usual, most), and how often what happens."""

    cases_an_hour: float = 20.0
    hours: float = 8.0
    review: tuple[float, float, float] = (20, 40, 90)
    compare: tuple[float, float, float] = (60, 120, 300)
    decide: tuple[float, float, float] = (40, 80, 180)
    """To make sure that nothing is there, or to phrase a question, or to mark a shelf search."""
    seal: tuple[float, float, float] = (15, 30, 60)
    citizen: tuple[float, float, float] = (20, 60, 240)
    """To answer a question at the window."""
    shelf: float = 0.2
    unseen: float = 0.25
    """Of the shelf searches, those that only a clerk finds out: a page is missing or illegible."""
    asked: float = 0.08
    negative: float = 0.15
    clerks: int = 2
    come: tuple[float, float, float] = (30, 60, 180)
    """Until the named person who was called has put down what they did, and sits at the desk."""
    named: bool = False
    """The ladder's first named person comes when called (a case nobody claimed for three minutes),
    takes that one case and goes back; otherwise nobody ever comes."""
    in_turn: bool = True
    """The clerks take an hour each, one after the other, and citizens keep coming; otherwise the
    window and the partner's desks close together for an hour and a half, when what had come is
    done."""


@dataclass
class CaseTime:
    """One case from form to answer."""

    kind: str
    filed: datetime
    answered: datetime | None = None
    asked: datetime | None = None
    paused: timedelta = timedelta()

    @property
    def minutes(self) -> float:
        assert self.answered is not None
        return (self.answered - self.filed).total_seconds() / 60


@dataclass
class Day:
    """What was measured."""

    name: str
    seed: int
    cases: dict[str, CaseTime] = field(default_factory=dict)
    called: int = 0
    """Cases that the named person took."""

    def figures(self) -> dict[str, object]:
        digitised = [case for case in self.cases.values() if case.kind != "shelf"]
        minutes = sorted(case.minutes for case in digitised if case.answered)
        paused = [case for case in digitised if case.paused]
        kinds = Counter(case.kind for case in self.cases.values())
        total = len(self.cases)
        return {
            "name": self.name,
            "seed": self.seed,
            "cases": total,
            "digitised": len(digitised),
            "unanswered": sum(case.answered is None for case in digitised),
            "mean_minutes": statistics.fmean(minutes),
            "p50_minutes": statistics.median(minutes),
            "p95_minutes": minutes[int(len(minutes) * 0.95)],
            "most_minutes": minutes[-1],
            "called": self.called,
            "shelf_share": kinds["shelf"] / total,
            "negative_share": kinds["miss"] / total,
            "paused_share": len(paused) / total,
            "mean_pause_minutes": statistics.fmean(
                [case.paused.total_seconds() / 60 for case in paused] or [0.0]
            ),
        }


def lines_of(days: list[Day]) -> Iterator[str]:
    """A table for a person."""
    yield f"{'':<32}{'cases':>7}{'digit.':>7}{'mean':>7}{'p50':>7}{'p95':>7}{'most':>7}  min"
    for day in days:
        seen = day.figures()
        minutes = "".join(
            f"{seen[name]:>7.1f}"
            for name in ("mean_minutes", "p50_minutes", "p95_minutes", "most_minutes")
        )
        yield f"{day.name:<32}{seen['cases']:>7}{seen['digitised']:>7}{minutes}"
        yield (
            f"  shelf searches {seen['shelf_share']:.0%}, negatives {seen['negative_share']:.0%}, "
            f"paused {seen['paused_share']:.0%} for {seen['mean_pause_minutes']:.1f} min, "
            f"taken by who was called {seen['called']}, "
            f"unanswered {seen['unanswered']}, seed {day.seed}"
        )
