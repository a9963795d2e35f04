"""An empty case database on SQLite or PostgreSQL; import the fixtures by name."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest

from node.adapters.sql_casebook import SqlCasebook, ensure_case_tables
from node.case_ports import Move
from node.domain.application import Application
from node.domain.cases import HolderCase, WindowCase
from records.exchange import Applicant
from records.queries import RecordQuery
from tests.field_keys import memory_fields
from trust.envelope.dsse import Envelope, seal
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.store.engine import open_engine

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
ARCHIVE = "361100"
DOMAIN = "demo.invalid"
FIELDS = memory_fields()


@pytest.fixture
def engine(database_url):
    made = open_engine(database_url)
    ensure_case_tables(made, FIELDS)
    ensure_case_tables(made, FIELDS)
    yield made
    made.dispose()


@pytest.fixture
def signer():
    return Ed25519Signer.from_private(new_ed25519())


@pytest.fixture
def book(engine, signer):
    return SqlCasebook(engine, DOMAIN, {ARCHIVE: signer}, FIELDS, secrets.token_bytes)


def envelope(signer: Ed25519Signer, text: bytes = b"{}") -> Envelope:
    return seal("application/x", text, [signer])


def a_case(number: str = "LT-361100-20261121-0001", key: str = "key-0001") -> WindowCase:
    form = Application(
        window_archive=ARCHIVE,
        applicant=Applicant(name="张三", id_type="passport", id_no="E1"),
        query=RecordQuery(category="marriage_registration"),
        purpose="notary",
    )
    return WindowCase(
        case_no=number,
        archive_code=ARCHIVE,
        client_key=key,
        state="draft",
        application=form,
        filed_by="361100/aa",
    )


def a_work(signer: Ed25519Signer, number: str = "LT-330400-20261121-0001") -> HolderCase:
    return HolderCase(
        case_no=number,
        holder_archive=ARCHIVE,
        state="dispatched",
        window_node="jiaxing",
        window_archive="330400",
        window_name="嘉兴市档案馆",
        request=envelope(signer),
        request_id="e" * 64,
        received_at=AT,
        deadline=AT + timedelta(minutes=15),
    )


def to(state: str, **changes: str) -> Move:
    return Move(to=state, at=AT, actor="361100/aa", **changes)
