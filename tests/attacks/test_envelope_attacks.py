"""Envelopes under attack: the prototype's 20,000 mutations, and confusions between kinds.

The attacker changes the wrapper, the payload or the signatures of statements that are genuine and
repairs everything that is not signed. Nothing may pass, and nothing may crash.
"""

import base64
import json
import random
from collections import Counter
from dataclasses import replace

import pytest

from protos.lantai.v1 import envelope_pb2
from records.refusal import Refusal
from records.release import StatusOrder
from trust.envelope.dsse import (
    Envelope,
    envelope_from_json,
    envelope_to_json,
    pae,
    seal,
    verify_envelope,
)
from trust.envelope.statement import open_statement, sign_statement
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.identity.statements import Endpoint
from trust.wire import envelope_from_proto, envelope_to_proto

DISPATCHER, KEEPER, STRANGER = (Ed25519Signer(new_ed25519()) for _ in range(3))
KEYS = {signer.kid: signer.public_key for signer in (DISPATCHER, KEEPER)}
SEED = 20261121


def order() -> StatusOrder:
    from datetime import UTC, datetime

    return StatusOrder(
        order_id="1",
        holder_archive="361100",
        number="赣饶档证〔2026〕000001",
        status="revoked",
        reason_class="error_in_record",
        dispatcher="361100/0123456789abcdef",
        seal_keeper="361100/fedcba9876543210",
        ordered_at=datetime(2026, 11, 21, 2, 30, tzinfo=UTC),
    )


def open_order(envelope: Envelope) -> StatusOrder:
    return open_statement(envelope, StatusOrder, KEYS, threshold=2).statement


def test_twenty_thousand_mutations_and_none_is_missed() -> None:
    chance = random.Random(SEED)
    good = envelope_to_json(sign_statement(order(), DISPATCHER, KEEPER))
    codes: Counter[str] = Counter()
    for _ in range(20_000):
        spoilt = bytearray(good)
        position = chance.randrange(len(good))
        match chance.randrange(3):
            case 0:
                spoilt[position] ^= 1 << chance.randrange(8)
            case 1:
                del spoilt[position]
            case _:
                spoilt.insert(position, chance.randrange(256))
        if bytes(spoilt) == good:
            continue
        with pytest.raises(Refusal) as caught:
            open_order(envelope_from_json(bytes(spoilt)))
        codes[caught.value.code] += 1
    assert codes.keys() <= {
        "ENVELOPE_MALFORMED",
        "PAYLOAD_TYPE_WRONG",
        "SIGNATURE_INVALID",
        "SIGNATURES_TOO_FEW",
        "SIGNER_UNKNOWN",
        "SUITE_FORBIDDEN",
    }
    assert codes["SIGNATURE_INVALID"] > 0


def test_every_mutation_of_the_message_is_refused_or_changes_nothing() -> None:
    """On the wire the wrapper is protobuf: unknown and repeated fields come, and mean nothing."""
    chance = random.Random(SEED)
    envelope = sign_statement(order(), DISPATCHER, KEEPER)
    good = envelope_to_proto(envelope).SerializeToString()
    for _ in range(4_000):
        spoilt = bytearray(good)
        position = chance.randrange(len(good))
        spoilt[position] ^= 1 << chance.randrange(8)
        try:
            message = envelope_pb2.Envelope.FromString(bytes(spoilt))
        except Exception:  # noqa: BLE001 -- protobuf's own DecodeError; gRPC answers it itself
            continue
        try:
            carried = envelope_from_proto(message)
            assert open_order(carried) == order()
        except Refusal:
            continue
        assert carried == envelope


def test_a_field_appended_to_the_message_cannot_replace_the_signed_payload() -> None:
    """Protobuf lets the last duplicate win; the signature is over what is then read."""
    good = envelope_to_proto(sign_statement(order(), DISPATCHER, KEEPER)).SerializeToString()
    other = envelope_pb2.Envelope(payload=b'{"status":"valid"}').SerializeToString()
    with pytest.raises(Refusal, match="SIGNATURE_INVALID"):
        open_order(envelope_from_proto(envelope_pb2.Envelope.FromString(good + other)))


def test_one_officer_cannot_be_two() -> None:
    alone = sign_statement(order(), DISPATCHER)
    with pytest.raises(Refusal, match="SIGNATURES_TOO_FEW"):
        open_order(alone)
    twice = replace(alone, signatures=alone.signatures * 2)
    with pytest.raises(Refusal, match="ENVELOPE_MALFORMED"):
        open_order(twice)
    renamed = replace(alone.signatures[0], kid=KEEPER.kid)
    with pytest.raises(Refusal, match="SIGNATURE_INVALID"):
        open_order(replace(alone, signatures=(*alone.signatures, renamed)))


def test_a_signature_is_not_moved_to_another_statement() -> None:
    revoked = sign_statement(order(), DISPATCHER, KEEPER)
    other = sign_statement(replace(order(), number="赣饶档证〔2026〕000002"), DISPATCHER)
    mixed = replace(other, signatures=(*other.signatures, revoked.signatures[1]))
    with pytest.raises(Refusal, match="SIGNATURE_INVALID"):
        open_order(mixed)


def test_a_statement_of_one_kind_is_not_taken_for_another() -> None:
    payload = json.dumps({"participant_id": "a", "sequence": 1, "grpc": "x:1"}).encode()
    for kind in (StatusOrder.PAYLOAD_TYPE, Endpoint.PAYLOAD_TYPE):
        envelope = seal(kind, payload, [DISPATCHER, KEEPER])
        with pytest.raises(Refusal, match=r"PAYLOAD_TYPE_WRONG|STATEMENT_MALFORMED"):
            open_order(envelope)
    relabelled = replace(
        seal(Endpoint.PAYLOAD_TYPE, payload, [DISPATCHER, KEEPER]),
        payload_type=StatusOrder.PAYLOAD_TYPE,
    )
    with pytest.raises(Refusal, match="SIGNATURE_INVALID"):
        open_order(relabelled)


def test_a_signature_over_bare_bytes_is_no_envelope() -> None:
    """A thing that the key signed elsewhere (a token, a note) must not open as a statement."""
    envelope = sign_statement(order(), DISPATCHER, KEEPER)
    for message in (envelope.payload, b"DSSEv1" + envelope.payload, b""):
        forged = replace(envelope.signatures[0], value=DISPATCHER.sign(message))
        with pytest.raises(Refusal, match="SIGNATURE_INVALID"):
            open_order(replace(envelope, signatures=(forged, envelope.signatures[1])))
    token_like = f"{base64.urlsafe_b64encode(b'{}').decode()}."
    assert not pae(envelope.payload_type, envelope.payload).startswith(token_like.encode())


def test_an_unknown_signer_adds_nothing_and_takes_nothing() -> None:
    envelope = sign_statement(order(), DISPATCHER, STRANGER, KEEPER)
    assert open_order(envelope) == order()
    with pytest.raises(Refusal, match="SIGNATURES_TOO_FEW"):
        open_order(sign_statement(order(), DISPATCHER, STRANGER))


def test_an_order_reversed_or_lengthened_ed25519_signature_is_refused() -> None:
    """S is not reduced twice: S + L is another spelling of the same signature (RFC 8032 5.1.7)."""
    envelope = sign_statement(order(), DISPATCHER, KEEPER)
    order_l = 2**252 + 27742317777372353535851937790883648493
    value = envelope.signatures[0].value
    s = int.from_bytes(value[32:], "little") + order_l
    malleable = value[:32] + s.to_bytes(32, "little")
    for spoilt in (malleable, value[::-1], value + b"\x00", value[:63], bytes(64)):
        forged = replace(envelope.signatures[0], value=spoilt)
        with pytest.raises(Refusal, match="SIGNATURE_INVALID"):
            verify_envelope(replace(envelope, signatures=(forged,)), KEYS)
