"""LT-1, LT-2 and LT-SM1: each verifies its own, and no message chooses among them."""

import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature

from records.refusal import Refusal
from trust.envelope import sm2
from trust.envelope.dsse import Envelope, seal, verify_envelope
from trust.envelope.suites import ALGORITHMS, LT1, LT2, LT_SM1, SUITES, PublicKey
from trust.identity.hybrid_keys import hybrid_from_pem, hybrid_to_pem, new_hybrid
from trust.identity.keys import Ed25519Signer, new_ed25519

KIND = "application/vnd.lantai.receipt.v1+json"
# GB/T 32918.5-2017, annex A.2: signature over "message digest".
SM2_KEY = bytes.fromhex(
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
SM2_SIGNATURE = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)
SM3_ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@dataclass
class OpenSSLSigner:
    """A signer of suite LT-SM1 outside: OpenSSL plays the provider."""

    folder: Path
    suite: str = LT_SM1

    def __post_init__(self) -> None:
        key = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2", "-out", "k.pem"]
        self._run("genpkey", *key)
        self._run("pkey", "-in", "k.pem", "-pubout", "-outform", "DER", "-out", "p.der")

    def _run(self, *words: str) -> None:
        command = ["openssl", *words]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)

    @property
    def public_raw(self) -> bytes:
        return (self.folder / "p.der").read_bytes()[-64:]

    @property
    def kid(self) -> str:
        return PublicKey.from_raw(self.public_raw, LT_SM1).kid

    def sign(self, message: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

        (self.folder / "m").write_bytes(message)
        named = ["-pkeyopt", f"distid:{sm2.DEFAULT_ID.decode()}", "-out", "s.der"]
        self._run(
            "pkeyutl", "-sign", "-inkey", "k.pem", "-rawin", "-digest", "sm3", "-in", "m", *named
        )
        r, s = decode_dss_signature((self.folder / "s.der").read_bytes())
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def code(call) -> str:
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value.code


def test_sm3_and_sm2_agree_with_the_standards_own_example() -> None:
    assert sm2.sm3(b"abc").hex() == SM3_ABC
    sm2.verify(SM2_KEY, SM2_SIGNATURE, b"message digest")


@pytest.mark.parametrize("place", [0, 31, 32, 63])
def test_an_altered_sm2_signature_message_or_key_is_refused(place: int) -> None:
    changed = bytearray(SM2_SIGNATURE)
    changed[place] ^= 1
    with pytest.raises(InvalidSignature):
        sm2.verify(SM2_KEY, bytes(changed), b"message digest")
    with pytest.raises(InvalidSignature):
        sm2.verify(SM2_KEY, SM2_SIGNATURE, b"message digesu")
    with pytest.raises(InvalidSignature):
        sm2.verify(SM2_KEY, SM2_SIGNATURE, b"message digest", b"8765432187654321")
    key = bytearray(SM2_KEY)
    key[place] ^= 1
    assert code(lambda: PublicKey.from_raw(bytes(key), LT_SM1)) == "KEY_MALFORMED"


@pytest.mark.parametrize("value", [bytes(64), b"\xff" * 64, bytes(63), b"", bytes(32) + b"\1" * 32])
def test_signatures_out_of_range_are_refused(value: bytes) -> None:
    with pytest.raises(InvalidSignature):
        sm2.verify(SM2_KEY, value, b"message digest")


def test_openssl_signs_and_we_verify(tmp_path: Path) -> None:
    signer = OpenSSLSigner(tmp_path)
    key = PublicKey.from_raw(signer.public_raw, LT_SM1)
    envelope = seal(KIND, b"{}", [signer])
    assert verify_envelope(envelope, {key.kid: key}, suites=(LT_SM1,)).kids == (key.kid,)
    assert code(lambda: verify_envelope(envelope, {key.kid: key})) == "SUITE_FORBIDDEN"


def test_of_lt2_both_halves_must_hold() -> None:
    signer = new_hybrid()
    key = signer.public_key
    signature = signer.sign(b"message")
    key.verify(signature, b"message")
    for place in (0, 63, 64, len(signature) - 1):
        changed = bytearray(signature)
        changed[place] ^= 1
        assert code(lambda value=bytes(changed): key.verify(value, b"message")) == (
            "SIGNATURE_INVALID"
        )
    other = new_hybrid()
    mixed = signature[:64] + other.sign(b"message")[64:]
    assert code(lambda: key.verify(mixed, b"message")) == "SIGNATURE_INVALID"
    assert code(lambda: key.verify(signature[:64], b"message")) == "SIGNATURE_INVALID"


def test_a_message_never_chooses_its_suite() -> None:
    """The key is listed with its suite; a signature that names another one refuses the whole."""
    signer = Ed25519Signer.from_private(new_ed25519())
    good = seal(KIND, b"{}", [signer])
    keys = {signer.kid: signer.public_key}
    for suite in (LT2, LT_SM1):
        said = replace(good.signatures[0], suite=suite)
        envelope = Envelope(payload_type=KIND, payload=b"{}", signatures=(said,))
        assert code(lambda e=envelope: verify_envelope(e, keys, suites=SUITES)) == (
            "SIGNATURE_INVALID"
        )
    # Half of an LT-2 signature under the LT-1 name of the same Ed25519 key is another key's.
    hybrid = new_hybrid()
    half = PublicKey.from_raw(hybrid.public_raw[:32], LT1)
    assert half.kid != hybrid.kid
    for suite, raw in ((LT1, hybrid.public_raw), (LT2, half.raw), (LT_SM1, half.raw)):
        assert code(lambda s=suite, r=raw: PublicKey.from_raw(r, s)) == "KEY_MALFORMED"


def test_a_hybrid_key_comes_back_from_its_file() -> None:
    signer = new_hybrid()
    for passphrase in (None, b"a long passphrase"):
        data = hybrid_to_pem(signer, passphrase)
        assert hybrid_from_pem(data, passphrase).kid == signer.kid
    assert code(lambda: hybrid_from_pem(hybrid_to_pem(signer, b"one"), b"two")) == (
        "PASSPHRASE_WRONG"
    )
    assert code(lambda: hybrid_from_pem(hybrid_to_pem(signer, b"one"), None)) == "PASSPHRASE_WRONG"
    assert code(lambda: hybrid_from_pem(hybrid_to_pem(signer, None), b"two")) == (
        "KEY_NOT_ENCRYPTED"
    )
    assert code(lambda: hybrid_from_pem(b"x", None)) == "KEY_MALFORMED"


def test_every_suite_names_its_algorithms() -> None:
    assert set(ALGORITHMS) == set(SUITES)
