"""Letters, checkpoints and cosignatures on SQLite and PostgreSQL: one contract, both stores."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from federation_registry.adapters.sql_relay import SqlRelayStore
from federation_registry.adapters.sql_witness import SqlWitnessStore
from federation_registry.relay_ports import KEPT
from federation_registry.witness_ports import KeptCosignature, KeptStep
from node.adapters.sql_post import SqlPostBook
from node.adapters.sql_witness import SqlWitnessBook
from node.post_ports import Outgoing
from node.witness_ports import Alarm, Standing
from records.post import PIECE, RECEIPT, SUBMIT, PostItem
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, Signature
from trust.post.sealing import Address, Sealed, seal
from trust.store.engine import open_engine
from trust.transparency.checkpoint import Checkpoint
from trust.transparency.witness import Step

KEY = X25519PrivateKey.generate().public_key()
LOG = "demo.invalid/log/361100"
SIGNED = Envelope(
    payload_type="t",
    payload=b"{}",
    signatures=(Signature(kid="0" * 16, suite="LT-1", value=b"\1" * 64),),
)


def letter(number: int, recipient: str = "pudong") -> Sealed:
    message_id = f"0192f0c1-0000-7000-8000-{number:012d}"
    address = Address(message_id=message_id, sender="jiaxing", recipient=recipient)
    return seal(b"x", KEY, address)


def ids(letters: object) -> list[str]:
    return [one.address.message_id[-1] for one in letters]  # type: ignore[attr-defined]


def test_a_relay_keeps_a_letter_once_until_its_recipient_has_it(
    database_url: str, at: datetime
) -> None:
    store = SqlRelayStore(open_engine(database_url))
    first, second = letter(1), letter(2)
    assert store.leave(first, at) and store.leave(second, at)
    assert not store.leave(first, at), "the very same"
    with pytest.raises(Refusal, match="RELAY_OTHER_MESSAGE"):
        store.leave(letter(1), at)
    with pytest.raises(Refusal, match="RELAY_OTHER_MESSAGE"):
        store.leave(replace(first, address=replace(first.address, recipient="shangrao")), at)
    assert list(store.waiting("pudong", 10)) == [first, second]
    assert ids(store.waiting("pudong", 1)) == ["1"]
    assert list(store.waiting("shangrao", 10)) == []
    assert store.depths() == {"pudong": 2}
    assert store.acknowledge("shangrao", [first.address.message_id], at) == 0
    assert store.acknowledge("pudong", [first.address.message_id], at) == 1
    assert ids(store.waiting("pudong", 10)) == ["2"]
    assert not store.leave(first, at), "a replay after it was fetched"
    store.leave(letter(3), at + KEPT + timedelta(days=1))
    assert [store.next_batch("pudong") for _ in range(3)] == [1, 2, 3]
    assert [store.note_batch("pudong", number) for number in (1, 4, 2)] == [0, 1, 4]


def test_a_node_carries_settles_and_remembers_letters(database_url: str, at: datetime) -> None:
    book = SqlPostBook(open_engine(database_url))
    letters = [Outgoing(sealed=letter(n), origin=f"o{n}", made_at=at) for n in (1, 2)]
    book.put_outgoing(letters)
    book.put_outgoing(letters)
    assert ids(book.to_carry(at, 10)) == ["1", "2"]
    assert ids(book.to_write("shangrao", at, 10)) == []
    assert ids(book.to_write("", at, 10)) == ["1", "2"]
    found = book.find_outgoing("o1")
    assert found is not None and found.sealed == letters[0].sealed
    assert book.find_sent(letters[0].sealed.address.message_id) == "pudong"
    assert book.find_sent("none") == ""
    first = letters[0].sealed.address.message_id
    book.carried([first], at)
    assert ids(book.to_carry(at, 10)) == ["2"]
    assert ids(book.to_carry(at + timedelta(hours=1), 10)) == ["1", "2"]
    assert book.settled([first]) == 1 and book.settled([first]) == 0
    assert ids(book.to_carry(at + timedelta(hours=1), 10)) == ["2"]
    assert book.counts() == {"waiting": 1, "carried": 0, "seen": 0}
    book.drop_outgoing("o2")
    assert book.find_outgoing("o2") is None


def test_a_letter_and_its_token_count_once(database_url: str, at: datetime) -> None:
    book = SqlPostBook(open_engine(database_url))
    item = PostItem(
        message_id="0192f0c1-0000-7000-8000-000000000009",
        sender="jiaxing",
        recipient="pudong",
        sealed_at=at,
        kind=SUBMIT,
    )
    reply = Outgoing(sealed=letter(5, "jiaxing"), origin=item.message_id, made_at=at)
    book.processed(item, "registry", [reply], "jiaxing/t1", at)
    book.processed(item, "registry", [reply], "jiaxing/t1", at)
    assert book.is_seen("jiaxing", item.message_id)
    assert not book.is_seen("shangrao", item.message_id)
    other = replace(item, message_id="0192f0c1-0000-7000-8000-000000000010")
    with pytest.raises(Refusal, match="POST_TOKEN_REPLAYED"):
        book.processed(other, "registry", [], "jiaxing/t1", at)
    assert book.unacknowledged("registry", 10) == [item.message_id]
    book.acknowledged("registry", [item.message_id])
    assert book.unacknowledged("registry", 10) == []
    book.carried([reply.sealed.address.message_id], at)
    assert book.carry_replies_again(item.message_id) == 1
    assert ids(book.to_carry(at, 10)) == ["5"]


def test_replies_come_in_order_of_their_pieces_and_once(database_url: str, at: datetime) -> None:
    book = SqlPostBook(open_engine(database_url))
    for number, offset in ((1, 512), (2, 0), (3, 256), (2, 0)):
        item = PostItem(
            message_id=f"0192f0c1-0000-7000-8000-{number:012d}",
            sender="shangrao",
            recipient="jiaxing",
            sealed_at=at,
            kind=PIECE if offset else RECEIPT,
            in_reply_to="m",
            offset=offset,
        )
        book.keep_reply(item, "registry", at)
    assert [one.offset for one in book.replies("m")] == [0, 256, 512]
    assert book.replies("other") == []
    assert [book.next_batch("registry"), book.note_batch("registry", 7)] == [1, 0]
    assert [book.next_batch("registry"), book.note_batch("registry", 3)] == [2, 7]


def kept(size: int, old_size: int, at: datetime) -> KeptStep:
    step = Step(old_size=old_size, proof=(bytes([size]) * 32,), note=f"note {size}", log_key=SIGNED)
    return KeptStep(origin=LOG, size=size, step=step, received_at=at)


def test_checkpoints_form_one_chain(database_url: str, at: datetime) -> None:
    store = SqlWitnessStore(open_engine(database_url))
    assert store.newest(LOG) is None
    assert store.add(kept(3, 0, at))
    assert not store.add(kept(9, 5, at)), "it continues nothing that is kept"
    assert store.add(kept(5, 3, at)) and store.add(kept(9, 5, at))
    assert store.newest(LOG) == kept(9, 5, at)
    assert [one.size for one in store.steps_from(LOG, 3, 10)] == [5, 9]
    assert [one.size for one in store.steps_from(LOG, 0, 2)] == [3, 5]
    assert store.find(LOG, 4) is None and store.find(LOG, 5) == kept(5, 3, at)
    assert list(store.origins()) == [LOG]
    for witness in ("jiaxing", "pudong"):
        line = KeptCosignature(witness=witness, line=f"— {witness}\n", witness_key=SIGNED)
        assert store.cosign(LOG, 5, line, at)
        assert not store.cosign(LOG, 5, line, at)
    assert [one.witness for one in store.cosignatures(LOG, 5)] == ["jiaxing", "pudong"]
    best = store.newest_cosigned(LOG, 2)
    assert best is not None and best.size == 5
    assert store.newest_cosigned(LOG, 3) is None
    store.contradict(LOG, ("a", "b"), "pudong", at)
    store.contradict(LOG, ("b", "a"), "jiaxing", at)
    assert store.contradictions(LOG) == [("a", "b")]
    assert store.contradictions("") == [("a", "b")]
    assert store.contradictions("other") == []


def test_a_witness_moves_forward_by_one_hand_only(database_url: str, at: datetime) -> None:
    book = SqlWitnessBook(open_engine(database_url))
    three, five = (Checkpoint(origin=LOG, size=n, root=bytes([n]) * 32) for n in (3, 5))
    notes = {one.size: f"{one.text()}\n— x {'A' * 8}\n" for one in (three, five)}
    assert book.advance(None, three, notes[3], at)
    assert not book.advance(None, five, notes[5], at), "somebody else was first"
    assert book.cosigned() == {LOG: three}
    assert book.advance(three, five, notes[5], at)
    assert not book.advance(three, five, notes[5], at)
    assert book.cosigned_note(LOG) == notes[5]
    alarm = Alarm(origin=LOG, code="LOG_FORKED", known="a", shown="b", at=at)
    assert book.alarm(alarm)
    assert not book.alarm(replace(alarm, shown="c")), "the same trouble goes on"
    assert [one.shown for one in book.alarms()] == ["b"]
    assert book.standing(LOG) == Standing(origin=LOG)
    book.stand(Standing(origin=LOG, sent_size=5, sent_at=at, alarm="LOG_FORKED"))
    assert book.standing(LOG).sent_at == at
