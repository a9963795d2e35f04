"""Nodes of `node_world` at work: real servers, real mutual TLS, a certificate service beside."""

from dataclasses import dataclass, field

from fake_certificates import CertificatesServicer, FakeCertificates
from node_acts import confirm_first, progress, release_and_seal, wait_for
from node_houses import NodeWorld
from node_world import add_certificate_service, build_node_world

from node.cli.running import RunningNode
from protos.lantai.v1 import certificates_pb2, certificates_pb2_grpc
from trust.channel.access import NODE, AccessTable
from trust.channel.credentials import server_credentials
from trust.channel.gate import Gate
from trust.channel.quota import MemoryRateLimiter
from trust.channel.server import (
    DATA_BYTES,
    Server,
    ServerSettings,
    ServiceRegistration,
    build_server,
)
from trust.identity.directory_files import load_snapshot

_SERVICE = certificates_pb2.DESCRIPTOR.services_by_name["Certificates"]
_ACCESS = {f"/lantai.v1.Certificates/{method.name}": {NODE} for method in _SERVICE.methods}


@dataclass
class Federation:
    """The world and what runs in it."""

    world: NodeWorld
    fake: FakeCertificates
    certificates: Server
    running: dict[str, RunningNode] = field(default_factory=dict)

    def start(self, node_id: str) -> RunningNode:
        node = RunningNode(self.world.nodes[node_id].data)
        node.start()
        self.running[node_id] = node
        return node

    def stop(self, node_id: str) -> None:
        self.running.pop(node_id).stop(grace_seconds=1.0)

    def close(self) -> None:
        for node_id in list(self.running):
            self.stop(node_id)
        self.certificates.stop(1.0)

    def fulfil(self, case_no: str, archive_code: str) -> None:
        """The holder's two officers do their part once the request has arrived."""
        office = self.world.office(self.world.node_of(archive_code).node_id)
        dispatcher = self.world.actor(archive_code, "dispatcher")

        def searched() -> bool:
            found = office.work.list_work(dispatcher, ["candidates"])
            return any(work.case_no == case_no for work in found)

        wait_for(searched, message="the request never became candidates")
        confirm_first(self.world, case_no, archive_code)
        release_and_seal(self.world, case_no, archive_code)

    def wait_for_state(self, case_no: str, state: str, archive_code: str = "330400") -> None:
        def reached() -> bool:
            return progress(self.world, case_no, archive_code).summary.state == state

        try:
            wait_for(reached)
        except AssertionError:
            seen = progress(self.world, case_no, archive_code)
            raise AssertionError((seen.summary.state, seen.legs)) from None


def build_federation(folder, tables, **settings: object) -> Federation:
    """Three nodes' data, a certificate service that serves; start the nodes one by one."""
    world = build_node_world(folder, tables, **settings)
    address = add_certificate_service(world)
    someone = world.channel.people["certificates"]
    fake = FakeCertificates(world.channel.current_view, world.clock)
    _follow(world, fake)
    server = build_server(
        listen=address,
        credentials=server_credentials(someone.holder),
        services=[
            ServiceRegistration(
                descriptor=_SERVICE,
                add=certificates_pb2_grpc.add_CertificatesServicer_to_server,
                servicer=CertificatesServicer(fake),
            )
        ],
        gate=_gate(world, fake),
        settings=ServerSettings(message_bytes=DATA_BYTES),
    )
    server.start()
    return Federation(world=world, fake=fake, certificates=server)


def _follow(world: NodeWorld, fake: FakeCertificates) -> None:
    snapshot = load_snapshot(world.nodes["jiaxing"].data / "directory", world.council())
    assert snapshot is not None
    fake.view = lambda: snapshot.view


def _gate(world: NodeWorld, fake: FakeCertificates) -> Gate:
    channel = world.channel
    return Gate(
        own=channel.people["certificates"].participant,
        access=AccessTable(_ACCESS),
        view=lambda: fake.view(),
        denied=frozenset,
        clock=world.clock,
        limiter=MemoryRateLimiter(),
    )
