"""E29: an expired seal certificate refuses, holds the case, and makes no unsigned file."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from authorities_world import connect, own_authorities
from certificate_house import World
from certificate_keys import seal_authority_of
from certificate_papers import HOLDER
from certificate_world import build_world
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from certificate_service.adapters.evidence import EvidenceFolder
from certificate_service.services.examine import Examiner
from certificate_service.services.examine_parts import Question
from records.refusal import Refusal

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path, parts: Path) -> World:
    world = build_world(tmp_path, parts / "fonts", AT)
    connect(world, own_authorities(world))
    return world


def expire_seal(world: World) -> None:
    """The same key's certificate, which ended yesterday, is what the folder has now."""
    folder = world.folder / "archives" / HOLDER
    issuing = seal_authority_of(folder)
    old, *chain = x509.load_pem_x509_certificates((folder / "seal.pem").read_bytes())
    builder = (
        x509.CertificateBuilder()
        .subject_name(old.subject)
        .issuer_name(old.issuer)
        .public_key(old.public_key())
        .serial_number(old.serial_number + 1)
        .not_valid_before(AT - timedelta(days=3 * 365))
        .not_valid_after(AT - timedelta(days=1))
    )
    for one in old.extensions:
        builder = builder.add_extension(one.value, critical=one.critical)
    ended = builder.sign(issuing.private_key, hashes.SHA256())
    pem = b"".join(one.public_bytes(Encoding.PEM) for one in (ended, *chain))
    (folder / "seal.pem").write_bytes(pem)


def test_nothing_is_prepared_and_older_certificates_still_verify(world: World) -> None:
    before = world.certify()
    expire_seal(world)
    papers = world.papers()
    with pytest.raises(Refusal) as caught:
        world.issue.prepare(papers, world.images(papers), "shangrao")
    assert caught.value.code == "SEAL_EXPIRED"
    assert world.register.find_number(f"361100-2026-{world.serial:06d}") is None
    world.publisher.publish_all()
    examiner = Examiner(world.trust.current(), EvidenceFolder(world.folder / "site"))
    found = examiner.examine_file(before.pdf, Question(now=AT))
    assert (found.code, found.level) == ("V00", "LTA")


def test_a_case_whose_seal_expired_meanwhile_is_held_and_finished_with_a_new_one(
    world: World,
) -> None:
    folder = world.folder / "archives" / HOLDER
    good = (folder / "seal.pem").read_bytes()
    papers = world.papers()
    release = world.issue.prepare(papers, world.images(papers), "shangrao")
    proof = world.certificate_leaf(release.number, release.token)
    expire_seal(world)
    with pytest.raises(Refusal) as caught:
        world.issue.issue(release.release_id, proof, "shangrao")
    assert caught.value.code == "SEAL_EXPIRED"
    with pytest.raises(Refusal) as caught:
        world.register.file(release.release_id)
    assert caught.value.code == "RELEASE_UNKNOWN"
    held = world.register.find(release.release_id)
    assert held is not None
    assert held.state == "prepared"
    (folder / "seal.pem").write_bytes(good)
    assert world.issue.issue(release.release_id, proof, "shangrao").startswith(b"%PDF")
