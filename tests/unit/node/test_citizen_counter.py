"""The archive's half of the letter box: what is not for us, what is broken, what is busy."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from node.citizen_ports import TakenLetter
from node.domain.application import Application
from node.domain.citizen_keys import close
from node.domain.citizens import (
    ADD,
    FILE,
    RECEIVED,
    WITHDRAW,
    CitizenLetter,
    ProvenPerson,
    SealedPaper,
)
from node.domain.commands import FileRequestCommand
from node.domain.real_name import audience_of
from node.domain.reasons import CASE_CHANGED
from node.services.citizen_counter import CitizenCounter, CounterParts
from node.services.real_name_words import RealNameWords, sign_word
from records.exchange import Applicant
from records.queries import RecordQuery
from records.refusal import Refusal
from trust.envelope.suites import PublicKey, kid_of
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.post.sealing import Address, seal
from trust.store.reasons import STORE_BUSY

NOW = datetime(2026, 11, 21, tzinfo=UTC)
KEY = X25519PrivateKey.generate()
PROVIDER = Ed25519Signer.from_private(new_ed25519())
AUDIENCE = audience_of("jiaxing", "demo.invalid")
VIEW_KEY = secrets.token_bytes(32)


@dataclass
class World:
    """A box, an archive that can be made to fail, and what was said to the citizen."""

    letters: list[TakenLetter] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    filed: int = 0
    applicants: list[Applicant] = field(default_factory=list)
    fault: Exception | None = None
    box: dict[str, bytes] = field(default_factory=dict)
    kept: list[bytes] = field(default_factory=list)

    def read_paper(self, paper_id: str) -> bytes | None:
        return self.box.get(paper_id)

    def drop_paper(self, paper_id: str) -> None:
        self.box.pop(paper_id, None)

    def put(self, data: bytes) -> str:
        self.kept.append(data)
        return hashlib.sha256(data).hexdigest()

    def paper(
        self, data: bytes, kind: str = "id_card", media_type: str = "image/png"
    ) -> SealedPaper:
        """It lies in the box, sealed as a letter will say."""
        made = SealedPaper(
            paper_id=secrets.token_hex(12),
            key=secrets.token_bytes(32),
            kind=kind,
            sha256=hashlib.sha256(data).hexdigest(),
            media_type=media_type,
        )
        self.box[made.paper_id] = close(made.key, data, made.paper_id, secrets.token_bytes)
        return made

    def take(self, limit: int) -> Sequence[TakenLetter]:
        return self.letters[:limit]

    def put_away(self, sequence: int) -> None:
        self.letters = [one for one in self.letters if one.sequence != sequence]

    def prune(self, now: datetime) -> int:
        return 0

    def add(self, row: object) -> object:
        return row

    def find(self, **_: str) -> object:
        return SimpleNamespace(case_no="LT-330400-20261121-0001", view_key=VIEW_KEY)

    def name_case(self, *_: str) -> None:
        return

    def file(self, command: FileRequestCommand, _actor: object) -> object:
        if self.fault is not None:
            raise self.fault
        self.filed += 1
        self.applicants.append(command.application.applicant)
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

    def send(
        self,
        sequence: int,
        *,
        recipient: str = "jiaxing",
        named: str = "",
        asker: ProvenPerson | None = None,
        papers: tuple[SealedPaper, ...] = (),
        **changes: object,
    ) -> None:
        """A letter with an application, sealed for us."""
        filing_id = f"{sequence:032x}"
        letter = CitizenLetter(
            kind=FILE,
            filing_id=filing_id,
            view_key=VIEW_KEY,
            application=form(**changes),
            papers=papers,
            asker=asker if asker is not None else proven(),
        )
        address = Address(
            message_id=f"{named or filing_id}.aa", sender="citizen", recipient=recipient
        )
        sealed = seal(msgspec.json.encode(letter), KEY.public_key(), address)
        self.letters.append(TakenLetter(sequence=sequence, sealed=sealed))


def proven(**changes: object) -> ProvenPerson:
    """周金水, as the provider signed it a minute ago."""
    signed = {"audience": AUDIENCE, "at": NOW - timedelta(minutes=1), "signer": PROVIDER}
    signed |= {name: changes.pop(name) for name in tuple(changes) if name in signed}
    person = ProvenPerson(
        name="周金水",
        id_type="resident_id",
        id_no="361199196211050313",
        mobile="13800001111",
        assurance="national_net_id",
    )
    return sign_word(replace(person, **changes), **signed)  # type: ignore[arg-type]


def form(relation: str = "party", **changes: object) -> Application:
    applicant = Applicant(
        name="周金水", id_type="resident_id", id_no="361199196211050313", relation=relation
    )
    made = Application(
        window_archive="330400",
        applicant=applicant,
        query=RecordQuery(category="marriage_registration"),
        purpose="property",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


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
        words=RealNameWords({PROVIDER.kid: PublicKey.from_raw(PROVIDER.public_raw)}, AUDIENCE),
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


STRANGER = Ed25519Signer.from_private(new_ed25519())


@pytest.mark.parametrize(
    "asker",
    [
        replace(proven(), word=b""),
        replace(proven(), word=b"{}"),
        proven(signer=STRANGER),
        proven(audience=audience_of("pudong", "demo.invalid")),
        proven(at=NOW - timedelta(days=7, seconds=1)),
        proven(at=NOW + timedelta(minutes=6)),
        proven(assurance="chip_read"),
        replace(proven(name="陈桂芳"), name="周金水"),
        replace(proven(), id_no="332199195202140756"),
        replace(proven(assurance="asserted"), assurance="national_net_id"),
        replace(proven(), mobile="13899999999"),
        proven(name="陈桂芳", id_no="332199195202140756"),
    ],
)
def test_the_box_cannot_say_who_somebody_is(world, counter, asker):
    world.send(1, asker=asker)
    counter.run()
    assert (world.filed, world.letters) == (0, [])
    assert world.refused == ["CITIZEN_IDENTITY_UNPROVEN"]


def test_identity_is_known_as_well_as_its_provider_proved_it(world, counter):
    world.send(1, asker=proven(assurance="document_photo"))
    counter.run()
    assert [one.identity_assurance for one in world.applicants] == ["document_photo"]


def test_without_a_pinned_provider_a_citizen_is_only_asserted(world, counter):
    counter._words = RealNameWords({}, AUDIENCE)
    world.send(1, asker=replace(proven(), word=b""))
    counter.run()
    assert [one.identity_assurance for one in world.applicants] == ["asserted"]


@pytest.mark.parametrize("kind", [ADD, WITHDRAW, RECEIVED])
def test_whoever_cannot_read_the_answers_cannot_act_on_a_filing(world, counter, kind):
    filing_id = f"{7:032x}"
    letter = CitizenLetter(kind=kind, filing_id=filing_id, view_key=secrets.token_bytes(32))
    address = Address(message_id=f"{filing_id}.aa", sender="citizen", recipient="jiaxing")
    sealed = seal(msgspec.json.encode(letter), KEY.public_key(), address)
    world.letters.append(TakenLetter(sequence=7, sealed=sealed))
    counter.run()
    assert world.refused == ["CITIZEN_LETTER"] and world.letters == []


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
PAGE = b"<!doctype html><script src=/review/x/paper/y></script>"
SCRIPT = b"fetch('/seal', {method: 'POST'})"


def test_a_photograph_that_the_citizen_took_is_kept(world, counter):
    world.send(1, papers=(world.paper(PNG),))
    counter.run()
    assert (world.filed, world.kept, world.box) == (1, [PNG], {})


@pytest.mark.parametrize(
    ("data", "kind", "media_type"),
    [
        (PAGE, "id_card", "text/html"),
        (PAGE, "id_card", "image/png"),
        (SCRIPT, "id_card", "text/javascript"),
        (PNG, "id_card", "text/html"),
        (PNG, "id_card", "image/svg+xml"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "id_card", "image/svg+xml"),
        (PNG, "周金水", "image/png"),
    ],
)
def test_the_box_cannot_bring_pages_and_scripts_to_the_officers(
    world, counter, data, kind, media_type
):
    """An officer opens papers under the console's own address: there only pictures may lie."""
    world.send(1, papers=(world.paper(data, kind, media_type),))
    counter.run()
    assert (world.filed, world.kept, world.refused) == (0, [], ["CITIZEN_LETTER"])


def test_a_letter_with_papers_without_end_is_refused_before_one_is_kept(world, counter):
    world.send(1, papers=tuple(world.paper(PNG) for _ in range(21)))
    counter.run()
    assert (world.filed, world.kept, world.refused) == (0, [], ["CITIZEN_LETTER"])


@pytest.mark.parametrize(
    "changes",
    [
        {"relation": "court"},
        {"relation": "agency"},
        {"relation": "civil_affairs"},
        {"relation": "notary"},
        {"output": "fields", "requested_fields": ("name",)},
        {"holders": ("361100",) * 50},
    ],
)
def test_nobody_is_a_court_or_an_authority_by_phone(world, counter, changes):
    world.send(1, **changes)
    counter.run()
    assert (world.filed, world.refused) == (0, ["CITIZEN_LETTER"])
