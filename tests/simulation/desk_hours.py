"""Days at the window and at the partner's desks: real code, simulated people, one simulated clock.

Citizens come at random, twenty an hour. A clerk files, a reviewer accepts; two clerks at the
holder claim what waits, compare, ask a question or mark a shelf search; a seal keeper seals. What
the index knows to be on paper only goes to the shelves by itself. Every act is the product's own
use case at the moment of the simulated clock; only how long a person takes is drawn (`Pace`). What
is measured is the time from the filed form to the answer at the window, pauses for questions and
lunches counted in.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

from channel_world import wall_clock
from node_acts import as_on_the_image
from node_places import PASSWORD
from node_staff import hire

from node.domain.commands import (
    AnswerQuestionCommand,
    FileRequestCommand,
    NoRecordCommand,
    ReleaseCommand,
    ReturnCommand,
    ReviewCommand,
    SealCommand,
    WorkCommand,
)
from node.services.escalate import Escalate
from tests.simulation.desk_citizens import WINDOW, Citizens, build_desk_world
from tests.simulation.desk_day import CaseTime, Day, Pace
from tests.simulation.forms import raise_quota, with_other_party
from tests.simulation.in_process import Dice, SimulatedNode, open_node
from tests.simulation.network import Network, Weather
from tests.simulation.timetable import Timetable

CALM = Weather(lost=0.0, reply_lost=0.0, doubled=0.0, stale=0.0)
_NOON, _AWAY = timedelta(hours=3, minutes=30), timedelta(hours=1)
_CLOSED = timedelta(hours=1, minutes=30)
NAMED, _VISITOR = "named", -1
_FIRST_STEP = 181.0
"""Seconds: just after the first step of the ladder (three minutes)."""
_TURN = 0.1
"""Seconds between two rounds of a node's own duties."""


class DeskHours:
    """One run: a window, a holder, their people."""

    def __init__(
        self, folder: Path, tables: Path, seed: int, *, in_city: bool, pace: Pace | None = None
    ) -> None:
        self.pace, self.in_city = pace or Pace(), in_city
        self.rng = Random(f"desk/{seed}/{in_city}")
        self._citizens = Citizens(self.rng, self.pace, seed, in_city=in_city)
        self._times = Timetable(wall_clock())
        self.began = self._times.now
        where = "in-city" if in_city else "cross-archive"
        lunch = "in turn" if self.pace.in_turn else "together"
        called = ", called" if self.pace.named else ""
        self.day = Day(f"{where}, lunch {lunch}{called}", seed)
        self.world = build_desk_world(folder, tables)
        raise_quota(self.world)
        self.network = Network(Random(seed), CALM)
        dice = Dice(Random(seed), 0.0)
        for node_id in ("jiaxing",) if in_city else ("jiaxing", "shangrao"):
            line = self.network.to(node_id)
            rng = Random(f"{node_id}/{seed}")
            self.network.nodes[node_id] = open_node(
                self.world, node_id, lambda: self._times.now, rng, line, dice
            )
        self.holder = WINDOW if in_city else "361100"
        self._user: dict[str, str] = {}
        self._coming = False
        if self.pace.named:
            hire(self.world, self.holder, NAMED, ("release_dispatcher",))
        base, roster = self._holder().base, {self.holder: (NAMED,)}
        self._escalate = Escalate(base.house, base.staff, roster, base.log)
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
        for at in list(self._citizens.come(self.began, end)):
            if self.pace.in_turn or not _NOON <= at - self.began < _NOON + _CLOSED:
                self._times.at(at, self._arrive)
        for clerk in range(self.pace.clerks):
            turn = _AWAY * clerk if self.pace.in_turn else timedelta()
            self._times.at(self.began + _NOON + turn, lambda clerk=clerk: self._lunch(clerk))
        self._times.run(self._duties)
        return self.day

    def close(self) -> None:
        for node in self.network.nodes.values():
            node.base.engine.dispose()

    # -- what happens

    def _arrive(self) -> None:
        number = len(self.day.cases)
        kind, form = self._citizens.draw(number)
        command = FileRequestCommand(client_key=f"desk-{number:08d}", application=form)
        clerk = self.world.actor(WINDOW, "clerk")
        filed = self._window().office.file_request.file(command, clerk)
        self.day.cases[filed.case_no] = CaseTime(kind, self._times.now)
        self._review_queue.append(filed.case_no)
        self._next_review()

    def _next_review(self) -> None:
        if self._review_queue and self._idle["reviewer"]:
            self._idle["reviewer"] -= 1
            case_no = self._review_queue.pop(0)
            self._times.after(self._time(self.pace.review), lambda: self._reviewed(case_no))

    def _reviewed(self, case_no: str) -> None:
        command = ReviewCommand(case_no=case_no, accept=True)
        self._window().office.review.review(command, self.world.actor(WINDOW, "reviewer"))
        self._idle["reviewer"] += 1
        self._next_review()

    def _lunch(self, clerk: int) -> None:
        together = not self.pace.in_turn
        if clerk not in self._free_clerks or (together and self._is_open()):
            # Finishes the case in hand first, or all that had come before the window closed.
            self._times.after(5.0, lambda: self._lunch(clerk))
            return
        self._free_clerks.remove(clerk)
        back = self.began + _NOON + _CLOSED if together else self._times.now + _AWAY
        self._times.at(max(back, self._times.now), lambda: self._back(clerk))

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
        self._times.after(
            self._time(takes), lambda act=act, no=case_no, who=clerk: self._do(act, no, who)
        )

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
            self._times.after(self._time(self.pace.come), self._come)

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
        confirm = as_on_the_image(case_no, self.holder, detail.candidates[0])
        office.work.confirm(confirm, officer)
        release = ReleaseCommand(**where, password=PASSWORD + self._user[case_no])
        office.release.release(release, officer)
        self._seal_queue.append(case_no)
        self._next_seal()

    def _next_seal(self) -> None:
        if self._seal_queue and self._idle["keeper"]:
            self._idle["keeper"] -= 1
            case_no = self._seal_queue.pop(0)
            self._times.after(self._time(self.pace.seal), lambda: self._sealed(case_no))

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
        self.day.cases[case_no].asked = self._times.now
        self._times.after(self._time(self.pace.citizen), lambda: self._answered(case_no))

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
        case.paused += self._times.now - case.asked

    # -- the nodes' own hands

    def _duties(self) -> None:
        for _ in range(8):
            self._times.now += timedelta(seconds=_TURN)
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
                self._times.after(_FIRST_STEP, lambda: None)
        with self._window().base.house.book.read() as book:
            for case_no, case in self.day.cases.items():
                if case.answered is None and self._is_answered(book.get_case(case_no)):
                    case.answered = self._times.now

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
