"""One suite for every place where a seal key may be: file, PKCS#11 token (SoftHSM), platform."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, tsp
from certificate_house import World
from certificate_papers import HOLDER, real_now
from certificate_world import build_world
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import load_der_x509_certificate
from seal_platform import SECRET

from certificate_service.adapters.evidence import EvidenceFolder
from certificate_service.adapters.seal_process import SealProcesses
from certificate_service.services.examine import Examiner
from certificate_service.services.examine_parts import Question
from certificate_service.services.issue_certificate import IssueCertificate
from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.identity.keys import read_private_key

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "482913"
KINDS = ("file", "pkcs11", "platform")


@dataclass
class Stand:
    """A world whose seal key is where `kind` says."""

    kind: str
    world: World
    seals: SealProcesses

    def admitted(self) -> tuple[str, Any]:
        papers = self.world.papers()
        self.seals.admit(HOLDER, papers.order, papers.appointments)
        return json.loads(papers.order.payload)["release_id"], papers

    def code(self, call: Callable[[], object]) -> str:
        with pytest.raises(Refusal) as caught:
            call()
        return caught.value.code


def attributes_of(certificate: bytes, document: bytes) -> bytes:
    """CMS signed attributes as pyHanko writes them for a PAdES signature."""
    named = tsp.SigningCertificateV2(
        {"certs": [{"cert_hash": hashlib.sha256(certificate).digest()}]}
    )
    said = {
        "content_type": "data",
        "message_digest": hashlib.sha256(document).digest(),
        "signing_certificate_v2": named,
    }
    return cms.CMSAttributes(
        [cms.CMSAttribute({"type": kind, "values": [value]}) for kind, value in said.items()]
    ).dump()


def put_into_token(folder: Path, work: Path) -> None:
    """The seal key lies in a SoftHSM token, and no longer in the folder."""
    (work / "tokens").mkdir()
    config = work / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {work / 'tokens'}\nobjectstore.backend = file\n")
    environment = {**os.environ, "SOFTHSM2_CONF": str(config)}
    key = read_private_key(folder / "seal.key", None)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (work / "key.pem").write_bytes(pem)
    tool = ["softhsm2-util", "--module", str(MODULE)]
    made = [*tool, "--init-token", "--free", "--label", "lantai", "--so-pin", "1234567"]
    subprocess.run([*made, "--pin", PIN], env=environment, check=True, capture_output=True)
    put = [*tool, "--import", str(work / "key.pem"), "--token", "lantai", "--label", "seal"]
    subprocess.run(
        [*put, "--id", "01", "--pin", PIN], env=environment, check=True, capture_output=True
    )
    (work / "key.pem").unlink()
    (folder / "seal.key").unlink()
    (folder / "seal.pin").write_text(PIN)
    (folder / "seal.pin").chmod(0o600)
    (folder / "seal.toml").write_text(
        f'provider = "pkcs11"\nmodule = "{MODULE}"\ntoken = "lantai"\nkey = "seal"\n'
        'pin_file = "seal.pin"\n'
    )


@pytest.fixture(params=KINDS, scope="module")
def stand(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, parts: Path
) -> Iterator[Stand]:
    work = tmp_path_factory.mktemp(request.param)
    world = build_world(work, parts / "fonts", real_now())
    folder = work / "archives" / HOLDER
    children: list[subprocess.Popen[bytes]] = []
    environment: dict[str, str] = {}
    if request.param == "pkcs11":
        put_into_token(folder, work)
        environment["SOFTHSM2_CONF"] = str(work / "softhsm2.conf")
    if request.param == "platform":
        children.append(start_platform(folder))
    seals = SealProcesses(work / "archives", {}, environment=environment)
    try:
        yield Stand(request.param, world, seals)
    finally:
        seals.close()
        for child in children:
            stop(child)


def start_platform(folder: Path) -> subprocess.Popen[bytes]:
    """The seal key is with the platform, and no longer in the folder."""
    (folder / "platform").mkdir()
    shutil.move(folder / "seal.key", folder / "platform" / "seal.key")
    (folder / "platform.secret").write_bytes(SECRET)
    (folder / "platform.secret").chmod(0o600)
    command = [sys.executable, "-m", "tests.seal_platform", str(folder)]
    paths = {**os.environ, "PYTHONPATH": "tests"}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, env=paths)
    assert child.stdout is not None
    port = int(child.stdout.readline())
    (folder / "seal.toml").write_text(
        f'provider = "platform"\nurl = "http://127.0.0.1:{port}"\n'
        'secret_file = "platform.secret"\ntimeout_seconds = 4.0\n'
    )
    return child


def stop(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
    if child.stdout is not None:
        child.stdout.close()


def test_an_admitted_release_is_signed_by_the_certificates_key(stand: Stand) -> None:
    leaf = stand.seals.certificates(HOLDER).leaf
    release_id, _papers = stand.admitted()
    attributes = attributes_of(leaf, b"document")
    signature = stand.seals.sign(HOLDER, release_id, attributes)
    key = load_der_x509_certificate(leaf).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(signature, attributes, ec.ECDSA(hashes.SHA256()))


def test_nothing_else_is_signed(stand: Stand) -> None:
    leaf = stand.seals.certificates(HOLDER).leaf
    attributes = attributes_of(leaf, b"document")
    # No order was shown.
    unknown = "00000000-0000-4000-8000-000000000000"
    assert stand.code(lambda: stand.seals.sign(HOLDER, unknown, attributes)) == "SEAL_REFUSED"
    # One officer, or a stranger, ordered it.
    papers = stand.world.papers()
    alone = stand.world.sign(stand.world.order(), stand.world.dispatcher)
    shown: tuple[Envelope, ...] = papers.appointments
    assert stand.code(lambda: stand.seals.admit(HOLDER, alone, shown)) == "SEAL_REFUSED"
    # Attributes of another certificate; two documents for one release.
    release_id, papers = stand.admitted()
    other = attributes_of(b"another", b"document")
    assert stand.code(lambda: stand.seals.sign(HOLDER, release_id, other)) == "SEAL_REFUSED"
    stand.seals.sign(HOLDER, release_id, attributes)
    stand.seals.admit(HOLDER, papers.order, papers.appointments)
    second = attributes_of(leaf, b"another document")
    assert stand.code(lambda: stand.seals.sign(HOLDER, release_id, second)) == "SEAL_REFUSED"
    # One admission, one signature.
    stand.seals.sign(HOLDER, release_id, attributes)
    assert stand.code(lambda: stand.seals.sign(HOLDER, release_id, attributes)) == "SEAL_REFUSED"


def test_a_whole_certificate_is_sealed_and_genuine(stand: Stand) -> None:
    world = stand.world
    world.issue = IssueCertificate(replace(world.issue._parts, seals=stand.seals))
    made = world.certify()
    world.publisher.publish_all()
    examiner = Examiner(world.trust.current(), EvidenceFolder(world.folder / "site"))
    assert examiner.examine_file(made.pdf, Question(now=real_now())).code == "V00"


def test_the_signer_listens_nowhere_and_local_keys_need_no_socket(stand: Stand) -> None:
    release_id, _papers = stand.admitted()
    attributes = attributes_of(stand.seals.certificates(HOLDER).leaf, b"document")
    stand.seals.sign(HOLDER, release_id, attributes)
    child = stand.seals._signers[HOLDER]._child
    assert child is not None
    links = [os.readlink(one) for one in Path(f"/proc/{child.pid}/fd").iterdir()]
    sockets = {link[8:-1] for link in links if link.startswith("socket:")}
    # No inode of the process is in the kernel's list of listening sockets, of any family.
    assert not sockets & listening()
    if stand.kind != "platform":
        assert sockets == set()


def listening() -> set[str]:
    """Inodes of all listening TCP and Unix sockets, and of all bound UDP ones."""
    found: set[str] = set()
    for table, state, column in (("tcp", "0A", 9), ("tcp6", "0A", 9), ("udp", "07", 9)):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == state:
                found.add(words[column])
    for line in Path("/proc/net/unix").read_text().splitlines()[1:]:
        words = line.split()
        if int(words[3], 16) & 0x10000:
            found.add(words[6])
    return found


FAULTS = {
    "slow": "SEAL_UNAVAILABLE",
    "broken": "SEAL_UNAVAILABLE",
    "garbage": "SEAL_UNAVAILABLE",
    "refuses": "SEAL_REFUSED",
    "other-key": "SEAL_REFUSED",
}


@pytest.mark.parametrize("stand", ["platform"], indirect=True)
def test_a_platform_that_fails_seals_nothing_and_is_asked_again(stand: Stand) -> None:
    folder = stand.world.folder / "archives" / HOLDER
    release_id, papers = stand.admitted()
    attributes = attributes_of(stand.seals.certificates(HOLDER).leaf, b"document")
    for fault, code in FAULTS.items():
        (folder / "platform" / "fault").write_text(fault)
        assert stand.code(lambda: stand.seals.sign(HOLDER, release_id, attributes)) == code, fault
    (folder / "platform" / "fault").unlink()
    settings = (folder / "seal.toml").read_text()
    (folder / "seal.toml").write_text(settings.replace("127.0.0.1:", "127.0.0.1:9#"))
    stand.seals.close()
    stand.seals.admit(HOLDER, papers.order, papers.appointments)
    code = stand.code(lambda: stand.seals.sign(HOLDER, release_id, attributes))
    assert code == "SEAL_UNAVAILABLE"
    (folder / "seal.toml").write_text(settings)
    stand.seals.close()
    stand.seals.admit(HOLDER, papers.order, papers.appointments)
    assert stand.seals.sign(HOLDER, release_id, attributes)


@pytest.mark.parametrize("stand", ["pkcs11"], indirect=True)
def test_a_wrong_pin_or_an_absent_key_seals_nothing(stand: Stand) -> None:
    folder = stand.world.folder / "archives" / HOLDER
    good = (folder / "seal.toml").read_text()
    papers = stand.world.papers()

    def refused() -> bool:
        stand.seals.close()
        admit = stand.seals.admit
        return stand.code(lambda: admit(HOLDER, papers.order, papers.appointments)) == (
            "SEAL_UNAVAILABLE"
        )

    (folder / "seal.toml").write_text(good.replace('key = "seal"', 'key = "none"'))
    assert refused()
    (folder / "seal.toml").write_text(good)
    (folder / "seal.pin").write_text("000000")
    assert refused()
    (folder / "seal.pin").write_text(PIN)
    (folder / "seal.pin").chmod(0o644)
    assert refused()
    (folder / "seal.pin").chmod(0o600)
    stand.seals.close()
    stand.seals.admit(HOLDER, papers.order, papers.appointments)
