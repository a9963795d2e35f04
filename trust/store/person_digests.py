"""Keyed digests of names and identity numbers that change their key without the names.

A digest is x(k·P): P is a point of P-256 made of what is said about the person, k the master key of
a version. Who has the store but not the key can test no guess (the function of RFC 9497 without its
blinding). To carry a digest to a new key it is multiplied by k'/k: nobody needs to say the number
again, which may be long erased, and the old key can be destroyed (decision 1310).

digests = PersonDigests(keys, secret)
digests.digest(1, b"...")                # "0001.mEW..."; says under which key it is
digests.carry("0001.mEW...", 2)          # what digests.digest(2, b"...") gives
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from records.refusal import Refusal
from trust.store import reasons
from trust.store.sealed_fields import KEY_BYTES, MOST_KEYS, FieldKeys

UNVERSIONED = 0
"""Version of the digests that were made before there was a key of their own: 64 hex digits."""
_CURVE = ec.SECP256R1()
_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_POINT = b"lantai person digest|"
_TRIES = 256
_HEAD_SIGNS = 5


class PersonDigests:
    """Makes and carries digests; safe to share between threads."""

    def __init__(self, keys: FieldKeys, secret: bytes) -> None:
        """Under `keys`; `secret` is the node's own and stays: it goes into every point.

        Raises:
            Refusal: FIELD_KEY_MALFORMED.
        """
        self._keys = keys
        self._secret = secret
        self._scalars: dict[int, int] = {}
        self._secrets: dict[int, bytes] = {}
        self.load()

    def load(self) -> int:
        """The keys are read anew; number of the newest, 0 = there is none."""
        keys = self._keys.load()
        whole = all(1 <= key.kid <= MOST_KEYS and len(key.secret) == KEY_BYTES for key in keys)
        if not whole or len({key.kid for key in keys}) != len(keys):
            raise Refusal(reasons.FIELD_KEY_MALFORMED)
        self._secrets = {key.kid: key.secret for key in keys}
        self._scalars = {kid: _scalar(secret) for kid, secret in self._secrets.items()}
        return max(self._secrets, default=0)

    @property
    def kids(self) -> tuple[int, ...]:
        """Numbers of the keys that are there, the newest first."""
        return tuple(sorted(self._secrets, reverse=True))

    def digest(self, kid: int, said: bytes) -> str:
        """The digest of `said` under that key: 48 signs, or 64 for the unversioned one.

        Raises:
            Refusal: FIELD_KEY_MISSING.
        """
        inner = hmac.digest(self._secret, said, "sha256")
        if kid == UNVERSIONED:
            return inner.hex()
        return _spell(kid, _multiply(self._scalar(kid), _point_of(inner)))

    def every(self, kids: Sequence[int], said: bytes) -> tuple[str, ...]:
        """The digest under each of these keys, in their order."""
        return tuple(self.digest(kid, said) for kid in kids)

    def carry(self, digest: str, kid: int) -> str:
        """The same person's digest under that key; empty stays empty.

        Raises:
            Refusal: FIELD_KEY_MISSING, FIELD_KEY_MALFORMED for what is no digest.
        """
        if not digest:
            return digest
        try:
            version = version_of(digest)
            if version == kid:
                return digest
            if version == UNVERSIONED:
                return _spell(kid, _multiply(self._scalar(kid), _point_of(_unhex(digest))))
            ratio = self._scalar(kid) * pow(self._scalar(version), -1, _ORDER) % _ORDER
            x = base64.b64decode(digest[_HEAD_SIGNS:] + "=", altchars=b"-_", validate=True)
            return _spell(kid, _multiply(ratio, _lift(x)))
        except ValueError as error:
            raise Refusal(reasons.FIELD_KEY_MALFORMED, "digest of a person") from error

    def fingerprint(self, kid: int) -> str:
        """What tells this key from another and reveals neither; 16 hex.

        Raises:
            Refusal: FIELD_KEY_MISSING.
        """
        self._scalar(kid)
        return _derive(self._secrets[kid], b"fingerprint", 8).hex()

    def _scalar(self, kid: int) -> int:
        if kid not in self._scalars:
            # Another process of this node may have made a key since we started.
            self.load()
        if kid not in self._scalars:
            raise Refusal(reasons.FIELD_KEY_MISSING, f"person key {kid}")
        return self._scalars[kid]

    def __repr__(self) -> str:
        return f"PersonDigests(keys={sorted(self._secrets)})"


def version_of(digest: str) -> int:
    """Number of the key under which a digest is. Raises ValueError for what is no digest."""
    head, dot, _ = digest.partition(".")
    return int(head, 16) if dot else UNVERSIONED


def prefix_of(kid: int) -> str:
    """With which signs digests under that key begin; no other digest begins so."""
    return f"{kid:04x}."


def _unhex(digest: str) -> bytes:
    inner = bytes.fromhex(digest)
    if len(inner) != KEY_BYTES:
        raise ValueError(len(inner))
    return inner


def _spell(kid: int, x: bytes) -> str:
    return prefix_of(kid) + base64.urlsafe_b64encode(x).rstrip(b"=").decode()


def _derive(secret: bytes, what: bytes, size: int) -> bytes:
    return HKDF(SHA256(), size, salt=None, info=b"lantai person|" + what).derive(secret)


def _scalar(secret: bytes) -> int:
    # 48 bytes for 32: the remainder is even over all scalars but for 2^-128.
    return int.from_bytes(_derive(secret, b"scalar", 48), "big") % (_ORDER - 1) + 1


def _multiply(scalar: int, point: ec.EllipticCurvePublicKey) -> bytes:
    """The x coordinate of the product, 32 bytes: the library's own, constant in time."""
    return ec.derive_private_key(scalar, _CURVE).exchange(ec.ECDH(), point)


def _point_of(inner: bytes) -> ec.EllipticCurvePublicKey:
    """A point whose logarithm nobody knows. How many tries it takes depends on a keyed value."""
    for number in range(_TRIES):
        x = hashlib.sha256(_POINT + bytes([number]) + inner).digest()
        try:
            return _lift(x)
        except ValueError:
            continue
    raise ValueError(_TRIES)  # once in 2^256


def _lift(coordinate: bytes) -> ec.EllipticCurvePublicKey:
    """The point with that x coordinate, whichever of two: products of both have one x.

    Raises:
        ValueError: No point of the curve has it.
    """
    x = int.from_bytes(coordinate, "big")
    if len(coordinate) != KEY_BYTES or x >= _P:
        raise ValueError(len(coordinate))
    y = pow((x * x * x - 3 * x + _B) % _P, (_P + 1) // 4, _P)
    # The library refuses what is not on the curve.
    return ec.EllipticCurvePublicNumbers(x, y, _CURVE).public_key()
