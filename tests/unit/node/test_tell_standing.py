"""What pages say on top, and how seldom they look."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from node.domain.reasons import DIRECTORY_MISSING
from node.services.tell_standing import (
    AGED_DIRECTORY,
    NO_DIRECTORY,
    OLD_DIRECTORY,
    PENDING_TIME,
    READ_ONLY,
    TellStanding,
)
from records.refusal import Refusal
from trust.identity.reasons import DIRECTORY_EXPIRED

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@dataclass
class Stand:
    """A node whose state is set by hand; `looks` counts how often it was asked."""

    now: datetime = NOW
    shut: bool = False
    usable: str | Refusal = "normal"
    missing: bool = False
    since: datetime | None = None
    looks: list[datetime] = field(default_factory=list)

    def current(self) -> SimpleNamespace:
        self.looks.append(self.now)
        if self.missing:
            raise Refusal(DIRECTORY_MISSING)
        return SimpleNamespace(check_usable=self.check)

    def check(self, _: datetime) -> str:
        if isinstance(self.usable, Refusal):
            raise self.usable
        return self.usable

    def tell(self) -> TellStanding:
        house = SimpleNamespace(clock=lambda: self.now, directory=self)
        patience = timedelta(minutes=20)
        return TellStanding(house, lambda: self.shut, lambda _: self.since, patience)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, ()),
        ({"shut": True}, (READ_ONLY,)),
        ({"missing": True}, (NO_DIRECTORY,)),
        ({"usable": Refusal(DIRECTORY_EXPIRED)}, (OLD_DIRECTORY,)),
        ({"usable": "degraded"}, (AGED_DIRECTORY,)),
        ({"since": NOW - timedelta(minutes=20)}, ()),
        ({"since": NOW - timedelta(minutes=21)}, (PENDING_TIME,)),
        ({"shut": True, "since": NOW - timedelta(days=2)}, (READ_ONLY, PENDING_TIME)),
    ],
)
def test_the_codes_are_those_of_the_state(changes: dict[str, object], codes: tuple) -> None:
    assert Stand(**changes).tell().of("330400") == codes  # type: ignore[arg-type]


def test_it_looks_every_two_seconds_and_never_trusts_a_clock_that_went_back() -> None:
    stand = Stand()
    told = stand.tell()
    for seconds in (0, 1, 1.9):
        stand.now = NOW + timedelta(seconds=seconds)
        told.of("330400")
    assert len(stand.looks) == 1
    stand.now, stand.shut = NOW + timedelta(seconds=2), True
    assert told.of("330400") == (READ_ONLY,)
    stand.now, stand.shut = NOW - timedelta(hours=1), False
    assert told.of("330400") == ()
