"""Cases, work and statements in the case database, one behaviour on SQLite and PostgreSQL."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from case_store import ARCHIVE, AT, DOMAIN, a_case, a_work, book, engine, envelope, signer, to

from node.adapters.sql_statements import erase_bodies
from node.domain.kept_statements import new_statement
from records.refusal import Refusal
from trust.store.engine import transaction
from trust.transparency.audit import verify_log
from trust.transparency.checkpoint import log_origin
from trust.transparency.leaf import commit_to, decode_leaf
from trust.transparency.proof import verify_proof

__all__ = ["book", "engine", "signer"]


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
