"""Keys of suite LT-2: Ed25519 and ML-DSA-65 side by side; both sign, both must verify.

For what is kept for ever: whoever breaks one of the two has forged nothing. In a file they are two
PKCS#8 blocks, wrapped together.
"""

from dataclasses import dataclass, field

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey

from records.refusal import Refusal
from trust.envelope import reasons
from trust.envelope.suites import LT2, PublicKey
from trust.identity.key_wrapping import is_wrapped, unwrap, wrap

_END = b"-----END PRIVATE KEY-----\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class HybridSigner:
    """A signer of suite LT-2 whose keys are in this process's memory; never printed."""

    classical: Ed25519PrivateKey = field(repr=False)
    lattice: MLDSA65PrivateKey = field(repr=False)

    @property
    def suite(self) -> str:
        """LT-2."""
        return LT2

    @property
    def public_raw(self) -> bytes:
        """32 bytes of Ed25519, then 1952 of ML-DSA-65."""
        lattice = self.lattice.public_key().public_bytes_raw()
        return self.classical.public_key().public_bytes_raw() + lattice

    @property
    def public_key(self) -> PublicKey:
        """The public half, for those who verify."""
        return PublicKey.from_raw(self.public_raw, LT2)

    @property
    def kid(self) -> str:
        """Key id over both public keys."""
        return self.public_key.kid

    def sign(self, message: bytes) -> bytes:
        """64 bytes of Ed25519, then 3309 of ML-DSA-65."""
        return self.classical.sign(message) + self.lattice.sign(message)


def new_hybrid() -> HybridSigner:
    """A fresh pair of the system's random source."""
    return HybridSigner(
        classical=Ed25519PrivateKey.generate(), lattice=MLDSA65PrivateKey.generate()
    )


def hybrid_to_pem(signer: HybridSigner, passphrase: bytes | None) -> bytes:
    """Both keys for one file, wrapped under the passphrase where there is one."""
    blocks = [
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        for key in (signer.classical, signer.lattice)
    ]
    content = b"".join(blocks)
    return content if passphrase is None else wrap(content, passphrase)


def hybrid_from_pem(data: bytes, passphrase: bytes | None) -> HybridSigner:
    """The signer in such a file.

    Raises:
        Refusal: KEY_MALFORMED, PASSPHRASE_WRONG, KEY_NOT_ENCRYPTED.
    """
    if is_wrapped(data) != (passphrase is not None):
        reason = reasons.KEY_NOT_ENCRYPTED if passphrase is not None else reasons.PASSPHRASE_WRONG
        raise Refusal(reason, LT2)
    try:
        content = unwrap(data, passphrase) if passphrase is not None else data
    except (ValueError, msgspec.DecodeError) as error:
        raise Refusal(reasons.PASSPHRASE_WRONG, LT2) from error
    first, _end, second = content.partition(_END)
    try:
        classical = serialization.load_pem_private_key(first + _END, None)
        lattice = serialization.load_pem_private_key(second, None)
    except (ValueError, TypeError) as error:
        raise Refusal(reasons.KEY_MALFORMED, LT2) from error
    if not isinstance(classical, Ed25519PrivateKey) or not isinstance(lattice, MLDSA65PrivateKey):
        raise Refusal(reasons.KEY_MALFORMED, LT2)
    return HybridSigner(classical=classical, lattice=lattice)
