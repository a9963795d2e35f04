"""The JOSE cookbook (RFC 7520): real JWS and JWK of other kinds find no way in.

We claim one algorithm, so each of its tokens must be refused whatever key is offered with it; the
cookbook's ECDSA key and signature are checked with PyJWT first, to be sure the data is genuine.
"""

import base64
import json
from datetime import datetime
from pathlib import Path

import jwt
import pytest
from act_token_forge import KEY, SIGNER, b64, claims_at, verify

from records.refusal import Refusal
from trust.envelope.act_token import issue_act_token
from trust.envelope.jwk import public_key_from_jwk

X = b64(SIGNER.public_raw)


def jwk(**members: object) -> bytes:
    return json.dumps({"kty": "OKP", "crv": "Ed25519", "x": X} | members).encode()


def cookbook(shared_data: Path, pattern: str) -> list[Path]:
    found = sorted((shared_data / "crypto" / "jose_cookbook").glob(pattern))
    assert found
    return found


@pytest.mark.shared_data
def test_every_cookbook_signature_is_refused(shared_data: Path, at: datetime) -> None:
    tokens = []
    for path in cookbook(shared_data, "jws_*.json"):
        output = json.loads(path.read_text(encoding="utf-8"))["output"]
        tokens.extend(value for value in output.values() if isinstance(value, str))
        tokens.extend(json.dumps(value) for value in output.values() if isinstance(value, dict))
    assert len(tokens) >= 12
    for token in tokens:
        with pytest.raises(Refusal, match=r"ACT_TOKEN_(MALFORMED|REFUSED)"):
            verify(token, at)


@pytest.mark.shared_data
def test_the_cookbooks_ecdsa_token_is_genuine_for_pyjwt_and_foreign_for_us(
    shared_data: Path, at: datetime
) -> None:
    entry = json.loads(cookbook(shared_data, "jws_4_3.*")[0].read_text(encoding="utf-8"))
    key = jwt.PyJWK({**entry["input"]["key"], "alg": "ES512"})
    token = entry["output"]["compact"]
    payload = jwt.api_jws.decode(token, key.key, algorithms=["ES512"])
    assert payload.decode() == entry["input"]["payload"]
    with pytest.raises(Refusal):
        verify(token, at)


@pytest.mark.shared_data
def test_every_cookbook_key_is_refused(shared_data: Path) -> None:
    for path in cookbook(shared_data, "jwk_*.json"):
        with pytest.raises(Refusal, match="KEY_MALFORMED"):
            public_key_from_jwk(path.read_bytes())


def test_a_key_that_may_verify_is_loaded(at: datetime) -> None:
    for data in (
        jwk(),
        jwk(use="sig"),
        jwk(key_ops=["verify"]),
        jwk(alg="EdDSA", use="sig", key_ops=["verify"], kid="anything"),
    ):
        key = public_key_from_jwk(data)
        assert key == SIGNER.public_key
        verify(issue_act_token(SIGNER, claims_at(at)), at, keys={key.kid: key})


@pytest.mark.parametrize(
    "data",
    [
        jwk(use="enc"),
        jwk(use=["sig"]),
        jwk(key_ops=["encrypt"]),
        jwk(key_ops=["sign"]),
        jwk(key_ops=["sign", "verify"]),
        jwk(key_ops=[]),
        jwk(key_ops="verify"),
        jwk(alg="ES256"),
        jwk(alg="HS256"),
        jwk(d=b64(KEY.private_bytes_raw())),
        jwk(k="AAAA"),
        jwk(x5u="https://evil.invalid"),
        jwk(kty="EC"),
        jwk(crv="X25519"),
        jwk(crv="Ed448"),
        jwk(x=X + "="),
        jwk(x=X[:-1]),
        jwk(x=X + "A"),
        jwk(x=None),
        jwk(x=b64(bytes(32))),
        jwk(x=b64(b"\x01" + bytes(31))),
        b"",
        b"[]",
        b'"x"',
        b"\xff",
        b'{"kty":"OKP","kty":"OKP"}',
        jwk(kid="x" * 5000),
    ],
    ids=lambda _: "key",  # The keys are new in every process: no names for tests.
)
def test_a_key_that_may_not_verify_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal, match="KEY_MALFORMED"):
        public_key_from_jwk(data)


def test_x_with_stray_tail_bits_is_refused() -> None:
    spoilt = X[:-1] + chr(ord(X[-1]) + 1)
    assert base64.urlsafe_b64decode(spoilt + "=") == SIGNER.public_raw
    with pytest.raises(Refusal, match="KEY_MALFORMED"):
        public_key_from_jwk(jwk(x=spoilt))


def test_what_pyjwt_alone_accepts_we_refuse(at: datetime) -> None:
    """Six spellings of a good token that PyJWT takes: padding in each part, alone and together."""
    header, body, signature = issue_act_token(SIGNER, claims_at(at)).split(".")
    padded = [part + "=" * (-len(part) % 4) for part in (header, body, signature)]
    spellings = {
        ".".join((padded[0], body, signature)),
        ".".join((header, padded[1], signature)),
        ".".join((header, body, padded[2])),
        ".".join((header, body, signature + "==")),
        ".".join((header, body, signature + "=")),
        ".".join(padded),
    } - {".".join((header, body, signature))}
    accepted = 0
    for token in spellings:
        try:
            jwt.api_jws.decode(token, KEY.public_key(), algorithms=["EdDSA"])
            accepted += 1
        except jwt.InvalidTokenError:
            pass
        with pytest.raises(Refusal, match="ACT_TOKEN_MALFORMED"):
            verify(token, at)
    assert accepted, "PyJWT has become strict: the canonical check may have become redundant"
