"""Properties of the trust kernel under generated input: round trips hold, mutations never pass.

Whatever arrives, the answer is a value or a `Refusal`; any other exception is a crash.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.refusal import Refusal
from trust.envelope.dsse import (
    Envelope,
    Signature,
    envelope_from_json,
    envelope_id,
    envelope_to_json,
    pae,
    verify_envelope,
)
from trust.envelope.statement import decode, encode, open_statement, sign_statement
from trust.envelope.strict_json import parse_strict_json
from trust.identity.keys import Ed25519Signer
from trust.identity.trust_list import TrustList
from trust.transparency import merkle
from trust.transparency.checkpoint import Checkpoint, sign_checkpoint_note
from trust.transparency.leaf import Leaf, decode_leaf, encode_leaf
from trust.transparency.proof import parse_proof, verify_proof, write_proof

SIGNER = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
SLOW_MACHINES_TOO = settings(
    deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow]
)
KEYS = {SIGNER.kid: SIGNER.public_key}
ORIGIN = "demo.invalid/log/361100"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nested:
    n: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Anything:
    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.anything.v1+json"

    text: str
    number: int
    at: datetime
    on: date
    nested: tuple[Nested, ...] = ()
    table: dict[str, str] | None = None


NESTED = st.builds(
    Nested,
    n=st.integers(-(2**53) + 1, 2**53 - 1),
    words=st.lists(TEXT, max_size=3).map(tuple),
)
ANYTHING = st.builds(
    Anything,
    text=TEXT,
    number=st.integers(-(2**53) + 1, 2**53 - 1),
    at=st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)).map(
        lambda value: value.replace(tzinfo=UTC)
    ),
    on=st.dates(),
    nested=st.lists(NESTED, max_size=3).map(tuple),
    table=st.none() | st.dictionaries(TEXT, TEXT, max_size=3),
)


def mutate(data: bytes, draw: Callable[[st.SearchStrategy[Any]], Any]) -> bytes:
    """One bit flipped, one byte gone, one byte added, two swapped, or a piece repeated."""
    spoilt = bytearray(data)
    position = draw(st.integers(0, len(data) - 1))
    match draw(st.integers(0, 4)):
        case 0:
            spoilt[position] ^= 1 << draw(st.integers(0, 7))
        case 1:
            del spoilt[position]
        case 2:
            spoilt.insert(position, draw(st.integers(0, 255)))
        case 3:
            other = draw(st.integers(0, len(data) - 1))
            spoilt[position], spoilt[other] = spoilt[other], spoilt[position]
        case _:
            end = draw(st.integers(position, min(len(data), position + 30)))
            spoilt[position:position] = data[position:end]
    return bytes(spoilt)


def passes(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except Refusal:
        return False
    return True


@SLOW_MACHINES_TOO
@given(ANYTHING)
def test_a_statement_survives_signing_and_carrying(statement: Anything) -> None:
    envelope = sign_statement(statement, SIGNER)
    carried = envelope_from_json(envelope_to_json(envelope))
    opened = open_statement(carried, Anything, KEYS)
    assert opened.statement == statement
    assert encode(opened.statement) == opened.payload
    assert opened.envelope_id == envelope_id(envelope)


@SLOW_MACHINES_TOO
@given(ANYTHING, st.data())
def test_no_mutation_of_an_envelope_passes(statement: Anything, data: st.DataObject) -> None:
    good = envelope_to_json(sign_statement(statement, SIGNER))
    spoilt = mutate(good, data.draw)
    if spoilt != good:
        assert not passes(lambda: open_statement(envelope_from_json(spoilt), Anything, KEYS))


@SLOW_MACHINES_TOO
@given(st.binary(max_size=300))
def test_noise_is_refused_everywhere(noise: bytes) -> None:
    text = noise.decode("utf-8", "replace")
    for ask in (
        lambda: envelope_from_json(noise),
        lambda: decode(noise, Anything),
        lambda: decode(noise, TrustList),
        lambda: decode_leaf(noise),
        lambda: parse_proof(text),
        lambda: verify_proof(text, origin=ORIGIN, log_key=SIGNER.public_key),
    ):
        assert not passes(ask)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=15,
)


@SLOW_MACHINES_TOO
@given(JSON)
def test_strict_json_reads_what_everybody_reads_alike(value: object) -> None:
    data = json.dumps(value, ensure_ascii=False).encode()
    if passes(lambda: parse_strict_json(data)):
        assert parse_strict_json(data) == value


@SLOW_MACHINES_TOO
@given(JSON)
def test_json_that_is_no_statement_never_crashes_the_reader(value: object) -> None:
    data = json.dumps(value, ensure_ascii=False).encode()
    for type_ in (Anything, TrustList):
        assert not passes(lambda t=type_: decode(data, t))


@SLOW_MACHINES_TOO
@given(ANYTHING, st.sampled_from(["text", "number", "at", "on", "nested", "table"]), JSON)
def test_a_member_of_another_type_never_crashes_the_reader(
    statement: Anything, member: str, value: object
) -> None:
    spoilt = json.loads(encode(statement)) | {member: value}
    data = json.dumps(spoilt, ensure_ascii=False).encode()
    if passes(lambda: decode(data, Anything)):
        assert json.loads(encode(decode(data, Anything))) == {
            **json.loads(encode(decode(data, Anything))),
            member: value,
        }


@SLOW_MACHINES_TOO
@given(st.text(max_size=30), st.binary(max_size=30), st.text(max_size=30), st.binary(max_size=30))
def test_pae_tells_every_two_things_apart(
    type_a: str, payload_a: bytes, type_b: str, payload_b: bytes
) -> None:
    try:
        same = pae(type_a, payload_a) == pae(type_b, payload_b)
    except UnicodeEncodeError:
        return
    assert same == ((type_a, payload_a) == (type_b, payload_b))


@SLOW_MACHINES_TOO
@given(st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64), st.binary())
def test_no_signature_is_found_by_luck(raw: bytes, value: bytes, payload: bytes) -> None:
    kid = hashlib.sha256(raw).hexdigest()[:16]
    signature = Signature(kid=kid, suite="LT-1", value=value)
    envelope = Envelope(payload_type="a", payload=payload, signatures=(signature,))
    assert not passes(lambda: verify_envelope(envelope, KEYS))
    forged = Envelope(
        payload_type="a",
        payload=payload,
        signatures=(Signature(kid=SIGNER.kid, suite="LT-1", value=value),),
    )
    assert not passes(lambda: verify_envelope(forged, KEYS))


def nodes_of(leaves: list[bytes]) -> merkle.Nodes:
    def get(level: int, index: int) -> bytes:
        if level == 0:
            return merkle.leaf_hash(leaves[index])
        return merkle.node_hash(get(level - 1, 2 * index), get(level - 1, 2 * index + 1))

    return get


@SLOW_MACHINES_TOO
@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70), st.data())
def test_a_proof_shows_its_leaf_and_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    nodes, size = nodes_of(leaves), len(leaves)
    root = merkle.root(nodes, size)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(nodes, index, size)
    merkle.verify_inclusion(index, size, merkle.leaf_hash(leaves[index]), proof, root)
    other = data.draw(st.binary(max_size=8))
    if other != leaves[index]:
        assert not passes(
            lambda: merkle.verify_inclusion(index, size, merkle.leaf_hash(other), proof, root)
        )


@SLOW_MACHINES_TOO
@given(
    st.lists(st.binary(max_size=4), min_size=2, max_size=40),
    st.data(),
)
def test_a_rewritten_history_is_never_consistent(leaves: list[bytes], data: st.DataObject) -> None:
    size = len(leaves)
    old = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old - 1))
    rewritten = [*leaves]
    rewritten[changed] = leaves[changed] + b"!"
    old_root = merkle.root(nodes_of(leaves), old)
    new_root = merkle.root(nodes_of(rewritten), size)
    for nodes in (nodes_of(leaves), nodes_of(rewritten)):
        proof = merkle.consistency_proof(nodes, old, size)
        assert not passes(
            lambda p=proof: merkle.verify_consistency(old, size, old_root, new_root, p)
        )


@SLOW_MACHINES_TOO
@given(st.data())
def test_no_mutation_of_a_proof_file_passes(data: st.DataObject) -> None:
    leaves = [b"leaf %d" % n for n in range(data.draw(st.integers(1, 20)))]
    nodes, size = nodes_of(leaves), len(leaves)
    checkpoint = Checkpoint(origin=ORIGIN, size=size, root=merkle.root(nodes, size))
    index = data.draw(st.integers(0, size - 1))
    good = write_proof(
        index=index,
        path=merkle.inclusion_proof(nodes, index, size),
        checkpoint=sign_checkpoint_note(checkpoint, SIGNER),
        leaf=leaves[index],
    )
    spoilt = mutate(good.encode(), data.draw).decode("utf-8", "replace")
    if spoilt != good:
        assert not passes(lambda: verify_proof(spoilt, origin=ORIGIN, log_key=SIGNER.public_key))


LEAF = st.builds(
    Leaf,
    ts_ms=st.integers(0, 2**53 - 1),
    kind=TEXT.filter(bool),
    case=TEXT,
    from_state=TEXT,
    to_state=TEXT,
    actor=TEXT,
    note=TEXT,
)


@SLOW_MACHINES_TOO
@given(LEAF, st.data())
def test_a_leaf_has_exactly_one_spelling(leaf: Leaf, data: st.DataObject) -> None:
    good = encode_leaf(leaf)
    assert decode_leaf(good) == leaf
    spoilt = mutate(good, data.draw)
    if spoilt != good and passes(lambda: decode_leaf(spoilt)):
        assert encode_leaf(decode_leaf(spoilt)) == spoilt
        assert decode_leaf(spoilt) != leaf
