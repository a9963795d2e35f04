"""A participant has one spelling, and its certificate follows one profile."""

import base64
import secrets
from datetime import timedelta

import pytest
from channel_world import DOMAIN, World
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from records.refusal import Refusal
from trust.identity.authority import ISSUING_LIFE, LEAF_LIFE, create_tls_issuing, issue_leaf
from trust.identity.certificate_lint import lint_tls_leaf
from trust.identity.chain import read_certificates, read_participant, verify_tls_chain
from trust.identity.keys import new_p256
from trust.identity.participant import Participant, ParticipantKind

NODE = Participant(kind=ParticipantKind.NODE, slug="jiaxing", trust_domain=DOMAIN)


def test_uri_and_dns_name_are_those_of_the_paper() -> None:
    assert NODE.uri == "spiffe://demo.invalid/node/jiaxing"
    assert NODE.dns_name == "jiaxing.node.demo.invalid"
    service = Participant(kind=ParticipantKind.CERTSVC, slug="seals", trust_domain="lantai.example")
    assert service.uri == "spiffe://lantai.example/certsvc/seals"
    assert service.kind.listed == "certificate_service"


@pytest.mark.parametrize("kind", list(ParticipantKind))
def test_every_uri_reads_back_as_the_same_participant(kind: ParticipantKind) -> None:
    participant = Participant(kind=kind, slug="a-1", trust_domain="a.b-c.example")
    assert Participant.parse_uri(participant.uri) == participant


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "spiffe://demo.invalid/node/Jiaxing",
        "spiffe://demo.invalid/node/jiaxing/",
        "spiffe://demo.invalid/node/jiaxing\n",
        "spiffe://demo.invalid/node/jia--xing",
        "spiffe://demo.invalid/node/-jiaxing",
        "spiffe://demo.invalid/node/j",
        "spiffe://demo.invalid/node/" + "j" * 33,
        "spiffe://demo.invalid/node/嘉兴",
        "spiffe://demo.invalid/node/jiaxing?x",
        "spiffe://demo.invalid/node/%6aiaxing",
        "spiffe://DEMO.invalid/node/jiaxing",
        "spiffe://invalid/node/jiaxing",
        "spiffe://demo..invalid/node/jiaxing",
        "spiffe://demo.invalid:443/node/jiaxing",
        "spiffe://demo.invalid/admin/jiaxing",
        "spiffe://demo.invalid/node/../jiaxing",
        "https://demo.invalid/node/jiaxing",
    ],
)
def test_any_other_spelling_is_refused(uri: str) -> None:
    with pytest.raises(Refusal, match="IDENTITY_MALFORMED"):
        Participant.parse_uri(uri)


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def test_leaf_has_the_profile_and_chains_to_the_root(world: World) -> None:
    identity = world.issue(NODE)
    leaf, issuing = read_certificates(identity.chain_pem)
    assert read_participant(leaf) == NODE
    assert leaf.not_valid_after_utc - world.now <= LEAF_LIFE
    assert isinstance(leaf.public_key().curve, ec.SECP256R1)
    assert isinstance(world.root.certificate.public_key().curve, ec.SECP384R1)
    constraints = issuing.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (constraints.value.ca, constraints.value.path_length) == (True, 0)
    fence = issuing.extensions.get_extension_for_class(x509.NameConstraints)
    assert fence.critical
    assert [name.value for name in fence.value.permitted_subtrees] == [
        "node.demo.invalid",
        "registry.demo.invalid",
        "certsvc.demo.invalid",
    ]
    roots = [world.root.certificate]
    assert verify_tls_chain([leaf, issuing], roots, world.now) == NODE


def test_chain_refuses_another_root_a_missing_link_and_another_time(world: World) -> None:
    leaf, issuing = read_certificates(world.issue(NODE).chain_pem)
    other_root, _ = world.new_authority()
    roots = [world.root.certificate]
    for chain, trusted, at, code in [
        ([leaf, issuing], [other_root.certificate], world.now, "CERTIFICATE_CHAIN"),
        ([leaf], roots, world.now, "CERTIFICATE_CHAIN"),
        ([], roots, world.now, "CERTIFICATE_CHAIN"),
        ([leaf, issuing], roots, world.now + timedelta(days=8), "CERTIFICATE_EXPIRED"),
        ([leaf, issuing], roots, world.now - timedelta(days=1), "CERTIFICATE_EXPIRED"),
    ]:
        with pytest.raises(Refusal, match=code):
            verify_tls_chain(chain, trusted, at)


def test_chain_refuses_a_name_outside_the_fence(world: World) -> None:
    outside = Participant(kind=ParticipantKind.NODE, slug="jiaxing", trust_domain="other.example")
    key = new_p256()
    # The lint of another domain's authority passes it; the chain must not.
    stranger = create_tls_issuing(
        world.root, "other.example", new_p256(), now=world.now, random=secrets.token_bytes
    )
    leaf = issue_leaf(
        stranger, outside, key.public_key(), now=world.now, random=secrets.token_bytes
    )
    roots = [world.root.certificate]
    verify_tls_chain([leaf, stranger.certificate], roots, world.now)
    forged = x509.CertificateBuilder(
        issuer_name=world.issuing.certificate.subject,
        subject_name=leaf.subject,
        public_key=key.public_key(),
        serial_number=7,
        not_valid_before=leaf.not_valid_before_utc,
        not_valid_after=leaf.not_valid_after_utc,
        extensions=list(leaf.extensions)[:-1],
    )
    from cryptography.hazmat.primitives import hashes

    forged = forged.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(world.issuing.private_key.public_key()),
        critical=False,
    ).sign(world.issuing.private_key, hashes.SHA256())
    with pytest.raises(Refusal, match="CERTIFICATE_CHAIN"):
        verify_tls_chain([forged, world.issuing.certificate], roots, world.now)


def test_authority_signs_nothing_that_breaks_the_profile(world: World) -> None:
    outside = Participant(kind=ParticipantKind.NODE, slug="jiaxing", trust_domain="other.example")
    issue = {"now": world.now, "random": secrets.token_bytes}
    with pytest.raises(Refusal, match=r"PROFILE_VIOLATION.*name outside"):
        issue_leaf(world.issuing, outside, new_p256().public_key(), **issue)
    with pytest.raises(Refusal, match=r"PROFILE_VIOLATION.*life too long"):
        issue_leaf(world.issuing, NODE, new_p256().public_key(), life=timedelta(days=30), **issue)
    with pytest.raises(Refusal, match=r"PROFILE_VIOLATION.*key type"):
        weak = rsa.generate_private_key(65537, 1024).public_key()
        issue_leaf(world.issuing, NODE, weak, **issue)
    with pytest.raises(Refusal, match=r"PROFILE_VIOLATION.*run out"):
        late = world.now + ISSUING_LIFE + timedelta(days=1)
        issue_leaf(
            world.issuing, NODE, new_p256().public_key(), now=late, random=secrets.token_bytes
        )


def test_lint_names_every_fault(world: World) -> None:
    leaf = read_certificates(world.issue(NODE).chain_pem)[0]
    other = Participant(kind=ParticipantKind.REGISTRY, slug="other", trust_domain="x.example")
    with pytest.raises(Refusal) as caught:
        lint_tls_leaf(leaf, other, world.issuing.certificate, world.now + timedelta(days=30))
    assert "subject alternative names" in caught.value.detail
    assert "name outside the issuer's constraints" in caught.value.detail
    assert "validity window" in caught.value.detail


def test_serials_are_random_positive_and_of_one_length(world: World) -> None:
    serials = {read_certificates(world.issue(NODE).chain_pem)[0].serial_number for _ in range(5)}
    assert len(serials) == 5
    assert all(serial.bit_length() == 159 for serial in serials)


@pytest.mark.parametrize("pem", [b"", b"hello", b"x" * 40_000, b"\x00" * 64])
def test_what_is_not_a_certificate_is_refused(pem: bytes) -> None:
    with pytest.raises(Refusal, match="CERTIFICATE_MALFORMED"):
        read_certificates(pem)


def test_a_private_key_is_never_printed(world: World) -> None:
    assert "PRIVATE" not in repr(world.issue(NODE))
    assert "private_key" not in repr(world.root)


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_every_flipped_bit_of_a_leaf_is_refused_or_breaks_the_chain(world: World) -> None:
    leaf, issuing = read_certificates(world.issue(NODE).chain_pem)
    der = leaf.public_bytes(Encoding.DER)
    for position in range(len(der) * 8):
        broken = bytearray(der)
        broken[position // 8] ^= 1 << position % 8
        armoured = base64.encodebytes(bytes(broken)).decode()
        pem = f"-----BEGIN CERTIFICATE-----\n{armoured}-----END CERTIFICATE-----\n".encode()
        with pytest.raises(Refusal):
            chain = [*read_certificates(pem), issuing]
            verify_tls_chain(chain, [world.root.certificate], world.now)
