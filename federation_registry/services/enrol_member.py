"""A newcomer joins: invitation, token and signing request, second officer, certificate.

The rules are `trust.identity.enrolment`; this module keeps their order and one conditional update
per step. Enrolling gives a certificate, not membership: the council lists the sign key offline,
and until then the gate lets the newcomer call nothing.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from federation_registry.domain.officers import verify_officer
from federation_registry.domain.reasons import ENROLMENT_UNKNOWN
from federation_registry.ports import Clock, Enrolment, EnrolmentBook, Random
from records.refusal import Refusal
from trust.identity.authority import LEAF_LIFE, Authority, issue_leaf
from trust.identity.enrolment import (
    TOKEN_LIFE,
    EnrolmentState,
    IssuedCertificate,
    accept,
    approve,
    invite,
    read_signing_request,
    reject,
    token_digest,
    verify_sign_key,
)
from trust.identity.participant import Participant
from trust.identity.reasons import ENROLMENT_TOKEN

RETRY_AFTER = timedelta(seconds=2)
_ID_BYTES = 16
_LONGEST_TOKEN = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuing:
    """What certificates are made with."""

    authority: Authority
    roots_pem: bytes
    life: timedelta = LEAF_LIFE


@dataclass(frozen=True, slots=True, kw_only=True)
class SentInvitation:
    """What is handed to the newcomer; the token is shown this once."""

    enrolment_id: str
    token: str
    enrolment: Enrolment


class EnrolMember:
    """The steps of joining."""

    def __init__(self, book: EnrolmentBook, clock: Clock, random: Random) -> None:
        """Keep enrolments in `book`."""
        self._book = book
        self._clock = clock
        self._random = random

    def invite(
        self, participant: Participant, *, invited_by: str, life: timedelta = TOKEN_LIFE
    ) -> SentInvitation:
        """A token for the participant; only its digest is kept.

        Raises:
            Refusal: ALREADY_INVITED, PSEUDONYM_MALFORMED.
        """
        token, invitation = invite(
            participant,
            invited_by=verify_officer(invited_by),
            now=self._clock(),
            random=self._random,
            life=life,
        )
        enrolment = Enrolment(enrolment_id=self._random(_ID_BYTES).hex(), invitation=invitation)
        self._withdraw_expired(participant)
        self._book.add(enrolment)
        return SentInvitation(enrolment_id=enrolment.enrolment_id, token=token, enrolment=enrolment)

    def enrol(
        self, token: str, csr_pem: bytes, sign_public_key: bytes, sign_proof: bytes
    ) -> Enrolment:
        """The request waits for a second officer; the token is used up.

        The token is consumed first and by one update, whatever is wrong with the rest: a caught
        token cannot be tried with one request after another.

        Raises:
            Refusal: ENROLMENT_TOKEN, CSR_MALFORMED, CSR_KEY, CSR_PROOF.
        """
        known = self._find(token)
        now = self._clock()
        if known is None or known.invitation.state is not EnrolmentState.OPEN:
            raise Refusal(ENROLMENT_TOKEN)
        try:
            request = read_signing_request(csr_pem)
            verify_sign_key(request, sign_public_key, sign_proof)
            invitation = accept(known.invitation, request, sign_public_key, now)
        except Refusal:
            self._use_up(known)
            raise
        pending = replace(known, invitation=invitation, csr_pem=csr_pem, received_at=now)
        self._move_open(pending)
        return pending

    def approve(
        self, enrolment_id: str, *, officer: str, fingerprint_heard: str, issuing: Issuing
    ) -> Enrolment:
        """The certificate is issued to the name in the invitation.

        Raises:
            Refusal: ENROLMENT_UNKNOWN, and those of `trust.identity.enrolment.approve`.
        """
        known = self._book.get(enrolment_id)
        request = read_signing_request(known.csr_pem) if known.csr_pem else None
        if request is None:
            raise Refusal(ENROLMENT_UNKNOWN, "no request has arrived yet")
        invitation = approve(
            known.invitation,
            request,
            officer=verify_officer(officer),
            fingerprint_heard=fingerprint_heard,
            is_key_known=self._book.is_key_known,
        )
        leaf = issue_leaf(
            issuing.authority,
            invitation.participant,
            request.public_key,
            now=self._clock(),
            random=self._random,
            life=issuing.life,
        )
        approved = replace(known, invitation=invitation, chain_pem=chain_of(leaf, issuing))
        self._book.approve(
            approved,
            fingerprint_of_leaf(leaf),
            remember(leaf, invitation.participant, request.spki_sha256),
        )
        return approved

    def reject(self, enrolment_id: str, *, officer: str) -> Enrolment:
        """The enrolment is closed without a certificate.

        Raises:
            Refusal: ENROLMENT_UNKNOWN, ENROLMENT_STATE.
        """
        known = self._book.get(enrolment_id)
        rejected = replace(
            known, invitation=reject(known.invitation, officer=verify_officer(officer))
        )
        self._book.move(rejected, known.invitation.state)
        return rejected

    def collect(self, enrolment_id: str) -> Enrolment:
        """The enrolment as it stands; its certificate once approved.

        Raises:
            Refusal: ENROLMENT_UNKNOWN.
        """
        return self._book.get(enrolment_id)

    def _find(self, token: str) -> Enrolment | None:
        if not token or len(token) > _LONGEST_TOKEN:
            return None
        return self._book.find_token(token_digest(token))

    def _use_up(self, known: Enrolment) -> None:
        """The token is spent on a request that was refused; a new invitation is needed."""
        spent = replace(known.invitation, state=EnrolmentState.REJECTED, decided_by="registry")
        self._move_open(replace(known, invitation=spent))

    def _move_open(self, enrolment: Enrolment) -> None:
        try:
            self._book.move(enrolment, EnrolmentState.OPEN)
        except Refusal as refusal:
            # Somebody else used the token a moment ago: to the caller that is a used token.
            raise Refusal(ENROLMENT_TOKEN) from refusal

    def _withdraw_expired(self, participant: Participant) -> None:
        """An expired open invitation makes room for a new one."""
        now = self._clock()
        for known in self._book.list():
            same = known.invitation.participant == participant
            is_open = known.invitation.state is EnrolmentState.OPEN
            if same and is_open and now >= known.invitation.expires_at:
                self._use_up(known)


def chain_of(leaf: x509.Certificate, issuing: Issuing) -> bytes:
    """Leaf first, then the issuing authority, PEM."""
    return leaf.public_bytes(serialization.Encoding.PEM) + issuing.authority.pem


def fingerprint_of_leaf(leaf: x509.Certificate) -> str:
    """SHA-256 of the certificate, hex: as the gate names a caller's."""
    return leaf.fingerprint(hashes.SHA256()).hex()


def remember(
    leaf: x509.Certificate, participant: Participant, spki_sha256: str
) -> IssuedCertificate:
    """What is kept about a certificate."""
    return IssuedCertificate(
        participant=participant,
        spki_sha256=spki_sha256,
        not_after=leaf.not_valid_after_utc,
    )
