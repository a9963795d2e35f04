"""Facts inside the QR code, readable only together with the 核验码 printed beside it.

AES-128-GCM under PBKDF2-SHA256 of the code, salted by the certificate id. The nonce is fixed:
every certificate id makes a key of its own that is used once, and is never sealed under again.
"""

import unicodedata
from collections.abc import Sequence

import cbor2
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from certificate_service.domain.cose import load_strict
from certificate_service.domain.reasons import CODE_MALFORMED, TOKEN_MALFORMED, TOKEN_TOO_LARGE
from records.refusal import Refusal

ROUNDS = 100_000
MOST_PLAIN_BYTES = 124
"""Above this the token would pass 300 bytes with the smallest other parts."""
_SALT_CONTEXT = b"LTv1"
_NONCE = bytes(12)


def seal_facts(facts: Sequence[str], code: str, certificate_id: bytes) -> bytes:
    """Ciphertext and tag of the facts as a CBOR array of texts.

    Raises:
        Refusal: TOKEN_TOO_LARGE.
    """
    plain = cbor2.dumps([unicodedata.normalize("NFC", fact) for fact in facts], canonical=True)
    if len(plain) > MOST_PLAIN_BYTES:
        raise Refusal(TOKEN_TOO_LARGE, f"{len(plain)} bytes of facts")
    return AESGCM(_key(code, certificate_id)).encrypt(_NONCE, plain, b"")


def open_facts(sealed: bytes, code: str, certificate_id: bytes) -> tuple[str, ...]:
    """The facts in print order.

    Raises:
        Refusal: CODE_MALFORMED when the code is not the one printed beside this QR code.
    """
    try:
        plain = AESGCM(_key(code, certificate_id)).decrypt(_NONCE, sealed, b"")
    except InvalidTag as error:
        raise Refusal(CODE_MALFORMED, "does not open this certificate") from error
    facts = load_strict(plain)
    if not isinstance(facts, list) or not all(isinstance(fact, str) for fact in facts):
        raise Refusal(TOKEN_MALFORMED, "facts")
    return tuple(facts)


def _key(code: str, certificate_id: bytes) -> bytes:
    derivation = PBKDF2HMAC(
        algorithm=hashes.SHA256(), length=16, salt=_SALT_CONTEXT + certificate_id, iterations=ROUNDS
    )
    return derivation.derive(code.encode())
