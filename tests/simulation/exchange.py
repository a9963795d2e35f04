"""The exchange under a bad network and dying nodes: seeded, and counted at the end.

Requests are filed, reviewed, sent, searched, answered by a person (nothing found, refused,
referred, one more question, or a certificate) and settled, while the network loses, doubles and
reorders and either node dies at the edge of a transaction. Then both databases are read: what was
acknowledged is there and ended, once; both sides hold the same envelopes; the logs are whole.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from channel_world import wall_clock
from node_acts import as_on_the_image, zhou
from node_houses import NodeWorld
from node_places import PASSWORD
from node_world import build_node_world

from node.domain.application import Application
from node.domain.commands import (
    AnswerQuestionCommand,
    FileRequestCommand,
    NoRecordCommand,
    ReferCommand,
    RefuseCommand,
    ReleaseCommand,
    ReturnCommand,
    ReviewCommand,
    SealCommand,
    WorkCommand,
)
from node.domain.views import WorkDetail
from records.refusal import Refusal
from tests.simulation.checks import check, count_leaves
from tests.simulation.forms import raise_quota, stranger, with_other_party
from tests.simulation.in_process import Crash, Dice, SimulatedNode, open_node
from tests.simulation.network import Network, Weather

WINDOW, HOLDER = ("jiaxing", "330400"), ("shangrao", "361100")
KINDS = {"miss": 0.52, "refuse": 0.2, "refer": 0.1, "ask": 0.14, "hit": 0.04}
"""How the holder's clerk ends a request, and how often."""
STEP = timedelta(minutes=10)
BATCH = 25
"""Requests that are filed between two rounds of the nodes' own duties: no more than one clerk may
take in within ten minutes without an alert (node/domain/misuse.py)."""
CALM = Weather(lost=0.0, reply_lost=0.0, doubled=0.0, stale=0.0)
_MOST_TRIES = 60


@dataclass
class Outcome:
    """What a run came to."""

    seed: int
    requests: int = 0
    crashes: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    network: dict[str, int] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    leaves: int = 0

    @property
    def lost(self) -> int:
        return sum(finding.startswith("lost") for finding in self.findings)

    @property
    def duplicated(self) -> int:
        return sum(finding.startswith("duplicate") for finding in self.findings)


@dataclass
class _Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


class ExchangeRun:
    """One seeded run in a folder of its own."""

    def __init__(
        self,
        folder: Path,
        tables: Path,
        seed: int,
        weather: Weather | None = None,
        crash_rate: float = 0.002,
    ) -> None:
        self.rng = Random(f"exchange/{seed}")
        self.outcome = Outcome(seed=seed)
        self.clock = _Clock(wall_clock())
        self.world: NodeWorld = build_node_world(folder, tables)
        raise_quota(self.world)
        self.dice = Dice(Random(f"crashes/{seed}"), crash_rate)
        self.network = Network(
            Random(f"network/{seed}"), weather or Weather(), restart=self._restart
        )
        for node_id, _archive in (WINDOW, HOLDER):
            self.network.nodes[node_id] = open_node(
                self.world,
                node_id,
                self.clock,
                Random(f"{node_id}/{seed}"),
                self.network.to(node_id),
                self.dice,
            )
        self.acknowledged: dict[str, str] = {}
        """Case number → how the clerk is going to end it."""
        self._asked: set[str] = set()
        self._who = {
            (archive, user): self.world.actor(archive, user)
            for archive, users in (
                (WINDOW[1], ("clerk", "reviewer")),
                (HOLDER[1], ("dispatcher", "sealer")),
            )
            for user in users
        }

    def run(self, requests: int) -> Outcome:
        """So many requests were filed and carried to their end, and everything was checked."""
        for number in range(requests):
            self._insist(lambda number=number: self._file(number))
            if number % BATCH == BATCH - 1:
                self._round()
        self._settle()
        outcome = self.outcome
        outcome.requests = len(self.acknowledged)
        outcome.crashes = self.dice.thrown
        outcome.network = dict(sorted(self.network.counts.items()))
        outcome.findings += check(
            {node_id: node.base for node_id, node in self.network.nodes.items()},
            self.acknowledged,
        )
        outcome.leaves = count_leaves(
            {node_id: node.base for node_id, node in self.network.nodes.items()}
        )
        return outcome

    def close(self) -> None:
        for node in self.network.nodes.values():
            node.base.engine.dispose()

    # -- people

    def _file(self, number: int) -> None:
        office = self._node(WINDOW).office
        command = FileRequestCommand(
            client_key=f"sim-{number:08d}", application=self._form_of(number)
        )
        filed = office.file_request.file(command, self._who[WINDOW[1], "clerk"])
        # From here on it is acknowledged, whatever dies.
        if filed.case_no not in self.acknowledged:
            kind = self._kind_of(number)
            self.acknowledged[filed.case_no] = kind
            self.outcome.kinds[kind] += 1
        if filed.state == "submitted":
            review = ReviewCommand(case_no=filed.case_no, accept=True)
            office.review.review(review, self._who[WINDOW[1], "reviewer"])

    def _kind_of(self, number: int) -> str:
        rng = Random(f"kind/{self.outcome.seed}/{number}")
        return rng.choices(list(KINDS), list(KINDS.values()))[0]

    def _form_of(self, number: int) -> Application:
        return zhou() if self._kind_of(number) == "hit" else stranger(self.outcome.seed, number)

    def _decide(self, case_no: str) -> None:
        office, clerk = self._node(HOLDER).office, self._who[HOLDER[1], "dispatcher"]
        command = WorkCommand(case_no=case_no, holder_archive=HOLDER[1])
        detail = office.work.claim(command, clerk)
        kind, answer = self.acknowledged[case_no], office.answer
        where = {"case_no": case_no, "holder_archive": HOLDER[1]}
        if kind == "ask" and case_no not in self._asked:
            asked = ReturnCommand(**where, question="请补充对方姓名或结婚年份", reason="unclear")
            answer.return_request(asked, clerk)
            self._asked.add(case_no)
        elif kind == "refuse":
            answer.refuse(
                RefuseCommand(**where, reason_code="PROOF_MISSING", note="缺少必要的证明材料"),
                clerk,
            )
        elif kind == "refer":
            answer.refer(ReferCommand(**where, referral="信州区民政局婚姻登记处"), clerk)
        elif kind == "hit":
            self._certify(case_no, detail)
        else:
            answer.no_record(NoRecordCommand(**where, method="索引与原簿逐页查找"), clerk)

    def _certify(self, case_no: str, detail: WorkDetail) -> None:
        office = self._node(HOLDER).office
        where = {"case_no": case_no, "holder_archive": HOLDER[1]}
        dispatcher = self._who[HOLDER[1], "dispatcher"]
        if detail.summary.state != "released":
            confirm = as_on_the_image(case_no, HOLDER[1], detail.candidates[0])
            office.work.confirm(confirm, dispatcher)
            release = ReleaseCommand(**where, password=PASSWORD + "dispatcher")
            office.release.release(release, dispatcher)
        office.release.seal(
            SealCommand(**where, password=PASSWORD + "sealer"), self._who[HOLDER[1], "sealer"]
        )

    def _supplement(self, case_no: str) -> None:
        """The window answers the holder's question, unless it has done so."""
        node = self._node(WINDOW)
        with node.base.house.book.read() as book:
            case = book.get_case(case_no)
        if not case.paused_reason or not case.legs[0].question:
            return
        form = case.application
        more = with_other_party(form)
        command = AnswerQuestionCommand(case_no=case_no, holder_archive=HOLDER[1], application=more)
        node.office.file_request.answer_question(command, self._who[WINDOW[1], "clerk"])

    # -- nodes

    def _round(self) -> int:
        """Every node did what was due, and the officers what waits for them."""
        self.clock.now += STEP
        done = 0
        for where in (WINDOW, HOLDER):
            done += self._try(lambda where=where: self._node(where).send_due())
        done += self._try(lambda: self._node(HOLDER).desks.search.run(200))
        done += self._work()
        done += self._try(lambda: self._node(HOLDER).issue.run(200))
        done += self._try(lambda: self._node(HOLDER).send_due())
        for case_no in self._paused():
            done += self._try(lambda case_no=case_no: self._supplement(case_no) or 1)
        return done

    def _work(self) -> int:
        node = self._node(HOLDER)
        states = ("candidates", "identity_resolution", "holder_review", "manual_search", "released")
        with node.base.house.book.read() as book:
            waiting = book.list_work(HOLDER[1], states, 400)
        mine = [
            work.case_no
            for work in waiting
            if not (work.order is not None and len(work.order.signatures) > 1)
            and not (work.state == "manual_search" and work.answered_at is None)
        ]
        return sum(
            self._try(lambda case_no=case_no: self._decide(case_no) or 1) for case_no in mine
        )

    def _paused(self) -> list[str]:
        with self._node(WINDOW).base.house.book.read() as book:
            found = book.list_cases(WINDOW[1], ("supplement_required",), 400)
        return [case.case_no for case in found]

    def _settle(self) -> None:
        """The weather clears and nobody dies any more; everything comes to its end."""
        self.dice.rate, self.network.weather = 0.0, CALM
        for _ in range(_MOST_TRIES):
            if not self._round() and not self._left():
                return

    def _left(self) -> int:
        """Messages that are still to be delivered."""
        left = 0
        for node in self.network.nodes.values():
            with node.base.house.book.read() as book:
                left += book.counts()["outbox"]
        return left

    def _node(self, where: tuple[str, str]) -> SimulatedNode:
        return self.network.nodes[where[0]]

    def _restart(self, node_id: str) -> None:
        self.network.nodes[node_id] = self.network.nodes[node_id].restarted()

    def _try(self, act: Callable[[], int]) -> int:
        """What the act did; nothing where its node died or refused."""
        try:
            return act()
        except Crash as crash:
            self._restart(crash.node_id)
        except Refusal as refusal:
            self.outcome.kinds[f"refused {refusal.code}"] += 1
        return 0

    def _insist(self, act: Callable[[], None]) -> None:
        """A person at the counter tries again until it is done."""
        for _ in range(_MOST_TRIES):
            try:
                act()
            except Crash as crash:
                self._restart(crash.node_id)
            else:
                return
        raise AssertionError(f"seed {self.outcome.seed}: not done in {_MOST_TRIES} tries")
