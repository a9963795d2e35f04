"""The archive's half of the letter box: what is not for us, what is broken, what is busy."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from node.citizen_ports import TakenLetter
from node.domain.application import Application
from node.domain.citizens import FILE, CitizenLetter
from node.domain.reasons import CASE_CHANGED
from node.services.citizen_counter import CitizenCounter, CounterParts
from records.exchange import Applicant
from records.queries import RecordQuery
from records.refusal import Refusal
from trust.envelope.suites import kid_of
from trust.post.sealing import Address, seal
from trust.store.reasons import STORE_BUSY

NOW = datetime(2026, 11, 21, tzinfo=UTC)
KEY = X25519PrivateKey.generate()


@dataclass
class World:
    """A box, an archive that can be made to fail, and what was said to the citizen."""

    letters: list[TakenLetter] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    filed: int = 0
    fault: Exception | None = None

    def take(self, limit: int) -> Sequence[TakenLetter]:
        return self.letters[:limit]

    def put_away(self, sequence: int) -> None:
        self.letters = [one for one in self.letters if one.sequence != sequence]

    def prune(self, now: datetime) -> int:
        return 0

    def add(self, row: object) -> object:
        return row

    def name_case(self, *_: str) -> None:
        return

    def file(self, *_: object) -> object:
        if self.fault is not None:
            raise self.fault
        self.filed += 1
        return SimpleNamespace(case_no="LT-330400-20261121-0001")

    def follow(self) -> int:
        return 0

    def tell(self, case_no: str) -> int:
        return 1

    def looks(self, letter: CitizenLetter) -> None:
        return

    def refuse(self, letter: CitizenLetter, refusal: Refusal) -> None:
        self.refused.append(refusal.code)

    def note(self, event: str, **_: object) -> None:
        self.notes.append(event)

    def send(self, sequence: int, *, recipient: str = "jiaxing", named: str = "") -> None:
        """A letter with an application, sealed for us."""
        filing_id = f"{sequence:032x}"
        letter = CitizenLetter(
            kind=FILE, filing_id=filing_id, view_key=secrets.token_bytes(32), application=form()
        )
        address = Address(
            message_id=f"{named or filing_id}.aa", sender="citizen", recipient=recipient
        )
        sealed = seal(msgspec.json.encode(letter), KEY.public_key(), address)
        self.letters.append(TakenLetter(sequence=sequence, sealed=sealed))


def form() -> Application:
    return Application(
        window_archive="330400",
        applicant=Applicant(name="周金水", id_type="resident_id", id_no="361199196211050313"),
        query=RecordQuery(category="marriage_registration"),
        purpose="property",
    )


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def counter(world: World) -> CitizenCounter:
    house = SimpleNamespace(
        node_id="jiaxing",
        clock=lambda: NOW,
        random=secrets.token_bytes,
        require_archive=lambda code: "嘉兴市档案馆",
        archives={"330400": "嘉兴市档案馆"},
    )
    parts = CounterParts(
        box=world,  # type: ignore[arg-type]
        ledger=world,  # type: ignore[arg-type]
        keys={kid_of(KEY.public_key().public_bytes_raw()): KEY},
        papers=world,  # type: ignore[arg-type]
    )
    return CitizenCounter(house, parts, (world, world), world, world)  # type: ignore[arg-type]


def test_a_letter_becomes_a_case_and_is_gone(world, counter):
    world.send(1)
    assert counter.run() >= 1
    assert (world.filed, world.letters, world.refused) == (1, [], [])


@pytest.mark.parametrize("changes", [{"recipient": "pudong"}, {"named": "f" * 32}])
def test_what_is_not_for_this_filing_is_not_opened(world, counter, changes):
    world.send(1, **changes)
    counter.run()
    assert (world.filed, world.letters) == (0, [])
    assert "citizen_letter_refused" in world.notes


def test_a_letter_that_was_altered_is_thrown_away(world, counter):
    world.send(1)
    (taken,) = world.letters
    broken = bytearray(taken.sealed.ciphertext)
    broken[40] ^= 1
    sealed = taken.sealed
    world.letters = [
        TakenLetter(
            sequence=1,
            sealed=replace(sealed, ciphertext=bytes(broken)),
        )
    ]
    counter.run()
    assert (world.filed, world.letters) == (0, [])


@pytest.mark.parametrize("reason", [STORE_BUSY, CASE_CHANGED])
def test_what_is_busy_is_tried_again_without_end(world, counter, reason):
    world.send(1)
    world.fault = Refusal(reason)
    for _ in range(120):
        counter.run()
    assert len(world.letters) == 1 and world.refused == []
    world.fault = None
    counter.run()
    assert (world.filed, world.letters) == (1, [])


def test_a_letter_that_breaks_us_holds_nobody_up_and_is_dropped_in_the_end(world, counter):
    world.send(1)
    world.fault = RuntimeError("boom")
    counter.run()
    world.fault = None
    first = world.letters[0]
    world.send(2)
    counter.run()
    assert world.filed == 2, "the next round took both"
    world.letters, world.fault = [first], RuntimeError("boom")
    for _ in range(60):
        counter.run()
    assert world.letters == [] and "citizen_letter_dropped" in world.notes
