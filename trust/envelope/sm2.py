"""SM2 signatures, verified (GB/T 32918.2-2016, curve of GB/T 32918.5-2017, digest SM3).

Verifying only: it handles nothing secret, so plain integers are enough, some ms a signature.
Signing is done where the key is, by a `SealProvider` or a `Signer` outside. The signer's id is
always the standard's default: an id that the message chose would be one more thing to forge.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes

KEY_BYTES = 64
"""x then y, 32 bytes each, big endian."""
SIGNATURE_BYTES = 64
"""r then s."""
DEFAULT_ID = b"1234567812345678"
_SIZE = 32
_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_A = _P - 3
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)

_Point = tuple[int, int, int]
"""Jacobian: x = X/Z², y = Y/Z³; Z = 0 is the point at infinity."""
_INFINITY: _Point = (1, 1, 0)


def parse_point(raw: bytes) -> tuple[int, int]:
    """The point of a raw public key.

    Raises:
        ValueError: it is not on the curve, or not in its one form.
    """
    x, y = int.from_bytes(raw[:_SIZE], "big"), int.from_bytes(raw[_SIZE:], "big")
    on_curve = len(raw) == KEY_BYTES and x < _P and y < _P and _is_on_curve(x, y)
    if not on_curve:
        message = "not a point of the curve"
        raise ValueError(message)
    return x, y


def verify(raw_key: bytes, signature: bytes, message: bytes, signer_id: bytes = DEFAULT_ID) -> None:
    """Return only if the signature is this key's over the message (GB/T 32918.2 7.1).

    Raises:
        InvalidSignature: it is not.
        ValueError: the key is not a point of the curve.
    """
    x, y = parse_point(raw_key)
    r = int.from_bytes(signature[:_SIZE], "big")
    s = int.from_bytes(signature[_SIZE:], "big")
    # B1, B2: both in [1, n - 1].
    if len(signature) != SIGNATURE_BYTES or not 1 <= r < _N or not 1 <= s < _N:
        raise InvalidSignature
    # B3, B4: e = SM3(Z || M).
    e = int.from_bytes(sm3(_identity(x, y, signer_id) + message), "big")
    # B5: t = r + s must not be zero.
    t = (r + s) % _N
    if t == 0:
        raise InvalidSignature
    # B6, B7: R = e + x of [s]G + [t]P.
    point = _add(_multiply(s, (*_G, 1)), _multiply(t, (x, y, 1)))
    if point[2] == 0 or (e + _affine_x(point)) % _N != r:
        raise InvalidSignature


def sm3(data: bytes) -> bytes:
    """SM3 digest (GB/T 32905-2016), 32 bytes."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def _identity(x: int, y: int, signer_id: bytes) -> bytes:
    """Z (GB/T 32918.2 5.5): the signer's id, the curve, the key."""
    parts = (_A, _B, *_G, x, y)
    head = (len(signer_id) * 8).to_bytes(2, "big") + signer_id
    return sm3(head + b"".join(part.to_bytes(_SIZE, "big") for part in parts))


def _is_on_curve(x: int, y: int) -> bool:
    return (y * y - (x * x * x + _A * x + _B)) % _P == 0


def _affine_x(point: _Point) -> int:
    inverse = pow(point[2], -1, _P)
    return point[0] * inverse * inverse % _P


def _double(point: _Point) -> _Point:
    x, y, z = point
    if not y or not z:
        return _INFINITY
    yy = y * y % _P
    s = 4 * x * yy % _P
    zz = z * z % _P
    # a = -3: 3x² + az⁴ = 3(x - z²)(x + z²).
    m = 3 * (x - zz) * (x + zz) % _P
    x3 = (m * m - 2 * s) % _P
    return x3, (m * (s - x3) - 8 * yy * yy) % _P, 2 * y * z % _P


def _add(first: _Point, second: _Point) -> _Point:
    if not first[2]:
        return second
    if not second[2]:
        return first
    (x1, y1, z1), (x2, y2, z2) = first, second
    zz1, zz2 = z1 * z1 % _P, z2 * z2 % _P
    u1, u2 = x1 * zz2 % _P, x2 * zz1 % _P
    s1, s2 = y1 * z2 * zz2 % _P, y2 * z1 * zz1 % _P
    if u1 == u2:
        return _double(first) if s1 == s2 else _INFINITY
    h, r = (u2 - u1) % _P, (s2 - s1) % _P
    hh = h * h % _P
    hhh, v = h * hh % _P, u1 * hh % _P
    x3 = (r * r - hhh - 2 * v) % _P
    return x3, (r * (v - x3) - s1 * hhh) % _P, h * z1 * z2 % _P


def _multiply(factor: int, point: _Point) -> _Point:
    result = _INFINITY
    for bit in bin(factor)[2:]:
        result = _double(result)
        if bit == "1":
            result = _add(result, point)
    return result
