"""Messages, receipts and issuances of the case database, alike on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest
from case_store import ARCHIVE, AT, DOMAIN, book, engine, envelope, signer

from node.domain.cases import InboxEntry, Issuance, OutboxMessage
from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.identity.keys import Ed25519Signer
from trust.transparency.checkpoint import log_origin
from trust.transparency.leaf import decode_leaf
from trust.transparency.proof import verify_proof

__all__ = ["book", "engine", "signer"]


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
