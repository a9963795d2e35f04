"""HPKE against RFC 9180: a second implementation, checked by the RFC's vector, opens what we seal.

The library seals without associated data only, and the RFC's vectors have some; so the vector
checks the few lines below, and these check the library's suite both ways.
"""

import hashlib
import hmac

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from trust.envelope.suites import kid_of
from trust.post.sealing import SUITE, Address, open_sealed, seal

# RFC 9180, appendix A.1.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode,
# sequence number 0.
SK_R = bytes.fromhex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8")
ENC = bytes.fromhex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431")
INFO = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
AAD = bytes.fromhex("436f756e742d30")
CIPHERTEXT = bytes.fromhex(
    "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"
)
PLAINTEXT = bytes.fromhex("4265617574792069732074727574682c20747275746820626561757479")

AES_128_GCM, AES_256_GCM = (1, 16), (2, 32)
ADDRESS = Address(
    message_id="0192f0c1-0000-7000-8000-000000000001", sender="jiaxing", recipient="shangrao"
)


def expand(prk: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand (RFC 5869)."""
    block, out, counter = b"", b"", 1
    while len(out) < length:
        block = hmac.digest(prk, block + info + bytes([counter]), "sha256")
        out, counter = out + block, counter + 1
    return out[:length]


def labelled_extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")


def labelled_expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    named = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return expand(prk, named, length)


def schedule(shared: bytes, info: bytes, aead: tuple[int, int]) -> tuple[bytes, bytes]:
    """(key, base nonce) of the base mode (RFC 9180, 5.1)."""
    number, key_bytes = aead
    suite = b"HPKE" + b"".join(part.to_bytes(2, "big") for part in (0x20, 1, number))
    psk_id = labelled_extract(suite, b"", b"psk_id_hash", b"")
    info_hash = labelled_extract(suite, b"", b"info_hash", info)
    context = b"\x00" + psk_id + info_hash
    secret = labelled_extract(suite, shared, b"secret", b"")
    return (
        labelled_expand(suite, secret, b"key", context, key_bytes),
        labelled_expand(suite, secret, b"base_nonce", context, 12),
    )


def shared_secret(private: X25519PrivateKey, public: X25519PublicKey, context: bytes) -> bytes:
    """ExtractAndExpand of the KEM (RFC 9180, 4.1)."""
    suite = b"KEM" + (0x20).to_bytes(2, "big")
    prk = labelled_extract(suite, b"", b"eae_prk", private.exchange(public))
    return labelled_expand(suite, prk, b"shared_secret", context, 32)


def reference_open(
    sealed: bytes, private: X25519PrivateKey, info: bytes, aead: tuple[int, int], aad: bytes = b""
) -> bytes:
    enc = sealed[:32]
    context = enc + private.public_key().public_bytes_raw()
    shared = shared_secret(private, X25519PublicKey.from_public_bytes(enc), context)
    key, nonce = schedule(shared, info, aead)
    return AESGCM(key).decrypt(nonce, sealed[32:], aad)


def reference_seal(plaintext: bytes, public: X25519PublicKey, info: bytes) -> bytes:
    ephemeral = X25519PrivateKey.generate()
    enc = ephemeral.public_key().public_bytes_raw()
    shared = shared_secret(ephemeral, public, enc + public.public_bytes_raw())
    key, nonce = schedule(shared, info, AES_256_GCM)
    return enc + AESGCM(key).encrypt(nonce, plaintext, b"")


def info_of(kid: str) -> bytes:
    """As docs and wire say it: suite, key, sender, recipient, message."""
    return f"lantai/hpke/1|{SUITE}|{kid}|jiaxing|shangrao|{ADDRESS.message_id}".encode()


def test_the_reference_opens_the_vector_of_the_rfc() -> None:
    private = X25519PrivateKey.from_private_bytes(SK_R)
    assert reference_open(ENC + CIPHERTEXT, private, INFO, AES_128_GCM, AAD) == PLAINTEXT
    with pytest.raises(InvalidTag):
        reference_open(ENC + CIPHERTEXT, private, INFO + b"x", AES_128_GCM, AAD)


@pytest.mark.parametrize("size", [0, 1, 4043, 4044, 4045, 300_000])
def test_the_reference_opens_what_we_seal(size: int) -> None:
    private = X25519PrivateKey.generate()
    plaintext = hashlib.shake_256(b"post").digest(size)
    sealed = seal(plaintext, private.public_key(), ADDRESS)
    padded = reference_open(sealed.ciphertext, private, info_of(sealed.kid), AES_256_GCM)
    assert padded[:4] == size.to_bytes(4, "big")
    assert padded[4 : 4 + size] == plaintext
    assert not any(padded[4 + size :])
    assert len(sealed.ciphertext) % 4096 == 0


def test_we_open_what_the_reference_seals() -> None:
    from dataclasses import replace

    private = X25519PrivateKey.generate()
    kid = kid_of(private.public_key().public_bytes_raw())
    body = (5).to_bytes(4, "big") + b"hello"
    padded = body + bytes(4096 - 48 - len(body))
    made = seal(b"", private.public_key(), ADDRESS)
    foreign = replace(made, ciphertext=reference_seal(padded, private.public_key(), info_of(kid)))
    assert open_sealed(foreign, {kid: private}) == b"hello"
