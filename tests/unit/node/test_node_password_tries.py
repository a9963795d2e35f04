"""Guessing a password: counted once for every guess, at sign-in and at the signing key alike."""

import secrets
import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, inspect, text

from node.adapters.case_tables import count_tries_in_columns
from node.adapters.sql_casebook import ensure_case_tables
from node.adapters.sql_staff import SqlStaffBook
from node.domain.commands import SignInCommand
from node.domain.exchange_reasons import PASSWORD_WRONG
from node.domain.officers import Officer
from node.ports import Credentials
from node.services.password_tries import GuardedKeys, PasswordTries
from node.services.sign_in import SignInService, totp_at
from records.refusal import Refusal
from tests.field_keys import memory_fields
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.store.engine import open_engine

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
SECRET = b"s" * 20
ARCHIVE, USER, RIGHT = "361100", "sealer", "right password"
OFFICER = f"{ARCHIVE}/" + "a" * 16


class Hand:
    def __init__(self):
        self.now = AT

    def __call__(self):
        return self.now


class Words:
    """Compares in the clear and says how many were compared at once."""

    def __init__(self):
        self.judged, self.inside, self.most = 0, 0, 0
        self.lock = threading.Lock()

    def hash(self, password):
        return password

    def is_match(self, encoded, password):
        with self.lock:
            self.judged += 1
            self.inside += 1
            self.most = max(self.most, self.inside)
        threading.Event().wait(0.02)
        with self.lock:
            self.inside -= 1
        return encoded == password


class Keys:
    def __init__(self):
        self.signer, self.judged = Ed25519Signer(new_ed25519()), 0

    def create(self, archive_code, user, password):
        return self.signer.public_key

    def unlock(self, archive_code, user, password):
        self.judged += 1
        if password != RIGHT:
            raise Refusal(PASSWORD_WRONG)
        return self.signer


@pytest.fixture
def hand():
    return Hand()


@pytest.fixture
def book(database_url):
    engine = open_engine(database_url)
    fields = memory_fields()
    ensure_case_tables(engine, fields)
    made = SqlStaffBook(engine, b"k" * 32, fields, secrets.token_bytes)
    officer = Officer(
        officer_id=OFFICER,
        person_id="p",
        archive_code=ARCHIVE,
        user=USER,
        display_name="李",
        posts=("seal_keeper",),
        kid="",
        public_key="",
    )
    made.add(Credentials(officer=officer, password_hash=RIGHT, totp_secret=SECRET))
    yield made
    engine.dispose()


@pytest.fixture
def words():
    return Words()


@pytest.fixture
def tries(book, hand):
    return PasswordTries(book, hand)


@pytest.fixture
def service(book, words, hand, tries):
    return SignInService(book, words, hand, secrets.token_bytes, tries)


@pytest.fixture
def keys(book, tries):
    return GuardedKeys(Keys(), book, tries)


def command(hand, password):
    code = totp_at(SECRET, hand.now)
    return SignInCommand(archive_code=ARCHIVE, user=USER, password=password, totp=code)


def code_of(act) -> str:
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return "done"


def test_guesses_at_one_moment_are_counted_one_by_one(service, hand, words):
    seen = []
    threads = [
        threading.Thread(
            target=lambda n=n: seen.append(
                code_of(lambda: service.sign_in(command(hand, f"guess {n}")))
            )
        )
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(seen) == {"SIGN_IN_REFUSED": 5, "SIGN_IN_LOCKED": 15}
    assert words.judged == 5
    assert words.most <= 2, "64 MiB each"
    assert code_of(lambda: service.sign_in(command(hand, RIGHT))) == "SIGN_IN_LOCKED"


def test_signing_key_is_guessed_five_times_and_no_more(keys, hand):
    seen = [code_of(lambda n=n: keys.unlock(ARCHIVE, USER, f"guess {n}")) for n in range(7)]
    assert seen == ["PASSWORD_WRONG"] * 5 + ["SIGN_IN_LOCKED"] * 2
    assert code_of(lambda: keys.unlock(ARCHIVE, USER, RIGHT)) == "SIGN_IN_LOCKED"
    hand.now += timedelta(seconds=61)
    assert keys.unlock(ARCHIVE, USER, RIGHT).kid
    assert code_of(lambda: keys.unlock(ARCHIVE, "nobody", RIGHT)) == "PASSWORD_WRONG"


def test_sign_in_and_signing_key_share_one_count(service, keys, hand):
    for n in range(3):
        assert code_of(lambda: keys.unlock(ARCHIVE, USER, "wrong")) == "PASSWORD_WRONG", n
    for n in range(2):
        wrong = command(hand, "wrong")
        assert code_of(lambda w=wrong: service.sign_in(w)) == "SIGN_IN_REFUSED", n
    assert code_of(lambda: keys.unlock(ARCHIVE, USER, RIGHT)) == "SIGN_IN_LOCKED"
    assert code_of(lambda: service.sign_in(command(hand, RIGHT))) == "SIGN_IN_LOCKED"


def test_the_right_password_begins_the_count_again(keys):
    for _ in range(3):
        for _ in range(4):
            assert code_of(lambda: keys.unlock(ARCHIVE, USER, "wrong")) == "PASSWORD_WRONG"
        assert keys.unlock(ARCHIVE, USER, RIGHT).kid


def test_an_officer_out_of_service_opens_no_key(keys, book):
    kept = book.get(OFFICER)
    book.save(replace(kept, officer=replace(kept.officer, active=False)))
    assert code_of(lambda: keys.unlock(ARCHIVE, USER, RIGHT)) == "APPOINTMENT_MISSING"


def test_keeping_an_appointment_forgets_no_guess(keys, book):
    kept = book.get(OFFICER)
    for _ in range(5):
        assert code_of(lambda: keys.unlock(ARCHIVE, USER, "wrong")) == "PASSWORD_WRONG"
    book.save(kept)
    assert code_of(lambda: keys.unlock(ARCHIVE, USER, RIGHT)) == "SIGN_IN_LOCKED"


def test_a_database_of_the_first_version_gains_the_columns():
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE officers (officer_id TEXT)"))
        connection.execute(text("INSERT INTO officers VALUES ('x')"))
        count_tries_in_columns(connection)
        row = connection.execute(text("SELECT failures, locked_ms FROM officers")).one()
        names = [column["name"] for column in inspect(connection).get_columns("officers")]
    assert tuple(row) == (0, 0)
    assert names == ["officer_id", "failures", "locked_ms"]
