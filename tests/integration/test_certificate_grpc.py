"""The service as it runs: settings, mutual TLS, gate, streams, its own seal signer process."""

import hashlib
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from certificate_house import World
from certificate_papers import DOMAIN, real_now
from certificate_world import build_world
from cosigning import watching
from cryptography.hazmat.primitives import serialization

from certificate_service.adapters.service_folder import ServiceFolder
from certificate_service.cli.running import RunningService
from certificate_service.config import FILE, Settings, dump_settings, load_settings
from certificate_service.document.pdf_check import open_sealed
from certificate_service.services.authorise import ReleasePapers
from deploy.ceremony import listed_key
from node.wire import join_chunks, to_chunks
from protos.lantai.v1 import certificates_pb2, certificates_pb2_grpc, envelope_pb2
from records.refusal import Refusal
from trust.channel.client import PartnerChannel, PartnerSettings
from trust.channel.credentials import IdentityHolder, TLSIdentity
from trust.envelope.dsse import envelope_to_json
from trust.envelope.statement import sign_statement
from trust.identity.authority import (
    Authority,
    create_tls_issuing,
    create_tls_root,
    issue_leaf,
    new_root_key,
)
from trust.identity.keys import Ed25519Signer, new_ed25519, new_p256
from trust.identity.participant import Participant, ParticipantKind
from trust.identity.statements import KeyStatement
from trust.identity.trust_list import Member
from trust.wire import envelope_to_proto


@dataclass
class Running:
    world: World
    service: RunningService
    port: int
    root: Authority
    issuing: Authority

    def identity(self, kind: ParticipantKind, slug: str) -> TLSIdentity:
        return make_identity(self.root, self.issuing, kind, slug)

    def channel(self, slug: str, signer: Ed25519Signer) -> PartnerChannel:
        identity = self.identity(ParticipantKind.NODE, slug)
        now = real_now()
        statement = KeyStatement(
            participant_id=slug,
            use="tls",
            sequence=1,
            spki_sha256=identity.spki_sha256,
            not_before=now - timedelta(minutes=5),
            not_after=now + timedelta(days=1),
        )
        carried = envelope_to_json(sign_statement(statement, signer))
        expected = Participant(
            kind=ParticipantKind.CERTSVC, slug="certificates", trust_domain=DOMAIN
        )
        return PartnerChannel(
            f"127.0.0.1:{self.port}",
            expected,
            IdentityHolder(identity),
            lambda: carried,
            PartnerSettings(clock=real_now, timeout=timedelta(seconds=60)),
        )


def make_identity(
    root: Authority, issuing: Authority, kind: ParticipantKind, slug: str
) -> TLSIdentity:
    participant = Participant(kind=kind, slug=slug, trust_domain=DOMAIN)
    key = new_p256()
    leaf = issue_leaf(
        issuing, participant, key.public_key(), now=real_now(), random=secrets.token_bytes
    )
    pem = serialization.Encoding.PEM
    return TLSIdentity(
        chain_pem=leaf.public_bytes(pem) + issuing.pem,
        private_key_pem=key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        roots_pem=root.pem,
    )


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("service")
    now = real_now()
    root = create_tls_root(DOMAIN, new_root_key(), now=now, random=secrets.token_bytes)
    issuing = create_tls_issuing(root, DOMAIN, new_p256(), now=now, random=secrets.token_bytes)
    own = ServiceFolder(folder, None)
    signer = own.create()
    own.store_tls(make_identity(root, issuing, ParticipantKind.CERTSVC, "certificates"))
    member = Member(
        participant_id="certificates",
        kind="certificate_service",
        name="出证服务",
        state="active",
        since=now,
        sign_keys=(listed_key(signer.public_key, now),),
    )
    world = build_world(
        folder,
        parts / "fonts",
        now,
        extra_members=(member,),
        tls_roots_pem=root.pem.decode(),
    )
    settings = Settings(
        service_id="certificates",
        trust_domain=DOMAIN,
        listen="127.0.0.1:0",
        trust_list="trust-list.json",
        parts=str(parts),
    )
    (folder / FILE).write_text(dump_settings(settings), "utf-8")
    service = RunningService(folder)
    port = service.start()
    yield Running(world, service, port, root, issuing)
    service.stop(1.0)


@pytest.fixture
def stub(running: Running) -> Iterator[certificates_pb2_grpc.CertificatesStub]:
    channel = running.channel("shangrao", running.world.shangrao)
    yield certificates_pb2_grpc.CertificatesStub(channel.channel)
    channel.close()


def messages(papers: ReleasePapers, images: list[bytes]) -> list[certificates_pb2.PreparePart]:
    head = certificates_pb2.PrepareHead(
        order=envelope_to_proto(papers.order),
        appointments=[envelope_to_proto(one) for one in papers.appointments],
        request=envelope_to_proto(papers.request) if papers.request else None,
        agreement=envelope_to_proto(papers.agreement) if papers.agreement else None,
        release_proof=papers.release_proof,
        log_key=envelope_to_proto(papers.log_key),
        leaf_index=papers.leaf_index,
        serial=papers.serial,
    )
    parts = [certificates_pb2.PreparePart(head=head)]
    for image in images:
        parts += [certificates_pb2.PreparePart(page=chunk) for chunk in to_chunks(image)]
    return parts


def test_the_three_steps_over_mutual_tls_end_with_a_published_certificate(
    running: Running, stub: Any
) -> None:
    world = running.world
    papers = world.papers()
    reply = stub.Prepare(iter(messages(papers, world.images(papers))))
    release = world.register.find_number(reply.number)
    assert hashlib.sha256(release.token).digest() == reply.token_sha256
    proof = world.certificate_leaf(reply.number, release.token)
    request = certificates_pb2.IssueRequest(release_id=release.release_id, certificate_proof=proof)
    pdf = b"".join(join_chunks(stub.Issue(request)))
    assert pdf == b"".join(join_chunks(stub.Issue(request)))
    confirm = certificates_pb2.ConfirmRequest(
        release_id=release.release_id,
        file_sha256=hashlib.sha256(pdf).digest(),
        file_proof=world.file_leaf(reply.number, pdf),
    )
    assert stub.Confirm(confirm).status == "valid"
    assert (world.folder / "site" / "status" / "361100.cwt").is_file()
    order = world.status_order(reply.number, "revoked")
    changed = stub.Revoke(envelope_to_proto(order))
    assert (changed.number, changed.status) == (reply.number, "revoked")


def test_what_witnesses_cosigned_goes_in_and_is_published_over_the_same_wire(
    running: Running, stub: Any
) -> None:
    world = running.world
    both = watching(world, Ed25519Signer.from_private(new_ed25519()), real_now())
    keys = [envelope_to_proto(one) for one in both.stated]
    papers = world.papers()
    reply = stub.Prepare(iter(messages(papers, world.images(papers))))
    release = world.register.find_number(reply.number)
    proof = both.sign(world.certificate_leaf(reply.number, release.token), ["jiaxing"])
    request = certificates_pb2.IssueRequest(
        release_id=release.release_id, certificate_proof=proof, witness_keys=keys
    )
    pdf = b"".join(join_chunks(stub.Issue(request)))
    assert {"witness-1", "witness-2"} <= json.loads(
        open_sealed(pdf).attachments["evidence.keys.json"]
    ).keys()
    confirm = certificates_pb2.ConfirmRequest(
        release_id=release.release_id,
        file_sha256=hashlib.sha256(pdf).digest(),
        file_proof=both.sign(world.file_leaf(reply.number, pdf), ["jiaxing"]),
        certificate_proof=proof,
        witness_keys=keys,
    )
    assert stub.Confirm(confirm).status == "valid"
    bundle = world.folder / "site" / "log" / "361100" / f"{release.leaf_index // 256}.json"
    entry = json.loads(bundle.read_bytes())["proofs"][str(release.leaf_index)]
    assert (entry["proof"], entry["file_proof"]) == (proof, confirm.file_proof)
    assert len(entry["witness_keys"]) == 2
    lists = stub.ListStatusLists(certificates_pb2.StatusListsRequest(archive_code="361100"))
    published = (world.folder / "site" / "status" / "361100.cwt").read_bytes()
    assert lists.newest.sha256 == hashlib.sha256(published).digest()
    assert [one.sequence for one in lists.lists] == list(range(1, lists.newest.sequence + 1))


def refused(call: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value


def test_another_member_is_refused_with_the_code(running: Running) -> None:
    channel = running.channel("jiaxing", running.world.jiaxing)
    other = certificates_pb2_grpc.CertificatesStub(channel.channel)
    papers = running.world.papers()
    parts = messages(papers, running.world.images(papers))
    assert refused(lambda: other.Prepare(iter(parts))).code == "ORDER_FOREIGN_NODE"
    channel.close()


def test_a_stolen_tls_key_without_the_nodes_statement_is_refused(running: Running) -> None:
    thief = running.channel("shangrao", running.world.jiaxing)
    stub = certificates_pb2_grpc.CertificatesStub(thief.channel)
    request = certificates_pb2.IssueRequest(release_id="x")
    refusal = refused(lambda: list(stub.Issue(request)))
    assert refusal.code not in ("RELEASE_UNKNOWN", "")
    thief.close()


def test_without_a_certificate_nothing_answers(running: Running) -> None:
    credentials = grpc.ssl_channel_credentials(root_certificates=running.root.pem)
    options = [("grpc.ssl_target_name_override", "certificates.certsvc.demo.invalid")]
    with grpc.secure_channel(f"127.0.0.1:{running.port}", credentials, options) as channel:
        stub = certificates_pb2_grpc.CertificatesStub(channel)
        with pytest.raises(grpc.RpcError):
            list(stub.Issue(certificates_pb2.IssueRequest(release_id="x"), timeout=60))


def test_one_officer_alone_is_refused_over_the_wire(running: Running, stub: Any) -> None:
    world = running.world
    order = sign_statement(world.order(world.request()), world.dispatcher.signer)
    papers = world.papers(order_envelope=order)
    parts = messages(papers, world.images(papers))
    assert refused(lambda: stub.Prepare(iter(parts))).code == "SIGNATURES_TOO_FEW"


def test_broken_streams_are_refused(running: Running, stub: Any) -> None:
    world = running.world
    papers = world.papers()
    good = messages(papers, world.images(papers))
    shifted = certificates_pb2.PreparePart()
    shifted.CopyFrom(good[1])
    shifted.page.offset = 7
    short = certificates_pb2.PreparePart()
    short.CopyFrom(good[-1])
    short.page.last = False
    cases = ([], good[1:], [*good, good[0]], [good[0], shifted], [*good[:-1], short])
    for parts in cases:
        assert refused(lambda parts=parts: stub.Prepare(iter(parts))).code == "STREAM_BROKEN"
    altered = envelope_pb2.Chunk(data=b"x", offset=0, file_sha256=bytes(32), last=True)
    parts = [good[0], certificates_pb2.PreparePart(page=altered)]
    assert refused(lambda: stub.Prepare(iter(parts))).code == "IMAGE_DIFFERENT"


def test_settings_refuse_what_cannot_work(tmp_path: Path) -> None:
    cases = {
        'service_id = "c"\ntrust_domain = "demo.invalid"\n'
        'production = true\npassphrase_file = "p"': "SAMPLE_DOMAIN",
        'service_id = "c"\ntrust_domain = "x"\nproduction = true': "CONFIG_INVALID",
        'service_id = "c"\ntrust_domain = "x"\ntypo = 1': "CONFIG_INVALID",
        'service_id = "c"\ntrust_domain = "x"\nverify_url = "https://verify.much-too-long.cn/v#"': (
            "CONFIG_INVALID"
        ),
        "not toml": "CONFIG_INVALID",
    }
    for text, code in cases.items():
        (tmp_path / FILE).write_text(text, "utf-8")
        assert refused(lambda: load_settings(tmp_path)).code == code
