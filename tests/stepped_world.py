"""Two real nodes in one process, moved step by step on one clock that the test turns.

Everything is the node's own code on its own SQLite files; only the wire between the two is a
function call, and the certificate service is the one of `fake_certificates`. Killing a node is
opening its folder anew: nothing is kept but what was committed.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from channel_world import wall_clock
from fake_certificates import FakeCertificates
from node_acts import as_on_the_image
from node_houses import NodeWorld
from node_places import PASSWORD
from node_world import build_node_world

from node.bootstrap import Base, Desks, make_desks, make_office, make_worker, open_base
from node.domain.application import Application
from node.domain.cases import OutboxMessage
from node.domain.commands import (
    FileRequestCommand,
    ReleaseCommand,
    ReviewCommand,
    SealCommand,
    WorkCommand,
)
from node.domain.officers import Actor
from node.domain.views import CaseProgress, WorkDetail
from node.services.arrivals import Arrival
from node.services.office import Office
from node.services.reception import Reception
from node.services.worker import Worker
from records.exchange import LocateQuestion
from records.refusal import Kind, Reason, Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import open_statement

AWAY = Reason("PARTNER_AWAY", Kind.UNAVAILABLE, "对方未应答", "away", "稍后", "later")


@dataclass
class Turned:
    """A clock that moves when it is told to."""

    now: datetime = field(default_factory=wall_clock)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> datetime:
        self.now += timedelta(**time)
        return self.now


@dataclass
class House:
    """One node, opened."""

    base: Base
    office: Office
    desks: Desks
    worker: Worker


@dataclass
class SteppedWorld:
    """嘉兴 asks, 上饶 holds."""

    world: NodeWorld
    clock: Turned
    houses: dict[str, House] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    """Nodes that answer nobody."""
    keys: int = 0

    def open(self, node_id: str) -> House:
        """The node from its folder, as after a kill."""
        old = self.houses.get(node_id)
        if old is not None:
            old.base.engine.dispose()
        base = open_base(self.world.nodes[node_id].data, self.clock, secrets.token_bytes)
        view = base.kept.current().view
        fake = FakeCertificates(lambda: view, self.clock, caller=node_id)
        desks = make_desks(base)
        worker = make_worker(base, desks, _Link(self, node_id), fake)
        self.houses[node_id] = House(base, make_office(base), desks, worker)
        return self.houses[node_id]

    def run(self, rounds: int = 12) -> None:
        """Both nodes work until nothing is due."""
        for _ in range(rounds):
            moved = sum(
                house.worker.run_once()
                for node_id, house in self.houses.items()
                if node_id not in self.away
            )
            if not moved:
                return

    def at(self, archive_code: str) -> House:
        return self.houses[self.world.node_of(archive_code).node_id]

    def actor(self, archive_code: str, user: str) -> Actor:
        return self.world.actor(archive_code, user)

    def file(self, form: Application) -> str:
        """Filed and reviewed at its window; sent on the next `run`."""
        self.keys += 1
        office, window = self.at(form.window_archive).office, form.window_archive
        command = FileRequestCommand(client_key=f"key-{self.keys:08}", application=form)
        filed = office.file_request.file(command, self.actor(window, "clerk"))
        office.review.review(
            ReviewCommand(case_no=filed.case_no, accept=True), self.actor(window, "reviewer")
        )
        return filed.case_no

    def claim(self, case_no: str, archive_code: str = "361100") -> WorkDetail:
        command = WorkCommand(case_no=case_no, holder_archive=archive_code)
        dispatcher = self.actor(archive_code, "dispatcher")
        return self.at(archive_code).office.work.claim(command, dispatcher)

    def confirm(self, case_no: str, archive_code: str = "361100") -> WorkDetail:
        """Claimed and every field of the first candidate compared."""
        candidate = self.claim(case_no, archive_code).candidates[0]
        command = as_on_the_image(case_no, archive_code, candidate)
        dispatcher = self.actor(archive_code, "dispatcher")
        return self.at(archive_code).office.work.confirm(command, dispatcher)

    def release(self, case_no: str, archive_code: str = "361100") -> WorkDetail:
        self.clock.pass_(seconds=40)
        command = ReleaseCommand(
            case_no=case_no, holder_archive=archive_code, password=PASSWORD + "dispatcher"
        )
        office = self.at(archive_code).office
        return office.release.release(command, self.actor(archive_code, "dispatcher"))

    def seal(self, case_no: str, archive_code: str = "361100") -> WorkDetail:
        command = SealCommand(
            case_no=case_no, holder_archive=archive_code, password=PASSWORD + "sealer"
        )
        office = self.at(archive_code).office
        return office.release.seal(command, self.actor(archive_code, "sealer"))

    def fulfil(self, case_no: str, archive_code: str = "361100") -> None:
        """From the holder's inbox to the certificate at the window."""
        self.run()
        self.confirm(case_no, archive_code)
        self.release(case_no, archive_code)
        self.seal(case_no, archive_code)
        self.run()

    def progress(self, case_no: str, archive_code: str = "330400") -> CaseProgress:
        office = self.at(archive_code).office
        return office.cases.progress(case_no, self.actor(archive_code, "clerk"))

    def leaves(self, archive_code: str, case_no: str = "") -> list[str]:
        """Kinds of the log's leaves, oldest first; state edges by the state they lead to."""
        figures = self.at(archive_code).base.figures
        rows = figures.leaves(archive_code, -1, 500, case_no)
        return [row.to_state if row.kind == "state" else row.kind for row in reversed(rows)]

    def close(self) -> None:
        for house in self.houses.values():
            house.base.engine.dispose()


class _Link:
    """`Partner` of one node: the others' use cases, called directly."""

    def __init__(self, world: SteppedWorld, sender: str) -> None:
        self._world = world
        self._sender = sender

    def _of(self, node_id: str) -> House:
        if node_id in self._world.away or self._sender in self._world.away:
            raise Refusal(AWAY)
        return self._world.houses[node_id]

    def send(self, message: OutboxMessage) -> Envelope:
        other = self._of(message.recipient)
        reception = Reception(other.base.house, other.desks.requests, other.desks.answers)
        return reception.receive(Arrival(sender=self._sender, envelope=message.envelope))

    def fetch_file(self, node_id: str, case_no: str, sha256: str) -> Iterator[bytes]:
        yield self._of(node_id).desks.files.give(self._sender, case_no, sha256)

    def locate(
        self, node_id: str, question: Envelope, act: Mapping[str, str], seconds: float = 10.0
    ) -> Envelope:
        other = self._of(node_id)
        house = other.base.house
        keys = house.directory.current().view.sign_keys(self._sender, house.clock())
        opened = open_statement(question, LocateQuestion, keys)
        return other.desks.locate.answer(Arrival(sender=self._sender, envelope=question), opened)


def build_stepped_world(folder: Path, tables: Path, **settings: object) -> SteppedWorld:
    """嘉兴 and 上饶, opened on one clock; `settings` go into both node.toml."""
    world = build_node_world(folder, tables, **settings)
    made = SteppedWorld(world=world, clock=Turned())
    for node_id in ("jiaxing", "shangrao"):
        made.open(node_id)
    return made


def with_relation(form: Application, relation: str, **applicant: str) -> Application:
    """The same form by an applicant in another capacity."""
    changed = replace(form.applicant, relation=relation, **applicant)  # type: ignore[arg-type]
    return replace(form, applicant=changed)
