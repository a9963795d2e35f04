"""Nodes in one process on one clock, with crashes at the edges of their transactions.

Everything is the node's own code on its own SQLite files, with its own Ed25519 signatures; only
the wire is a function call, and three things cost less than they do in earnest: TLS and act
tokens fall away with the wire, officers' keys are unlocked once (argon2id would take a tenth of a
second for each signature), and the certificate service of `fake_certificates` returns small files.
A node that crashed is made anew on its database: nothing is kept but what was committed.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from random import Random

from fake_certificates import FakeCertificates
from node_houses import NodeWorld
from node_places import PASSWORD

from node.adapters.officer_keys import FileOfficerKeys
from node.bootstrap import Base, Desks, make_desks, make_office, open_base
from node.case_ports import Casebook, CaseReader, CaseWriter
from node.ports import Partner
from node.services.collect_files import CollectFiles
from node.services.deliver_messages import LEASE, DeliverMessages
from node.services.issue_extract import IssueExtract
from node.services.local_partner import LocalPartner
from node.services.office import Office
from node.services.settle_delivery import SettleDelivery
from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import encode
from trust.envelope.suites import PublicKey, Signer


class Crash(BaseException):
    """The node died; nothing that handles faults may catch this."""

    def __init__(self, node_id: str) -> None:
        super().__init__(node_id)
        self.node_id = node_id


class Dice:
    """When a node dies: before a transaction, with its work done but not committed, or after."""

    POINTS = ("before", "uncommitted", "after")

    def __init__(self, rng: Random, rate: float) -> None:
        self._rng = rng
        self.rate = rate
        self.thrown = 0

    def point(self) -> str:
        """Where the transaction that begins now will be cut; empty = it goes through."""
        if not self.rate or self._rng.random() >= self.rate:
            return ""
        self.thrown += 1
        return self._rng.choice(self.POINTS)


class CrashingBook:
    """`Casebook` whose writers die now and then."""

    def __init__(self, book: Casebook, node_id: str, dice: Dice) -> None:
        self._book, self._node_id, self._dice = book, node_id, dice

    @contextmanager
    def read(self) -> Iterator[CaseReader]:
        with self._book.read() as reader:
            yield reader

    @contextmanager
    def write(self) -> Iterator[CaseWriter]:
        point = self._dice.point()
        if point == "before":
            raise Crash(self._node_id)
        with self._book.write() as writer:
            yield writer
            if point == "uncommitted":
                raise Crash(self._node_id)
        if point == "after":
            raise Crash(self._node_id)

    def make_proof(self, archive_code: str, index: int, now: datetime) -> str:
        return self._book.make_proof(archive_code, index, now)


class UnlockedKeys:
    """`OfficerKeys` that unwraps each key once."""

    def __init__(self, keys: FileOfficerKeys) -> None:
        self._keys = keys
        self._signers: dict[tuple[str, str], Signer] = {}

    def create(self, archive_code: str, user: str, password: str) -> PublicKey:
        return self._keys.create(archive_code, user, password)

    def unlock(self, archive_code: str, user: str, password: str) -> Signer:
        assert password == PASSWORD + user
        key = (archive_code, user)
        if key not in self._signers:
            self._signers[key] = self._keys.unlock(archive_code, user, password)
        return self._signers[key]


class SmallCertificates(FakeCertificates):
    """The same checks, a file of a few hundred bytes."""

    def issue(
        self, release_id: str, certificate_proof: str, keys: Sequence[Envelope] = ()
    ) -> bytes:
        super().issue(release_id, certificate_proof, keys)
        return b"%PDF-small " + encode(self.prepared[release_id].order)[:400]


@dataclass
class SimulatedNode:
    """One node, opened; what it remembers of its partners dies with it."""

    node_id: str
    base: Base
    office: Office
    """The officers' pages: a process of their own, which holds nothing either."""
    partner: Callable[[str], Partner]
    certificates: FakeCertificates

    @cached_property
    def desks(self) -> Desks:
        return make_desks(self.base)

    @cached_property
    def deliver(self) -> DeliverMessages:
        house = self.base.house
        collect = CollectFiles(house, self._reach, self.base.images)
        settle = SettleDelivery(house)
        return DeliverMessages(house, self._reach, settle, collect, self.base.log)

    @cached_property
    def issue(self) -> IssueExtract:
        base = self.base
        return IssueExtract(
            base.house, self.certificates, base.images, base.staff, base.folder, base.log
        )

    @cached_property
    def _local(self) -> Partner:
        house, desks = self.base.house, self.desks
        return LocalPartner(house, desks.requests, desks.answers, desks.locate, desks.files)

    def _reach(self, node_id: str) -> Partner:
        return self._local if node_id == self.node_id else self.partner(node_id)

    def send_due(self, limit: int = 200) -> int:
        """Due messages were sent, on this thread and in order; how many."""
        now = self.base.house.clock()
        with self.base.house.book.write() as book:
            leased = book.lease_messages(now, now + LEASE, limit)
        for message in leased:
            self.deliver.send(message)
        return len(leased)

    def restarted(self) -> "SimulatedNode":
        """The node anew, on what was committed."""
        return SimulatedNode(self.node_id, self.base, self.office, self.partner, self.certificates)


def open_node(
    world: NodeWorld,
    node_id: str,
    clock: Callable[[], datetime],
    rng: Random,
    partner: Callable[[str], Partner],
    dice: Dice,
) -> SimulatedNode:
    """The node of `world` on the simulated clock and chance."""
    data: Path = world.nodes[node_id].data
    base = open_base(data, clock, rng.randbytes)
    house = replace(base.house, book=CrashingBook(base.house.book, node_id, dice))
    base = replace(base, house=house, officer_keys=UnlockedKeys(FileOfficerKeys(data / "officers")))
    view = base.kept.current().view
    certificates = SmallCertificates(lambda: view, clock, caller=node_id)
    return SimulatedNode(node_id, base, make_office(base), partner, certificates)


def refused(act: Callable[[], object]) -> str:
    """The code with which the act was refused; empty = it was done."""
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return ""
