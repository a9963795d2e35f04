"""DSSE envelopes: bytes as carried, and who signed them.

Pure: no input or output, no clock. The receiver verifies the signatures over the
pre-authentication encoding and only then lets anybody read the payload; nothing is ever
re-serialised (https://github.com/secure-systems-lab/dsse, protocol.md). Identity of an envelope is
`envelope_id`, never a hash of its wrapper.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from records.refusal import Refusal
from trust.envelope import reasons
from trust.envelope.suites import LT1, PublicKey, Signer

MAX_PAYLOAD_BYTES = 8 * 1024 * 1024
"""Upper bound of any payload; a statement's own bound is lower (statement.py)."""
MAX_WRAPPER_BYTES = 12 * 1024 * 1024
MAX_SIGNATURES = 8
_MAX_SIGNATURE_BYTES = 8 * 1024

_PAYLOAD_TYPE = re.compile(r"[!-~]{1,128}\Z")
_KID = re.compile(r"[0-9a-f]{16}\Z")
_SUITE = re.compile(r"[A-Z0-9-]{1,16}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature over the PAE of an envelope."""

    kid: str
    """16 lower-case hex digits."""
    suite: str
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A payload with its media type and 1-8 signatures of different keys."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedEnvelope:
    """Evidence that enough known keys signed exactly this payload."""

    payload_type: str
    payload: bytes
    envelope_id: str
    kids: tuple[str, ...]
    """Known keys that signed, in the order of the envelope."""


def pae(payload_type: str, payload: bytes) -> bytes:
    """The bytes that are signed: `DSSEv1 <len> <type> <len> <payload>` (DSSE v1)."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def envelope_id(envelope: Envelope) -> str:
    """SHA-256 of the PAE, hex: the same however it is wrapped or countersigned."""
    return hashlib.sha256(pae(envelope.payload_type, envelope.payload)).hexdigest()


def seal(payload_type: str, payload: bytes, signers: Sequence[Signer]) -> Envelope:
    """An envelope over `payload`, signed by each signer in turn.

    Raises:
        Refusal: ENVELOPE_MALFORMED, ENVELOPE_TOO_LARGE.
    """
    message = pae(payload_type, payload)
    signatures = tuple(
        Signature(kid=signer.kid, suite=signer.suite, value=signer.sign(message))
        for signer in signers
    )
    envelope = Envelope(payload_type=payload_type, payload=payload, signatures=signatures)
    check_form(envelope)
    return envelope


def add_signature(envelope: Envelope, signer: Signer) -> Envelope:
    """The same envelope with one more signature over the same bytes.

    Raises:
        Refusal: ENVELOPE_MALFORMED (the key has signed already, or 8 have).
    """
    value = signer.sign(pae(envelope.payload_type, envelope.payload))
    signature = Signature(kid=signer.kid, suite=signer.suite, value=value)
    more = replace(envelope, signatures=(*envelope.signatures, signature))
    check_form(more)
    return more


def check_form(envelope: Envelope) -> None:
    """Return only if the envelope is well formed; says nothing about its signatures.

    Raises:
        Refusal: ENVELOPE_MALFORMED, ENVELOPE_TOO_LARGE.
    """
    if not _PAYLOAD_TYPE.match(envelope.payload_type):
        raise Refusal(reasons.ENVELOPE_MALFORMED, "payloadType")
    if len(envelope.payload) > MAX_PAYLOAD_BYTES:
        raise Refusal(reasons.ENVELOPE_TOO_LARGE, "payload")
    signatures = envelope.signatures
    if not 1 <= len(signatures) <= MAX_SIGNATURES:
        raise Refusal(reasons.ENVELOPE_MALFORMED, "number of signatures")
    if len({signature.kid for signature in signatures}) != len(signatures):
        raise Refusal(reasons.ENVELOPE_MALFORMED, "one key signed twice")
    for signature in signatures:
        _check_signature_form(signature)


def _check_signature_form(signature: Signature) -> None:
    if not _KID.match(signature.kid) or not _SUITE.match(signature.suite):
        raise Refusal(reasons.ENVELOPE_MALFORMED, "keyid or suite")
    if not 1 <= len(signature.value) <= _MAX_SIGNATURE_BYTES:
        raise Refusal(reasons.ENVELOPE_MALFORMED, "length of a signature")


def verify_envelope(
    envelope: Envelope,
    keys: Mapping[str, PublicKey],
    *,
    threshold: int = 1,
    suites: Sequence[str] = (LT1,),
) -> VerifiedEnvelope:
    """Evidence that at least `threshold` of `keys` signed exactly this payload.

    A signature by a key that is not in `keys` counts for nothing; a wrong signature by a known
    key, or any signature in a suite that is not allowed, refuses the whole envelope.

    Raises:
        Refusal: ENVELOPE_MALFORMED, ENVELOPE_TOO_LARGE, SUITE_FORBIDDEN, SIGNATURE_INVALID,
            SIGNER_UNKNOWN, SIGNATURES_TOO_FEW.
    """
    # 1. Form, bounds, distinct keys.
    check_form(envelope)
    if threshold < 1:
        message = "threshold is at least 1"
        raise ValueError(message)
    # 2. Suites by allow-list, before any key is looked at.
    if any(signature.suite not in suites for signature in envelope.signatures):
        raise Refusal(reasons.SUITE_FORBIDDEN, "envelope")
    # 3. Every signature of a known key must be right.
    message_bytes = pae(envelope.payload_type, envelope.payload)
    known = [signature for signature in envelope.signatures if signature.kid in keys]
    for signature in known:
        key = keys[signature.kid]
        if key.kid != signature.kid or key.suite != signature.suite:
            raise Refusal(reasons.SIGNATURE_INVALID, "suite is not the key's")
        key.verify(signature.value, message_bytes)
    # 4. Enough different keys.
    if not known:
        raise Refusal(reasons.SIGNER_UNKNOWN)
    if len(known) < threshold:
        raise Refusal(reasons.SIGNATURES_TOO_FEW, f"{len(known)} of {threshold}")
    return VerifiedEnvelope(
        payload_type=envelope.payload_type,
        payload=envelope.payload,
        envelope_id=hashlib.sha256(message_bytes).hexdigest(),
        kids=tuple(signature.kid for signature in known),
    )


def envelope_to_json(envelope: Envelope) -> bytes:
    """The one JSON form of an envelope: DSSE field names, no spaces, ASCII, padded base64."""
    wrapper = {
        "payloadType": envelope.payload_type,
        "payload": base64.b64encode(envelope.payload).decode(),
        "signatures": [
            {
                "keyid": signature.kid,
                "suite": signature.suite,
                "sig": base64.b64encode(signature.value).decode(),
            }
            for signature in envelope.signatures
        ],
    }
    return json.dumps(wrapper, separators=(",", ":")).encode()


def envelope_from_json(data: bytes) -> Envelope:
    """The envelope, if `data` is exactly its one JSON form; signatures are not checked here.

    Raises:
        Refusal: ENVELOPE_MALFORMED, ENVELOPE_TOO_LARGE.
    """
    if len(data) > MAX_WRAPPER_BYTES:
        raise Refusal(reasons.ENVELOPE_TOO_LARGE, "wrapper")
    try:
        wrapper = json.loads(data.decode("ascii"))
        envelope = Envelope(
            payload_type=str(wrapper["payloadType"]),
            payload=base64.b64decode(wrapper["payload"], validate=True),
            signatures=tuple(
                Signature(
                    kid=str(entry["keyid"]),
                    suite=str(entry["suite"]),
                    value=base64.b64decode(entry["sig"], validate=True),
                )
                for entry in wrapper["signatures"]
            ),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error) as e:
        raise Refusal(reasons.ENVELOPE_MALFORMED, "not a DSSE envelope in JSON") from e
    check_form(envelope)
    # A second spelling of the same envelope (space, other base64 tail, extra or repeated member)
    # would be a place to hide a change: 3 of 4,000 mutations slipped through without this.
    if envelope_to_json(envelope) != data:
        raise Refusal(reasons.ENVELOPE_MALFORMED, "wrapper is not canonical")
    return envelope
