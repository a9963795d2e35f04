"""An evidence pack sealed to whoever asked for it, as a file that anybody may carry.

JSON: `suite`, `message_id`, `sender`, `recipient`, `kid`, `ciphertext` (base64). The outside is
part of the seal (trust/post/sealing.py): a file that was relabelled does not open.
"""

import base64
from pathlib import Path

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from node.domain.reasons import EVIDENCE_UNREADABLE
from records.refusal import Refusal
from trust.envelope.reasons import KEY_MALFORMED
from trust.envelope.suites import kid_of
from trust.post.sealing import Address, Sealed, open_sealed, seal

MAX_FILE_BYTES = 2 * 1024 * 1024


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    suite: str
    message_id: str
    sender: str
    recipient: str
    kid: str
    ciphertext: str


def read_recipient(path: Path) -> X25519PublicKey:
    """The recipient's public key, PEM. Raises Refusal: EVIDENCE_UNREADABLE, KEY_MALFORMED."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise Refusal(EVIDENCE_UNREADABLE, path.name) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Refusal(KEY_MALFORMED, path.name) from error
    if not isinstance(key, X25519PublicKey):
        raise Refusal(KEY_MALFORMED, path.name)
    return key


def seal_pack(pack: bytes, key: X25519PublicKey, sender: str, message_id: str) -> bytes:
    """The file for the owner of `key`. Raises Refusal: SEAL_TOO_LARGE."""
    recipient = kid_of(key.public_bytes_raw())
    address = Address(message_id=message_id, sender=sender, recipient=recipient)
    sealed = seal(pack, key, address)
    return msgspec.json.encode(
        _File(
            suite=sealed.suite,
            message_id=message_id,
            sender=sender,
            recipient=recipient,
            kid=sealed.kid,
            ciphertext=base64.b64encode(sealed.ciphertext).decode(),
        )
    )


def open_pack(file: bytes, key: X25519PrivateKey) -> bytes:
    """The pack, exactly as it was sealed.

    Raises:
        Refusal: EVIDENCE_UNREADABLE, SEAL_KEY_UNKNOWN, SEAL_INVALID, SEAL_TOO_LARGE.
    """
    try:
        said = msgspec.json.decode(file, type=_File)
        ciphertext = base64.b64decode(said.ciphertext, validate=True)
    except (msgspec.MsgspecError, ValueError):
        raise Refusal(EVIDENCE_UNREADABLE, "form") from None
    sealed = Sealed(
        address=Address(message_id=said.message_id, sender=said.sender, recipient=said.recipient),
        suite=said.suite,
        kid=said.kid,
        ciphertext=ciphertext,
    )
    return open_sealed(sealed, {kid_of(key.public_key().public_bytes_raw()): key})
