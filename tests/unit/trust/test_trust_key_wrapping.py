"""A stolen key file costs its thief 64 MiB for every password guessed."""

import json
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization

from node.adapters.officer_keys import FileOfficerKeys
from records.refusal import Refusal
from trust.identity.key_wrapping import Cost, unwrap, wrap
from trust.identity.keys import new_ed25519, read_private_key, spki_sha256

CHEAP = Cost(memory_kib=32, passes=1)


def test_officers_key_rests_on_a_memory_hard_derivation(tmp_path: Path) -> None:
    keys = FileOfficerKeys(tmp_path)
    public = keys.create("361100", "sealer", "a long password")
    path = tmp_path / "361100" / "sealer.key"
    head = json.loads(path.read_bytes())["head"]
    assert (head["kdf"], head["cipher"], head["version"]) == ("argon2id", "AES-256-GCM", 1)
    assert head["memory_kib"] >= 64 * 1024
    assert head["passes"] >= 3
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys.unlock("361100", "sealer", "a long password").kid == public.kid
    with pytest.raises(Refusal, match="PASSWORD_WRONG"):
        keys.unlock("361100", "sealer", "another password")


def test_two_files_of_one_secret_have_nothing_in_common() -> None:
    first, second = (json.loads(wrap(b"secret", b"word", CHEAP)) for _ in range(2))
    assert first["head"]["salt"] != second["head"]["salt"]
    assert first["head"]["nonce"] != second["head"]["nonce"]
    assert first["ciphertext"] != second["ciphertext"]


@pytest.mark.parametrize(
    "change", [{"passes": 2}, {"memory_kib": 64}, {"salt": "A" * 22 + "=="}, {"nonce": "A" * 16}]
)
def test_an_altered_file_opens_nothing(change: dict[str, object]) -> None:
    file = json.loads(wrap(b"secret", b"word", CHEAP))
    assert unwrap(json.dumps(file).encode(), b"word") == b"secret"
    file["head"] |= change
    with pytest.raises(ValueError, match="passphrase"):
        unwrap(json.dumps(file).encode(), b"word")


@pytest.mark.parametrize(
    "change",
    [
        {"memory_kib": 2**31},
        {"passes": 10**6},
        {"lanes": 0},
        {"version": 2},
        {"kdf": "pbkdf2"},
        {"salt": ""},
        {"more": 1},
    ],
)
def test_a_file_that_asks_for_too_much_is_malformed(
    change: dict[str, object], tmp_path: Path
) -> None:
    file = json.loads(wrap(b"secret", b"word", CHEAP))
    file["head"] |= change
    with pytest.raises(msgspec.DecodeError):
        unwrap(json.dumps(file).encode(), b"word")
    path = tmp_path / "x.key"
    path.write_text(json.dumps(file), "utf-8")
    path.chmod(0o600)
    with pytest.raises(Refusal, match="KEY_MALFORMED"):
        read_private_key(path, b"word")


def test_encrypted_pkcs8_of_other_tools_is_still_read(tmp_path: Path) -> None:
    key = new_ed25519()
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"word"),
    )
    path = tmp_path / "seal.key"
    path.write_bytes(pem)
    path.chmod(0o600)
    again = read_private_key(path, b"word")
    assert spki_sha256(again.public_key()) == spki_sha256(key.public_key())
