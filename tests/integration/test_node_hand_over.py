"""The clock stops for a paper in the citizen's hand, and for nothing else."""

import secrets
from dataclasses import replace

import pytest
from node_acts import file_and_review, progress, zhou
from node_world import build_node_world

from node.bootstrap import open_base
from node.domain.commands import HandOverCommand
from records.exchange import DeliveredFile
from records.refusal import Refusal

FILE = DeliveredFile(
    number="361100-2026-000001", template="T1", sha256="a" * 64, size_bytes=9, pages=1
)


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder):
    return build_node_world(tmp_path_factory.mktemp("world"), table_folder)


@pytest.fixture(scope="module")
def book(world):
    return open_base(world.nodes["jiaxing"].data).house.book


def case_with(world, book, **leg) -> str:
    """A dispatched case whose only leg says this."""
    case_no = file_and_review(world, zhou(), key="key-" + secrets.token_hex(6))
    with book.write() as writer:
        case = writer.get_case(case_no)
        writer.save_case(replace(case, legs=(replace(case.legs[0], **leg),)))
    return case_no


def hand_over(world, case_no):
    command = HandOverCommand(case_no=case_no)
    return world.office("jiaxing").hand_over.hand_over(command, world.actor("330400", "clerk"))


@pytest.mark.parametrize(
    "leg",
    [
        {},
        {"state": "received"},
        {"state": "answered", "outcome": "HIT_UNIQUE", "files": (FILE,)},
        {"state": "answered", "outcome": "PENDING_MANUAL"},
        {"state": "silent", "outcome": "NODE_UNAVAILABLE"},
    ],
)
def test_nothing_is_handed_over_with_empty_hands(world, book, leg):
    case_no = case_with(world, book, **leg)
    with pytest.raises(Refusal, match="CASE_STATE"):
        hand_over(world, case_no)
    seen = progress(world, case_no).summary
    assert seen.state == "dispatched"
    assert not seen.clock.stopped


@pytest.mark.parametrize(
    "leg",
    [
        {"state": "fetched", "outcome": "HIT_UNIQUE", "files": (FILE,)},
        {"state": "answered", "outcome": "NO_RECORD_COVERED"},
    ],
)
def test_a_file_or_a_last_word_is_handed_over(world, book, leg):
    done = hand_over(world, case_with(world, book, **leg))
    assert (done.state, done.clock.stopped) == ("delivered", True)
