"""The key of people's digests changes while everybody works, and kill -9 changes nothing.

Real stores: SQLite and PostgreSQL. Nobody is missed at any moment: not between two steps, not by a
thread that asks all the while, not after a process was killed wherever it was.
"""

import secrets
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from node.adapters.carry_digests import CarryDigests
from node.adapters.case_tables import counters
from node.adapters.duty_tables import lookups
from node.adapters.person_tables import open_digests, person_kids
from node.adapters.rights_tables import accesses, parties
from node.adapters.sql_casebook import SqlCasebook, ensure_case_tables
from node.domain.access_log import AccessRow, PartyRow
from node.domain.misuse import Lookup
from records.refusal import Refusal
from tests.field_keys import MemoryKeys, memory_fields
from trust.identity.field_key_files import PERSON, FieldKeyFiles
from trust.store.engine import open_engine, transaction
from trust.store.person_digests import version_of

SECRET = b"n" * 32
AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
ARCHIVE = "361100"
PEOPLE = [f"36119919621105{n:04}".encode() for n in range(24)]


class Lines:
    def __init__(self):
        self.said = []

    def note(self, event, **more):
        self.said.append((event, more.get("count", 0)))


class Store:
    """One database with its keys in a folder."""

    def __init__(self, url, folder):
        self.url, self.folder = url, folder
        self.engine = open_engine(url)
        fields = memory_fields()
        ensure_case_tables(self.engine, fields)
        self.book = SqlCasebook(self.engine, "demo.invalid", {}, fields, secrets.token_bytes)
        self.keys = FieldKeyFiles(folder, None, secrets.token_bytes, PERSON)

    def open(self):
        self.digests = open_digests(self.engine, self.keys, SECRET)
        self.lines = Lines()
        return CarryDigests(self.engine, self.digests, self.lines)

    def fill(self, digest):
        with self.book.write() as book:
            for n, person in enumerate(PEOPLE):
                reference = f"J012-{n:04}"
                key = digest(person)
                book.note_party(
                    PartyRow(
                        archive_code=ARCHIVE, reference_code=reference, person_key=key, role="a"
                    )
                )
                book.note_access(a_look(reference, key if n % 3 else ""))

    def looks_of(self, person):
        with self.book.read() as book:
            keys = self.digests.every(book.person_kids(), person)
            found = book.accesses_of(keys, (ARCHIVE,), AT + timedelta(1), 9)
        return [(look.reference_code, bool(look.asker_key in keys)) for look, _ in found]

    def kids(self):
        with self.engine.connect() as connection:
            return person_kids(connection)

    def versions(self):
        columns = (parties.c.person_key, accesses.c.asker_key, lookups.c.name_key)
        with self.engine.connect() as connection:
            said = [text for one in columns for text in connection.execute(select(one)).scalars()]
        return {version_of(text) for text in said if text}


def a_look(reference, asker):
    return AccessRow(
        archive_code=ARCHIVE, reference_code=reference, category="marriage_registration",
        case_no=f"LT-{reference}", kind="consulted", requester="party", asker_key=asker, at=AT,
    )  # fmt: skip


@pytest.fixture
def store(database_url, tmp_path):
    made = Store(database_url, tmp_path / "keys")
    yield made
    made.engine.dispose()


def everybody_is_found(store):
    for n, person in enumerate(PEOPLE):
        assert store.looks_of(person) == [(f"J012-{n:04}", bool(n % 3))], n


def lookup(book, key):
    said = Lookup(officer_id="361100/aa", archive_code=ARCHIVE, kind="file", name_key=key, at=AT)
    book.add_lookup(secrets.token_hex(16), said, AT - timedelta(1))


def test_a_first_key_is_made_once_and_another_databases_key_is_refused(store):
    store.open()
    assert store.kids() == (1,) and [key.kid for key in store.keys.load()] == [1]
    assert open_digests(store.engine, store.keys, SECRET).digest(1, b"x") == store.digests.digest(
        1, b"x"
    )
    with pytest.raises(Refusal, match="FIELD_KEY_MALFORMED"):
        open_digests(store.engine, MemoryKeys(1), SECRET)
    with pytest.raises(Refusal, match="FIELD_KEY_MISSING"):
        open_digests(store.engine, MemoryKeys(), SECRET)


def test_what_was_written_before_there_was_a_key_is_found_and_carried(store):
    from trust.store.person_digests import PersonDigests

    old = PersonDigests(MemoryKeys(1), SECRET)
    store.fill(lambda person: old.digest(0, person))
    carrying = store.open()
    assert store.kids() == (1, 0)
    everybody_is_found(store)
    while carrying.step(4):
        everybody_is_found(store)
    assert store.kids() == (1,) and store.versions() == {1}
    assert store.lines.said == [("digests_carried", 40)], "24 parties and 16 askers"


def test_a_rotation_finds_everybody_at_every_step_and_ends_with_one_key(store):
    carrying = store.open()
    store.fill(lambda person: store.digests.digest(1, person))
    told = []
    assert carrying.begin(store.keys, lambda _connection, kid: told.append(kid)) == 2
    assert told == [2] and store.kids() == (2, 1) and not carrying.is_done()
    steps = 0
    while carrying.step(4):
        steps += 1
        everybody_is_found(store)
    assert steps > 10 and carrying.is_done() and carrying.step() == 0
    assert store.kids() == (2,) and store.versions() == {2}
    with store.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(parties)).scalar() == 24
        assert connection.execute(select(func.count()).select_from(accesses)).scalar() == 24
    store.keys.destroy(1)
    everybody_is_found(store)


def test_who_is_written_down_meanwhile_is_one_party_and_is_under_the_new_key(store):
    carrying = store.open()
    store.fill(lambda person: store.digests.digest(1, person))
    carrying.begin(store.keys)
    with store.book.write() as book:
        keys = store.digests.every(book.person_kids(), PEOPLE[0])
        row = PartyRow(
            archive_code=ARCHIVE, reference_code="J012-0000", person_key=keys[0], role="a"
        )
        book.note_party(row, keys)
        book.note_party(row, keys)
    assert len(store.looks_of(PEOPLE[0])) == 1
    with transaction(store.engine) as connection:
        # As an older program would have left it: the same party under both keys.
        connection.execute(
            parties.insert().values(
                person_key=keys[0], archive_code=ARCHIVE, reference_code="J012-0000", role="a"
            )
        )
    while carrying.step(50):
        pass
    everybody_is_found(store)
    assert store.kids() == (2,)


def test_names_under_watch_and_questions_of_today_are_carried_at_once(store):
    carrying = store.open()
    with store.book.write() as book:
        for name in (b"a", b"b", b"a"):
            lookup(book, store.digests.digest(1, name))
        mine = store.digests.digest(1, PEOPLE[0])
        assert [book.count_question(mine, "20261121") for _ in range(3)] == [1, 2, 3]
        assert book.next_number("case/330400/20261120") == 1
    carrying.begin(store.keys)
    with store.book.write() as book:
        keys = {one.name_key for one in book.lookups_of("361100/aa", AT - timedelta(1))}
        assert keys == {store.digests.digest(2, b"a"), store.digests.digest(2, b"b")}
        new = store.digests.digest(2, PEOPLE[0])
        assert book.count_question(new, "20261121") == 4, "a new key gives no new quota"
        assert book.count_question(new, "20261122") == 1
    with store.engine.connect() as connection:
        names = connection.execute(select(counters.c.name)).scalars().all()
    assert [name for name in names if name.startswith("access/")] == [f"access/{new}/20261122"]
    assert "case/330400/20261120" in names, "other counters are left alone"


def test_a_key_that_nobody_used_because_the_process_was_killed_is_used_next_time(store):
    carrying = store.open()
    store.keys.add()
    again = store.open()
    assert store.kids() == (1,), "only what the database knows is in use"
    assert again.begin(store.keys) == 2 and [key.kid for key in store.keys.load()] == [1, 2]
    assert carrying.begin(store.keys) == 3


def test_a_thread_that_asks_all_the_while_always_gets_its_answer(store):
    carrying = store.open()
    store.fill(lambda person: store.digests.digest(1, person))
    done, wrong, asked = threading.Event(), [], [0]

    def ask():
        while not done.is_set():
            n = secrets.randbelow(len(PEOPLE))
            if store.looks_of(PEOPLE[n]) != [(f"J012-{n:04}", bool(n % 3))]:
                wrong.append(n)
            asked[0] += 1

    thread = threading.Thread(target=ask)
    thread.start()
    for _ in range(3):
        carrying.begin(store.keys)
        while carrying.step(5):
            # Something is asked between any two steps, however busy the machine.
            before = asked[0]
            while asked[0] < before + 2 and thread.is_alive():
                time.sleep(0.001)
    done.set()
    thread.join()
    assert not wrong and asked[0] > 20 and store.kids() == (4,)


CHILD = """
import secrets, sys, time
from pathlib import Path
from node.adapters.carry_digests import CarryDigests
from node.adapters.person_tables import open_digests
from trust.identity.field_key_files import PERSON, FieldKeyFiles
from trust.store.engine import open_engine

class Lines:
    def note(self, *said, **more): pass

engine = open_engine(sys.argv[1])
keys = FieldKeyFiles(Path(sys.argv[2]), None, secrets.token_bytes, PERSON)
carrying = CarryDigests(engine, open_digests(engine, keys, b"n" * 32), Lines())
print("up", flush=True)
while True:
    if carrying.is_done():
        carrying.begin(keys)
    while carrying.step(2):
        print(".", flush=True)
        time.sleep(float(sys.argv[3]))
"""


def test_killed_wherever_it_was_it_goes_on_and_nobody_is_missed(store):
    store.open()
    store.fill(lambda person: store.digests.digest(1, person))
    root = Path(__file__).parents[2]
    for steps in (0, 5, 19):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, store.url, str(store.folder), "0"],
            cwd=root, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        for _ in range(steps + 1):
            child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        carrying = store.open()
        everybody_is_found(store)
    if carrying.is_done():
        carrying.begin(store.keys)
    while carrying.step(100):
        pass
    newest = store.kids()
    assert len(newest) == 1 and store.versions() == {newest[0]} and newest[0] >= 2
    everybody_is_found(store)
