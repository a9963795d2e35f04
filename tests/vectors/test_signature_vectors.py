"""Signatures against vectors that others published: Ed25519, ECDSA, C2SP signed notes."""

import re
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from records.refusal import Refusal
from trust.envelope.suites import PublicKey
from trust.identity.keys import Ed25519Signer
from trust.transparency.note import NoteKey, cosign, parse_note, verify_cosignatures, verify_note

# The example of c2sp.org/signed-note, verbatim.
NOTE = (
    "Ognuno sta solo sul cuor della terra\n"
    "trafitto da un raggio di sole:\n"
    "\n"
    "ed è subito sera.\n"
    "\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU"
    "0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
)
# The example of c2sp.org/tlog-cosignature, verbatim.
COSIGNED = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2"
    "q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2o"
    "yin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)


@pytest.mark.shared_data
def test_ed25519_signs_and_verifies_as_published(shared_data: Path) -> None:
    lines = (shared_data / "crypto" / "ed25519_sign_input_first256.txt").read_text().split()
    assert len(lines) == 256
    for line in lines:
        secret, public, message_hex, signed, *_ = line.split(":")
        message = bytes.fromhex(message_hex)
        signature = bytes.fromhex(signed)[:64]
        signer = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)[:32]))
        assert signer.public_raw == bytes.fromhex(public)
        assert signer.sign(message) == signature
        key = PublicKey.from_raw(bytes.fromhex(public))
        key.verify(signature, message)
        for spoilt in (signature[:-1], signature + b"\x00", signature[:63] + b"\xff"):
            with pytest.raises(Refusal, match="SIGNATURE_INVALID"):
                key.verify(spoilt, message)
        with pytest.raises(Refusal, match="SIGNATURE_INVALID"):
            key.verify(signature, message + b"\x00")


P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P


def times_eight(y: int) -> tuple[int, int]:
    """8 * (x, y) on edwards25519, by the addition law of RFC 8032 5.1.4 in affine form."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert x * x % P == square, "no point has this y"
    for _ in range(3):
        product = D * x * x * y * y % P
        x, y = (
            2 * x * y * pow(1 + product, -1, P) % P,
            (y * y + x * x) * pow(1 - product, -1, P) % P,
        )
    return x, y


def test_keys_that_verify_what_nobody_signed_are_refused() -> None:
    """Points of small order, in both signs, and y not below the prime (RFC 8032 5.1.3)."""
    order_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
    small = [0, 1, P - 1, order_8, P - order_8]
    assert [times_eight(y) for y in small] == [(0, 1)] * 5
    for y in (*small, P, P + 1, 2**255 - 1):
        for sign in (0, 1 << 255):
            with pytest.raises(Refusal, match="KEY_MALFORMED"):
                PublicKey.from_raw((y | sign).to_bytes(32, "little"))


@pytest.mark.shared_data
def test_ecdsa_p256_and_p384_sign_deterministically_as_rfc_6979_says(shared_data: Path) -> None:
    """The curves of our TLS, QR and seal keys; SHA-256 and SHA-384 are what we sign with."""
    text = (shared_data / "crypto" / "evppkey_ecdsa_rfc6979.txt").read_text()
    keys = {
        name: serialization.load_pem_private_key(pem.encode(), None)
        for name, pem in re.findall(
            r"PrivateKey=(\S+)\n(-----BEGIN PRIVATE KEY-----.*?-----END PRIVATE KEY-----)",
            text,
            re.DOTALL,
        )
        if name.startswith(("P-256", "P-384"))
    }
    digests = {"SHA256": hashes.SHA256(), "SHA384": hashes.SHA384(), "SHA512": hashes.SHA512()}
    counted = 0
    pattern = (
        r"DigestSign = (\S+)\nKey = (P-(?:256|384)_PRIV)\nNonceType = deterministic\n"
        r'Input = "(\w+)"\nOutput = ([0-9A-F]+)'
    )
    for digest, name, message, signature_hex in re.findall(pattern, text):
        if digest not in digests:
            continue
        key = keys[name]
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        signature = bytes.fromhex(signature_hex)
        algorithm = ec.ECDSA(digests[digest], deterministic_signing=True)
        assert key.sign(message.encode(), algorithm) == signature
        key.public_key().verify(signature, message.encode(), ec.ECDSA(digests[digest]))
        with pytest.raises(InvalidSignature):
            key.public_key().verify(signature, b"other", ec.ECDSA(digests[digest]))
        counted += 1
    assert counted >= 8


def test_the_notes_of_the_specifications_are_parsed_to_the_byte() -> None:
    note = parse_note(NOTE)
    assert note.text == NOTE.rpartition("\n\n")[0] + "\n"
    (line,) = note.signatures
    assert (line.name, line.key_id.hex()) == ("quasimodo.example/salvatore", "367ba04b")
    assert len(line.value) == 64
    cosigned = parse_note(COSIGNED)
    log, witness = cosigned.signatures
    assert (len(log.value), len(witness.value)) == (64, 72)
    assert int.from_bytes(witness.value[:8], "big") == 1679315147


def test_a_cosignature_is_over_the_message_that_the_specification_writes() -> None:
    from datetime import UTC, datetime

    signer = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    text = parse_note(COSIGNED).text
    line = cosign(text, "witness.example.com/w1", signer, datetime.fromtimestamp(1679315147, UTC))
    value = parse_note(f"{text}\n{line}").signatures[0].value
    message = (
        b"cosignature/v1\n"
        b"time 1679315147\n"
        b"example.com/behind-the-sofa\n"
        b"20852163\n"
        b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )
    signer.public_key.verify(value[8:], message)
    key = NoteKey(name="witness.example.com/w1", key=signer.public_key)
    (seen,) = verify_cosignatures(parse_note(f"{text}\n{line}"), [key], quorum=1)
    assert seen.at.timestamp() == 1679315147


def test_a_note_by_another_key_is_not_believed() -> None:
    signer = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    with pytest.raises(Refusal, match="LOG_PROOF_INVALID"):
        verify_note(
            parse_note(NOTE), NoteKey(name="quasimodo.example/salvatore", key=signer.public_key)
        )
