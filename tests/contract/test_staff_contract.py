"""Officers and their sessions, one behaviour on SQLite and PostgreSQL."""

import base64
import secrets
from datetime import timedelta

import pytest
from case_store import ARCHIVE, AT, FIELDS, engine
from sqlalchemy import select

from node.adapters.case_tables import officers
from node.adapters.sql_staff import SqlStaffBook
from node.domain.officers import Officer
from node.ports import Credentials, SessionRow
from records.refusal import Refusal

__all__ = ["engine"]


def clerk(user: str, name: str) -> Officer:
    return Officer(
        officer_id=f"361100/{user:a>16}",
        person_id="p",
        archive_code=ARCHIVE,
        user=user,
        display_name=name,
        posts=("window_clerk",),
        kid="",
        public_key="",
    )


def test_officer_and_session_come_back(engine):
    staff = SqlStaffBook(engine, b"k" * 32, FIELDS, secrets.token_bytes)
    officer = clerk("wang", "王敏")
    kept = Credentials(officer=officer, password_hash="h", totp_secret=b"s" * 20)
    staff.add(kept)
    assert staff.find(ARCHIVE, "wang") == kept
    assert staff.find("", "wang") == kept
    assert staff.find("330400", "wang") is None
    with pytest.raises(Refusal, match="OFFICER_EXISTS"):
        staff.add(kept)
    row = SessionRow(
        token_sha256="t" * 64,
        officer_id=officer.officer_id,
        seen_at=AT,
        expires_at=AT + timedelta(hours=1),
    )
    staff.add_session(row)
    assert staff.find_session("t" * 64) == row
    staff.touch_session("t" * 64, AT + timedelta(minutes=5))
    assert staff.find_session("t" * 64).seen_at == AT + timedelta(minutes=5)
    staff.end_session("t" * 64)
    assert staff.find_session("t" * 64) is None


def test_totp_seed_is_not_readable_in_the_database(engine):
    staff = SqlStaffBook(engine, b"k" * 32, FIELDS, secrets.token_bytes)
    officer = clerk("li", "李")
    secret = b"very secret seed 20b"
    staff.add(Credentials(officer=officer, password_hash="h", totp_secret=secret))
    with engine.connect() as connection:
        body = connection.execute(select(officers.c.body)).scalar_one()
    assert secret not in body and base64.b64encode(secret) not in body
