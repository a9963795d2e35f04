"""The letter box and the ledger on both databases: what is kept, for how long, and only once."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest

from node.adapters.citizen_tables import box_metadata, count_metadata, ledger_metadata
from node.adapters.sql_citizen_box import (
    DRAFT_LIFE,
    FILING_LIFE,
    SqlBoxInside,
    SqlBoxOutside,
    ensure_box,
)
from node.adapters.sql_citizen_ledger import SqlCitizenLedger
from node.citizen_ports import FilingRow, LedgerRow
from trust.post.sealing import Address, Sealed
from trust.store.engine import open_engine

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str):
    made = open_engine(database_url)
    yield made
    box_metadata.drop_all(made)
    count_metadata.drop_all(made)
    ledger_metadata.drop_all(made)
    made.dispose()


@pytest.fixture
def outside(engine) -> SqlBoxOutside:
    ensure_box(engine)
    return SqlBoxOutside(engine)


def letter(name: str) -> Sealed:
    address = Address(message_id=name, sender="citizen", recipient="jiaxing")
    return Sealed(address=address, suite="S", kid="k" * 16, ciphertext=b"c" * 4096)


def row(filing: str, code: str, person: str = "p" * 64, at: datetime = NOW) -> FilingRow:
    return FilingRow(
        filing_id=filing * 32,
        code_locator=code * 64,
        person_locator=person,
        by_code=b"by code",
        by_person=b"by person",
        filed_at=at,
    )


def test_a_draft_lives_a_week(outside, engine):
    outside.save_draft("a" * 64, b"one", NOW)
    outside.save_draft("a" * 64, b"two", NOW + timedelta(days=1))
    assert outside.find_draft("a" * 64, NOW) == b"two"
    assert outside.find_draft("a" * 64, NOW + timedelta(days=1, seconds=1)) is None
    inside = SqlBoxInside(engine)
    assert inside.prune(NOW + DRAFT_LIFE) == 0
    assert inside.prune(NOW + timedelta(days=1) + DRAFT_LIFE + timedelta(seconds=1)) == 1
    assert outside.find_draft("a" * 64, NOW) is None


def test_a_code_is_filed_once_and_its_draft_is_gone(outside, engine):
    outside.save_draft("c" * 64, b"draft", NOW)
    assert outside.file(row("1", "c"), letter("1.a"), ()) is True
    assert outside.find_draft("c" * 64, NOW) is None
    assert outside.file(row("2", "c"), letter("2.a"), ()) is False
    inside = SqlBoxInside(engine)
    (taken,) = inside.take(10)
    assert taken.sealed == letter("1.a")
    assert [one.sequence for one in inside.take(10)] == [taken.sequence], "it stays until put away"
    inside.put_away(taken.sequence)
    assert inside.take(10) == []


def test_letters_come_in_the_order_in_which_they_were_sent(outside, engine):
    outside.file(row("1", "c"), letter("1.a"), ())
    for name in ("1.b", "1.c"):
        outside.send(letter(name), ())
    outside.send_receipt("1" * 32, letter("1.d"))
    names = [one.sealed.address.message_id for one in SqlBoxInside(engine).take(10)]
    assert names == ["1.a", "1.b", "1.c", "1.d"]
    found = outside.find_filing(filing_id="1" * 32)
    assert found is not None and found.received


def test_a_person_sees_their_own_newest_first(outside):
    outside.file(row("1", "a"), letter("1.a"), ())
    outside.file(row("2", "b", at=NOW + timedelta(hours=1)), letter("2.a"), ())
    outside.file(row("3", "d", person="q" * 64), letter("3.a"), ())
    assert [one.filing_id[0] for one in outside.list_filings("p" * 64)] == ["2", "1"]
    assert outside.find_filing(code_locator="d" * 64).person_locator == "q" * 64
    assert outside.find_filing(code_locator="e" * 64) is None


def test_a_finished_filing_is_forgotten_with_its_files(outside, engine):
    inside = SqlBoxInside(engine)
    outside.file(row("1", "a"), letter("1.a"), ())
    inside.put_file("1" * 32, "f" * 64, b"sealed")
    assert inside.has_file("1" * 32, "f" * 64)
    inside.put_view("1" * 32, b"view", NOW, final=True)
    assert outside.find_filing(filing_id="1" * 32).view == b"view"
    later = NOW + FILING_LIFE
    assert inside.prune(later) == 0
    # Opened again, e.g. after a complaint: the time starts anew.
    inside.put_view("1" * 32, b"again", NOW, final=False)
    assert inside.prune(later + timedelta(days=1)) == 0
    inside.put_view("1" * 32, b"end", NOW, final=True)
    assert inside.prune(later + timedelta(seconds=1)) == 2
    assert outside.find_filing(filing_id="1" * 32) is None
    assert outside.find_file("1" * 32, "f" * 64) is None


def test_papers_wait_sealed_and_are_taken_once(outside, engine):
    inside = SqlBoxInside(engine)
    outside.put_paper("9" * 24, b"sealed photograph", NOW, ())
    assert inside.read_paper("9" * 24) == b"sealed photograph"
    inside.drop_paper("9" * 24)
    assert inside.read_paper("9" * 24) is None


def test_the_ledger_keeps_the_first_row_and_seals_its_key(engine):
    ledger = SqlCitizenLedger(engine, b"s" * 32, secrets.token_bytes)
    made = LedgerRow(
        filing_id="1" * 32, archive_code="330400", filer="330400/citizen-1", view_key=b"k" * 32
    )
    assert ledger.add(made) == made
    other = LedgerRow(
        filing_id="1" * 32, archive_code="330400", filer="330400/citizen-2", view_key=b"x" * 32
    )
    assert ledger.add(other).filer == "330400/citizen-1"
    ledger.name_case("1" * 32, "LT-330400-20261121-0001")
    found = ledger.find(case_no="LT-330400-20261121-0001")
    assert found is not None and found.view_key == b"k" * 32
    with engine.connect() as connection:
        (stored,) = connection.exec_driver_sql("SELECT view_key FROM citizen_case").one()
    assert b"k" * 32 not in bytes(stored)
    assert ledger.cursor() == 0
    ledger.advance(7)
    ledger.advance(9)
    assert ledger.cursor() == 9
