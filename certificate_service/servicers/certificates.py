"""Certificates over gRPC (protos/lantai/v1/certificates.proto)."""

import hashlib
from collections.abc import Iterable, Iterator

import grpc

from certificate_service.ports import SignedList
from certificate_service.servicers.chunks import ImageCollector, to_chunks
from certificate_service.services.authorise import ReleasePapers
from certificate_service.services.change_status import ChangeStatus
from certificate_service.services.issue_certificate import IssueCertificate
from certificate_service.services.typeset import Typeset
from certificate_service.services.witness_evidence import Witnessed
from protos.lantai.v1 import certificates_pb2, certificates_pb2_grpc, envelope_pb2
from trust.channel.caller import current
from trust.envelope.dsse import Envelope
from trust.wire import envelope_from_proto


class CertificatesServicer(certificates_pb2_grpc.CertificatesServicer):
    """Seals what two officers of the holder ordered, and nothing else."""

    def __init__(self, issue: IssueCertificate, status: ChangeStatus, papers: Typeset) -> None:
        """Keep the use cases."""
        self._issue = issue
        self._status = status
        self._papers = papers

    def Prepare(
        self,
        request_iterator: Iterator[certificates_pb2.PreparePart],
        context: grpc.ServicerContext,
    ) -> certificates_pb2.PrepareReply:
        """Step 1: authorise, draw number and token, keep them."""
        collector = ImageCollector()
        head = collector.take(request_iterator)
        release = self._issue.prepare(
            _papers(head), collector.images, current(context).participant_id
        )
        return certificates_pb2.PrepareReply(
            token_sha256=hashlib.sha256(release.token).digest(), number=release.number
        )

    def Issue(
        self, request: certificates_pb2.IssueRequest, context: grpc.ServicerContext
    ) -> Iterator[envelope_pb2.Chunk]:
        """Step 2: the sealed PDF, once number and token are in the holder's log."""
        pdf = self._issue.issue(
            request.release_id,
            request.certificate_proof,
            current(context).participant_id,
            _envelopes(request.witness_keys),
        )
        yield from to_chunks(pdf)

    def Confirm(
        self, request: certificates_pb2.ConfirmRequest, context: grpc.ServicerContext
    ) -> certificates_pb2.ConfirmReply:
        """Step 3: the file's digest is in the log; the certificate is published."""
        release = self._issue.confirm(
            request.release_id,
            request.file_sha256,
            request.file_proof,
            current(context).participant_id,
            _witnessed(request),
        )
        return certificates_pb2.ConfirmReply(status=release.status)

    def Revoke(
        self, request: envelope_pb2.Envelope, context: grpc.ServicerContext
    ) -> certificates_pb2.StatusChangeReply:
        """Withdraw a certificate."""
        return self._change(request, context, "revoked")

    def Supersede(
        self, request: envelope_pb2.Envelope, context: grpc.ServicerContext
    ) -> certificates_pb2.StatusChangeReply:
        """Name the certificate that replaces one."""
        return self._change(request, context, "superseded")

    def ListStatusLists(
        self, request: certificates_pb2.StatusListsRequest, context: grpc.ServicerContext
    ) -> certificates_pb2.StatusListsReply:
        """Numbers and digests of an archive's status lists, for its own log."""
        caller = current(context).participant_id
        lists, newest = self._status.signed_lists(request.archive_code, request.after, caller)
        return certificates_pb2.StatusListsReply(
            lists=[_head(one) for one in lists], newest=_head(newest) if newest else None
        )

    def Typeset(
        self, request: envelope_pb2.Envelope, context: grpc.ServicerContext
    ) -> Iterator[envelope_pb2.Chunk]:
        """Draw an office paper: no seal, no number."""
        caller = current(context).participant_id
        yield from to_chunks(self._papers.draw(envelope_from_proto(request), caller))

    def _change(
        self, request: envelope_pb2.Envelope, context: grpc.ServicerContext, wanted: str
    ) -> certificates_pb2.StatusChangeReply:
        caller = current(context).participant_id
        changed = self._status.change(envelope_from_proto(request), caller, wanted=wanted)
        return certificates_pb2.StatusChangeReply(number=changed.number, status=changed.status)


def _papers(head: certificates_pb2.PrepareHead) -> ReleasePapers:
    return ReleasePapers(
        order=envelope_from_proto(head.order),
        appointments=tuple(envelope_from_proto(one) for one in head.appointments),
        request=_optional(head.request if head.HasField("request") else None),
        agreement=_optional(head.agreement if head.HasField("agreement") else None),
        release_proof=head.release_proof,
        log_key=envelope_from_proto(head.log_key),
        leaf_index=head.leaf_index,
        serial=head.serial,
    )


def _envelopes(messages: Iterable[envelope_pb2.Envelope]) -> tuple[Envelope, ...]:
    return tuple(envelope_from_proto(one) for one in messages)


def _witnessed(request: certificates_pb2.ConfirmRequest) -> Witnessed | None:
    if not request.certificate_proof:
        return None
    return Witnessed(
        certificate_proof=request.certificate_proof,
        witness_keys=_envelopes(request.witness_keys),
    )


def _head(signed: SignedList) -> certificates_pb2.StatusListHead:
    return certificates_pb2.StatusListHead(
        sequence=signed.sequence,
        sha256=signed.sha256,
        signed_ms=int(signed.signed_at.timestamp() * 1000),
    )


def _optional(message: envelope_pb2.Envelope | None) -> Envelope | None:
    if message is None or not message.payload_type:
        return None
    return envelope_from_proto(message)
