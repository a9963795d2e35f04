"""Makes act tokens, genuine and forged, for the attack suites."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from trust.envelope.act_token import ActClaims, issue_act_token, verify_act_token
from trust.identity.keys import Ed25519Signer, new_ed25519

KEY = new_ed25519()
SIGNER = Ed25519Signer(KEY)
CERTIFICATE = hashlib.sha256(b"certificate").hexdigest()
ENVELOPE = hashlib.sha256(b"envelope").hexdigest()
Header = dict[str, object]
Body = dict[str, object]


def claims_at(at: datetime, **changes: object) -> ActClaims:
    claims = ActClaims(
        issuer="jiaxing",
        officer="330400/7f3a7f3a7f3a7f3a",
        role="window_clerk",
        audience="shangrao",
        issued_at=at,
        expires_at=at + timedelta(seconds=120),
        token_id="0193-token",
        case_no="LT-330400-20261121-0042",
        purpose="pension",
        legal_basis="档案法第二十八条",
        agreement_id="jiaxing-shangrao-2026",
        agreement_version=1,
        category="marriage_registration",
        envelope_id=ENVELOPE,
        certificate_sha256=CERTIFICATE,
        trust_version=7,
    )
    return replace(claims, **changes)  # type: ignore[arg-type]


def verify(token: str, at: datetime, **changes: object) -> ActClaims:
    arguments: dict[str, object] = {
        "keys": {SIGNER.kid: SIGNER.public_key},
        "audience": "shangrao",
        "peer": "jiaxing",
        "peer_certificate_sha256": CERTIFICATE,
        "envelope_id": ENVELOPE,
        "now": at,
    }
    return verify_act_token(token, **{**arguments, **changes})  # type: ignore[arg-type]


def b64(value: bytes | dict[str, object]) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def parts_at(at: datetime) -> tuple[Header, Body]:
    header, body, _ = issue_act_token(SIGNER, claims_at(at)).split(".")
    decoded = [json.loads(base64.urlsafe_b64decode(part + "==")) for part in (header, body)]
    return decoded[0], decoded[1]


def sign(header: Header | bytes, body: Body | bytes, signer: Ed25519Signer = SIGNER) -> str:
    text = f"{b64(header)}.{b64(body)}"
    return f"{text}.{b64(signer.sign(text.encode()))}"


def forge(at: datetime, change: Callable[[Header, Body], None]) -> str:
    """A token of the genuine signer whose header or claims were changed before signing."""
    header, body = parts_at(at)
    change(header, body)
    return sign(header, body)
