"""kill -9 at every transaction of the holder and the window: one effect, nothing lost (F1-F5).

The kill is a BaseException that no handler of ours catches, raised just before or just after a
commit; the next worker starts from the database alone, as a new process would.
"""

from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from fake_certificates import FakeCertificates
from node_acts import confirm_first, file_and_review, progress, release_and_seal, zhou
from node_world import build_node_world

from certificate_service.domain.order_reasons import ORDER_STALE
from node.bootstrap import make_desks, make_worker, open_base
from records.refusal import Refusal
from trust.channel.reasons import PARTNER_UNAVAILABLE
from trust.transparency.audit import verify_log
from trust.transparency.checkpoint import log_origin
from trust.transparency.leaf import decode_leaf
from trust.transparency.log import TransparencyLog

LATER = timedelta(seconds=45)
"""Longer than a lease and than any first wait."""


class Killed(BaseException):
    """The process is gone."""


class CrashingBook:
    """A case database whose process dies at the n-th write, before or after its commit.

    A process dies with all its threads: whoever writes afterwards finds itself dead as well.
    """

    def __init__(self, book, dies_at: int, after: bool) -> None:
        self.book, self.dies_at, self.after = book, dies_at, after
        self.writes = count(1)
        self.dead = False

    @contextmanager
    def write(self):
        if self.dead:
            raise Killed
        dying = next(self.writes) == self.dies_at
        with self.book.write() as writer:
            yield writer
            if dying and not self.after:
                self.dead = True
                raise Killed
        if dying:
            self.dead = True
            raise Killed

    def __getattr__(self, name):
        return getattr(self.book, name)


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder):
    return build_node_world(tmp_path_factory.mktemp("world"), table_folder)


def run_with_crash(base, fake, dies_at, after):
    """Whether the worker died; it has started anew and finished."""
    book = CrashingBook(base.house.book, dies_at, after)
    crashing = replace(base, house=replace(base.house, book=book))
    with suppress(Killed):
        make_worker(crashing, make_desks(crashing), None, fake).run_until_idle()
    # A dead sender's leases run out; the clock of the next process is later.
    later = replace(base, house=replace(base.house, clock=lambda: base.house.clock() + LATER))
    make_worker(later, make_desks(later), None, fake).run_until_idle()
    return book.dead


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("after", [False, True], ids=["before commit", "after commit"])
def test_a_kill_at_any_write_leaves_one_certificate(world, after):
    base = open_base(world.nodes["shangrao"].data)
    fake = FakeCertificates(lambda: base.kept.current().view, base.house.clock, "shangrao")
    kills, dies_at = 0, 0
    died = True
    while died:
        dies_at += 1
        case_no = file_and_review(
            world, zhou(window_archive="361100"), key=f"key-crash-{after}-{dies_at:04d}"
        )
        died = run_with_crash(base, fake, dies_at, after)
        confirm_first(world, case_no, "361100")
        release_and_seal(world, case_no, "361100")
        died = run_with_crash(base, fake, dies_at, after) or died
        kills += died
        seen = progress(world, case_no, "361100")
        assert seen.summary.state == "sealed", (dies_at, seen.summary.state, seen.legs)
        assert len(seen.certificates) == 1
        with base.house.book.read() as book:
            assert book.get_work(case_no, "361100").state == "delivered"
            assert book.list_messages("waiting", 5) == []
            told = book.case_events(case_no, "holder", "361100")
        # A claim is told in the state that it leaves as it is.
        states = [event.state for event in told if event.code != "claimed"]
        assert len(states) == len(set(states)), "every edge once"
    assert kills >= 10
    issued = [name for name, release in fake.prepared.items()]
    assert set(fake.confirmed) == set(issued)
    numbers = list(fake.numbers.values())
    assert len(set(numbers)) == len(numbers)
    key = base.folder.log_signers(["361100"])["361100"].public_key
    with base.engine.connect() as connection:
        verify_log(connection, log_origin(base.house.trust_domain, "361100"), keys=[key])


def test_service_failing_at_each_step_is_tried_again(world):
    base = open_base(world.nodes["shangrao"].data)
    fake = FakeCertificates(lambda: base.kept.current().view, base.house.clock, "shangrao")
    case_no = file_and_review(world, zhou(window_archive="361100"), key="key-fail-00001")
    worker = make_worker(base, make_desks(base), None, fake)
    worker.run_until_idle()
    confirm_first(world, case_no, "361100")
    release_and_seal(world, case_no, "361100")
    clock = base.house.clock
    for step in range(3):
        fake.fail = [Refusal(PARTNER_UNAVAILABLE)]
        later = replace(
            base, house=replace(base.house, clock=lambda n=step: clock() + LATER * (n + 1))
        )
        make_worker(later, make_desks(later), None, fake).run_once()
    final = replace(base, house=replace(base.house, clock=lambda: clock() + LATER * 9))
    make_worker(final, make_desks(final), None, fake).run_until_idle()
    assert progress(world, case_no, "361100").summary.state == "sealed"
    assert len(fake.confirmed) == 1


def test_another_leaf_at_the_reserved_index_begins_again_with_the_same_number(world):
    base = open_base(world.nodes["shangrao"].data)

    class Interrupting(FakeCertificates):
        """A colleague looks at an image while the service prepares."""

        def prepare(self, head, pages):
            token = super().prepare(head, pages)
            if len(self.prepared) == 1 and not self.seen:
                self.seen = True
                with base.house.book.write() as book:
                    book.note("361100", "", "image_viewed", "361100/x", base.house.clock())
            return token

        seen = False

    fake = Interrupting(lambda: base.kept.current().view, base.house.clock, "shangrao")
    worker = make_worker(base, make_desks(base), None, fake)
    case_no = file_and_review(world, zhou(window_archive="361100"), key="key-index-0001")
    worker.run_until_idle()
    confirm_first(world, case_no, "361100")
    release_and_seal(world, case_no, "361100")
    worker.run_until_idle()
    assert fake.seen
    assert progress(world, case_no, "361100").summary.state == "sealed"
    assert len(fake.confirmed) == 1


def test_a_decided_refusal_voids_the_number_and_brings_the_case_back(world):
    base = open_base(world.nodes["shangrao"].data)
    fake = FakeCertificates(lambda: base.kept.current().view, base.house.clock, "shangrao")
    worker = make_worker(base, make_desks(base), None, fake)
    case_no = file_and_review(world, zhou(window_archive="361100"), key="key-void-00001")
    worker.run_until_idle()
    confirm_first(world, case_no, "361100")
    release_and_seal(world, case_no, "361100")
    fake.fail = [Refusal(ORDER_STALE)]
    worker.run_until_idle()
    with base.house.book.read() as book:
        work = book.get_work(case_no, "361100")
        assert (work.state, work.order) == ("holder_review", None)
        last = book.case_events(case_no, "holder", "361100")[-1]
        assert last.code == "ORDER_STALE"
    release_and_seal(world, case_no, "361100")
    worker.run_until_idle()
    assert progress(world, case_no, "361100").summary.state == "sealed"
    (number,) = fake.numbers.values()
    serials = [int(number[-6:])]
    log = TransparencyLog()
    origin = log_origin(base.house.trust_domain, "361100")
    with base.engine.connect() as connection:
        leaves = [
            decode_leaf(log.leaf(connection, origin, index))
            for index in range(log.size(connection, origin))
        ]
    void = [leaf for leaf in leaves if leaf.kind == "void" and leaf.case == case_no]
    assert [leaf.note for leaf in void] == [f"serial {serials[0] - 1}"]
