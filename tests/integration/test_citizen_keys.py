"""The box finds a person under a key that changes: on their next visit, and never by a stranger."""

import json
import secrets
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import select

from node.adapters import citizen_tables as t
from node.citizen_config import CitizenConfig, load_citizen_config, write_citizen_folder
from node.cli import main
from node.cli.citizens import make_demo_provider, open_letterbox
from node.config import ArchiveConfig
from node.domain.citizen_keys import BoxKeys
from node.domain.citizens import ProvenPerson
from node.services.citizen_letterbox import CitizenLetterbox

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
ZHOU = ProvenPerson(
    name="周金水", id_type="resident_id", id_no="361199196211050313", mobile="13800001111",
    assurance="national_net_id",
)  # fmt: skip
CHEN = ProvenPerson(
    name="陈桂芳", id_type="resident_id", id_no="332199195202140756", mobile="13800002222",
    assurance="national_net_id",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "box"
    config = CitizenConfig(
        node_id="jiaxing", trust_domain="demo.invalid", listen="127.0.0.1:0",
        archives=(ArchiveConfig(code="330400", name="嘉兴市档案馆"),),
    )  # fmt: skip
    public = X25519PrivateKey.generate().public_key()
    write_citizen_folder(made, config, secrets.token_bytes(32), public)
    make_demo_provider(made)
    return made


def opened(folder) -> CitizenLetterbox:
    return open_letterbox(*load_citizen_config(folder))


def ids(box, person):
    return sorted(one.filing_id for one in box.list(person))


def keys(folder, capsys, *words):
    code = main(["citizen-keys", "--box", str(folder), "--json", *words])
    said = capsys.readouterr()
    return json.loads(said.out) if code == 0 else said.err.split(":")[0]


def test_who_filed_under_an_old_key_finds_it_under_the_new_one(folder, capsys):
    box = opened(folder)
    mine, hers = box.inquire(ZHOU, NOW), box.inquire(CHEN, NOW)
    assert keys(folder, capsys) == {"filings": {"1": 2}, "without_key": 0}
    assert keys(folder, capsys, "--rotate") == {"filings": {"1": 2, "2": 0}, "without_key": 0}
    assert ids(box, ZHOU) == [mine], "pages that run on with the key they know"
    box = opened(folder)
    assert box.get(mine, ZHOU).filing_id == mine
    assert keys(folder, capsys)["filings"] == {"1": 1, "2": 1}, "who came is under the new key"
    assert keys(folder, capsys, "--burn", "1") == "FIELD_KEY_IN_USE", "she has not come yet"
    assert ids(box, CHEN) == [hers] and ids(box, ZHOU) == [mine]
    assert keys(folder, capsys, "--burn", "1") == {"filings": {"2": 2}, "without_key": 0}
    box = opened(folder)
    assert ids(box, CHEN) == [hers] and ids(box, ZHOU) == [mine]
    with pytest.raises(Exception, match="CITIZEN_NOT_YOURS"):
        box.get(mine, CHEN)


def test_the_limit_of_a_day_counts_what_lies_under_older_keys(folder, capsys):
    box = opened(folder)
    for _ in range(8):
        box.inquire(ZHOU, NOW)
    keys(folder, capsys, "--rotate")
    with pytest.raises(Exception, match="CITIZEN_TOO_MANY"):
        opened(folder).inquire(ZHOU, NOW)


def test_what_was_filed_before_people_had_keys_is_found(folder, capsys):
    box = opened(folder)
    places = load_citizen_config(folder)[1]
    box._keys = BoxKeys(places.pepper)
    mine = box.inquire(ZHOU, NOW)
    assert keys(folder, capsys)["without_key"] == 1
    assert ids(opened(folder), ZHOU) == [mine]
    assert keys(folder, capsys) == {"filings": {"1": 1}, "without_key": 0}


def test_a_locator_says_its_key_fits_the_column_and_tells_nothing(folder):
    box = opened(folder)
    box.inquire(ZHOU, NOW)
    with box._box._engine.connect() as connection:
        (locator,) = connection.execute(select(t.filings.c.person_locator)).scalars()
    assert locator.startswith("0001.") and len(locator) == 64
    other = BoxKeys(load_citizen_config(folder)[1].pepper, {1: b"k" * 32})
    assert other.of_person(ZHOU.id_type, ZHOU.id_no).locator != locator, "the pepper is not enough"
