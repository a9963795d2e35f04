"""Days at the window and at the partner's desks: real code, simulated people, one simulated clock.

Citizens come at random, twenty an hour. A clerk files, a reviewer accepts; two clerks at the
holder claim what waits, compare, ask a question or mark a shelf search; a seal keeper seals. What
the index knows to be on paper only goes to the shelves by itself. Every act is the product's own
use case at the moment of the simulated clock; only how long a person takes is drawn (`Pace`). What
is measured is the time from the filed form to the answer at the window, pauses for questions and
lunches counted in.
"""

import heapq
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from channel_world import wall_clock
from node_acts import zhou
from node_houses import NodeWorld
from node_places import PASSWORD, ROWS
from node_staff import hire
from node_world import build_node_world

from node.domain.application import Application
from node.domain.commands import (
    AnswerQuestionCommand,
    ConfirmCommand,
    FieldMark,
    FileRequestCommand,
    NoRecordCommand,
    ReleaseCommand,
    ReturnCommand,
    ReviewCommand,
    SealCommand,
    WorkCommand,
)
from node.services.escalate import Escalate
from records.exchange import Applicant
from records.queries import Period, RecordQuery, SoughtPerson
from tests.simulation.forms import raise_quota, stranger, with_other_party
from tests.simulation.in_process import Dice, SimulatedNode, open_node
from tests.simulation.network import Network, Weather

WINDOW = "330400"
CALM = Weather(lost=0.0, reply_lost=0.0, doubled=0.0, stale=0.0)
_NOON, _AWAY = timedelta(hours=3, minutes=30), timedelta(hours=1)
_CLOSED = timedelta(hours=1, minutes=30)
_ON_PAPER = (
    "J001-001-0002-007,J001,001,0002,007,7,7,2011,南湖区2011年结婚登记,,marriage,"
    "2011-10-06,南湖区民政局婚姻登记处,J330402-2011-000077,"
    "徐国兴,男,1987-03-04,330499198703040110,汤秀珍,女,1988-02-01,"
)
NAMED, _VISITOR = "named", -1
_FIRST_STEP = 181.0
"""Seconds: just after the first step of the ladder (three minutes)."""
_TURN = 0.1
"""Seconds between two rounds of a node's own duties."""


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


class DeskHours:
    """One run: a window, a holder, their people."""

    def __init__(
        self, folder: Path, tables: Path, seed: int, *, in_city: bool, pace: Pace | None = None
    ) -> None:
        self.pace, self.in_city = pace or Pace(), in_city
        self.rng = Random(f"desk/{seed}/{in_city}")
        self.now = wall_clock()
        self.began = self.now
        where = "in-city" if in_city else "cross-archive"
        lunch = "in turn" if self.pace.in_turn else "together"
        called = ", called" if self.pace.named else ""
        self.day = Day(f"{where}, lunch {lunch}{called}", seed)
        self.world = _build_world(folder, tables)
        raise_quota(self.world)
        self.network = Network(Random(seed), CALM)
        dice = Dice(Random(seed), 0.0)
        for node_id in ("jiaxing",) if in_city else ("jiaxing", "shangrao"):
            line = self.network.to(node_id)
            rng = Random(f"{node_id}/{seed}")
            self.network.nodes[node_id] = open_node(
                self.world, node_id, lambda: self.now, rng, line, dice
            )
        self.holder = WINDOW if in_city else "361100"
        self._user: dict[str, str] = {}
        self._coming = False
        if self.pace.named:
            hire(self.world, self.holder, NAMED, ("release_dispatcher",))
        base, roster = self._holder().base, {self.holder: (NAMED,)}
        self._escalate = Escalate(base.house, base.staff, roster, base.log)
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = 0
        self._review_queue: list[str] = []
        self._seal_queue: list[str] = []
        self._waiting: list[str] = []
        self._idle = {"reviewer": 1, "keeper": 1}
        self._free_clerks = list(range(self.pace.clerks))
        self._asked: set[str] = set()
        self._busy: set[str] = set()

    def run(self, hours: float | None = None) -> Day:
        """So many hours of arrivals, and then until everything digitised is answered."""
        end = self.began + timedelta(hours=hours or self.pace.hours)
        at = self.began
        while True:
            at += timedelta(hours=self.rng.expovariate(self.pace.cases_an_hour))
            if at >= end:
                break
            if self.pace.in_turn or not _NOON <= at - self.began < _NOON + _CLOSED:
                self._at(at, self._arrive)
        for clerk in range(self.pace.clerks):
            turn = _AWAY * clerk if self.pace.in_turn else timedelta()
            self._at(self.began + _NOON + turn, lambda clerk=clerk: self._lunch(clerk))
        while self._events:
            self.now, _, act = heapq.heappop(self._events)
            act()
            self._duties()
        return self.day

    def close(self) -> None:
        for node in self.network.nodes.values():
            node.base.engine.dispose()

    # -- what happens

    def _arrive(self) -> None:
        kind = self._draw_kind()
        number = len(self.day.cases)
        form = self._form(kind, number)
        command = FileRequestCommand(client_key=f"desk-{number:08d}", application=form)
        clerk = self.world.actor(WINDOW, "clerk")
        filed = self._window().office.file_request.file(command, clerk)
        self.day.cases[filed.case_no] = CaseTime(kind, self.now)
        self._review_queue.append(filed.case_no)
        self._next_review()

    def _draw_kind(self) -> str:
        pace, drawn = self.pace, self.rng.random()
        if drawn < pace.shelf:
            return "shelf"
        return "miss" if drawn < pace.shelf + pace.negative else "hit"

    def _form(self, kind: str, number: int) -> Application:
        if kind == "miss":
            return self._stranger(number)
        if kind == "shelf" and self.rng.random() >= self.pace.unseen:
            return _on_paper(self.in_city)
        return _form(self.in_city)

    def _stranger(self, number: int) -> Application:
        form = stranger(self.day.seed, number)
        return _at_home(form) if self.in_city else form

    def _next_review(self) -> None:
        if self._review_queue and self._idle["reviewer"]:
            self._idle["reviewer"] -= 1
            case_no = self._review_queue.pop(0)
            self._in(self._time(self.pace.review), lambda: self._reviewed(case_no))

    def _reviewed(self, case_no: str) -> None:
        command = ReviewCommand(case_no=case_no, accept=True)
        self._window().office.review.review(command, self.world.actor(WINDOW, "reviewer"))
        self._idle["reviewer"] += 1
        self._next_review()

    def _lunch(self, clerk: int) -> None:
        together = not self.pace.in_turn
        if clerk not in self._free_clerks or (together and self._is_open()):
            # Finishes the case in hand first, or all that had come before the window closed.
            self._in(5.0, lambda: self._lunch(clerk))
            return
        self._free_clerks.remove(clerk)
        back = self.began + _NOON + _CLOSED if together else self.now + _AWAY
        self._at(max(back, self.now), lambda: self._back(clerk))

    def _is_open(self) -> bool:
        """Whether some digitised case is on its way."""
        cases = self.day.cases.values()
        return any(case.answered is None and case.kind != "shelf" for case in cases) or bool(
            self._waiting
        )

    def _back(self, clerk: int) -> None:
        self._free_clerks.append(clerk)
        self._next_claim()

    def _next_claim(self) -> None:
        while self._waiting and self._free_clerks:
            clerk, case_no = self._free_clerks.pop(0), self._waiting.pop(0)
            self._begin(case_no, clerk)

    def _begin(self, case_no: str, clerk: int) -> None:
        self._busy.add(case_no)
        command = WorkCommand(case_no=case_no, holder_archive=self.holder)
        user = NAMED if clerk == _VISITOR else "dispatcher"
        if self._user.get(case_no, user) != user:
            # Whose question was answered meanwhile gives the case back first.
            self._holder().office.work.give_back(command, self._officer(case_no))
        self._user[case_no] = user
        detail = self._holder().office.work.claim(command, self._officer(case_no))
        kind = self.day.cases[case_no].kind
        asks = kind == "hit" and case_no not in self._asked
        if asks and self.rng.random() < self.pace.asked / (1 - self.pace.shelf):
            act, takes = self._ask, self.pace.decide
        elif kind == "hit" and detail.candidates:
            act, takes = self._certify, self.pace.compare
        else:
            act, takes = (self._to_shelf if kind == "shelf" else self._deny), self.pace.decide
        self._in(self._time(takes), lambda act=act, no=case_no, who=clerk: self._do(act, no, who))

    def _do(self, act: Callable[[str], None], case_no: str, clerk: int) -> None:
        act(case_no)
        self._busy.discard(case_no)
        if clerk == _VISITOR:
            self._coming = False
        else:
            self._back(clerk)

    def _call(self) -> None:
        """The ladder's own steps; who is called comes for the oldest case, and for that alone."""
        self._escalate.run()
        if self._coming or not self._waiting:
            return
        case_no = self._waiting[0]
        with self._holder().base.house.book.read() as book:
            called = book.get_work(case_no, self.holder).attention.assigned_to
        if called == self.world.actor(self.holder, NAMED).officer_id:
            self._coming = True
            self._in(self._time(self.pace.come), self._come)

    def _come(self) -> None:
        if not self._waiting:
            self._coming = False
            return
        self.day.called += 1
        self._begin(self._waiting.pop(0), _VISITOR)

    def _certify(self, case_no: str) -> None:
        office, where = self._holder().office, self._where(case_no)
        officer = self._officer(case_no)
        detail = office.work.claim(WorkCommand(**where), officer)
        candidate = detail.candidates[0]
        marks = tuple(
            FieldMark(field=code, compared="same" if value else "not_recorded")
            for code, _, value in candidate.printable
        )
        confirm = ConfirmCommand(
            **where,
            reference_code=candidate.entry.reference_code,
            marks=marks,
            images=tuple(page.sha256 for page in candidate.entry.images),
        )
        office.work.confirm(confirm, officer)
        release = ReleaseCommand(**where, password=PASSWORD + self._user[case_no])
        office.release.release(release, officer)
        self._seal_queue.append(case_no)
        self._next_seal()

    def _next_seal(self) -> None:
        if self._seal_queue and self._idle["keeper"]:
            self._idle["keeper"] -= 1
            case_no = self._seal_queue.pop(0)
            self._in(self._time(self.pace.seal), lambda: self._sealed(case_no))

    def _sealed(self, case_no: str) -> None:
        command = SealCommand(**self._where(case_no), password=PASSWORD + "sealer")
        self._holder().office.release.seal(command, self.world.actor(self.holder, "sealer"))
        self._idle["keeper"] += 1
        self._next_seal()

    def _deny(self, case_no: str) -> None:
        command = NoRecordCommand(**self._where(case_no), method="索引与原簿逐页查找")
        self._holder().office.answer.no_record(command, self._officer(case_no))

    def _to_shelf(self, case_no: str) -> None:
        command = WorkCommand(**self._where(case_no), note="无数字副本，需上架查找")
        self._holder().office.work.manual_search(command, self._officer(case_no))

    def _ask(self, case_no: str) -> None:
        self._asked.add(case_no)
        command = ReturnCommand(
            **self._where(case_no), question="请补充结婚证字号", reason="unclear"
        )
        self._holder().office.answer.return_request(command, self._officer(case_no))
        self.day.cases[case_no].asked = self.now
        self._in(self._time(self.pace.citizen), lambda: self._answered(case_no))

    def _answered(self, case_no: str) -> None:
        node = self._window()
        with node.base.house.book.read() as book:
            form = book.get_case(case_no).application
        if not form.query.other_party.name:
            form = with_other_party(form)
        command = AnswerQuestionCommand(
            case_no=case_no, holder_archive=self.holder, application=form
        )
        node.office.file_request.answer_question(command, self.world.actor(WINDOW, "clerk"))
        case = self.day.cases[case_no]
        assert case.asked is not None
        case.paused += self.now - case.asked

    # -- the nodes' own hands

    def _duties(self) -> None:
        for _ in range(8):
            self.now += timedelta(seconds=_TURN)
            done = sum(node.send_due() for node in self.network.nodes.values())
            done += self._holder().desks.search.run(50) + self._holder().issue.run(50)
            if not done:
                break
        self._look()
        self._next_claim()
        if self.pace.named:
            self._call()

    def _look(self) -> None:
        """What has come to the clerks' desk, and what has come back to the window."""
        with self._holder().base.house.book.read() as book:
            found = book.list_work(self.holder, ("candidates",), 200)
        for work in found:
            if work.case_no not in self._busy and work.case_no not in self._waiting:
                self._waiting.append(work.case_no)
                # The clock goes from event to event: one of them is the ladder's first step.
                self._in(_FIRST_STEP, lambda: None)
        with self._window().base.house.book.read() as book:
            for case_no, case in self.day.cases.items():
                if case.answered is None and self._is_answered(book.get_case(case_no)):
                    case.answered = self.now

    @staticmethod
    def _is_answered(case) -> bool:  # type: ignore[no-untyped-def]
        legs = case.legs
        fetched = bool(legs) and all(leg.state == "fetched" for leg in legs)
        return fetched or case.state == "not_found_confirmed"

    # -- small things

    def _window(self) -> SimulatedNode:
        return self.network.nodes["jiaxing"]

    def _holder(self) -> SimulatedNode:
        return self.network.nodes["jiaxing" if self.in_city else "shangrao"]

    def _officer(self, case_no: str):  # type: ignore[no-untyped-def]
        return self.world.actor(self.holder, self._user[case_no])

    def _where(self, case_no: str) -> dict[str, str]:
        return {"case_no": case_no, "holder_archive": self.holder}

    def _time(self, pace: tuple[float, float, float]) -> float:
        least, usual, most = pace
        return self.rng.triangular(least, most, usual)

    def _in(self, seconds: float, act: Callable[[], None]) -> None:
        self._at(self.now + timedelta(seconds=seconds), act)

    def _at(self, when: datetime, act: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._events, (when, self._count, act))


def _form(in_city: bool) -> Application:
    """The couple whose record is there and has an image."""
    if not in_city:
        return zhou()
    return zhou(
        applicant=Applicant(
            name="钱强",
            id_type="resident_id",
            id_no="330499198808081197",
            identity_assurance="chip_read",
        ),
        query=RecordQuery(
            category="marriage_registration",
            subject=SoughtPerson(
                name="钱强", sex="男", birth="1988-08-08", id_no="330499198808081197"
            ),
            other_party=SoughtPerson(name="沈丽华"),
            place="嘉兴市",
            period=Period(start="2012", end="2012"),
        ),
    )


def _build_world(folder: Path, tables: Path) -> NodeWorld:
    """The world of the tests, with a marriage at the window's own archive that has no image."""
    known = ROWS[WINDOW]
    ROWS[WINDOW] = (*known, _ON_PAPER)
    try:
        return build_node_world(folder, tables)
    finally:
        ROWS[WINDOW] = known


def _on_paper(in_city: bool) -> Application:
    """The couple whose record is there and has no image."""
    name, born, id_no, other, place, year = (
        ("徐国兴", "1987-03-04", "330499198703040110", "汤秀珍", "嘉兴市", "2011")
        if in_city
        else ("程国富", "1960-01-05", "361199196001050016", "汪秀英", "上饶县", "1986")
    )
    return zhou(
        applicant=Applicant(
            name=name, id_type="resident_id", id_no=id_no, identity_assurance="chip_read"
        ),
        query=RecordQuery(
            category="marriage_registration",
            subject=SoughtPerson(name=name, sex="男", birth=born, id_no=id_no),
            other_party=SoughtPerson(name=other),
            place=place,
            period=Period(start=year, end=year),
        ),
    )


def _at_home(form: Application) -> Application:
    query = replace(form.query, place="嘉兴市", period=Period(start="2012", end="2012"))
    return replace(form, query=query)


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
