"""The certificate service over gRPC. It obeys two officers, not this client."""

from collections.abc import Iterator, Sequence

from node.adapters.partner_client import ChannelShelf
from node.ports import DirectoryCache, PreparedToken, PrepareInput
from node.wire import join_chunks, to_chunks
from node.witness_ports import ListHead, ListHeads, WitnessedLeaf
from protos.lantai.v1 import certificates_pb2, certificates_pb2_grpc
from records.refusal import Refusal
from trust.channel.reasons import PARTNER_UNAVAILABLE
from trust.envelope.dsse import Envelope
from trust.identity.participant import ParticipantKind
from trust.wire import envelope_to_proto

_SECONDS = 30.0


class GrpcCertificates:
    """`Certificates` over gRPC."""

    def __init__(self, shelf: ChannelShelf, directory: DirectoryCache) -> None:
        """Call the certificate service that the trust list names."""
        self._shelf = shelf
        self._directory = directory

    def prepare(self, head: PrepareInput, pages: Sequence[bytes]) -> PreparedToken:
        """Step 1; idempotent by release_id. Raises Refusal: as the service answered."""
        reply = self._stub().Prepare(_prepare_parts(head, pages), timeout=_SECONDS)
        return PreparedToken(token_sha256=reply.token_sha256.hex(), number=reply.number)

    def issue(self, release_id: str, proof: str, keys: Sequence[Envelope] = ()) -> bytes:
        """Step 2: the sealed PDF. Raises Refusal: FILE_DAMAGED and as the service answered."""
        request = certificates_pb2.IssueRequest(
            release_id=release_id,
            certificate_proof=proof,
            witness_keys=[envelope_to_proto(one) for one in keys],
        )
        return b"".join(join_chunks(self._stub().Issue(request, timeout=_SECONDS)))

    def confirm(self, release_id: str, file_sha256: str, file_proof: str) -> str:
        """Step 3: the certificate's status. Raises Refusal: as the service answered."""
        request = certificates_pb2.ConfirmRequest(
            release_id=release_id,
            file_sha256=bytes.fromhex(file_sha256),
            file_proof=file_proof,
        )
        return str(self._stub().Confirm(request, timeout=_SECONDS).status)

    def tell_witnessed(
        self, release_id: str, file_sha256: str, file_proof: str, certificate: WitnessedLeaf
    ) -> None:
        """Both leaves as the witnesses saw them. Raises Refusal: as the service answered."""
        request = certificates_pb2.ConfirmRequest(
            release_id=release_id,
            file_sha256=bytes.fromhex(file_sha256),
            file_proof=file_proof,
            certificate_proof=certificate.proof,
            witness_keys=[envelope_to_proto(one) for one in certificate.keys],
        )
        self._stub().Confirm(request, timeout=_SECONDS)

    def status_lists(self, archive_code: str, after: int) -> ListHeads:
        """Status lists with higher numbers. Raises Refusal: as the service answered."""
        request = certificates_pb2.StatusListsRequest(archive_code=archive_code, after=after)
        reply = self._stub().ListStatusLists(request, timeout=_SECONDS)
        newest = _list_head(reply.newest) if reply.HasField("newest") else None
        return ListHeads(lists=tuple(map(_list_head, reply.lists)), newest=newest)

    def withdraw(self, order: Envelope, status: str) -> str:
        """The certificate's new status. Raises Refusal: as the service answered."""
        stub = self._stub()
        call = stub.Supersede if status == "superseded" else stub.Revoke
        return str(call(envelope_to_proto(order), timeout=_SECONDS).status)

    def typeset(self, paper: Envelope) -> bytes:
        """An office paper of ours as PDF. Raises Refusal: as the service answered."""
        return b"".join(
            join_chunks(self._stub().Typeset(envelope_to_proto(paper), timeout=_SECONDS))
        )

    def _stub(self) -> certificates_pb2_grpc.CertificatesStub:
        members = self._directory.current().view.trust_list.members
        services = [
            member.participant_id
            for member in members
            if member.kind == ParticipantKind.CERTSVC.listed and member.state == "active"
        ]
        if not services:
            raise Refusal(PARTNER_UNAVAILABLE, "no certificate service in the trust list")
        channel = self._shelf.channel(ParticipantKind.CERTSVC, services[0])
        return certificates_pb2_grpc.CertificatesStub(channel.channel)


def _list_head(message: certificates_pb2.StatusListHead) -> ListHead:
    return ListHead(sequence=message.sequence, sha256=message.sha256.hex())


def _prepare_parts(
    head: PrepareInput, pages: Sequence[bytes]
) -> Iterator[certificates_pb2.PreparePart]:
    message = certificates_pb2.PrepareHead(
        order=envelope_to_proto(head.order),
        appointments=[envelope_to_proto(one) for one in head.appointments],
        request=envelope_to_proto(head.request) if head.request else None,
        agreement=envelope_to_proto(head.agreement) if head.agreement else None,
        release_proof=head.release_proof,
        log_key=envelope_to_proto(head.log_key),
        leaf_index=head.leaf_index,
        serial=head.serial,
    )
    yield certificates_pb2.PreparePart(head=message)
    for page in pages:
        for chunk in to_chunks(page):
            yield certificates_pb2.PreparePart(page=chunk)
