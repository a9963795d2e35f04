"""The case database, one behaviour on SQLite and PostgreSQL."""

import secrets
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from node.adapters.sql_casebook import SqlCasebook, ensure_case_tables
from node.adapters.sql_staff import SqlStaffBook
from node.adapters.sql_statements import erase_bodies
from node.case_ports import Move
from node.domain.application import Application
from node.domain.cases import HolderCase, InboxEntry, Issuance, OutboxMessage, WindowCase
from node.domain.kept_statements import new_statement
from node.domain.officers import Officer
from node.ports import Credentials, SessionRow
from records.exchange import Applicant
from records.queries import RecordQuery
from records.refusal import Refusal
from tests.field_keys import memory_fields
from trust.envelope.dsse import Envelope, seal
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.store.engine import open_engine, transaction
from trust.transparency.audit import verify_log
from trust.transparency.checkpoint import log_origin
from trust.transparency.leaf import commit_to, decode_leaf
from trust.transparency.proof import verify_proof

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


def test_case_comes_back_as_it_was_put(book):
    with book.write() as writer:
        added = writer.add_case(a_case(), to("draft"))
    with book.read() as reader:
        assert reader.get_case(added.case_no) == added
        assert reader.find_case(ARCHIVE, "key-0001") == added
        assert reader.find_case(ARCHIVE, "other") is None
        with pytest.raises(Refusal, match="CASE_NOT_FOUND"):
            reader.get_case("LT-none")


def test_move_is_state_leaf_and_event_at_once(book, engine, signer):
    with book.write() as writer:
        case = writer.add_case(a_case(), to("draft"))
        case = writer.move_case(case, to("submitted", commit="ab" * 32))
    assert (case.state, case.version) == ("submitted", 2)
    with book.read() as reader:
        events = reader.events_after(0, 10)
        assert [event.state for event in events] == ["draft", "submitted"]
        assert [event.sequence for event in events] == [1, 2]
        assert reader.last_event() == 2
    with engine.connect() as connection:
        audit = verify_log(connection, log_origin(DOMAIN, ARCHIVE), keys=[signer.public_key])
    assert audit.size == 2


def test_nothing_is_written_when_the_block_fails(book):
    with pytest.raises(RuntimeError), book.write() as writer:
        writer.add_case(a_case(), to("draft"))
        raise RuntimeError
    with book.read() as reader:
        assert reader.last_event() == 0
        assert reader.find_case(ARCHIVE, "key-0001") is None
    with book.write() as writer:
        assert writer.log_size(ARCHIVE) == 0


def test_forbidden_move_is_refused(book):
    with pytest.raises(Refusal, match="CASE_MOVE_FORBIDDEN"), book.write() as writer:
        case = writer.add_case(a_case(), to("draft"))
        writer.move_case(case, to("sealed"))


def test_second_of_two_writers_loses(book):
    with book.write() as writer:
        case = writer.add_case(a_case(), to("draft"))
    with book.write() as writer:
        writer.move_case(case, to("submitted"))
    with pytest.raises(Refusal, match="CASE_CHANGED"), book.write() as writer:
        writer.save_case(case)


def test_one_case_per_client_key(book):
    with book.write() as writer:
        writer.add_case(a_case(), to("draft"))
    with pytest.raises(Exception), book.write() as writer:  # noqa: B017
        writer.add_case(a_case(number="LT-361100-20261121-0002"), to("draft"))
    with book.read() as reader:
        assert len(reader.list_cases(ARCHIVE, (), 10)) == 1


def test_numbers_have_no_gaps_across_threads(book):
    taken: list[int] = []
    lock = threading.Lock()

    def take() -> None:
        for _ in range(5):
            with book.write() as writer:
                number = writer.next_number("serial/361100/2026")
            with lock:
                taken.append(number)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 21))


def test_events_appear_in_the_order_of_commit_across_threads(book):
    def run(worker: int) -> None:
        for turn in range(4):
            number = f"LT-361100-20261121-{worker}{turn:03d}"
            with book.write() as writer:
                writer.add_case(a_case(number, f"key-{worker}-{turn}"), to("draft"))

    threads = [threading.Thread(target=run, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with book.read() as reader:
        found = [event.sequence for event in reader.events_after(0, 100)]
    assert found == list(range(1, 17))


def test_work_is_listed_by_deadline_and_state(book, signer):
    with book.write() as writer:
        late = replace(a_work(signer, "LT-1"), deadline=AT + timedelta(hours=1))
        writer.add_work(late, to("dispatched"))
        soon = writer.add_work(a_work(signer, "LT-2"), to("dispatched"))
        writer.move_work(soon, to("searching"))
    with book.read() as reader:
        assert [one.case_no for one in reader.list_work(ARCHIVE, (), 10)] == ["LT-2", "LT-1"]
        assert [one.case_no for one in reader.list_work("", ("searching",), 10)] == ["LT-2"]
        assert reader.find_work("LT-1", "330400") is None
        assert len(reader.case_events("LT-2", "holder", ARCHIVE)) == 2


def message(signer: Ed25519Signer, name: str) -> OutboxMessage:
    return OutboxMessage(
        message_id=name,
        kind="submit",
        recipient="shangrao",
        case_no="LT-1",
        holder_archive=ARCHIVE,
        envelope=envelope(signer),
        envelope_id="e" * 64,
        due_at=AT,
        deadline=AT + timedelta(hours=1),
    )


def test_leased_message_is_nobody_elses(book, signer):
    with book.write() as writer:
        writer.enqueue(message(signer, "m1"))
    until = AT + timedelta(seconds=30)
    with book.write() as writer:
        (leased,) = writer.lease_messages(AT, until, 10)
        assert writer.lease_messages(AT, until, 10) == []
    assert leased.envelope == message(signer, "m1").envelope
    with book.write() as writer:
        again = writer.lease_messages(until, until + timedelta(seconds=30), 10)
        assert [one.message_id for one in again] == ["m1"], "a dead sender's lease ends"
        assert writer.remove_message("m1")
        assert not writer.remove_message("m1")


def test_leases_of_a_process_that_is_gone_are_freed_at_once(book, signer):
    until = AT + timedelta(seconds=30)
    with book.write() as writer:
        writer.enqueue(message(signer, "m1"))
        writer.save_message(replace(message(signer, "m2"), state="dead", last_code="X"))
        writer.lease_messages(AT, until, 10)
    with book.write() as writer:
        writer.free_leases()
        again = writer.lease_messages(AT, until, 10)
    assert [one.message_id for one in again] == ["m1"]


def test_dead_message_waits_for_a_person(book, signer):
    with book.write() as writer:
        writer.enqueue(message(signer, "m1"))
        writer.save_message(replace(message(signer, "m1"), state="dead", last_code="X"))
        assert writer.lease_messages(AT + timedelta(days=9), AT + timedelta(days=10), 5) == []
    with book.read() as reader:
        assert [one.last_code for one in reader.list_messages("dead", 5)] == ["X"]
        assert reader.counts()["dead"] == 1


def test_act_token_is_used_once(book):
    with book.write() as writer:
        writer.use_token("jiaxing", "jti-1", AT)
        writer.use_token("shangrao", "jti-1", AT)
    with pytest.raises(Refusal, match="ACT_TOKEN_REPLAYED"), book.write() as writer:
        writer.use_token("jiaxing", "jti-1", AT)


def test_receipt_is_found_under_its_key_alone(book, signer):
    entry = InboxEntry(
        sequence=1,
        sender="jiaxing",
        kind="submit",
        case_no="LT-1",
        holder_archive=ARCHIVE,
        in_reply_to="",
        envelope_id="e" * 64,
        receipt=envelope(signer),
    )
    with book.write() as writer:
        writer.record_received(entry)
    with book.read() as reader:
        assert reader.find_received("jiaxing", "submit", "LT-1", ARCHIVE, "") == entry
        assert reader.find_received("pudong", "submit", "LT-1", ARCHIVE, "") is None


def test_released_file_is_for_that_case_and_node(book):
    with book.write() as writer:
        writer.release_file("a" * 64, "LT-1", ARCHIVE, "jiaxing")
        writer.release_file("a" * 64, "LT-1", ARCHIVE, "jiaxing")
    with book.read() as reader:
        assert reader.find_release("a" * 64, "LT-1", "jiaxing") == ARCHIVE
        assert not reader.find_release("a" * 64, "LT-1", "pudong")
        assert not reader.find_release("a" * 64, "LT-2", "jiaxing")


def an_issuance(**changes) -> Issuance:
    fields = {
        "release_id": "r1",
        "case_no": "LT-1",
        "holder_archive": ARCHIVE,
        "serial": 1,
        "order": Envelope(payload_type="t", payload=b"{}", signatures=()),
        "release_index": 0,
        "due_at": AT,
        "number": "361100-2026-000001",
        "token_sha256": "ab" * 32,
    }
    return Issuance(**(fields | changes))


def test_certificate_leaf_goes_to_its_index_or_nowhere(book, signer):
    with book.write() as writer:
        assert writer.note(ARCHIVE, "LT-1", "image_viewed", "361100/aa", AT) == 0
    with pytest.raises(Refusal, match="LOG_INDEX_TAKEN"), book.write() as writer:
        writer.append_certificate(an_issuance(), AT, expected_index=0)
    with book.write() as writer:
        assert writer.append_certificate(an_issuance(), AT, expected_index=1) == 1
    proof = book.make_proof(ARCHIVE, 1, AT)
    evidence = verify_proof(proof, origin=log_origin(DOMAIN, ARCHIVE), log_key=signer.public_key)
    leaf = decode_leaf(evidence.leaf)
    assert (leaf.kind, leaf.number, leaf.token_sha256) == (
        "certificate",
        "361100-2026-000001",
        "ab" * 32,
    )


def test_unfinished_issuances_are_due(book):
    with book.write() as writer:
        writer.add_issuance(an_issuance())
        writer.add_issuance(an_issuance(release_id="r2", step="confirmed"))
        writer.add_issuance(an_issuance(release_id="r3", due_at=AT + timedelta(hours=1)))
    with book.read() as reader:
        assert [one.release_id for one in reader.due_issuances(AT, 10)] == ["r1"]
    with book.write() as writer:
        saved = writer.save_issuance(an_issuance())
        assert saved.version == 2
    with pytest.raises(Refusal, match="CASE_CHANGED"), book.write() as writer:
        writer.save_issuance(an_issuance())


def test_officer_and_session_come_back(engine):
    staff = SqlStaffBook(engine, b"k" * 32, FIELDS, secrets.token_bytes)
    officer = Officer(
        officer_id="361100/" + "a" * 16,
        person_id="p",
        archive_code=ARCHIVE,
        user="wang",
        display_name="王敏",
        posts=("window_clerk",),
        kid="",
        public_key="",
    )
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
    from sqlalchemy import select

    from node.adapters.case_tables import officers

    staff = SqlStaffBook(engine, b"k" * 32, FIELDS, secrets.token_bytes)
    officer = Officer(
        officer_id="361100/" + "b" * 16,
        person_id="p",
        archive_code=ARCHIVE,
        user="li",
        display_name="李",
        posts=("window_clerk",),
        kid="",
        public_key="",
    )
    secret = b"very secret seed 20b"
    staff.add(Credentials(officer=officer, password_hash="h", totp_secret=secret))
    import base64

    with engine.connect() as connection:
        body = connection.execute(select(officers.c.body)).scalar_one()
    assert secret not in body and base64.b64encode(secret) not in body


def test_a_statement_is_kept_once_with_a_leaf_that_commits_to_it(book, engine, signer):
    said, other = envelope(signer, b'{"n":1}'), envelope(signer, b'{"n":2}')
    case_no = "LT-361100-20261121-0009"
    with book.write() as writer:
        before = writer.log_size(ARCHIVE)
        writer.keep(ARCHIVE, new_statement(case_no, "request", said, AT))
        writer.keep(ARCHIVE, new_statement(case_no, "request", said, AT))
        writer.keep(ARCHIVE, new_statement(case_no, "agreement", other, AT, in_log=False))
        assert writer.log_size(ARCHIVE) == before + 1
    with book.read() as reader:
        assert not reader.list_statements("330400", case_no)
        supporting, kept = reader.list_statements(ARCHIVE, case_no)
    assert (supporting.envelope, supporting.index, supporting.in_log) == (other, -1, False)
    assert (kept.envelope, kept.index, kept.at) == (said, before, AT)
    proof = verify_proof(
        book.make_proof(ARCHIVE, kept.index, AT),
        origin=log_origin(DOMAIN, ARCHIVE),
        log_key=signer.public_key,
    )
    assert decode_leaf(proof.leaf).commit == commit_to(kept.envelope_id, kept.salt)
    with transaction(engine) as connection:
        assert erase_bodies(connection, ARCHIVE, case_no) == 2
    with book.read() as reader:
        erased = reader.list_statements(ARCHIVE, case_no)[1]
    assert erased.envelope is None
    assert (erased.envelope_id, erased.salt) == (kept.envelope_id, kept.salt)
