"""What partners call: wire in, one use case, wire out."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import grpc

from node.case_ports import CaseWriter
from node.services.arrivals import Arrival
from node.services.case_status import CaseStatus
from node.services.give_file import GiveFile
from node.services.house import House
from node.services.locate_records import LocateRecords
from node.services.receive_answer import ReceiveAnswer
from node.services.receive_request import ReceiveRequest
from node.services.remind_holders import receive_reminder
from node.services.tell_window import receive_notice
from node.services.withdraw_request import receive_withdrawal
from node.wire import to_chunks
from protos.lantai.v1 import envelope_pb2, exchange_pb2, exchange_pb2_grpc
from records.exchange import (
    AssistAnswer,
    AssistRequest,
    LocateQuestion,
    ProgressNotice,
    Reminder,
    Withdrawal,
)
from records.refusal import Refusal
from trust.channel.call import Call, open_bare_call, open_call
from trust.channel.caller import current
from trust.envelope.act_token import LEEWAY, ActClaims
from trust.envelope.reasons import ACT_TOKEN_MISBOUND
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
        files: GiveFile,
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
        _verify_act(call.claims, call.opened.statement)
        return envelope_to_proto(self._locate.answer(_arrival(call), call.opened))

    def Submit(
        self, request: envelope_pb2.Envelope, context: grpc.ServicerContext
    ) -> envelope_pb2.Envelope:
        """A receipt for an AssistRequest, for the Withdrawal of one, for a Reminder of one."""
        if request.payload_type == Withdrawal.PAYLOAD_TYPE:
            return self._withdraw(request, context)
        if request.payload_type == Reminder.PAYLOAD_TYPE:
            return self._remind(request, context)
        call = self._open(request, context, AssistRequest)
        _verify_act(call.claims, call.opened.statement)
        return envelope_to_proto(self._requests.receive(_arrival(call), call.opened))

    def Status(
        self, request: exchange_pb2.StatusRequest, context: grpc.ServicerContext
    ) -> exchange_pb2.StatusReply:
        """Where a case stands, for the window that asked."""
        self._use_token(self._open_bare(context, request.case_no))
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
        """A receipt for an AssistAnswer, or for a ProgressNotice before it."""
        if request.payload_type == ProgressNotice.PAYLOAD_TYPE:
            notice = self._open(request, context, ProgressNotice)
            _verify_act(notice.claims, notice.opened.statement)
            said = receive_notice(self._house, _arrival(notice), notice.opened)
            return envelope_to_proto(said)
        call = self._open(request, context, AssistAnswer)
        _verify_act(call.claims, call.opened.statement)
        return envelope_to_proto(self._answers.receive(_arrival(call), call.opened))

    def FetchPages(
        self, request: exchange_pb2.FetchPagesRequest, context: grpc.ServicerContext
    ) -> Iterator[envelope_pb2.Chunk]:
        """A released file in pieces of 64 KiB."""
        claims = self._open_bare(context, request.case_no)
        caller = current(context).participant_id
        spend = partial(_spend, claims)
        yield from to_chunks(self._files.give(caller, request.case_no, request.sha256.hex(), spend))

    def _withdraw(
        self, request: envelope_pb2.Envelope, context: grpc.ServicerContext
    ) -> envelope_pb2.Envelope:
        call = self._open(request, context, Withdrawal)
        _verify_act(call.claims, call.opened.statement)
        return envelope_to_proto(receive_withdrawal(self._house, _arrival(call), call.opened))

    def _remind(
        self, request: envelope_pb2.Envelope, context: grpc.ServicerContext
    ) -> envelope_pb2.Envelope:
        call = self._open(request, context, Reminder)
        _verify_act(call.claims, call.opened.statement)
        return envelope_to_proto(receive_reminder(self._house, _arrival(call), call.opened))

    def _open(
        self, message: envelope_pb2.Envelope, context: grpc.ServicerContext, type_: type[S]
    ) -> Call[S]:
        view = self._house.directory.current().view
        return open_call(context, message, type_, view, self._house.clock)

    def _open_bare(self, context: grpc.ServicerContext, case_no: str) -> ActClaims:
        """The claims of a call without an envelope: of this case, and of no other."""
        view = self._house.directory.current().view
        claims = open_bare_call(context, view, self._house.clock)
        if claims.case_no != case_no:
            raise Refusal(ACT_TOKEN_MISBOUND, "case")
        return claims

    def _use_token(self, claims: ActClaims) -> None:
        with self._house.book.write() as book:
            _spend(claims, book)


def _spend(claims: ActClaims, book: CaseWriter) -> None:
    book.use_token(claims.issuer, claims.token_id, claims.expires_at + _KEPT)


def _verify_act(
    claims: ActClaims,
    statement: AssistRequest
    | LocateQuestion
    | AssistAnswer
    | ProgressNotice
    | Withdrawal
    | Reminder,
) -> None:
    """The officer's act is the one that the statement states: same terms, purpose, category.

    Raises:
        Refusal: ACT_TOKEN_MISBOUND.
    """
    header = statement.header
    checks = {
        "agreement": claims.agreement_id == header.agreement_id,
        "agreement_version": claims.agreement_version == header.agreement_version,
    }
    if isinstance(statement, AssistRequest | LocateQuestion):
        checks["purpose"] = claims.purpose == statement.purpose
        checks["category"] = claims.category == statement.query.category
    wrong = next((name for name, right in checks.items() if not right), "")
    if wrong:
        raise Refusal(ACT_TOKEN_MISBOUND, wrong)


def _arrival(call: Call[S]) -> Arrival:
    return Arrival(
        sender=call.caller.participant_id,
        envelope=call.envelope,
        issuer=call.claims.issuer,
        token_id=call.claims.token_id,
        token_expires_at=call.claims.expires_at + _KEPT,
    )
