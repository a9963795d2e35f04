"""A certificate service for the node's tests: real checks, a plain file instead of a sealed PDF.

It runs the certificate service's own `authorise_release` over what the node sends, so an order
that the real one would refuse is refused here too.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import grpc

from certificate_service.domain.release_rules import check_certificate_leaf, check_file_leaf
from certificate_service.services.authorise import (
    AuthorisedRelease,
    ReleasePapers,
    authorise_release,
    open_proof,
)
from node.ports import PreparedToken, PrepareInput
from node.wire import to_chunks
from protos.lantai.v1 import certificates_pb2, certificates_pb2_grpc, envelope_pb2
from records.release import StatusOrder
from trust.channel.caller import current
from trust.envelope.dsse import Envelope
from trust.envelope.statement import decode, encode
from trust.identity.trust_view import TrustView
from trust.wire import envelope_from_proto


@dataclass
class FakeCertificates:
    """`Certificates` in this process; keeps what it was asked."""

    view: Callable[[], TrustView]
    clock: Callable[[], datetime]
    caller: str = ""
    prepared: dict[str, AuthorisedRelease] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    confirmed: dict[str, str] = field(default_factory=dict)
    keys: dict[str, tuple[str, tuple[Envelope, ...]]] = field(default_factory=dict)
    """Proof and witnesses' statements that each file was sealed with."""
    withdrawn: dict[str, StatusOrder] = field(default_factory=dict)
    """Status orders by the number of the certificate that they are about."""
    fail: list[Exception] = field(default_factory=list)
    """Raised one after the other by the next calls."""

    def _maybe_fail(self) -> None:
        if self.fail:
            raise self.fail.pop(0)

    def prepare(self, head: PrepareInput, pages: list[bytes]) -> PreparedToken:
        self._maybe_fail()
        papers = ReleasePapers(
            order=head.order,
            appointments=head.appointments,
            request=head.request,
            agreement=head.agreement,
            release_proof=head.release_proof,
            log_key=head.log_key,
            leaf_index=head.leaf_index,
            serial=head.serial,
        )
        release = authorise_release(papers, self.view(), self.caller, self.clock())
        wanted = [page.sha256 for page in release.order.pages]
        assert [hashlib.sha256(page).hexdigest() for page in pages] == wanted
        name = release.order.release_id
        self.prepared[name] = release
        self.numbers[name] = f"{release.order.holder_archive}-2026-{head.serial:06d}"
        return PreparedToken(
            token_sha256=self._token(name, head.leaf_index), number=self.numbers[name]
        )

    def _token(self, release_id: str, leaf_index: int) -> str:
        return hashlib.sha256(f"{release_id} {leaf_index}".encode()).hexdigest()

    def issue(
        self, release_id: str, certificate_proof: str, keys: Sequence[Envelope] = ()
    ) -> bytes:
        self._maybe_fail()
        self.keys[release_id] = (certificate_proof, tuple(keys))
        release = self.prepared[release_id]
        leaf, evidence = open_proof(certificate_proof, release.log_origin, release.log_key)
        token = bytes.fromhex(self._token(release_id, release.papers.leaf_index))
        check_certificate_leaf(leaf, self.numbers[release_id], token)
        assert evidence.index == release.papers.leaf_index
        return b"%PDF-fake " + encode(release.order) + b" " * 200_000

    def confirm(self, release_id: str, file_sha256: str, file_proof: str) -> str:
        self._maybe_fail()
        release = self.prepared[release_id]
        leaf, _ = open_proof(file_proof, release.log_origin, release.log_key)
        check_file_leaf(leaf, self.numbers[release_id], bytes.fromhex(file_sha256))
        self.confirmed[release_id] = file_sha256
        return "valid"

    def withdraw(self, order: Envelope, status: str) -> str:
        self._maybe_fail()
        assert len(order.signatures) == 2
        said = decode(order.payload, StatusOrder)
        assert said.number in self.numbers.values()
        assert not said.replaced_by or said.replaced_by in self.numbers.values()
        self.withdrawn[said.number] = said
        return status

    def typeset(self, paper: Envelope) -> bytes:
        self._maybe_fail()
        return b"%PDF-fake " + paper.payload


class CertificatesServicer(certificates_pb2_grpc.CertificatesServicer):
    """The same over gRPC."""

    def __init__(self, fake: FakeCertificates) -> None:
        self.fake = fake

    def Prepare(self, parts, context):
        head, pages, page = None, [], b""
        for part in parts:
            if part.HasField("head"):
                head = part.head
                continue
            page += part.page.data
            if part.page.last:
                pages.append(page)
                page = b""
        self.fake.caller = current(context).participant_id
        token = self.fake.prepare(_input(head), pages)
        return certificates_pb2.PrepareReply(
            token_sha256=bytes.fromhex(token.token_sha256), number=token.number
        )

    def Issue(self, request, context) -> Iterator[envelope_pb2.Chunk]:
        yield from to_chunks(self.fake.issue(request.release_id, request.certificate_proof))

    def Confirm(self, request, context: grpc.ServicerContext):
        status = self.fake.confirm(
            request.release_id, request.file_sha256.hex(), request.file_proof
        )
        return certificates_pb2.ConfirmReply(status=status)


def _input(head: certificates_pb2.PrepareHead) -> PrepareInput:
    return PrepareInput(
        order=envelope_from_proto(head.order),
        appointments=tuple(envelope_from_proto(one) for one in head.appointments),
        request=envelope_from_proto(head.request) if head.HasField("request") else None,
        agreement=envelope_from_proto(head.agreement) if head.HasField("agreement") else None,
        release_proof=head.release_proof,
        log_key=envelope_from_proto(head.log_key),
        leaf_index=head.leaf_index,
        serial=head.serial,
    )
