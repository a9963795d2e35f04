"""Act tokens: which officer acts, why, on which statement, over which connection. One use each.

A compact JWS of one pinned algorithm. The verify order is fixed (trust.md §3) and every refusal
is a code: nothing that a token says is used before its signature is verified, and the key is
never taken from the token. The caller inserts (issuer, token_id) under a unique key in the same
transaction as its effect: replay is decided there, not here.
"""

import base64
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from jwt.api_jws import PyJWS

from records.refusal import Refusal
from trust.envelope import reasons
from trust.envelope.act_claims import (
    ActClaims,
    WireClaims,
    encode_base64url,
    from_wire,
    thumbprint_of,
    to_wire,
)
from trust.envelope.strict_json import parse_strict_json
from trust.envelope.suites import LT1, PublicKey, Signer

__all__ = ["ActClaims", "issue_act_token", "verify_act_token"]

MAX_TOKEN_BYTES = 4096
MAX_LIFE = timedelta(seconds=300)
LEEWAY = timedelta(seconds=30)
TOKEN_TYPE = "lantai-act+jwt"  # noqa: S105 -- a media type, not a secret

_ALGORITHMS = {LT1: "EdDSA"}
_HEADER = {"alg", "kid", "typ"}
_B64URL = re.compile(r"[A-Za-z0-9_-]+\Z")
_PARTS = 3
_JWS = PyJWS(algorithms=sorted(_ALGORITHMS.values()))
"""Knows the algorithms of our suites and no other."""


def issue_act_token(signer: Signer, claims: ActClaims) -> str:
    """A signed token that says `claims`; refused when the claims could not be verified.

    Raises:
        Refusal: ACT_TOKEN_MALFORMED (life over 300 s, too long, naive time).
    """
    life = claims.expires_at - claims.issued_at
    if not timedelta(0) < life <= MAX_LIFE:
        raise Refusal(reasons.ACT_TOKEN_MALFORMED, "life")
    # PyJWT wants the private key in hand; a signer may keep it in hardware, so the compact form
    # (RFC 7515 §3.1) is put together here. Verifying is PyJWT's.
    header = {"alg": _ALGORITHMS[signer.suite], "kid": signer.kid, "typ": TOKEN_TYPE}
    body = msgspec.json.encode(to_wire(claims))
    signed = f"{encode_base64url(msgspec.json.encode(header))}.{encode_base64url(body)}"
    token = f"{signed}.{encode_base64url(signer.sign(signed.encode()))}"
    if len(token) > MAX_TOKEN_BYTES:
        raise Refusal(reasons.ACT_TOKEN_MALFORMED, "size")
    return token


def verify_act_token(  # noqa: PLR0913 -- each argument is one binding of the token
    token: str,
    *,
    keys: Mapping[str, PublicKey],
    audience: str,
    peer: str,
    peer_certificate_sha256: str,
    envelope_id: str,
    now: datetime,
) -> ActClaims:
    """The claims, if the token is genuine, in time, and bound to this call.

    Args:
        token: Compact JWS as carried in the metadata `lantai-act`.
        keys: Sign keys of the peer that are in force now, by kid.
        audience: This node's slug.
        peer: Slug of the mTLS peer.
        peer_certificate_sha256: SHA-256 of the peer's leaf certificate (DER), hex.
        envelope_id: Of the statement that the call carries; empty for a call without one.
        now: Aware UTC.

    Raises:
        Refusal: ACT_TOKEN_MALFORMED, ACT_TOKEN_REFUSED, ACT_TOKEN_EXPIRED, ACT_TOKEN_MISBOUND.
    """
    # 1. Size. 2. Form: three canonical base64url parts (PyJWT alone accepts padding and stray
    # tail bits). 3. Header by allow-list.
    header, body, signature = _split(token)
    kid, algorithm = _check_header(header)
    # 4. The key comes from the trust list. 5. The algorithm comes from the key.
    key = keys.get(kid)
    if key is None:
        raise Refusal(reasons.ACT_TOKEN_REFUSED, "kid is not a key of the peer")
    if algorithm != _ALGORITHMS.get(key.suite):
        raise Refusal(reasons.ACT_TOKEN_REFUSED, "alg is not the key's")
    # 6. Signature, by PyJWT with exactly one algorithm. 7. Presence and type of every claim; then
    # who issued it, and for whom.
    _verify_signature(token, signature, key)
    claims = _parse_claims(body)
    if claims.iss != peer or claims.aud != audience:
        raise Refusal(reasons.ACT_TOKEN_MISBOUND, "iss or aud")
    # 8. Time, by the caller's clock.
    _check_time(claims, now)
    # 9. Bound to this connection and this statement.
    _check_same(claims.cnf.thumbprint, thumbprint_of(peer_certificate_sha256), "certificate")
    _check_same(claims.bsha, envelope_id, "envelope")
    return from_wire(claims, peer_certificate_sha256)


def _split(token: str) -> tuple[bytes, bytes, bytes]:
    if not 1 <= len(token) <= MAX_TOKEN_BYTES:
        raise Refusal(reasons.ACT_TOKEN_MALFORMED, "size")
    parts = token.split(".")
    if len(parts) != _PARTS:
        raise Refusal(reasons.ACT_TOKEN_MALFORMED, "three parts are needed")
    header, body, signature = (_decode(part) for part in parts)
    return header, body, signature


def _decode(part: str) -> bytes:
    """RFC 7515 base64url: no padding, no white space, zero tail bits."""
    if not _B64URL.match(part):
        raise Refusal(reasons.ACT_TOKEN_MALFORMED, "base64url")
    try:
        raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError as error:
        raise Refusal(reasons.ACT_TOKEN_MALFORMED, "base64url") from error
    if encode_base64url(raw) != part:
        raise Refusal(reasons.ACT_TOKEN_MALFORMED, "base64url is not canonical")
    return raw


def _parse(raw: bytes) -> object:
    try:
        return parse_strict_json(raw)
    except Refusal as error:
        raise Refusal(reasons.ACT_TOKEN_MALFORMED, error.detail) from error


def _check_header(raw: bytes) -> tuple[str, str]:
    header = _parse(raw)
    if not isinstance(header, dict) or header.keys() != _HEADER:
        raise Refusal(reasons.ACT_TOKEN_MALFORMED, "header parameters")
    if header["typ"] != TOKEN_TYPE:
        raise Refusal(reasons.ACT_TOKEN_MALFORMED, "typ")
    kid, algorithm = header["kid"], header["alg"]
    if not isinstance(kid, str) or not isinstance(algorithm, str):
        raise Refusal(reasons.ACT_TOKEN_MALFORMED, "header types")
    return kid, algorithm


def _verify_signature(token: str, signature: bytes, key: PublicKey) -> None:
    """By PyJWT's own algorithm, over exactly the two parts that were read above.

    Its parser would only read once more, less strictly, what `_split` and `_check_header` have.
    """
    signed = token.rpartition(".")[0].encode()
    algorithm = _JWS.get_algorithm_by_name(_ALGORITHMS[key.suite])
    try:
        genuine = algorithm.verify(signed, key.to_ed25519(), signature)
    except Exception as error:
        # Whatever else the library met, the token is refused; the cause stays in the chain.
        raise Refusal(reasons.ACT_TOKEN_REFUSED, "signature") from error
    if not genuine:
        raise Refusal(reasons.ACT_TOKEN_REFUSED, "signature")


def _parse_claims(raw: bytes) -> WireClaims:
    value = _parse(raw)
    try:
        return msgspec.convert(value, WireClaims, strict=True)
    except (msgspec.ValidationError, ValueError, OverflowError):
        # Not chained: the library's message quotes values.
        raise Refusal(reasons.ACT_TOKEN_MALFORMED, "claims") from None


def _check_time(claims: WireClaims, now: datetime) -> None:
    at = now.timestamp()
    leeway = LEEWAY.total_seconds()
    if not 0 < claims.exp - claims.iat <= MAX_LIFE.total_seconds() or claims.nbf < claims.iat:
        raise Refusal(reasons.ACT_TOKEN_EXPIRED, "life")
    if claims.exp <= at - leeway:
        raise Refusal(reasons.ACT_TOKEN_EXPIRED, "exp")
    if claims.iat > at + leeway or claims.nbf > at + leeway:
        raise Refusal(reasons.ACT_TOKEN_EXPIRED, "nbf or iat")


def _check_same(said: str, actual: str, what: str) -> None:
    if not hmac.compare_digest(said.encode(), actual.encode()):
        raise Refusal(reasons.ACT_TOKEN_MISBOUND, what)
