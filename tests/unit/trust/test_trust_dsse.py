"""Envelopes: what is signed, what is refused, and that one flipped bit is always noticed."""

import base64
import json
from dataclasses import replace

import pytest

from records.refusal import Refusal
from trust.envelope.dsse import (
    Envelope,
    Signature,
    add_signature,
    envelope_from_json,
    envelope_id,
    envelope_to_json,
    pae,
    seal,
    verify_envelope,
)
from trust.envelope.suites import PublicKey
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.wire import envelope_from_proto, envelope_to_proto

TYPE = "application/vnd.lantai.test.v1+json"


def new_signer() -> Ed25519Signer:
    return Ed25519Signer(new_ed25519())


@pytest.fixture
def signers() -> list[Ed25519Signer]:
    return [new_signer() for _ in range(3)]


def keys_of(*signers: Ed25519Signer) -> dict[str, PublicKey]:
    return {signer.kid: signer.public_key for signer in signers}


@pytest.mark.parametrize(
    ("payload_type", "payload", "expected"),
    [
        # The example of the DSSE specification (protocol.md, "Test vectors").
        (
            "http://example.com/HelloWorld",
            b"hello world",
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world",
        ),
        ("", b"", b"DSSEv1 0  0 "),
        ("a b", b"c d", b"DSSEv1 3 a b 3 c d"),
        # Lengths are bytes, not characters.
        ("t", "周".encode(), b"DSSEv1 1 t 3 \xe5\x91\xa8"),
    ],
)
def test_pae_is_byte_identical_to_the_specification(
    payload_type: str, payload: bytes, expected: bytes
) -> None:
    assert pae(payload_type, payload) == expected


def test_two_splits_of_the_same_text_never_share_an_encoding() -> None:
    assert pae("a", b" 1 b") != pae("a 4  1", b"b")


def test_an_envelope_names_who_signed_in_its_order(signers: list[Ed25519Signer]) -> None:
    envelope = seal(TYPE, b"{}", signers)
    verified = verify_envelope(envelope, keys_of(*signers), threshold=3)
    assert verified.kids == tuple(signer.kid for signer in signers)
    assert verified.payload == b"{}"
    assert verified.envelope_id == envelope_id(envelope)


def test_a_second_officer_signs_the_same_bytes(signers: list[Ed25519Signer]) -> None:
    first = seal(TYPE, b"{}", signers[:1])
    both = add_signature(first, signers[1])
    assert envelope_id(both) == envelope_id(first)
    assert len(verify_envelope(both, keys_of(*signers), threshold=2).kids) == 2
    with pytest.raises(Refusal, match="ENVELOPE_MALFORMED"):
        add_signature(both, signers[0])


def test_threshold_counts_different_known_keys(signers: list[Ed25519Signer]) -> None:
    envelope = seal(TYPE, b"{}", signers[:2])
    with pytest.raises(Refusal, match="SIGNATURES_TOO_FEW"):
        verify_envelope(envelope, keys_of(*signers), threshold=3)
    with pytest.raises(Refusal, match="SIGNATURES_TOO_FEW"):
        verify_envelope(envelope, keys_of(signers[0]), threshold=2)
    with pytest.raises(Refusal, match="SIGNER_UNKNOWN"):
        verify_envelope(envelope, keys_of(signers[2]))
    with pytest.raises(Refusal, match="ENVELOPE_MALFORMED"):
        seal(TYPE, b"{}", [signers[0], signers[0]])


def test_an_unknown_key_beside_known_ones_counts_for_nothing(
    signers: list[Ed25519Signer],
) -> None:
    envelope = seal(TYPE, b"{}", signers)
    assert verify_envelope(envelope, keys_of(signers[1])).kids == (signers[1].kid,)


def test_one_bad_signature_of_a_known_key_refuses_the_whole(signers: list[Ed25519Signer]) -> None:
    good = seal(TYPE, b"{}", signers[:2])
    bad = replace(good.signatures[1], value=bytes(64))
    envelope = replace(good, signatures=(good.signatures[0], bad))
    with pytest.raises(Refusal, match="SIGNATURE_INVALID"):
        verify_envelope(envelope, keys_of(*signers), threshold=1)


def test_a_suite_that_is_not_allowed_refuses_the_whole(signers: list[Ed25519Signer]) -> None:
    good = seal(TYPE, b"{}", signers[:2])
    for suite in ("LT-2", "LT-SM1", "NONE"):
        envelope = replace(
            good, signatures=(good.signatures[0], replace(good.signatures[1], suite=suite))
        )
        with pytest.raises(Refusal, match="SUITE_FORBIDDEN"):
            verify_envelope(envelope, keys_of(*signers))
    with pytest.raises(Refusal, match="SUITE_FORBIDDEN"):
        verify_envelope(good, keys_of(*signers), suites=())
    # A suite that some list allows is still not this key's.
    other = replace(good, signatures=(replace(good.signatures[0], suite="LT-2"),))
    with pytest.raises(Refusal, match="SIGNATURE_INVALID"):
        verify_envelope(other, keys_of(*signers), suites=("LT-1", "LT-2"))


def test_a_key_filed_under_another_id_is_not_believed(signers: list[Ed25519Signer]) -> None:
    envelope = seal(TYPE, b"{}", signers[:1])
    with pytest.raises(Refusal, match="SIGNATURE_INVALID"):
        verify_envelope(envelope, {signers[0].kid: signers[1].public_key})


def test_a_signature_for_another_payload_type_is_refused(signers: list[Ed25519Signer]) -> None:
    envelope = replace(seal(TYPE, b"{}", signers[:1]), payload_type=TYPE + "x")
    with pytest.raises(Refusal, match="SIGNATURE_INVALID"):
        verify_envelope(envelope, keys_of(*signers))


def test_verify_needs_a_threshold(signers: list[Ed25519Signer]) -> None:
    with pytest.raises(ValueError, match="threshold"):
        verify_envelope(seal(TYPE, b"{}", signers[:1]), keys_of(*signers), threshold=0)


def test_json_form_is_standard_dsse_and_the_only_one(signers: list[Ed25519Signer]) -> None:
    envelope = seal(TYPE, b'{"a":1}', signers[:2])
    data = envelope_to_json(envelope)
    wrapper = json.loads(data)
    assert wrapper["payloadType"] == TYPE
    assert base64.b64decode(wrapper["payload"]) == b'{"a":1}'
    assert [entry["keyid"] for entry in wrapper["signatures"]] == [s.kid for s in signers[:2]]
    assert envelope_from_json(data) == envelope
    assert envelope_from_proto(envelope_to_proto(envelope)) == envelope


def test_another_spelling_of_the_same_envelope_is_refused(signers: list[Ed25519Signer]) -> None:
    data = envelope_to_json(seal(TYPE, b"abcd", signers[:1]))
    wrapper = json.loads(data)
    payload = wrapper["payload"]
    assert payload.endswith("==")
    spellings = [
        json.dumps(wrapper).encode(),
        data + b"\n",
        b" " + data,
        data.replace(b'"payload":', b'"payload":"","payload":'),
        data.replace(b"}]}", b'}],"more":1}'),
        data.replace(payload.encode(), payload.replace("==", "").encode() + b"=="[:1]),
        data.replace(payload.encode(), (payload[:-3] + chr(ord(payload[-3]) + 1) + "==").encode()),
        data.replace(b"LT-1", b"\\u004cT-1"),
        json.dumps(dict(reversed(wrapper.items())), separators=(",", ":")).encode(),
    ]
    for spelling in spellings:
        assert spelling != data
        with pytest.raises(Refusal, match="ENVELOPE_MALFORMED"):
            envelope_from_json(spelling)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"payloadType":1,"payload":2,"signatures":3}',
        b'{"payloadType":"a","payload":"","signatures":[]}',
        b'{"payloadType":"a","payload":"","signatures":{"keyid":1}}',
        b'{"payloadType":"a","payload":"","signatures":[1]}',
        b'{"payloadType":"a","payload":null,"signatures":[]}',
        "周".encode(),
        b"\xff\xfe",
        b"[" * 5000,
    ],
)
def test_what_is_no_envelope_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal, match="ENVELOPE_MALFORMED"):
        envelope_from_json(data)


@pytest.mark.parametrize(
    "envelope",
    [
        Envelope(payload_type="", payload=b"", signatures=()),
        Envelope(payload_type="a", payload=b"", signatures=()),
        Envelope(
            payload_type="a b",
            payload=b"",
            signatures=(Signature(kid="0" * 16, suite="LT-1", value=b"x"),),
        ),
        Envelope(
            payload_type="a\n",
            payload=b"",
            signatures=(Signature(kid="0" * 16, suite="LT-1", value=b"x"),),
        ),
        Envelope(
            payload_type="a",
            payload=b"",
            signatures=(Signature(kid="../../etc/passwd", suite="LT-1", value=b"x"),),
        ),
        Envelope(
            payload_type="a",
            payload=b"",
            signatures=(Signature(kid="0" * 16, suite="LT-1", value=b""),),
        ),
        Envelope(
            payload_type="a",
            payload=b"",
            signatures=tuple(
                Signature(kid=f"{n:016x}", suite="LT-1", value=b"x") for n in range(9)
            ),
        ),
    ],
)
def test_form_is_checked_before_any_key_is_used(envelope: Envelope) -> None:
    with pytest.raises(Refusal, match="ENVELOPE_MALFORMED"):
        verify_envelope(envelope, {})
    with pytest.raises(Refusal, match="ENVELOPE_MALFORMED"):
        envelope_from_proto(envelope_to_proto(envelope))


def test_size_is_bounded(signers: list[Ed25519Signer]) -> None:
    with pytest.raises(Refusal, match="ENVELOPE_TOO_LARGE"):
        seal(TYPE, bytes(8 * 1024 * 1024 + 1), signers[:1])
    with pytest.raises(Refusal, match="ENVELOPE_TOO_LARGE"):
        envelope_from_json(bytes(12 * 1024 * 1024 + 1))


def test_every_single_flipped_bit_of_payload_and_signature_is_noticed() -> None:
    signer = new_signer()
    envelope = seal(TYPE, b'{"n":"1985"}', [signer])
    for position in range(len(envelope.payload) * 8):
        payload = bytearray(envelope.payload)
        payload[position // 8] ^= 1 << position % 8
        with pytest.raises(Refusal, match="SIGNATURE_INVALID"):
            verify_envelope(replace(envelope, payload=bytes(payload)), keys_of(signer))
    good = envelope.signatures[0]
    for position in range(len(good.value) * 8):
        value = bytearray(good.value)
        value[position // 8] ^= 1 << position % 8
        flipped = replace(envelope, signatures=(replace(good, value=bytes(value)),))
        with pytest.raises(Refusal, match="SIGNATURE_INVALID"):
            verify_envelope(flipped, keys_of(signer))
