"""A pack sealed to its recipient: nobody else opens it, and no label on it can be changed."""

import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from node.adapters.sealed_packs import open_pack, read_recipient, seal_pack
from records.refusal import Refusal
from trust.identity.keys import new_ed25519

PACK = b"PK\x03\x04 " + bytes(range(256)) * 30


@pytest.fixture
def recipient(tmp_path):
    """A court's key; its public half lies in a file."""
    key = X25519PrivateKey.generate()
    path = tmp_path / "court.pem"
    path.write_bytes(_pem(key))
    return key, path


def _pem(key) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def test_the_recipient_reads_exactly_what_was_packed(recipient) -> None:
    key, path = recipient
    file = seal_pack(PACK, read_recipient(path), "shangrao", "m1")
    assert b"PK\x03\x04" not in file
    assert open_pack(file, key) == PACK


def test_another_key_and_a_changed_label_open_nothing(recipient) -> None:
    key, path = recipient
    file = seal_pack(PACK, read_recipient(path), "shangrao", "m1")
    with pytest.raises(Refusal, match="SEAL_KEY_UNKNOWN"):
        open_pack(file, X25519PrivateKey.generate())
    said = json.loads(file)
    for member, value in (
        ("sender", "jiaxing"),
        ("recipient", "0" * 16),
        ("message_id", "m2"),
        ("suite", "HPKE-X"),
        ("ciphertext", said["ciphertext"][:-8] + "AAAAAAA="),
    ):
        with pytest.raises(Refusal, match="SEAL_INVALID"):
            open_pack(json.dumps(said | {member: value}).encode(), key)
    for spoilt in (b"", b"{}", b"PK\x03\x04", json.dumps(said | {"more": 1}).encode()):
        with pytest.raises(Refusal, match="EVIDENCE_UNREADABLE"):
            open_pack(spoilt, key)


def test_only_an_exchange_key_receives(tmp_path) -> None:
    signing = tmp_path / "sign.pem"
    signing.write_bytes(_pem(new_ed25519()))
    (tmp_path / "text.pem").write_text("nothing")
    for name, code in (
        ("sign.pem", "KEY_MALFORMED"),
        ("text.pem", "KEY_MALFORMED"),
        ("missing.pem", "EVIDENCE_UNREADABLE"),
    ):
        with pytest.raises(Refusal, match=code):
            read_recipient(tmp_path / name)
