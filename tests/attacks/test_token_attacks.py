"""Act tokens under attack: the list of trust.md §3, and more of the same kind."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta

import jwt
import pytest
from act_token_forge import (
    CERTIFICATE,
    ENVELOPE,
    KEY,
    SIGNER,
    Body,
    Header,
    b64,
    claims_at,
    forge,
    parts_at,
    sign,
    verify,
)
from cryptography.hazmat.primitives import serialization

from records.refusal import Kind, Refusal
from trust.envelope.act_token import issue_act_token
from trust.identity.keys import Ed25519Signer, new_ed25519


def test_a_good_token_says_what_was_issued(at: datetime) -> None:
    claims = claims_at(at, second_officer="330400/0000000000000000", consent="ab")
    assert verify(issue_act_token(SIGNER, claims), at) == claims


def test_a_second_implementation_reads_it(at: datetime) -> None:
    token = issue_act_token(SIGNER, claims_at(at))
    options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    read = jwt.decode(
        token, KEY.public_key(), algorithms=["EdDSA"], audience="shangrao", options=options
    )
    digest = base64.urlsafe_b64encode(bytes.fromhex(CERTIFICATE)).rstrip(b"=").decode()
    assert read["cnf"] == {"x5t#S256": digest}
    assert (read["bsha"], read["iss"], read["exp"] - read["iat"]) == (ENVELOPE, "jiaxing", 120)
    assert jwt.get_unverified_header(token) == {
        "alg": "EdDSA",
        "kid": SIGNER.kid,
        "typ": "lantai-act+jwt",
    }


@pytest.mark.parametrize("late", [149, 29 + 120])
def test_a_clock_that_differs_within_the_leeway_is_accepted(at: datetime, late: int) -> None:
    token = issue_act_token(SIGNER, claims_at(at))
    assert verify(token, at + timedelta(seconds=late)).issuer == "jiaxing"
    assert verify(token, at - timedelta(seconds=29)).issuer == "jiaxing"


@pytest.mark.parametrize("seconds", [150, 151, 3600, -31, -3600])
def test_out_of_time_is_expired(at: datetime, seconds: int) -> None:
    token = issue_act_token(SIGNER, claims_at(at))
    with pytest.raises(Refusal, match="ACT_TOKEN_EXPIRED"):
        verify(token, at + timedelta(seconds=seconds))


def set_header(**members: object) -> Callable[[Header, Body], None]:
    return lambda header, _body: header.update(members)


def set_claim(**members: object) -> Callable[[Header, Body], None]:
    return lambda _header, body: body.update(members)


def drop_header(name: str) -> Callable[[Header, Body], None]:
    return lambda header, _body: header.__delitem__(name)


def drop_claim(name: str) -> Callable[[Header, Body], None]:
    return lambda _header, body: body.__delitem__(name)


FORGERIES = {
    "alg none": (set_header(alg="none"), "ACT_TOKEN_REFUSED"),
    "alg nOnE": (set_header(alg="nOnE"), "ACT_TOKEN_REFUSED"),
    "alg of another kind": (set_header(alg="ES256"), "ACT_TOKEN_REFUSED"),
    "alg HS256": (set_header(alg="HS256"), "ACT_TOKEN_REFUSED"),
    "alg is a list": (set_header(alg=["EdDSA"]), "ACT_TOKEN_MALFORMED"),
    "alg missing": (drop_header("alg"), "ACT_TOKEN_MALFORMED"),
    "kid traversal": (set_header(kid="../../etc/passwd"), "ACT_TOKEN_REFUSED"),
    "kid SQL": (set_header(kid="x' or 1=1--"), "ACT_TOKEN_REFUSED"),
    "kid missing": (drop_header("kid"), "ACT_TOKEN_MALFORMED"),
    "kid is a number": (set_header(kid=1), "ACT_TOKEN_MALFORMED"),
    "jwk embedded": (set_header(jwk={"kty": "OKP"}), "ACT_TOKEN_MALFORMED"),
    "jku": (set_header(jku="https://evil.invalid/k"), "ACT_TOKEN_MALFORMED"),
    "x5u": (set_header(x5u="https://evil.invalid/c"), "ACT_TOKEN_MALFORMED"),
    "x5c": (set_header(x5c=["MII"]), "ACT_TOKEN_MALFORMED"),
    "crit unknown": (set_header(crit=["zz"], zz=1), "ACT_TOKEN_MALFORMED"),
    "b64 false": (set_header(b64=False, crit=["b64"]), "ACT_TOKEN_MALFORMED"),
    "zip": (set_header(zip="DEF"), "ACT_TOKEN_MALFORMED"),
    "typ JWT": (set_header(typ="JWT"), "ACT_TOKEN_MALFORMED"),
    "typ missing": (drop_header("typ"), "ACT_TOKEN_MALFORMED"),
    "aud another node": (set_claim(aud="pudong"), "ACT_TOKEN_MISBOUND"),
    "aud list with this node": (set_claim(aud=["shangrao", "pudong"]), "ACT_TOKEN_MALFORMED"),
    "iss another node": (set_claim(iss="pudong"), "ACT_TOKEN_MISBOUND"),
    "life of a day": (lambda _h, b: b.update(exp=int(str(b["iat"])) + 86400), "ACT_TOKEN_EXPIRED"),
    "life negative": (lambda _h, b: b.update(exp=int(str(b["iat"])) - 1), "ACT_TOKEN_EXPIRED"),
    "nbf before iat": (lambda _h, b: b.update(nbf=int(str(b["iat"])) - 1), "ACT_TOKEN_EXPIRED"),
    "exp as text": (set_claim(exp="9999999999"), "ACT_TOKEN_MALFORMED"),
    "exp as fraction": (set_claim(exp=1e10), "ACT_TOKEN_MALFORMED"),
    "exp true": (set_claim(exp=True), "ACT_TOKEN_MALFORMED"),
    "exp null": (set_claim(exp=None), "ACT_TOKEN_MALFORMED"),
    "exp huge": (set_claim(exp=10**30), "ACT_TOKEN_MALFORMED"),
    "cnf is text": (set_claim(cnf="x"), "ACT_TOKEN_MALFORMED"),
    "cnf is empty": (set_claim(cnf={}), "ACT_TOKEN_MALFORMED"),
    "cnf with jwk": (set_claim(cnf={"jwk": {}}), "ACT_TOKEN_MALFORMED"),
    "cnf another certificate": (set_claim(cnf={"x5t#S256": "AAAA"}), "ACT_TOKEN_MISBOUND"),
    "body of another statement": (set_claim(bsha="00" * 32), "ACT_TOKEN_MISBOUND"),
    "body is a number": (set_claim(bsha=0), "ACT_TOKEN_MALFORMED"),
    "claim unknown": (set_claim(admin=True), "ACT_TOKEN_MALFORMED"),
    "sub is a list": (set_claim(sub=["x"]), "ACT_TOKEN_MALFORMED"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_genuine_signature_does_not_excuse(name: str, at: datetime) -> None:
    change, code = FORGERIES[name]
    with pytest.raises(Refusal, match=code):
        verify(forge(at, change), at)


@pytest.mark.parametrize(
    "claim",
    "iss sub aud iat nbf exp jti cnf rid purpose legal_basis agreement bsha role category "
    "trust_ver agreement_ver".split(),
)
def test_every_claim_is_needed(claim: str, at: datetime) -> None:
    with pytest.raises(Refusal, match="ACT_TOKEN_MALFORMED"):
        verify(forge(at, drop_claim(claim)), at)


def test_a_public_key_is_no_shared_secret(at: datetime) -> None:
    header, body = parts_at(at)
    header["alg"] = "HS256"
    pem = KEY.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for secret in (pem, SIGNER.public_raw, b""):
        text = f"{b64(header)}.{b64(body)}"
        token = f"{text}.{b64(hmac.new(secret, text.encode(), 'sha256').digest())}"
        with pytest.raises(Refusal, match="ACT_TOKEN_REFUSED"):
            verify(token, at)


def test_another_key_under_the_same_kid_is_refused(at: datetime) -> None:
    header, body = parts_at(at)
    with pytest.raises(Refusal, match="ACT_TOKEN_REFUSED"):
        verify(sign(header, body, Ed25519Signer(new_ed25519())), at)


def test_a_key_that_is_no_longer_listed_is_refused(at: datetime) -> None:
    with pytest.raises(Refusal, match="ACT_TOKEN_REFUSED"):
        verify(issue_act_token(SIGNER, claims_at(at)), at, keys={})


@pytest.mark.parametrize(
    "changes",
    [
        {"peer": "pudong"},
        {"audience": "pudong"},
        {"peer_certificate_sha256": "ab" * 32},
        {"envelope_id": "ab" * 32},
        {"envelope_id": ""},
    ],
)
def test_a_stolen_token_fits_no_other_call(changes: dict[str, object], at: datetime) -> None:
    token = issue_act_token(SIGNER, claims_at(at))
    with pytest.raises(Refusal, match="ACT_TOKEN_MISBOUND"):
        verify(token, at, **changes)


def test_repeated_members_are_refused(at: datetime) -> None:
    header, body = parts_at(at)
    doubled = json.dumps(body).replace('{"iss"', '{"iss": "pudong", "iss"', 1).encode()
    with pytest.raises(Refusal, match="ACT_TOKEN_MALFORMED"):
        verify(sign(header, doubled), at)
    doubled = json.dumps(header).replace('{"alg"', '{"alg": "none", "alg"', 1).encode()
    with pytest.raises(Refusal, match="ACT_TOKEN_MALFORMED"):
        verify(sign(doubled, body), at)


def spoilt_forms(token: str) -> list[str]:
    header, body, signature = token.split(".")
    tail = chr(ord(signature[-1]) + 1)
    return [
        "",
        ".",
        "..",
        "a.b.c",
        "é.é.é",
        token + "=",
        token + "==",
        token + " ",
        token + "\n",
        " " + token,
        token + ".",
        f"{header}.{body}",
        f"{header}.{body}.",
        f"{header}=.{body}.{signature}",
        f"{header}.{body}==.{signature}",
        f"{header}.{body}\n.{signature}",
        f"{header}.{body}.{signature[:-1]}{tail}",
        f"{header}.{body}.{signature}A",
        f"{header}.{body}.{signature.replace('-', '+').replace('_', '/')}+",
        f"{header}.{body}.{signature}.{signature}",
        "A" * 5000,
        token + "\x00",
        json.dumps({"protected": header, "payload": body, "signature": signature}),
    ]


def test_another_spelling_of_the_token_is_refused(at: datetime) -> None:
    for spoilt in spoilt_forms(issue_act_token(SIGNER, claims_at(at))):
        with pytest.raises(Refusal) as caught:
            verify(spoilt, at)
        assert caught.value.code in {"ACT_TOKEN_MALFORMED", "ACT_TOKEN_REFUSED"}
        assert caught.value.reason.kind is Kind.UNAUTHENTICATED


def test_every_single_flipped_bit_is_refused(at: datetime) -> None:
    token = issue_act_token(SIGNER, claims_at(at)).encode()
    for position in range(0, len(token) * 8, 5):
        spoilt = bytearray(token)
        spoilt[position // 8] ^= 1 << position % 8
        with pytest.raises(Refusal):
            verify(spoilt.decode("latin-1"), at)


def test_an_unverifiable_token_is_not_issued(at: datetime) -> None:
    for claims in (
        claims_at(at, expires_at=at + timedelta(seconds=301)),
        claims_at(at, expires_at=at),
        claims_at(at, legal_basis="法" * 2000),
        claims_at(at, certificate_sha256="not hex"),
        claims_at(
            at,
            issued_at=at.replace(tzinfo=None),
            expires_at=at.replace(tzinfo=None) + timedelta(seconds=60),
        ),
    ):
        with pytest.raises(Refusal, match="ACT_TOKEN_MALFORMED"):
            issue_act_token(SIGNER, claims)


def test_a_refusal_repeats_nothing_of_the_token(at: datetime) -> None:
    token = forge(at, set_claim(sub=["周小水"], exp="周小水"))
    with pytest.raises(Refusal) as caught:
        verify(token, at)
    assert "周" not in str(caught.value)
