"""Clock 2056: every authority expired, the domain gone, P-256 broken since 2045, the member left.

Each case is decided by our verifier and by the one written from the papers alone; they must agree.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from authorities_world import Authorities, connect, new_authorities, own_authorities
from certificate_house import World
from certificate_papers import HOLDER
from certificate_world import build_world
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from second_verifier import Wrong
from second_verifier import verify as second

from certificate_service.adapters.evidence import EvidenceFolder
from certificate_service.adapters.trust_archive import read_trust_history
from certificate_service.cli import main, verifying
from certificate_service.document.pdf_check import open_sealed
from certificate_service.document.pdf_signature import SealRequest, seal_pdf
from certificate_service.services.examine import Examiner
from certificate_service.services.examine_parts import Question
from certificate_service.services.long_term import LongTerm
from certificate_service.services.published_proofs import evidence_path
from deploy.ceremony import Council, found_authority, listed_key, sign_trust_list, state_key
from trust.envelope.dsse import envelope_to_json
from trust.identity.council import council_from_json
from trust.identity.keys import Ed25519Signer, new_ed25519, read_private_key
from trust.identity.trust_list import BrokenAlgorithm, TrustList
from trust.transparency.note import cosign
from trust.transparency.proof import parse_proof
from trust.transparency.witness import witness_name

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
IN_2040 = datetime(2040, 5, 1, tzinfo=UTC)
IN_2044 = datetime(2044, 6, 1, tzinfo=UTC)
IN_2056 = datetime(2056, 11, 21, tzinfo=UTC)
BROKEN = {"P-256": datetime(2045, 1, 1, tzinfo=UTC)}


@dataclass
class Archive:
    """What somebody kept for thirty years, in a folder."""

    world: World
    folder: Path
    lta: bytes
    renewed: bytes
    plain: bytes
    plain_number: str
    evidence: bytes
    foreign_evidence: bytes

    def decide(
        self,
        pdf: bytes,
        now: datetime = IN_2056,
        evidence: bytes | None = None,
        lists: tuple[int, ...] = (1, 2),
        broken: dict[str, datetime] | None = None,
    ) -> str:
        """The verdict of ours, after the second verifier agreed with it."""
        work = self.folder / secrets.token_hex(4)
        (work / "trust-lists").mkdir(parents=True)
        for version in lists[:-1]:
            data = (self.folder / f"list-{version}.json").read_bytes()
            (work / "trust-lists" / f"{version}.json").write_bytes(data)
        newest = self.folder / f"list-{lists[-1]}.json"
        if evidence is not None:
            (work / evidence_path(self.plain_number)).write_bytes(evidence)
        history = read_trust_history(newest, self.world.council, work / "trust-lists", lambda: now)
        question = Question(now=now, broken=broken or {})
        verdict = Examiner(history, EvidenceFolder(work)).examine_file(pdf, question)
        read = [(self.folder / f"list-{version}.json").read_bytes() for version in lists]
        try:
            second(pdf, read, self.world.council.read_bytes(), now, broken, evidence)
            agreed, why = "genuine", ()
        except Wrong as wrong:
            agreed, why = wrong.args[0], wrong.args
        ours = "genuine" if verdict.genuine is True else verdict.code
        assert ours == agreed, (ours, why, [one for one in verdict.steps if not one.ok])
        return verdict.code


def far_authorities(clock: Callable[[], datetime]) -> Authorities:
    """Authorities of 2044 with keys that nobody has broken."""
    return new_authorities(clock, "tsa-2044.invalid", ec.SECP384R1())


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> Archive:
    folder = tmp_path_factory.mktemp("kept")
    moment = [AT]
    world = build_world(folder / "world", parts / "fonts", AT, clock=lambda: moment[0])
    authorities = own_authorities(world)
    # 2026: one certificate at LTA, one while the time-stamp authority was down.
    connect(world, authorities)
    lta = world.certify().pdf
    authorities.stamping = False
    plain = world.certify()
    kept = file_evidence(world, plain.number, plain.pdf, "jiaxing", world.jiaxing)
    foreign = file_evidence(world, plain.number, plain.pdf, "shangrao", world.shangrao)
    (folder / "list-1.json").write_bytes(world.trust_list.read_bytes())
    # 2044: the member has left, another node hosts the archive under a new authority key, and
    # another hierarchy time-stamps.
    moment[0] = IN_2044
    far = far_authorities(lambda: IN_2044)
    later = list_of_2044(world, folder, far)
    write_list(world, folder / "list-2.json", later)
    write_list(
        world,
        folder / "list-3.json",
        replace(later, broken=(BrokenAlgorithm(name="P-256", since=BROKEN["P-256"]),)),
    )
    (folder / "former").mkdir()
    (folder / "former" / "1.json").write_bytes((folder / "list-1.json").read_bytes())
    newest = folder / "list-2.json"
    history = read_trust_history(newest, world.council, folder / "former", lambda: IN_2044)
    renewing = LongTerm(history.roots_at, far, far, lambda: IN_2044)
    return Archive(
        world=world,
        folder=folder,
        lta=lta,
        renewed=renewing.renew(lta),
        plain=plain.pdf,
        plain_number=plain.number,
        evidence=kept,
        foreign_evidence=foreign,
    )


_LIFE = timedelta(days=90)


def file_evidence(
    world: World, number: str, pdf: bytes, node: str, node_signer: Ed25519Signer
) -> bytes:
    """The file's leaf under a checkpoint that this node cosigned an hour later."""
    proof = world.file_leaf(number, pdf)
    text = parse_proof(proof).checkpoint.split("\n\n")[0] + "\n"
    key = Ed25519Signer.from_private(new_ed25519())
    name = witness_name("demo.invalid", node)
    proof += cosign(text, name, key, AT + timedelta(hours=1))
    year = timedelta(days=365)
    stated = state_key(node_signer, node, "witness", key._key.public_key(), (AT - year / 12, year))
    log_key = json.loads(envelope_to_json(world.log_key))
    stated_keys = [json.loads(envelope_to_json(stated))]
    said = {"file_proof": proof, "log_key": log_key, "witness_keys": stated_keys}
    return json.dumps(said, separators=(",", ":")).encode()


def list_of_2044(world: World, folder: Path, far: Authorities) -> TrustList:
    import hashlib

    first = world.trust.current()
    shangrao, jiaxing, *_rest = first.trust_list.members
    signer = Ed25519Signer.from_private(new_ed25519())
    successor = found_authority(folder / "authority-2044", HOLDER, "jiaxing")
    moved = replace(
        jiaxing,
        sign_keys=(listed_key(signer.public_key, IN_2044),),
        archives=(successor.listed("上饶市档案馆", "361100", IN_2044),),
    )
    return replace(
        first.trust_list,
        version=2,
        issued_at=IN_2044,
        expires_at=IN_2044 + _LIFE,
        previous_sha256=hashlib.sha256(first_payload(world)).hexdigest(),
        seal_roots_pem=far.root_pem,
        members=(replace(shangrao, state="left", archives=()), moved),
    )


def first_payload(world: World) -> bytes:
    envelope = world.trust.envelope()
    assert envelope is not None
    return envelope.payload


def write_list(world: World, path: Path, trust_list: TrustList) -> None:
    seats = world.folder / "seats"
    keys = council_from_json(world.council.read_bytes())
    sign_trust_list(Council(folder=seats, keys=keys), trust_list, path)


def test_a_renewed_extract_is_genuine(archive: Archive) -> None:
    assert archive.decide(archive.renewed, broken=BROKEN) == "V10"
    assert archive.renewed.startswith(archive.lta)


def test_a_time_stamp_by_the_broken_algorithm_saves_nothing(archive: Archive) -> None:
    assert archive.decide(archive.lta, broken=BROKEN) == "V02"


def test_the_leaf_that_witnesses_saw_saves_a_file_that_was_never_stamped(archive: Archive) -> None:
    assert archive.decide(archive.plain, evidence=archive.evidence, broken=BROKEN) == "V10"
    assert archive.decide(archive.plain, broken=BROKEN) == "V02"


def test_a_cosignature_of_the_logs_own_node_counts_for_nothing(archive: Archive) -> None:
    found = archive.decide(archive.plain, evidence=archive.foreign_evidence, broken=BROKEN)
    assert found == "V02"


def test_the_lists_themselves_may_say_what_is_broken(archive: Archive) -> None:
    assert archive.decide(archive.plain, lists=(1, 3)) == "V02"
    assert archive.decide(archive.renewed, lists=(1, 3)) == "V10"


def test_while_the_algorithm_was_whole_nothing_more_was_needed(archive: Archive) -> None:
    for pdf in (archive.plain, archive.lta):
        assert archive.decide(pdf, now=IN_2040, lists=(1,), broken=BROKEN) == "V10"


def test_the_list_of_the_time_is_needed(archive: Archive) -> None:
    """By the list of 2044 alone the archive's keys are strangers'."""
    assert archive.decide(archive.plain, lists=(2,)) == "V03"
    assert archive.decide(archive.renewed, lists=(2,), broken=BROKEN) == "V06"


def test_when_ed25519_falls_too_the_time_stamps_still_carry(archive: Archive) -> None:
    both = BROKEN | {"Ed25519": datetime(2050, 1, 1, tzinfo=UTC)}
    assert archive.decide(archive.renewed, broken=both) == "V10"
    assert archive.decide(archive.plain, evidence=archive.evidence, broken=both) == "V02"


def test_a_seal_that_was_forged_with_the_broken_key_is_refused(archive: Archive) -> None:
    """In 2050 the forger computes the seal's private key and seals what he likes."""
    forged = resealed(archive)
    assert archive.decide(forged, now=IN_2040, lists=(1,)) == "V10", "the key is the true one"
    assert archive.decide(forged, evidence=archive.evidence, broken=BROKEN) == "V02"


def resealed(archive: Archive) -> bytes:
    folder = archive.world.folder / "archives" / HOLDER
    key = read_private_key(folder / "seal.key", None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    seal = archive.world.seals.certificates(HOLDER)
    request = SealRequest(
        certificate=seal.leaf,
        chain=seal.chain,
        appearance=b"1 0 0 rg 0 0 100 100 re f",
        side=119.0,
        page=0,
        box=(300, 100, 420, 220),
        archive_name="上饶市档案馆",
        moment=AT,
    )
    pdf = archive.plain
    size = pdf.rindex(b"%%EOF", 0, pdf.index(b"/ByteRange")) + 6
    return seal_pdf(pdf[:size], request, lambda data: key.sign(data, ec.ECDSA(hashes.SHA256())))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_one_flipped_bit_is_reported_by_both(archive: Archive, share: float) -> None:
    changed = bytearray(archive.renewed)
    changed[int(len(changed) * share)] ^= 4
    with pytest.raises(Wrong):
        lists = [(archive.folder / f"list-{n}.json").read_bytes() for n in (1, 2)]
        second(bytes(changed), lists, archive.world.council.read_bytes(), IN_2056, BROKEN)
    kept = archive.folder / "kept"
    kept.mkdir(exist_ok=True)
    (kept / "1.json").write_bytes((archive.folder / "list-1.json").read_bytes())
    newest = archive.folder / "list-2.json"
    history = read_trust_history(newest, archive.world.council, kept, lambda: IN_2056)
    question = Question(now=IN_2056, broken=BROKEN)
    verdict = Examiner(history, EvidenceFolder(archive.folder)).examine_file(
        bytes(changed), question
    )
    assert verdict.genuine is False


def test_the_command_decides_with_an_expired_list(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(verifying, "system_clock", lambda: IN_2056)
    home = archive.folder / "home"
    (home / "trust-lists").mkdir(parents=True)
    (home / "trust-lists" / "1.json").write_bytes((archive.folder / "list-1.json").read_bytes())
    (home / "list.json").write_bytes((archive.folder / "list-2.json").read_bytes())
    (home / "council.json").write_bytes(archive.world.council.read_bytes())
    (home / "x.pdf").write_bytes(archive.renewed)
    (home / "y.pdf").write_bytes(archive.lta)
    words = ["--trust-list", str(home / "list.json"), "--offline", "--json"]
    words += ["--broken", "P-256=2045-01-01"]
    assert main(["verify", str(home / "x.pdf"), *words]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["verdict"], said["genuine"], said["level"]) == ("V10", True, "LTA")
    assert main(["verify", str(home / "y.pdf"), *words]) == 3
    assert json.loads(capsys.readouterr().out)["verdict"] == "V02"


def test_the_file_as_issued_is_the_beginning_of_the_renewed_one(archive: Archive) -> None:
    renewed, issued = open_sealed(archive.renewed), open_sealed(archive.lta)
    assert renewed.issued_bytes == issued.issued_bytes
    assert len(renewed.stamps) == len(issued.stamps) + 1
