"""Sign-in: password and one-time code, one answer for every failure, a lock that grows."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest

from node.adapters.passwords import Argon2Passwords
from node.adapters.sql_casebook import ensure_case_tables
from node.adapters.sql_staff import SqlStaffBook
from node.domain.commands import SignInCommand
from node.domain.officers import Officer
from node.ports import Credentials
from node.services.sign_in import SignInService, totp_at
from records.refusal import Refusal
from tests.field_keys import memory_fields
from trust.store.engine import open_engine

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
SECRET = b"s" * 20


class Hand:
    """A clock that is moved by hand."""

    def __init__(self):
        self.now = AT

    def __call__(self):
        return self.now


@pytest.fixture
def hand():
    return Hand()


@pytest.fixture
def passwords():
    return Argon2Passwords(memory_kib=8, passes=1)


@pytest.fixture
def staff(tmp_path, passwords):
    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    fields = memory_fields()
    ensure_case_tables(engine, fields)
    book = SqlStaffBook(engine, b"k" * 32, fields, secrets.token_bytes)
    for archive in ("330400", "361100"):
        officer = Officer(
            officer_id=f"{archive}/" + "a" * 16,
            person_id="p",
            archive_code=archive,
            user="wang",
            display_name="王敏",
            posts=("window_clerk",),
            kid="",
            public_key="",
        )
        encoded = passwords.hash("right password")
        book.add(Credentials(officer=officer, password_hash=encoded, totp_secret=SECRET))
    yield book
    engine.dispose()


@pytest.fixture
def service(staff, passwords, hand):
    return SignInService(staff, passwords, hand, secrets.token_bytes)


def command(hand, password="right password", code="", archive="330400", user="wang"):
    return SignInCommand(
        archive_code=archive, user=user, password=password, totp=code or totp_at(SECRET, hand.now)
    )


def test_password_and_code_open_a_session(service, hand):
    session = service.sign_in(command(hand))
    assert len(session.token) == 43
    assert service.open_session(session.token).display_name == "王敏"
    service.sign_out(session.token)
    with pytest.raises(Refusal, match="SESSION_ENDED"):
        service.open_session(session.token)


def test_totp_agrees_with_rfc_6238():
    secret = b"12345678901234567890"
    assert totp_at(secret, datetime(1970, 1, 1, 0, 0, 59, tzinfo=UTC)) == "287082"
    assert totp_at(secret, datetime(2005, 3, 18, 1, 58, 29, tzinfo=UTC)) == "081804"


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "wrong password"},
        {"code": "000000"},
        {"code": "12345"},
        {"code": "一二三四五六"},
        {"user": "nobody"},
        {"archive": ""},
        {"archive": "310115"},
    ],
)
def test_every_failure_has_one_answer(service, hand, wrong):
    with pytest.raises(Refusal) as refused:
        service.sign_in(command(hand, **wrong))
    assert (refused.value.code, refused.value.detail) == ("SIGN_IN_REFUSED", "")


def test_code_works_once(service, hand):
    service.sign_in(command(hand))
    with pytest.raises(Refusal, match="SIGN_IN_REFUSED"):
        service.sign_in(command(hand))
    hand.now += timedelta(seconds=30)
    service.sign_in(command(hand))


def test_older_code_than_the_last_is_refused(service, hand):
    old = totp_at(SECRET, hand.now)
    hand.now += timedelta(seconds=30)
    service.sign_in(command(hand))
    with pytest.raises(Refusal, match="SIGN_IN_REFUSED"):
        service.sign_in(command(hand, code=old))


def test_clock_may_differ_by_half_a_minute(service, hand):
    code = totp_at(SECRET, hand.now - timedelta(seconds=30))
    service.sign_in(command(hand, code=code))
    late = totp_at(SECRET, hand.now + timedelta(seconds=90))
    with pytest.raises(Refusal, match="SIGN_IN_REFUSED"):
        service.sign_in(command(hand, code=late))


def test_five_failures_lock_and_the_lock_doubles(service, hand):
    for _ in range(5):
        with pytest.raises(Refusal, match="SIGN_IN_REFUSED"):
            service.sign_in(command(hand, password="wrong password"))
    with pytest.raises(Refusal) as locked:
        service.sign_in(command(hand))
    assert (locked.value.code, locked.value.detail) == ("SIGN_IN_LOCKED", "61 s")
    hand.now += timedelta(seconds=61)
    with pytest.raises(Refusal, match="SIGN_IN_REFUSED"):
        service.sign_in(command(hand, password="wrong password"))
    with pytest.raises(Refusal) as longer:
        service.sign_in(command(hand))
    assert longer.value.detail == "121 s"
    hand.now += timedelta(seconds=121)
    service.sign_in(command(hand))


def test_session_ends_after_idle_time_and_at_last(service, hand):
    session = service.sign_in(command(hand))
    hand.now += timedelta(minutes=29)
    service.open_session(session.token)
    hand.now += timedelta(minutes=29)
    service.open_session(session.token)
    hand.now += timedelta(minutes=31)
    with pytest.raises(Refusal, match="SESSION_ENDED"):
        service.open_session(session.token)
    session = service.sign_in(command(hand))
    for _ in range(25):
        hand.now += timedelta(minutes=25)
        if hand.now >= session.expires_at:
            break
        service.open_session(session.token)
    with pytest.raises(Refusal, match="SESSION_ENDED"):
        service.open_session(session.token)


def test_token_is_not_in_the_database(service, staff, hand, tmp_path):
    session = service.sign_in(command(hand))
    for path in tmp_path.iterdir():
        assert session.token.encode() not in path.read_bytes()
