"""Nothing is believed of a device but what its paired key signed, for us, now, once."""

import base64
import json
import secrets
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from device_helper import Helper
from fake_office import STAFF, Clock, actor_of

from node.adapters.desk_tables import ensure_desk_tables
from node.adapters.sql_screens import SqlDevices
from node.domain.officers import Actor
from node.services.hear_devices import HearDevices
from records.refusal import Refusal
from trust.store.engine import open_engine

SITE = "https://desk.demo.invalid"


class Stand:
    """One archive's window with one helper."""

    def __init__(self, folder: Path) -> None:
        engine = open_engine(f"sqlite:///{folder / 'desk.db'}")
        ensure_desk_tables(engine)
        self.clock = Clock()
        self.devices = HearDevices(SqlDevices(engine), self.clock, secrets.token_bytes)
        self.clerk: Actor = actor_of(STAFF[0])
        self.helper = Helper(origins={SITE})

    def introduce(self, **changes: str) -> str:
        return self.helper.introduce(self.devices.ask(self.clerk), changes.get("origin", SITE))

    def pair(self) -> None:
        self.devices.pair(self.introduce(), self.helper.code(SITE), SITE, self.clerk)

    def said(self, purpose: str = "id_card", challenge: str = "", origin: str = SITE) -> str:
        asked = challenge or self.devices.ask(self.clerk)
        return self.helper.read(purpose, asked, origin)["said"]


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    made = Stand(tmp_path)
    made.pair()
    return made


def test_a_card_of_a_paired_device_is_read(stand: Stand) -> None:
    card = stand.devices.card(stand.devices.hear(stand.said(), SITE, stand.clerk))
    assert (card.name, card.id_no) == ("周金水", "361199196211050313")
    assert [one.name for one in stand.devices.list(stand.clerk)] == ["1号窗口"]


def test_a_reading_is_believed_once(stand: Stand) -> None:
    said = stand.said()
    stand.devices.hear(said, SITE, stand.clerk)
    with pytest.raises(Refusal, match="READING_NOT_GENUINE: challenge"):
        stand.devices.hear(said, SITE, stand.clerk)


def test_a_reading_grows_old_in_two_minutes(stand: Stand) -> None:
    said = stand.said()
    stand.clock.now += timedelta(minutes=2)
    with pytest.raises(Refusal, match="READING_NOT_GENUINE: challenge"):
        stand.devices.hear(said, SITE, stand.clerk)


def test_another_officers_question_is_not_answered(stand: Stand) -> None:
    said = stand.said()
    other = replace(stand.clerk, officer_id="330400/other")
    with pytest.raises(Refusal, match="READING_NOT_GENUINE: challenge"):
        stand.devices.hear(said, SITE, other)


def test_a_reading_for_another_site_is_not_ours(stand: Stand) -> None:
    said = stand.said(origin="https://evil.example")
    with pytest.raises(Refusal, match="READING_NOT_GENUINE: protocol, origin"):
        stand.devices.hear(said, SITE, stand.clerk)


def test_a_page_cannot_make_up_a_reading(stand: Stand) -> None:
    payload, signature = stand.said().split(".")
    told = json.loads(base64.b64decode(payload))
    told["name"] = "赵一"
    forged = base64.b64encode(json.dumps(told).encode()).decode() + "." + signature
    with pytest.raises(Refusal, match="READING_NOT_GENUINE: signature"):
        stand.devices.hear(forged, SITE, stand.clerk)


def test_a_device_of_nobody_or_of_another_archive_is_not_heard(stand: Stand) -> None:
    stranger = Helper(origins={SITE}).read("id_card", stand.devices.ask(stand.clerk), SITE)["said"]
    with pytest.raises(Refusal, match="DEVICE_UNKNOWN"):
        stand.devices.hear(stranger, SITE, stand.clerk)
    elsewhere = replace(stand.clerk, archive_code="361100")
    with pytest.raises(Refusal, match="DEVICE_UNKNOWN"):
        stand.devices.hear(stand.said(), SITE, elsewhere)
    with pytest.raises(Refusal, match="DEVICE_UNKNOWN"):
        stand.devices.end(stand.devices.list(stand.clerk)[0].device_id, elsewhere)


def test_a_pairing_that_ended_is_not_believed(stand: Stand) -> None:
    said = stand.said()
    stand.devices.end(stand.devices.list(stand.clerk)[0].device_id, stand.clerk)
    with pytest.raises(Refusal, match="DEVICE_UNKNOWN"):
        stand.devices.hear(said, SITE, stand.clerk)


def test_a_picture_is_no_card(stand: Stand) -> None:
    reading = stand.devices.hear(stand.said("camera"), SITE, stand.clerk)
    assert len(reading.sha256) == 64
    with pytest.raises(Refusal, match="READING_NOT_GENUINE: purpose"):
        stand.devices.card(reading)


def test_a_reading_is_not_a_pairing(stand: Stand) -> None:
    with pytest.raises(Refusal, match="PAIRING_MALFORMED"):
        stand.devices.pair(stand.said(), stand.helper.code(SITE), SITE, stand.clerk)
    with pytest.raises(Refusal, match=r"PAIRING_MALFORMED|READING_NOT_GENUINE"):
        stand.devices.hear(stand.introduce(), SITE, stand.clerk)


def test_only_the_code_of_the_helpers_own_window_pairs(tmp_path: Path) -> None:
    stand = Stand(tmp_path)
    another = Helper(origins={SITE})
    for code in ("00000000", "", another.code(SITE), stand.helper.code("https://evil.example")):
        with pytest.raises(Refusal, match="PAIRING_MALFORMED: code"):
            stand.devices.pair(stand.introduce(), code, SITE, stand.clerk)
    assert stand.devices.list(stand.clerk) == []


@pytest.mark.parametrize("said", ["", ".", "a.b", "!!!!.!!!!", "e30=.e30=", "x" * 5000])
def test_rubbish_is_refused(stand: Stand, said: str) -> None:
    for act in (
        lambda: stand.devices.hear(said, SITE, stand.clerk),
        lambda: stand.devices.pair(said, "1", SITE, stand.clerk),
    ):
        with pytest.raises(Refusal, match="PAIRING_MALFORMED"):
            act()


@pytest.mark.parametrize(
    "card", [{"name": "", "id_no": "361199196211050313"}, {"name": "周金水", "id_no": "123"}]
)
def test_a_card_that_is_none_is_refused(stand: Stand, card: dict[str, str]) -> None:
    stand.helper.card = card
    with pytest.raises(Refusal):
        stand.devices.card(stand.devices.hear(stand.said(), SITE, stand.clerk))
