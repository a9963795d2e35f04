"""F27 in the database: an old backup is noticed, writes nothing, and goes on where it had been."""

import secrets
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select

from node.adapters import case_tables as t
from node.adapters.case_log import CaseLog
from node.adapters.event_lines import EventLines
from node.adapters.log_copy import FileGuardDoor, FileLogCopy
from node.adapters.sql_casebook import SqlCasebook, ensure_case_tables
from node.adapters.sql_staff import SqlStaffBook
from node.adapters.sql_stored_logs import SqlStoredLogs
from node.case_ports import Move
from node.domain.officers import Actor
from node.ports import SessionRow
from node.services.guard_restore import GuardRestore
from records.refusal import Refusal
from tests.field_keys import memory_fields
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.store.engine import guard_writes, open_engine, transaction
from trust.transparency.audit import verify_stored_log
from trust.transparency.checkpoint import log_origin, parse_checkpoint
from trust.transparency.leaf import decode_leaf
from trust.transparency.log import TransparencyLog
from trust.transparency.note import parse_note

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
ARCHIVE, DOMAIN = "361100", "demo.invalid"
ORIGIN = log_origin(DOMAIN, ARCHIVE)
SIGNER = Ed25519Signer.from_private(new_ed25519())
FIELDS = memory_fields()


def actor(post, person="p"):
    return Actor(
        officer_id=f"{ARCHIVE}/{post}",
        person_id=person,
        archive_code=ARCHIVE,
        user=post,
        display_name="某",
        posts=(post,),
    )


MASTER, LEADER = actor("repository_master", "one"), actor("leader", "two")


class Node:
    """A database, the folder beside it, and the guard between them."""

    def __init__(self, url, folder):
        self.engine = open_engine(url)
        ensure_case_tables(self.engine, FIELDS)
        self.log = CaseLog(DOMAIN, secrets.token_bytes)
        self.book = SqlCasebook(self.engine, DOMAIN, {ARCHIVE: SIGNER}, FIELDS, secrets.token_bytes)
        self.copy, self.door = FileLogCopy(folder), FileGuardDoor(folder)
        logs = SqlStoredLogs(self.engine, DOMAIN)
        self.now = AT
        lines = EventLines("shangrao", lambda: self.now)
        self.guard = GuardRestore((ARCHIVE,), logs, self.copy, self.door, lambda: self.now, lines)
        guard_writes(self.engine, self.door.check)

    def go_on(self, first, last):
        """Leaves of the cases first ... last, a checkpoint, and the copy."""
        for number in range(first, last):
            with self.book.write() as book:
                book.note(ARCHIVE, f"LT-361100-20261121-{number:04}", "filed", "x", AT)
                book.next_number("case 361100 20261121")
        with transaction(self.engine) as connection:
            TransparencyLog().sign_checkpoint(connection, ORIGIN, SIGNER, AT)

    def keep_copy(self):
        self.guard._due = self.now
        return self.guard.run()

    def leaves(self):
        return SqlStoredLogs(self.engine, DOMAIN).leaves(ARCHIVE, 0, 10_000)


@pytest.fixture
def lived(tmp_path):
    """A node that wrote 40 leaves, all of them in the copy; and a backup with the first 25."""
    node = Node(f"sqlite:///{tmp_path / 'lived.db'}", tmp_path / "seen")
    node.go_on(1, 41)
    assert node.keep_copy() == 40
    yield node
    node.engine.dispose()


def backup(database_url, folder, leaves):
    """A node on another database that holds only these leaves: what was restored."""
    node = Node(database_url, folder)
    if leaves:
        with transaction(node.engine, guarded=False) as connection:
            TransparencyLog().append_all(connection, ORIGIN, leaves)
            connection.execute(insert(t.counters).values(name="case 361100 20261121", value=25))
    return node


def test_an_old_backup_is_read_only_until_two_people_bring_its_log_back(
    lived, database_url, tmp_path
):
    restored = backup(database_url, tmp_path / "seen", lived.leaves()[:25])
    restored.guard.compare()
    assert restored.door.why()[ARCHIVE].have == 25 and restored.door.why()[ARCHIVE].seen == 40
    for write in (
        lambda: restored.go_on(26, 27),
        lambda: restored.book.write().__enter__(),
    ):
        with pytest.raises(Refusal) as caught:
            write()
        assert caught.value.code == "NODE_RESTORED"
    assert len(restored.leaves()) == 25 and lived.door.is_shut(), "every process sees the door"
    with restored.book.read() as book:
        assert book.last_event() == 0
    # An officer can still sign in, to put things right.
    staff = SqlStaffBook(restored.engine, b"k" * 32, FIELDS, secrets.token_bytes)
    row = SessionRow(token_sha256="ab" * 32, officer_id="x", seen_at=AT, expires_at=AT)
    staff.add_session(row)
    for people, code in (
        ((MASTER, MASTER), "DUTY_NOT_HELD"),
        ((MASTER, actor("leader", "one")), "DUTY_CONFLICT"),
    ):
        with pytest.raises(Refusal) as caught:
            restored.guard.accept(*people)
        assert caught.value.code == code

    (accepted,) = restored.guard.accept(MASTER, LEADER)
    assert (accepted.leaves, len(accepted.cases)) == (15, 15)
    assert accepted.cases[0] == "LT-361100-20261121-0026"
    assert restored.leaves()[:40] == lived.leaves(), "leaf by leaf what it had been"
    said = decode_leaf(restored.leaves()[40])
    assert (said.kind, said.note, said.actor) == ("restored", "25 40", MASTER.officer_id)
    with transaction(restored.engine) as connection:
        seen = parse_checkpoint(parse_note(lived.copy.note(ARCHIVE)))
        TransparencyLog().check_continues(connection, ORIGIN, seen)
        number = connection.execute(
            select(t.counters.c.value).where(t.counters.c.name == "case 361100 20261121")
        ).scalar_one()
    assert number == 40, "no number of the lost time is given out again"
    restored.go_on(41, 43)
    verify_stored_log(restored.engine, ORIGIN, keys=(SIGNER.public_key,))
    restored.guard.compare()
    assert not restored.door.is_shut()
    assert restored.keep_copy() == 3
    restored.engine.dispose()


def test_another_history_is_never_accepted(lived, database_url, tmp_path):
    other = [leaf.replace(b"0007", b"9999") for leaf in lived.leaves()]
    forged = backup(database_url, tmp_path / "seen", other)
    forged.guard.compare()
    assert forged.door.why()[ARCHIVE].is_other
    with pytest.raises(Refusal) as caught:
        forged.guard.accept(MASTER, LEADER)
    assert caught.value.code == "RESTORE_DIFFERENT" and forged.door.is_shut()
    forged.engine.dispose()


def test_a_backup_whose_beginning_differs_is_not_completed(lived, database_url, tmp_path):
    other = [leaf.replace(b"0007", b"9999") for leaf in lived.leaves()[:25]]
    forged = backup(database_url, tmp_path / "seen", other)
    forged.guard.compare()
    with pytest.raises(Refusal) as caught:
        forged.guard.accept(MASTER, LEADER)
    assert caught.value.code == "RESTORE_DIFFERENT" and forged.door.is_shut()
    assert len(forged.leaves()) == 25, "nothing was written"
    forged.engine.dispose()


def test_what_witnesses_have_seen_counts_beyond_the_copy(lived, database_url, tmp_path):
    """The whole folder was restored, its copy too: only others know better."""
    with transaction(lived.engine) as connection:
        note = TransparencyLog().sign_checkpoint(connection, ORIGIN, SIGNER, AT)
    folder = tmp_path / "restored"
    restored = backup(database_url, folder, lived.leaves()[:25])
    restored.keep_copy()
    restored.guard.compare()
    assert not restored.door.is_shut(), "copy and database are equally old"
    seen = parse_checkpoint(parse_note(note))
    assert not restored.guard.compare_with(ARCHIVE, seen, "witness")
    with pytest.raises(Refusal) as caught:
        restored.guard.accept(MASTER, LEADER)
    assert caught.value.code == "RESTORE_INCOMPLETE" and restored.door.is_shut()
    # A newer copy of the folder, from another machine, is what was missing.
    for path in (tmp_path / "seen").iterdir():
        if path.name != "restored.json":
            (folder / path.name).write_bytes(path.read_bytes())
    assert restored.guard.accept(MASTER, LEADER)[0].leaves == 15
    restored.go_on(41, 42)
    verify_stored_log(restored.engine, ORIGIN, keys=(SIGNER.public_key,))
    restored.engine.dispose()


def test_a_database_in_order_is_left_alone(lived, tmp_path):
    lived.guard.compare()
    lived.go_on(41, 60)
    lived.guard.compare()
    assert not lived.door.is_shut(), "ahead of the copy is no old backup"
    # A crash cut the last line of the copy short.
    path = tmp_path / "seen" / f"{ARCHIVE}.leaves"
    path.write_bytes(path.read_bytes() + b'{"v":1,"ts')
    fresh = FileLogCopy(tmp_path / "seen")
    assert fresh.size(ARCHIVE) == 40 and len(fresh.leaves(ARCHIVE, 38)) == 2
    assert lived.keep_copy() == 19
    assert FileLogCopy(tmp_path / "seen").leaves(ARCHIVE, 0) == list(lived.leaves())
    assert lived.keep_copy() == 0


def test_moves_are_refused_like_notes_while_the_door_is_shut(lived, tmp_path):
    from node.restore_ports import Shut

    lived.door.shut(
        Shut(archive_code=ARCHIVE, have=1, seen=2, who="witness", is_other=False, at=AT)
    )
    with pytest.raises(Refusal) as caught, lived.book.write() as book:
        book.append_release(None, "", Move(to="released", at=AT, actor="x"))
    assert caught.value.code == "NODE_RESTORED"
    lived.door.open()
    lived.go_on(41, 42)
