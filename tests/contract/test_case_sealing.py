"""Bodies at rest: what was plain is sealed and scrubbed, what was moved is refused, keys change."""

import secrets

import pytest
from sqlalchemy import insert, select, text, update

from node.adapters import case_tables as t
from node.adapters.row_values import write_body
from node.adapters.sealed_rows import SealedRows
from node.adapters.sql_casebook import SqlCasebook, case_rows, ensure_case_tables
from node.domain.application import Application
from node.domain.cases import WindowCase
from records.exchange import Applicant
from records.queries import RecordQuery
from records.refusal import Refusal
from tests.field_keys import MemoryKeys, memory_fields
from trust.identity.field_register import forget, open_fields
from trust.store import schema
from trust.store.engine import open_engine, transaction
from trust.store.sealed_fields import SealedFields

ARCHIVE = "361100"
NAME, NUMBER = "周金水金丝雀", "E47110815"
PLAIN = 5


@pytest.fixture
def engine(database_url):
    made = open_engine(database_url)
    yield made
    made.dispose()


def a_case(number):
    form = Application(
        window_archive=ARCHIVE,
        applicant=Applicant(name=NAME, id_type="passport", id_no=NUMBER),
        query=RecordQuery(category="marriage_registration"),
        purpose="notary",
    )
    return WindowCase(
        case_no=f"LT-361100-20261121-{number:04}",
        archive_code=ARCHIVE,
        client_key=f"key-{number}",
        state="draft",
        application=form,
        filed_by="361100/aa",
    )


def case_row(case, body):
    return {
        "case_no": case.case_no,
        "archive_code": case.archive_code,
        "client_key": case.client_key,
        "state": case.state,
        "version": 1,
        "filed_ms": 1,
        "body": body,
    }


def write_as_version_five(engine, cases):
    """Tables and rows as the program left them that did not seal yet."""
    schema.ensure_schema(engine, t.metadata, t.SCHEMA_NAME, PLAIN)
    with transaction(engine) as connection:
        rows = [case_row(case, write_body(case)) for case in cases]
        connection.execute(insert(t.cases), rows)
        # A row whose body was erased before stays empty.
        connection.execute(
            insert(t.statements).values(
                archive_code=ARCHIVE,
                envelope_id="0" * 64,
                case_no="LT-361100-20261121-0001",
                name="request",
                payload_type="x",
                idx=0,
                salt=b"",
                at_ms=0,
                body=None,
            )
        )


def raw_bytes(engine):
    """Every byte that the database keeps of its tables: files of SQLite, relations of the other."""
    if engine.dialect.name == "sqlite":
        place = engine.url.database
        with engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(PASSIVE)"))
        files = [place, f"{place}-wal"]
        return b"".join(open(name, "rb").read() for name in files)
    found = b""
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text("CHECKPOINT"))
        for table in t.SEALED:
            for where in (
                table.name,
                f"(select reltoastrelid from pg_class where relname='{table.name}')",
            ):
                which = f"'{where}'::regclass" if where == table.name else f"{where}::regclass"
                path = connection.execute(text(f"select pg_relation_filepath({which})")).scalar()
                found += bytes(
                    connection.execute(text("select pg_read_binary_file(:p)"), {"p": path}).scalar()
                )
    return found


def is_shown(engine):
    data = raw_bytes(engine)
    return NAME.encode() in data or NUMBER.encode() in data


def test_an_old_folder_is_sealed_and_scrubbed(engine):
    cases = [a_case(number) for number in range(1, 622)]
    write_as_version_five(engine, cases)
    assert is_shown(engine)
    fields = memory_fields()
    ensure_case_tables(engine, fields)
    assert schema.read_version(engine, t.SCHEMA_NAME) == 6
    assert not is_shown(engine), "not in a page, a dead row, a free block or the journal"
    with engine.connect() as connection:
        raw = connection.execute(select(t.cases.c.body)).scalars().all()
        assert len(raw) == len(cases) and all(bytes(body)[:1] == b"\x01" for body in raw)
        assert connection.execute(select(t.statements.c.body)).scalar() is None
    book = SqlCasebook(engine, "demo.invalid", {}, fields, secrets.token_bytes)
    with book.read() as reader:
        assert reader.get_case(cases[-1].case_no) == cases[-1]
        assert len(reader.list_cases(ARCHIVE, (), 2000)) == len(cases)
    ensure_case_tables(engine, fields)
    with engine.connect() as connection:
        assert connection.execute(select(t.cases.c.body)).scalars().all() == raw


def test_a_body_in_another_row_is_refused_and_named_by_the_check(engine):
    fields = memory_fields()
    ensure_case_tables(engine, fields)
    rows, (first, second) = case_rows(fields), (a_case(1), a_case(2))
    with transaction(engine) as connection:
        for case in (first, second):
            body = rows.seal(t.cases, case, case.case_no)
            connection.execute(insert(t.cases).values(case_row(case, body)))
    with engine.connect() as connection:
        assert list(rows.check(connection)) == []
        stolen = connection.execute(rows.select(t.cases)).first().body
    with transaction(engine) as connection:
        here = t.cases.c.case_no == second.case_no
        connection.execute(update(t.cases).where(here).values(body=stolen))
    book = SqlCasebook(engine, "demo.invalid", {}, fields, secrets.token_bytes)
    with book.read() as reader:
        assert reader.get_case(first.case_no) == first
        with pytest.raises(Refusal) as caught:
            reader.get_case(second.case_no)
        assert caught.value.code == "FIELD_SEAL_BROKEN"
    with engine.connect() as connection:
        assert list(rows.check(connection)) == [("cases", (second.case_no,))]


def test_rotation_reseals_every_body_and_the_old_key_may_burn(engine):
    keys = MemoryKeys(1)
    before = SealedFields(keys, secrets.token_bytes)
    ensure_case_tables(engine, before)
    with transaction(engine) as connection:
        for number in range(1, 8):
            case = a_case(number)
            body = case_rows(before).seal(t.cases, case, case.case_no)
            connection.execute(insert(t.cases).values(case_row(case, body)))
    keys.add()
    after = SealedFields(keys, secrets.token_bytes)
    with transaction(engine) as connection:
        assert case_rows(after).reseal(connection) == 7
        assert case_rows(after).reseal(connection) == 0
    keys.destroy(1)
    survivor = SealedRows(SealedFields(keys, secrets.token_bytes), t.SEALED)
    with engine.connect() as connection:
        assert list(survivor.check(connection)) == []


def test_a_database_without_its_keys_is_refused_when_it_is_opened(engine):
    keys = MemoryKeys()
    open_fields(engine, keys, secrets.token_bytes)
    assert [key.kid for key in keys.load()] == [1], "the first key is made where there is none"
    open_fields(engine, keys, secrets.token_bytes)
    for wrong, code in (
        (MemoryKeys(), "FIELD_KEY_MISSING"),
        (MemoryKeys(1), "FIELD_KEY_MALFORMED"),
    ):
        with pytest.raises(Refusal) as caught:
            open_fields(engine, wrong, secrets.token_bytes)
        assert caught.value.code == code
    keys.add()
    open_fields(engine, keys, secrets.token_bytes)
    keys.destroy(1)
    with pytest.raises(Refusal) as caught:
        open_fields(engine, keys, secrets.token_bytes)
    assert caught.value.code == "FIELD_KEY_MISSING", "a backup from before the key was burnt"
    forget(engine, 1)
    assert open_fields(engine, keys, secrets.token_bytes).newest == 2
