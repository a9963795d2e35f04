"""Notes, checkpoints, proofs and leaves: one form each, and nothing believed by its own word."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from records.refusal import Refusal
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.transparency import merkle
from trust.transparency.checkpoint import (
    Checkpoint,
    log_origin,
    parse_checkpoint,
    sign_checkpoint_note,
    verify_checkpoint,
)
from trust.transparency.leaf import Leaf, commit_to, decode_leaf, encode_leaf
from trust.transparency.note import (
    NoteKey,
    cosign,
    parse_note,
    sign_note,
    verifier_key,
    verify_cosignatures,
)
from trust.transparency.proof import add_cosignatures, parse_proof, verify_proof, write_proof

ORIGIN = "demo.invalid/log/361100"
LEAVES = [b"leaf %d" % n for n in range(7)]
LOG_SIGNER = Ed25519Signer(new_ed25519())
WITNESSES = {name: Ed25519Signer(new_ed25519()) for name in ("w1.invalid", "w2.invalid")}


def nodes(level: int, index: int) -> bytes:
    if level == 0:
        return merkle.leaf_hash(LEAVES[index])
    return merkle.node_hash(nodes(level - 1, 2 * index), nodes(level - 1, 2 * index + 1))


CHECKPOINT = Checkpoint(origin=ORIGIN, size=7, root=merkle.root(nodes, 7))
NOTE = sign_checkpoint_note(CHECKPOINT, LOG_SIGNER)


def proof_of(index: int, *, leaf: bytes | None = None) -> str:
    path = merkle.inclusion_proof(nodes, index, 7)
    return write_proof(index=index, path=path, checkpoint=NOTE, leaf=leaf)


def witness_keys() -> list[NoteKey]:
    return [NoteKey(name=name, key=signer.public_key) for name, signer in WITNESSES.items()]


def cosigned(at: datetime, *names: str) -> list[str]:
    text = CHECKPOINT.text()
    return [cosign(text, name, WITNESSES[name], at) for name in names]


def test_a_proof_is_the_text_that_the_specification_draws() -> None:
    lines = proof_of(3, leaf=LEAVES[3]).split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1] == "extra bGVhZiAz"
    assert lines[2] == "index 3"
    assert [len(line) for line in lines[3:6]] == [44, 44, 44]
    assert lines[6] == ""
    assert lines[7:9] == [ORIGIN, "7"]
    assert lines[10] == ""
    assert lines[11].startswith(f"— {ORIGIN} ")


def test_a_proof_carries_its_leaf_or_is_given_it() -> None:
    for index, leaf in enumerate(LEAVES):
        for text, given in ((proof_of(index, leaf=leaf), None), (proof_of(index), leaf)):
            evidence = verify_proof(text, origin=ORIGIN, log_key=LOG_SIGNER.public_key, leaf=given)
            assert (evidence.leaf, evidence.index) == (leaf, index)
            assert evidence.checkpoint == CHECKPOINT
    for text, given in (
        (proof_of(0), None),
        (proof_of(0, leaf=LEAVES[0]), LEAVES[1]),
        (proof_of(0, leaf=LEAVES[1]), None),
        (proof_of(0), LEAVES[1]),
    ):
        with pytest.raises(Refusal, match="LOG_PROOF_INVALID"):
            verify_proof(text, origin=ORIGIN, log_key=LOG_SIGNER.public_key, leaf=given)


def test_a_proof_of_another_log_or_key_is_refused() -> None:
    text = proof_of(0, leaf=LEAVES[0])
    other = Ed25519Signer(new_ed25519()).public_key
    for origin, key in ((ORIGIN, other), ("demo.invalid/log/330400", LOG_SIGNER.public_key)):
        with pytest.raises(Refusal, match="LOG_PROOF_INVALID"):
            verify_proof(text, origin=origin, log_key=key)
    # The key signs a checkpoint of another origin under this log's name.
    foreign = replace(CHECKPOINT, origin="demo.invalid/log/999999")
    note = sign_note(foreign.text(), ORIGIN, LOG_SIGNER)
    with pytest.raises(Refusal, match="LOG_PROOF_INVALID"):
        verify_checkpoint(note, origin=ORIGIN, log_key=LOG_SIGNER.public_key)


def test_every_flipped_bit_of_a_proof_is_refused() -> None:
    good = proof_of(3, leaf=LEAVES[3]).encode()
    for position in range(len(good) * 8):
        spoilt = bytearray(good)
        spoilt[position // 8] ^= 1 << position % 8
        with pytest.raises(Refusal) as caught:
            verify_proof(
                spoilt.decode("utf-8", "replace"), origin=ORIGIN, log_key=LOG_SIGNER.public_key
            )
        assert caught.value.code in {
            "LOG_NOTE_MALFORMED",
            "LOG_PROOF_INVALID",
            "SIGNATURE_INVALID",
        }


def test_witnesses_are_counted_by_name_and_seen_with_their_time(at: datetime) -> None:
    text = add_cosignatures(proof_of(1, leaf=LEAVES[1]), cosigned(at, *WITNESSES))
    evidence = verify_proof(
        text,
        origin=ORIGIN,
        log_key=LOG_SIGNER.public_key,
        witnesses=witness_keys(),
        quorum=2,
        now=at,
    )
    assert [(c.name, c.at) for c in evidence.cosignatures] == [(name, at) for name in WITNESSES]
    once = add_cosignatures(proof_of(1), cosigned(at, "w1.invalid"))
    note = parse_note(parse_proof(once).checkpoint)
    with pytest.raises(Refusal, match="LOG_PROOF_INVALID"):
        verify_cosignatures(note, witness_keys(), quorum=2)
    with pytest.raises(Refusal, match="LOG_PROOF_INVALID"):
        verify_cosignatures(note, witness_keys(), quorum=1, now=at - timedelta(seconds=1))
    twice = add_cosignatures(once, cosigned(at, "w1.invalid"))
    with pytest.raises(Refusal, match="LOG_NOTE_MALFORMED"):
        parse_note(parse_proof(twice).checkpoint)
    assert verify_cosignatures(note, [], quorum=0) == ()


def test_a_wrong_cosignature_of_a_known_witness_refuses_the_checkpoint(at: datetime) -> None:
    line = cosign("other/log\n1\nx\n", "w1.invalid", WITNESSES["w1.invalid"], at)
    note = parse_note(NOTE + line)
    with pytest.raises(Refusal, match="SIGNATURE_INVALID"):
        verify_cosignatures(note, witness_keys(), quorum=0)
    # An unknown witness is ignored, as the specification demands.
    stranger = cosign(CHECKPOINT.text(), "w9.invalid", Ed25519Signer(new_ed25519()), at)
    note = parse_note(NOTE + stranger)
    assert verify_cosignatures(note, witness_keys(), quorum=0) == ()


def test_a_cosignatures_time_is_signed(at: datetime) -> None:
    (line,) = cosigned(at, "w1.invalid")
    note = parse_note(NOTE + line)
    last = note.signatures[-1]
    for moved in (1, 2**62):
        seconds = int.from_bytes(last.value[:8], "big") ^ moved
        spoilt = replace(last, value=seconds.to_bytes(8, "big") + last.value[8:])
        with pytest.raises(Refusal, match="SIGNATURE_INVALID"):
            verify_cosignatures(replace(note, signatures=(spoilt,)), witness_keys(), quorum=1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "text",
        "text\n",
        "text\n\n",
        NOTE[:-1],
        NOTE + "\n",
        NOTE.replace("— ", "- "),
        NOTE.replace("— ", "—  "),
        NOTE + "— name\n",
        NOTE + "— na+me AAAAAAAA\n",
        NOTE + "— na\u00a0me AAAAAAAA\n",
        NOTE + "— name AAAA\n",
        NOTE + "— name AAAAAAAB==\n",
        NOTE + "— name AAAAAA==AA==\n",
        NOTE.replace("\n", "\r\n"),
        NOTE + "\x00",
        "x" * 70_000 + NOTE,
        NOTE + "— name AAAAAAAA\n" * 2,
        NOTE + "".join(f"— name{n} AAAAAAAA\n" for n in range(32)),
    ],
)
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="LOG_NOTE_MALFORMED"):
        parse_note(text)


@pytest.mark.parametrize(
    "text",
    [
        "o\n7\n",
        "\n7\nAAAA\n",
        "o\n07\n" + "A" * 43 + "=\n",
        "o\n-1\n" + "A" * 43 + "=\n",
        "o\n+7\n" + "A" * 43 + "=\n",
        "o\n٧\n" + "A" * 43 + "=\n",
        "o\n7\nAAAA\n",
        "o\n7\n" + "A" * 42 + "B=\n",
        "o\n7\n" + "A" * 43 + "=\nextension\n",
        "o\n99999999999999999999\n" + "A" * 43 + "=\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    note = parse_note(sign_note(text, "o", LOG_SIGNER))
    with pytest.raises(Refusal, match="LOG_NOTE_MALFORMED"):
        parse_checkpoint(note)


@pytest.mark.parametrize(
    "change",
    [
        ("@v1", "@v2"),
        ("index 3", "index 03"),
        ("index 3", "index -3"),
        ("index 3", "index ٣"),
        ("index 3\n", ""),
        ("index 3", "extra AA==\nindex 3"),
        ("extra bGVhZiAz", "extra bGVhZiAz "),
        ("extra bGVhZiAz", "extra bGVhZiB"),
        ("extra bGVhZiAz", "Extra bGVhZiAz"),
        ("\n\n", "\nAAAA\n\n"),
        ("\n\n", "\n" + ("A" * 43 + "=\n") * 65 + "\n"),
        ("\n\n", "\n"),
    ],
)
def test_what_is_no_proof_is_refused(change: tuple[str, str]) -> None:
    text = proof_of(3, leaf=LEAVES[3]).replace(*change, 1)
    with pytest.raises(Refusal, match="LOG_NOTE_MALFORMED"):
        verify_proof(text, origin=ORIGIN, log_key=LOG_SIGNER.public_key)


def test_names_are_what_notes_can_carry() -> None:
    assert log_origin("demo.invalid", "361100") == ORIGIN
    for name in ("", "a b", "a+b", "a\nb", "a\u3000b", "a\x00"):
        with pytest.raises(Refusal, match="LOG_NOTE_MALFORMED"):
            sign_note("text\n", name, LOG_SIGNER)
    for text in ("", "no newline", "control\x01\n"):
        with pytest.raises(Refusal, match="LOG_NOTE_MALFORMED"):
            sign_note(text, "name", LOG_SIGNER)


def test_a_verifier_key_has_the_public_form() -> None:
    name, key_id, material = verifier_key(NoteKey(name=ORIGIN, key=LOG_SIGNER.public_key)).split(
        "+", 2
    )
    line = parse_note(NOTE).signatures[0]
    assert (name, key_id) == (line.name, line.key_id.hex())
    assert len(material) == 44


def test_a_leaf_has_one_form_and_no_empty_members() -> None:
    leaf = Leaf(ts_ms=1795228200000, kind="state", case="LT-1", from_state="a", to_state="b")
    data = encode_leaf(leaf)
    assert data == (
        b'{"v":1,"ts_ms":1795228200000,"kind":"state","case":"LT-1","from":"a","to":"b"}'
    )
    assert decode_leaf(data) == leaf
    full = Leaf(ts_ms=1, kind="certificate", number="浙嘉-1", token_sha256="ab" * 32, order="cd")
    assert decode_leaf(encode_leaf(full)) == full
    value = json.loads(data)
    for spoilt in (
        json.dumps(value).encode(),
        json.dumps(value | {"actor": ""}, separators=(",", ":")).encode(),
        json.dumps(value | {"name": "x"}, separators=(",", ":")).encode(),
        json.dumps(value | {"v": 2}, separators=(",", ":")).encode(),
        json.dumps(value | {"ts_ms": "1"}, separators=(",", ":")).encode(),
        json.dumps(value | {"from_state": "x"}, separators=(",", ":")).encode(),
        data.replace(b'"kind":"state"', b'"kind":"state","kind":"x"'),
        b"{}",
        b"[]",
        b"",
        b"x" * 3000,
    ):
        with pytest.raises(Refusal, match="LOG_LEAF_MALFORMED"):
            decode_leaf(spoilt)
    for wrong in (
        replace(leaf, kind=""),
        replace(leaf, ts_ms=-1),
        replace(leaf, note="x" * 3000),
        replace(leaf, note="\ud800"),
    ):
        with pytest.raises(Refusal, match="LOG_LEAF_MALFORMED"):
            encode_leaf(wrong)


def test_a_commitment_hides_its_envelope_behind_the_salt() -> None:
    one, two = commit_to("ab" * 32, bytes(16)), commit_to("ab" * 32, bytes(15) + b"\x01")
    assert one != two
    assert len(one) == 64
    with pytest.raises(Refusal, match="LOG_LEAF_MALFORMED"):
        commit_to("ab" * 32, b"short")
