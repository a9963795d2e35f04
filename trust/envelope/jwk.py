"""Public keys that arrive as JWK (RFC 7517): loaded only if they are meant for verifying.

PyJWT takes any key that fits the algorithm; it does not look at `use` and `key_ops`. Here a key
that says it is for encryption, that carries private parts, or that is of another kind than the
one pinned algorithm is refused.
"""

import base64
import re

from records.refusal import Refusal
from trust.envelope import reasons
from trust.envelope.strict_json import parse_strict_json
from trust.envelope.suites import PublicKey

MAX_JWK_BYTES = 4096
_B64URL_32 = re.compile(r"[A-Za-z0-9_-]{43}\Z")
_MEMBERS = frozenset({"kty", "crv", "x", "use", "key_ops", "alg", "kid"})


def public_key_from_jwk(data: bytes) -> PublicKey:
    """The Ed25519 key (RFC 8037) that the JWK carries, for suite LT-1.

    Raises:
        Refusal: KEY_MALFORMED with the member that decided.
    """
    if len(data) > MAX_JWK_BYTES:
        raise Refusal(reasons.KEY_MALFORMED, "JWK is too long")
    try:
        jwk = parse_strict_json(data)
    except Refusal as error:
        raise Refusal(reasons.KEY_MALFORMED, "JWK is not strict JSON") from error
    if not isinstance(jwk, dict):
        raise Refusal(reasons.KEY_MALFORMED, "JWK")
    _check_purpose(jwk)
    if jwk.get("kty") != "OKP" or jwk.get("crv") != "Ed25519":
        raise Refusal(reasons.KEY_MALFORMED, "kty or crv")
    x = jwk.get("x")
    if not isinstance(x, str) or not _B64URL_32.match(x):
        raise Refusal(reasons.KEY_MALFORMED, "x")
    raw = base64.urlsafe_b64decode(x + "=")
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != x:
        raise Refusal(reasons.KEY_MALFORMED, "x is not canonical")
    return PublicKey.from_raw(raw)


def _check_purpose(jwk: dict[str, object]) -> None:
    """RFC 7517 4.2 to 4.4: what the key's owner says it is for."""
    if jwk.keys() - _MEMBERS:
        # "d", "k", "p" ... : a private or symmetric key is never handed around.
        raise Refusal(reasons.KEY_MALFORMED, "member that a public key does not have")
    if "use" in jwk and jwk["use"] != "sig":
        raise Refusal(reasons.KEY_MALFORMED, "use")
    if "key_ops" in jwk and jwk["key_ops"] != ["verify"]:
        raise Refusal(reasons.KEY_MALFORMED, "key_ops")
    if "alg" in jwk and jwk["alg"] not in {"EdDSA", "Ed25519"}:
        raise Refusal(reasons.KEY_MALFORMED, "alg")
