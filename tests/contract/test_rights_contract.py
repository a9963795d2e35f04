"""Who looked at which record: one behaviour on SQLite and PostgreSQL."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from node.adapters.sql_casebook import SqlCasebook, ensure_case_tables
from node.domain.access_log import AccessRow, PartyRow
from tests.field_keys import memory_fields
from trust.store.engine import open_engine

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
LOOK = AccessRow(
    archive_code="361100",
    reference_code="J012-003-0456-078",
    category="marriage_registration",
    case_no="LT-361100-20261101-0001",
    kind="consulted",
    requester="spouse",
    asker_key="",
    at=AT,
)
PARTY = PartyRow(
    archive_code="361100", reference_code=LOOK.reference_code, person_key="k" * 64, role="a"
)


@pytest.fixture
def book(database_url):
    engine = open_engine(database_url)
    fields = memory_fields()
    ensure_case_tables(engine, fields)
    yield SqlCasebook(engine, "demo.invalid", {}, fields, secrets.token_bytes)
    engine.dispose()


def test_a_look_is_kept_once_and_read_by_whoever_is_a_party(book):
    with book.write() as writer:
        for _ in range(2):
            writer.note_access(LOOK)
            writer.note_party(PARTY)
        writer.note_access(replace(LOOK, case_no="LT-361100-20261101-0002", at=AT + timedelta(1)))
    with book.read() as reader:
        found = reader.accesses_of(("k" * 64,), ("361100",), AT + timedelta(days=2), 10)
        assert [(look.case_no[-4:], look.at) for look, _ in found] == [
            ("0002", AT + timedelta(1)),
            ("0001", AT),
        ]
        assert found[1] == (LOOK, PARTY)
        assert reader.accesses_of(("k" * 64,), ("330400",), AT + timedelta(2), 10) == []
        assert reader.accesses_of(("j" * 64,), ("361100",), AT + timedelta(2), 10) == []
        assert len(reader.accesses_of(("k" * 64,), ("361100",), AT, 10)) == 1
        assert reader.has_access("361100", LOOK.reference_code, LOOK.case_no, "consulted")
        assert not reader.has_access("361100", LOOK.reference_code, LOOK.case_no, "released")


def test_what_is_unsaid_takes_no_place_in_the_list(book):
    with book.write() as writer:
        writer.note_party(PARTY)
        writer.note_access(LOOK)
        for number in range(5):
            court = replace(LOOK, case_no=f"LT-{number}", requester="court", at=AT + timedelta(1))
            writer.note_access(court)
        writer.note_access(replace(LOOK, case_no="LT-h", hidden=True, at=AT + timedelta(1)))
    with book.read() as reader:
        found = reader.accesses_of(("k" * 64,), ("361100",), AT + timedelta(2), 2)
    assert [look.case_no for look, _ in found] == [LOOK.case_no]
    with book.write() as writer:
        assert writer.release_inquiry("361100", "LT-3", AT + timedelta(2)) == 1
        assert writer.release_inquiry("361100", "LT-3", AT + timedelta(2)) == 0
        assert writer.release_inquiry("361100", LOOK.case_no, AT) == 0, "not a court's"
        found = writer.accesses_of(("k" * 64,), ("361100",), AT + timedelta(2), 5)
    assert [look.case_no for look, _ in found] == ["LT-3", LOOK.case_no]


@pytest.mark.parametrize("count", [3])
def test_two_looks_at_once_do_not_trip_over_each_other(book, count):
    with book.write() as writer:
        for _ in range(count):
            writer.note_access(replace(LOOK, case_no=secrets.token_hex(8)))
        writer.note_party(PARTY)
        assert len(writer.accesses_of(("k" * 64,), ("361100",), AT, 9)) == count
