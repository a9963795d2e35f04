"""Keys in files: encrypted, private to their owner, never overwritten by accident."""

import base64
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from records.refusal import Refusal
from trust.identity.keys import (
    Ed25519Signer,
    kid_of,
    new_ed25519,
    new_p256,
    public_key_from_base64,
    public_key_to_base64,
    read_private_key,
    read_signer,
    spki_sha256,
    write_private_key,
)


def test_a_key_is_read_back_with_its_passphrase_only(tmp_path: Path) -> None:
    for number, key in enumerate((new_ed25519(), new_p256())):
        path = tmp_path / f"{number}.key"
        write_private_key(path, key, b"correct horse")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        again = read_private_key(path, b"correct horse")
        assert spki_sha256(again.public_key()) == spki_sha256(key.public_key())
        assert b"PRIVATE KEY" not in path.read_bytes()
        for wrong in (b"wrong", b"", None):
            with pytest.raises(Refusal, match="PASSPHRASE_WRONG"):
                read_private_key(path, wrong)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["0.key", "1.key"]


def test_a_plain_key_is_read_only_where_a_plain_one_is_expected(tmp_path: Path) -> None:
    path = tmp_path / "tls.key"
    write_private_key(path, new_p256(), None)
    read_private_key(path, None)
    with pytest.raises(Refusal, match="KEY_NOT_ENCRYPTED"):
        read_private_key(path, b"passphrase")


def test_a_key_is_replaced_only_on_purpose(tmp_path: Path) -> None:
    path = tmp_path / "sign.key"
    first, second = new_ed25519(), new_ed25519()
    write_private_key(path, first, None)
    with pytest.raises(Refusal, match="KEY_FILE_EXISTS"):
        write_private_key(path, second, None)
    assert read_signer(path, None).kid == Ed25519Signer(first).kid
    write_private_key(path, second, None, replace=True)
    assert read_signer(path, None).kid == Ed25519Signer(second).kid
    assert [p.name for p in tmp_path.iterdir()] == ["sign.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_key_that_others_can_touch_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "sign.key"
    write_private_key(path, new_ed25519(), None)
    path.chmod(mode)
    with pytest.raises(Refusal, match="KEY_FILE_EXPOSED"):
        read_private_key(path, None)


def test_what_is_no_key_of_ours_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="KEY_FILE_MISSING"):
        read_private_key(tmp_path / "nothing.key", None)
    with pytest.raises(Refusal, match="KEY_FILE_MISSING"):
        read_private_key(tmp_path, None)
    big = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for data in (b"", b"garbage", b"-----BEGIN PRIVATE KEY-----\n", big):
        path = tmp_path / "x.key"
        path.write_bytes(data)
        path.chmod(0o600)
        with pytest.raises(Refusal, match="KEY_MALFORMED"):
            read_private_key(path, None)
        path.unlink()
    write_private_key(path, new_p256(), None)
    with pytest.raises(Refusal, match="KEY_MALFORMED"):
        read_signer(path, None)


def test_a_signer_tells_its_public_half_and_hides_the_rest() -> None:
    key = new_ed25519()
    signer = Ed25519Signer.from_private(key)
    assert signer.kid == kid_of(signer.public_raw) == signer.public_key.kid
    assert len(signer.kid) == 16
    assert key.private_bytes_raw().hex() not in repr(signer)
    signer.public_key.verify(signer.sign(b"message"), b"message")
    with pytest.raises(Refusal, match="KEY_MALFORMED"):
        Ed25519Signer.from_private(new_p256())


def test_a_public_key_has_one_base64_form() -> None:
    key = Ed25519Signer(new_ed25519()).public_key
    text = public_key_to_base64(key)
    assert public_key_from_base64(text) == key
    urlsafe = base64.urlsafe_b64encode(b"\xff" * 31 + b"\x3f").decode()
    for wrong in (text.rstrip("="), text + "=", f" {text}", text[:-2] + "!=", "", urlsafe):
        with pytest.raises(Refusal, match="KEY_MALFORMED"):
            public_key_from_base64(wrong)
    with pytest.raises(Refusal, match="SUITE_FORBIDDEN"):
        public_key_from_base64(text, "LT-9")
