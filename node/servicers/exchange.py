"""What partners call: wire in, one use case, wire out."""

from collections.abc import Iterator
from datetime import timedelta

import grpc

from node.domain.exchange_reasons import FILE_NOT_RELEASED
from node.ports import ImageStore
from node.services.case_status import CaseStatus
from node.services.house import House
from node.services.locate_records import LocateRecords
from node.services.receive_answer import ReceiveAnswer
from node.services.receive_request import Arrival, ReceiveRequest
from node.wire import to_chunks
from protos.lantai.v1 import envelope_pb2, exchange_pb2, exchange_pb2_grpc
from records.exchange import AssistAnswer, AssistRequest, LocateQuestion
from records.refusal import Refusal
from trust.channel.call import Call, open_bare_call, open_call
from trust.channel.caller import current
from trust.envelope.act_token import LEEWAY, ActClaims
from trust.envelope.statement import S
from trust.wire import envelope_to_proto

_KEPT = LEEWAY + timedelta(seconds=30)
"""A used token is remembered this long after it expired."""


class ExchangeServicer(exchange_pb2_grpc.ExchangeServicer):
    """Locate, Submit, Status, Deliver, FetchPages."""

    def __init__(
        self,
        house: House,
        requests: ReceiveRequest,
        answers: ReceiveAnswer,
        locate: LocateRecords,
        status: CaseStatus,
        files: ImageStore,
    ) -> None:
        """Answer for the archives of `house`."""
        self._house = house
        self._requests = requests
        self._answers = answers
        self._locate = locate
        self._status = status
        self._files = files

    def Locate(
        self, request: envelope_pb2.Envelope, context: grpc.ServicerContext
    ) -> envelope_pb2.Envelope:
        """A masked count."""
        call = self._open(request, context, LocateQuestion)
        self._use_token(call.claims)
        return envelope_to_proto(self._locate.answer(call.caller.participant_id, call.opened))

    def Submit(
        self, request: envelope_pb2.Envelope, context: grpc.ServicerContext
    ) -> envelope_pb2.Envelope:
        """A receipt for an AssistRequest."""
        call = self._open(request, context, AssistRequest)
        return envelope_to_proto(self._requests.receive(_arrival(call), call.opened))

    def Status(
        self, request: exchange_pb2.StatusRequest, context: grpc.ServicerContext
    ) -> exchange_pb2.StatusReply:
        """Where a case stands, for the window that asked."""
        self._use_token(self._open_bare(context))
        standing = self._status.of(request.case_no, current(context).participant_id)
        return exchange_pb2.StatusReply(
            state=standing.state,
            now_ms=standing.now_ms,
            deadline_ms=standing.deadline_ms,
            paused_reason=standing.paused_reason,
        )

    def Deliver(
        self, request: envelope_pb2.Envelope, context: grpc.ServicerContext
    ) -> envelope_pb2.Envelope:
        """A receipt for an AssistAnswer."""
        call = self._open(request, context, AssistAnswer)
        return envelope_to_proto(self._answers.receive(_arrival(call), call.opened))

    def FetchPages(
        self, request: exchange_pb2.FetchPagesRequest, context: grpc.ServicerContext
    ) -> Iterator[envelope_pb2.Chunk]:
        """A released file in pieces of 64 KiB."""
        self._use_token(self._open_bare(context))
        digest = request.sha256.hex()
        with self._house.book.read() as book:
            caller = current(context).participant_id
            released = book.is_file_released(digest, request.case_no, caller)
        if not released:
            raise Refusal(FILE_NOT_RELEASED)
        yield from to_chunks(self._files.get(digest))

    def _open(
        self, message: envelope_pb2.Envelope, context: grpc.ServicerContext, type_: type[S]
    ) -> Call[S]:
        view = self._house.directory.current().view
        return open_call(context, message, type_, view, self._house.clock)

    def _open_bare(self, context: grpc.ServicerContext) -> ActClaims:
        return open_bare_call(context, self._house.directory.current().view, self._house.clock)

    def _use_token(self, claims: ActClaims) -> None:
        with self._house.book.write() as book:
            book.use_token(claims.issuer, claims.token_id, claims.expires_at + _KEPT)


def _arrival(call: Call[S]) -> Arrival:
    return Arrival(
        sender=call.caller.participant_id,
        envelope=call.envelope,
        issuer=call.claims.issuer,
        token_id=call.claims.token_id,
        token_expires_at=call.claims.expires_at + _KEPT,
    )
