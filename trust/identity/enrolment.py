"""How a newcomer becomes a participant: rules only, no storage and no network.

    OPEN ──accept──▶ PENDING ──approve──▶ APPROVED        (and on: renew, renew, ...)
      │                 └─────reject───▶ REJECTED
      └─ expires

The one-time token proves nothing but that an invitation arrived; it is used up by whatever comes
with it first. What decides is the fingerprint of both keys, which the applicant reads out over
another channel, and a second officer. Names come from the invitation, never from the signing
request. The store must move an invitation from OPEN to PENDING, and from PENDING on, by one
conditional update.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from records.refusal import Refusal
from trust.envelope.suites import PublicKey
from trust.identity import reasons
from trust.identity.keys import spki_der, spki_sha256
from trust.identity.participant import Participant

TOKEN_LIFE = timedelta(hours=24)
MAX_CSR_BYTES = 8 * 1024
SIGN_PROOF_PREFIX = b"lantai-enrol-v1\n"
_TOKEN_BYTES = 32


class EnrolmentState(StrEnum):
    """Where an invitation stands."""

    OPEN = "open"
    """The token was not used yet."""
    PENDING = "pending"
    """A request arrived; a second officer must compare the fingerprint."""
    APPROVED = "approved"
    """The certificate was issued."""
    REJECTED = "rejected"
    """Closed without a certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningRequest:
    """A signing request that proved possession of its key; its names were not read."""

    public_key: ec.EllipticCurvePublicKey
    spki_sha256: str
    """SHA-256 of the key, hex: by this the registry knows whether it was certified before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One invitation, from the token to the verdict."""

    participant: Participant
    """The name that the certificate will carry."""
    token_sha256: str
    """Only the digest is kept, hex."""
    invited_by: str
    """Pseudonym of the officer who invited."""
    expires_at: datetime
    state: EnrolmentState = EnrolmentState.OPEN
    fingerprint: str = ""
    """Of the two keys that came with the token, hex; empty while OPEN."""
    sign_public_key: bytes = b""
    """Raw Ed25519 key that will sign the participant's statements; empty while OPEN."""
    decided_by: str = ""
    """Pseudonym of the officer who approved or rejected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCertificate:
    """What the registry remembers about a certificate, by its serial."""

    participant: Participant
    spki_sha256: str
    not_after: datetime
    revoked: bool = False


def invite(
    participant: Participant,
    *,
    invited_by: str,
    now: datetime,
    random: Callable[[int], bytes],
    life: timedelta = TOKEN_LIFE,
) -> tuple[str, Invitation]:
    """A token to hand over (43 URL-safe characters, shown once) and the invitation to store."""
    token = base64.urlsafe_b64encode(random(_TOKEN_BYTES)).rstrip(b"=").decode()
    invitation = Invitation(
        participant=participant,
        token_sha256=token_digest(token),
        invited_by=invited_by,
        expires_at=now + life,
    )
    return token, invitation


def token_digest(token: str) -> str:
    """By which an invitation is found, hex."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def read_signing_request(pem: bytes) -> SigningRequest:
    """The key of a request that proves possession of it.

    Raises:
        Refusal: CSR_MALFORMED, CSR_KEY (RSA, Ed25519, other curves), CSR_PROOF.
    """
    if len(pem) > MAX_CSR_BYTES:
        raise Refusal(reasons.CSR_MALFORMED, "size")
    try:
        request = x509.load_pem_x509_csr(pem)
        key = request.public_key()
        # Before the signature: a strange key must not reach the verifier.
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(
            key.curve, ec.SECP256R1 | ec.SECP384R1
        ):
            raise Refusal(reasons.CSR_KEY)
        proven = request.is_signature_valid
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion) as fault:
        raise Refusal(reasons.CSR_MALFORMED) from fault
    # A signature has one spelling: no unused bits in its bit string.
    one_form = request.public_bytes(serialization.Encoding.DER).endswith(b"\0" + request.signature)
    if not proven or not one_form:
        raise Refusal(reasons.CSR_PROOF, "tls key")
    return SigningRequest(public_key=key, spki_sha256=spki_sha256(key))


def sign_proof_message(public_key: ec.EllipticCurvePublicKey) -> bytes:
    """What the applicant's sign key signs: it binds that key to the request's key."""
    return SIGN_PROOF_PREFIX + spki_der(public_key)


def verify_sign_key(request: SigningRequest, sign_public_key: bytes, proof: bytes) -> None:
    """The applicant holds the Ed25519 key that it names, and used it for this request.

    Raises:
        Refusal: CSR_PROOF.
    """
    try:
        # PublicKey refuses the points of small order, under which anybody's proof may verify.
        PublicKey.from_raw(sign_public_key).verify(proof, sign_proof_message(request.public_key))
    except Refusal as fault:
        raise Refusal(reasons.CSR_PROOF, "sign key") from fault


def fingerprint_of(request: SigningRequest, sign_public_key: bytes) -> str:
    """What the applicant reads out: SHA-256 over the TLS key and the sign key, 64 hex digits.

    Both, because whoever caught the request could otherwise send it on with a sign key of his own.
    """
    return hashlib.sha256(sign_proof_message(request.public_key) + sign_public_key).hexdigest()


def accept(
    invitation: Invitation | None, request: SigningRequest, sign_public_key: bytes, now: datetime
) -> Invitation:
    """The invitation with the fingerprint of both keys, PENDING. An unknown token gives None here.

    Unknown, used and expired tokens are refused with one reason, so that nobody learns which.

    Raises:
        Refusal: ENROLMENT_TOKEN.
    """
    if invitation is None or invitation.state is not EnrolmentState.OPEN:
        raise Refusal(reasons.ENROLMENT_TOKEN)
    if now >= invitation.expires_at:
        raise Refusal(reasons.ENROLMENT_TOKEN)
    return replace(
        invitation,
        state=EnrolmentState.PENDING,
        fingerprint=fingerprint_of(request, sign_public_key),
        sign_public_key=sign_public_key,
    )


def approve(
    invitation: Invitation,
    request: SigningRequest,
    *,
    officer: str,
    fingerprint_heard: str,
    is_key_known: Callable[[str], bool],
) -> Invitation:
    """The invitation, APPROVED by a second officer who heard the right fingerprint.

    `request` is the stored request, read again: a swapped one has another fingerprint.
    `is_key_known` says whether a public key's SHA-256 was certified before, for anyone.

    Raises:
        Refusal: ENROLMENT_STATE, ENROLMENT_SAME_PERSON, ENROLMENT_FINGERPRINT, KEY_REUSED.
    """
    # 1. Waiting, and not decided before.
    if invitation.state is not EnrolmentState.PENDING:
        raise Refusal(reasons.ENROLMENT_STATE, invitation.state.value)
    # 2. Two persons.
    if not officer or officer == invitation.invited_by:
        raise Refusal(reasons.ENROLMENT_SAME_PERSON)
    # 3. The request that came with the token, and the fingerprint that was read out, whole.
    heard = "".join(fingerprint_heard.lower().replace(":", "").split())
    stored = fingerprint_of(request, invitation.sign_public_key)
    same_request = hmac.compare_digest(stored, invitation.fingerprint)
    same_heard = hmac.compare_digest(heard.encode(), invitation.fingerprint.encode())
    if not same_request or not same_heard:
        raise Refusal(reasons.ENROLMENT_FINGERPRINT)
    # 4. A key of its own.
    if is_key_known(request.spki_sha256):
        raise Refusal(reasons.KEY_REUSED)
    return replace(invitation, state=EnrolmentState.APPROVED, decided_by=officer)


def reject(invitation: Invitation, *, officer: str) -> Invitation:
    """The invitation, REJECTED; also an OPEN one, which withdraws it.

    Raises:
        Refusal: ENROLMENT_STATE where it was decided already.
    """
    if invitation.state not in {EnrolmentState.OPEN, EnrolmentState.PENDING}:
        raise Refusal(reasons.ENROLMENT_STATE, invitation.state.value)
    return replace(invitation, state=EnrolmentState.REJECTED, decided_by=officer)


def verify_renewal(
    shown: IssuedCertificate | None,
    caller: Participant,
    request: SigningRequest,
    now: datetime,
    *,
    is_key_known: Callable[[str], bool],
) -> None:
    """The caller may have a new certificate for a new key.

    `shown` is what the registry remembers about the certificate of the caller's connection.

    Raises:
        Refusal: RENEWAL_REFUSED, KEY_REUSED.
    """
    # 1. A certificate that we issued, to this caller, still in force.
    if shown is None or shown.participant != caller:
        raise Refusal(reasons.RENEWAL_REFUSED, "not issued here")
    if shown.revoked or now >= shown.not_after:
        raise Refusal(reasons.RENEWAL_REFUSED, "not in force")
    # 2. A key that was never certified, neither now nor before, for nobody.
    if request.spki_sha256 == shown.spki_sha256 or is_key_known(request.spki_sha256):
        raise Refusal(reasons.KEY_REUSED)


def create_signing_request(private_key: ec.EllipticCurvePrivateKey) -> bytes:
    """A request for this key, PEM; it names nobody, since names in it are ignored."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    request = builder.sign(private_key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM)
