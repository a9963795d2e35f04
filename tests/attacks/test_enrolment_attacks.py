"""Every enrolment attack of trust.md §2 is refused, with a code."""

import base64
import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from channel_world import DOMAIN, World
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from records.refusal import Refusal
from trust.identity.authority import issue_leaf
from trust.identity.chain import read_participant
from trust.identity.enrolment import (
    EnrolmentState,
    Invitation,
    IssuedCertificate,
    SigningRequest,
    accept,
    approve,
    create_signing_request,
    fingerprint_of,
    invite,
    read_signing_request,
    reject,
    sign_proof_message,
    token_digest,
    verify_renewal,
    verify_sign_key,
)
from trust.identity.keys import Ed25519Signer, new_ed25519, new_p256
from trust.identity.participant import Participant, ParticipantKind

SHANGRAO = Participant(kind=ParticipantKind.NODE, slug="shangrao", trust_domain=DOMAIN)


@dataclass
class Desk:
    """A registry's enrolment desk over the rules, as thin as a store can be."""

    world: World = field(default_factory=World)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    requests: dict[str, bytes] = field(default_factory=dict)
    issued: dict[int, IssuedCertificate] = field(default_factory=dict)

    def invite(self, participant: Participant = SHANGRAO) -> str:
        token, invitation = invite(
            participant, invited_by="officer/1", now=self.world.now, random=secrets.token_bytes
        )
        self.invitations[invitation.token_sha256] = invitation
        return token

    def enrol(self, token: str, csr: bytes, sign_key: Ed25519Signer, late: int = 0) -> str:
        found = token_digest(token)
        request = read_signing_request(csr)
        proof = sign_key.sign(sign_proof_message(request.public_key))
        verify_sign_key(request, sign_key.public_raw, proof)
        now = self.world.now + timedelta(hours=late)
        accepted = accept(self.invitations.get(found), request, sign_key.public_raw, now)
        self.invitations[found] = accepted
        self.requests[found] = csr
        return found

    def is_key_known(self, spki: str) -> bool:
        return any(entry.spki_sha256 == spki for entry in self.issued.values())

    def approve(self, found: str, heard: str, officer: str = "officer/2") -> x509.Certificate:
        request = read_signing_request(self.requests[found])
        self.invitations[found] = approve(
            self.invitations[found],
            request,
            officer=officer,
            fingerprint_heard=heard,
            is_key_known=self.is_key_known,
        )
        return self.issue(self.invitations[found].participant, request)

    def issue(self, participant: Participant, request: SigningRequest) -> x509.Certificate:
        leaf = issue_leaf(
            self.world.issuing,
            participant,
            request.public_key,
            now=self.world.now,
            random=secrets.token_bytes,
        )
        self.issued[leaf.serial_number] = IssuedCertificate(
            participant=participant,
            spki_sha256=request.spki_sha256,
            not_after=leaf.not_valid_after_utc,
        )
        return leaf

    def renew(self, serial: int, caller: Participant, csr: bytes, days: int = 5) -> None:
        request = read_signing_request(csr)
        now = self.world.now + timedelta(days=days)
        verify_renewal(
            self.issued.get(serial), caller, request, now, is_key_known=self.is_key_known
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def signer() -> Ed25519Signer:
    return Ed25519Signer.from_private(new_ed25519())


def heard_from(csr: bytes, signer: Ed25519Signer) -> str:
    return fingerprint_of(read_signing_request(csr), signer.public_raw)


def greedy_request(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Asks for the registry's name and to be an authority."""
    uri = x509.UniformResourceIdentifier("spiffe://demo.invalid/registry/registry")
    builder = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([]))
        .add_extension(x509.SubjectAlternativeName([uri]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def test_names_come_from_the_invitation_never_from_the_request(
    desk: Desk, signer: Ed25519Signer
) -> None:
    csr = greedy_request(new_p256())
    found = desk.enrol(desk.invite(), csr, signer)
    leaf = desk.approve(found, heard_from(csr, signer))
    assert read_participant(leaf) == SHANGRAO
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert desk.invitations[found].decided_by == "officer/2"


def test_a_token_works_once(desk: Desk, signer: Ed25519Signer) -> None:
    token = desk.invite()
    csr = create_signing_request(new_p256())
    desk.enrol(token, csr, signer)
    with pytest.raises(Refusal, match="ENROLMENT_TOKEN"):
        desk.enrol(token, csr, signer)


@pytest.mark.parametrize("guess", ["", "x", "a" * 43, "令牌", "\ud800", "' OR 1=1 --"])
def test_a_guessed_token_is_refused_like_a_used_one(
    desk: Desk, signer: Ed25519Signer, guess: str
) -> None:
    desk.invite()
    with pytest.raises(Refusal) as caught:
        desk.enrol(guess, create_signing_request(new_p256()), signer)
    assert (caught.value.code, caught.value.detail) == ("ENROLMENT_TOKEN", "")


def test_a_token_ends_after_a_day(desk: Desk, signer: Ed25519Signer) -> None:
    with pytest.raises(Refusal, match="ENROLMENT_TOKEN"):
        desk.enrol(desk.invite(), create_signing_request(new_p256()), signer, late=24)


def test_the_store_keeps_no_token(desk: Desk) -> None:
    token = desk.invite()
    assert len(token) == 43
    assert token not in repr(desk.invitations)


def test_a_swapped_request_is_found_at_approval(desk: Desk, signer: Ed25519Signer) -> None:
    csr = create_signing_request(new_p256())
    found = desk.enrol(desk.invite(), csr, signer)
    desk.requests[found] = create_signing_request(new_p256())
    with pytest.raises(Refusal, match="ENROLMENT_FINGERPRINT"):
        desk.approve(found, heard_from(csr, signer))


def test_a_swapped_sign_key_is_found_at_approval(desk: Desk, signer: Ed25519Signer) -> None:
    csr = create_signing_request(new_p256())
    thief = Ed25519Signer.from_private(new_ed25519())
    found = desk.enrol(desk.invite(), csr, thief)
    with pytest.raises(Refusal, match="ENROLMENT_FINGERPRINT"):
        desk.approve(found, heard_from(csr, signer))


@pytest.mark.parametrize("heard", ["", "00", "0" * 64, "零" * 64])
def test_a_wrong_fingerprint_is_refused(desk: Desk, signer: Ed25519Signer, heard: str) -> None:
    found = desk.enrol(desk.invite(), create_signing_request(new_p256()), signer)
    with pytest.raises(Refusal, match="ENROLMENT_FINGERPRINT"):
        desk.approve(found, heard)


def test_half_a_fingerprint_is_not_enough(desk: Desk, signer: Ed25519Signer) -> None:
    csr = create_signing_request(new_p256())
    found = desk.enrol(desk.invite(), csr, signer)
    with pytest.raises(Refusal, match="ENROLMENT_FINGERPRINT"):
        desk.approve(found, heard_from(csr, signer)[:32])


def test_a_fingerprint_may_be_spoken_in_groups(desk: Desk, signer: Ed25519Signer) -> None:
    csr = create_signing_request(new_p256())
    found = desk.enrol(desk.invite(), csr, signer)
    whole = heard_from(csr, signer).upper()
    spoken = " ".join(whole[start : start + 4] for start in range(0, 64, 4))
    desk.approve(found, spoken)
    assert desk.invitations[found].state is EnrolmentState.APPROVED


def test_nobody_approves_twice(desk: Desk, signer: Ed25519Signer) -> None:
    csr = create_signing_request(new_p256())
    found = desk.enrol(desk.invite(), csr, signer)
    desk.approve(found, heard_from(csr, signer))
    with pytest.raises(Refusal, match="ENROLMENT_STATE"):
        desk.approve(found, heard_from(csr, signer), officer="officer/3")


@pytest.mark.parametrize("officer", ["officer/1", ""])
def test_who_invited_does_not_approve(desk: Desk, signer: Ed25519Signer, officer: str) -> None:
    csr = create_signing_request(new_p256())
    found = desk.enrol(desk.invite(), csr, signer)
    with pytest.raises(Refusal, match="ENROLMENT_SAME_PERSON"):
        desk.approve(found, heard_from(csr, signer), officer=officer)


def test_a_rejected_request_stays_rejected(desk: Desk, signer: Ed25519Signer) -> None:
    csr = create_signing_request(new_p256())
    found = desk.enrol(desk.invite(), csr, signer)
    desk.invitations[found] = reject(desk.invitations[found], officer="officer/2")
    with pytest.raises(Refusal, match="ENROLMENT_STATE"):
        desk.approve(found, heard_from(csr, signer))
    with pytest.raises(Refusal, match="ENROLMENT_STATE"):
        reject(desk.invitations[found], officer="officer/2")


def sign_csr(key: object, algorithm: hashes.HashAlgorithm | None) -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(key, algorithm).public_bytes(Encoding.PEM)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("csr", "code"),
    [
        (sign_csr(rsa.generate_private_key(65537, 1024), hashes.SHA256()), "CSR_KEY"),
        (sign_csr(rsa.generate_private_key(65537, 2048), hashes.SHA256()), "CSR_KEY"),
        (sign_csr(ed25519.Ed25519PrivateKey.generate(), None), "CSR_KEY"),
        (sign_csr(ec.generate_private_key(ec.SECP256K1()), hashes.SHA256()), "CSR_KEY"),
        (sign_csr(ec.generate_private_key(ec.SECP521R1()), hashes.SHA256()), "CSR_KEY"),
        (b"hello", "CSR_MALFORMED"),
        (b"", "CSR_MALFORMED"),
        (b"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n", "CSR_MALFORMED"),
        (b"x" * 9000, "CSR_MALFORMED"),
    ],
)
def test_weak_strange_and_broken_requests_are_refused(csr: bytes, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        read_signing_request(csr)


def test_every_flipped_bit_of_a_request_is_refused() -> None:
    der = x509.load_pem_x509_csr(create_signing_request(new_p256())).public_bytes(Encoding.DER)
    for position in range(len(der) * 8):
        broken = bytearray(der)
        broken[position // 8] ^= 1 << position % 8
        armoured = base64.encodebytes(bytes(broken)).decode()
        pem = f"-----BEGIN CERTIFICATE REQUEST-----\n{armoured}-----END CERTIFICATE REQUEST-----\n"
        with pytest.raises(Refusal, match="CSR_"):
            read_signing_request(pem.encode())


def test_the_sign_key_must_be_held_and_used_for_this_request(signer: Ed25519Signer) -> None:
    request = read_signing_request(create_signing_request(new_p256()))
    other = read_signing_request(create_signing_request(new_p256()))
    proof = signer.sign(sign_proof_message(request.public_key))
    verify_sign_key(request, signer.public_raw, proof)
    stranger = Ed25519Signer.from_private(new_ed25519())
    for wrong, key, shown in [
        (other, signer.public_raw, proof),
        (request, stranger.public_raw, proof),
        (request, signer.public_raw, proof[:-1] + bytes([proof[-1] ^ 1])),
        (request, signer.public_raw, b""),
        (request, b"short", proof),
        (request, b"\x00" * 32, b"\x00" * 64),
    ]:
        with pytest.raises(Refusal, match="CSR_PROOF"):
            verify_sign_key(wrong, key, shown)


def test_a_key_of_small_order_proves_nothing_whatever_the_message() -> None:
    """Under the zero key the zero signature verifies for about one message in four."""
    for _ in range(16):
        request = read_signing_request(create_signing_request(new_p256()))
        with pytest.raises(Refusal, match="CSR_PROOF"):
            verify_sign_key(request, b"\x00" * 32, b"\x00" * 64)


def test_a_key_certified_before_is_not_certified_again(desk: Desk, signer: Ed25519Signer) -> None:
    csr = create_signing_request(new_p256())
    desk.approve(desk.enrol(desk.invite(), csr, signer), heard_from(csr, signer))
    pudong = replace(SHANGRAO, slug="pudong")
    found = desk.enrol(desk.invite(pudong), csr, signer)
    with pytest.raises(Refusal, match="KEY_REUSED"):
        desk.approve(found, heard_from(csr, signer))


def test_renewal_needs_a_certificate_in_force_and_a_new_key(
    desk: Desk, signer: Ed25519Signer
) -> None:
    csr = create_signing_request(new_p256())
    leaf = desk.approve(desk.enrol(desk.invite(), csr, signer), heard_from(csr, signer))
    serial = leaf.serial_number
    fresh = create_signing_request(new_p256())
    desk.renew(serial, SHANGRAO, fresh)
    with pytest.raises(Refusal, match="KEY_REUSED"):
        desk.renew(serial, SHANGRAO, csr)
    with pytest.raises(Refusal, match="RENEWAL_REFUSED"):
        desk.renew(serial, SHANGRAO, fresh, days=8)
    with pytest.raises(Refusal, match="RENEWAL_REFUSED"):
        desk.renew(serial + 1, SHANGRAO, fresh)
    with pytest.raises(Refusal, match="RENEWAL_REFUSED"):
        desk.renew(serial, replace(SHANGRAO, slug="pudong"), fresh)
    desk.issued[serial] = replace(desk.issued[serial], revoked=True)
    with pytest.raises(Refusal, match="RENEWAL_REFUSED"):
        desk.renew(serial, SHANGRAO, fresh)


def test_a_key_used_once_is_never_renewed_into(desk: Desk, signer: Ed25519Signer) -> None:
    old = create_signing_request(new_p256())
    desk.approve(desk.enrol(desk.invite(), old, signer), heard_from(old, signer))
    second = desk.issue(SHANGRAO, read_signing_request(create_signing_request(new_p256())))
    with pytest.raises(Refusal, match="KEY_REUSED"):
        desk.renew(second.serial_number, SHANGRAO, old)
