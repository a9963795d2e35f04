"""A partner's assist request arrives: judged again by our own rules, stored, receipted.

Order: header → seen before? → agreement → eligibility and identity floor → one transaction with
token, case, inbox row and leaf. Nothing is searched here: the receipt says that the request is
durable, the search follows (services/search_holdings.py). What the asking node claims about its
rules is never taken for granted (architecture.md, "Decided").
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from node.case_ports import CaseWriter, Move
from node.domain.application import eligibility_of_request, verify_request
from node.domain.cases import HolderCase, InboxEntry
from node.domain.exchange_reasons import (
    ANSWER_UNEXPECTED,
    OTHER_ENVELOPE,
    WRONG_SENDER,
)
from node.domain.identifiers import day_text
from node.ports import Clues
from node.services.house import House
from records.agreement_rules import AgreementQuestion, evaluate_agreements
from records.case_states import CaseState
from records.eligibility import DEFAULT_FLOORS, evaluate_eligibility
from records.eligibility_terms import Effect, Eligibility
from records.exchange import AssistRequest, Receipt
from records.process_reasons import AGREEMENT_QUOTA
from records.refusal import Reason, Refusal
from trust.channel.reasons import STATEMENT_EXPIRED
from trust.envelope.dsse import Envelope
from trust.envelope.statement import Opened, decode, sign_statement

ACCEPTED = "ACCEPTED"
DUPLICATE = "DUPLICATE"
REFUSED = "REFUSED"
SUBMIT = "submit"
DELIVER = "deliver"
FETCH = "fetch"
_LONGEST_CLOCK = timedelta(days=1)
"""A deadline beyond it is the asker's mistake and would only upset our queue."""
_SKEW = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A statement that passed the gate and was opened."""

    sender: str
    """Node slug of the mTLS peer."""
    envelope: Envelope
    issuer: str = ""
    """iss of the act token; empty between two archives of this node."""
    token_id: str = ""
    token_expires_at: datetime | None = None

    def use_token(self, book: CaseWriter) -> None:
        """The act token is used up in this transaction. Raises Refusal: ACT_TOKEN_REPLAYED."""
        if self.token_id and self.token_expires_at:
            book.use_token(self.issuer, self.token_id, self.token_expires_at)


class ReceiveRequest:
    """Accepts assist requests."""

    def __init__(self, house: House, clues: Clues) -> None:
        """Of this house; `clues` understands years as remembered."""
        self._house = house
        self._clues = clues

    def receive(self, arrival: Arrival, opened: Opened[AssistRequest]) -> Envelope:
        """The signed receipt; the request is durable, or refused with a code in the receipt.

        Raises:
            Refusal: WRONG_RECIPIENT, WRONG_SENDER, STATEMENT_EXPIRED, ARCHIVE_NOT_HOSTED,
                APPLICATION_MALFORMED, AGREEMENT_SCOPE, AGREEMENT_EXPIRED, AGREEMENT_QUOTA,
                OTHER_ENVELOPE, ANSWER_UNEXPECTED, ACT_TOKEN_REPLAYED.
        """
        house, request = self._house, opened.statement
        now = house.clock()
        # 1. From the peer, to us, in time, for an archive of ours.
        house.verify_header(request.header, arrival.sender)
        if not request.header.created_at - _SKEW <= now < request.header.expires_at:
            raise Refusal(STATEMENT_EXPIRED)
        house.require_archive(request.holder_archive)
        self._verify_window(request)
        verify_request(request)
        # 2. Without an agreement nothing is stored, and nothing is said but that.
        self._verify_agreement(request, arrival.sender)
        # 3. Our own eligibility table decides, not the sender's claim.
        reason = self._find_bar(request)
        with house.book.write() as book:
            arrival.use_token(book)
            return self._store(book, arrival, opened, reason)

    def _verify_window(self, request: AssistRequest) -> None:
        """Only an archive of the sender's own can be the window."""
        member, _archive = self._house.directory.current().view.get_archive(request.window_archive)
        if member.participant_id != request.header.sender:
            raise Refusal(WRONG_SENDER, request.window_archive)

    def _verify_agreement(self, request: AssistRequest, sender: str) -> None:
        years = self._clues.years(request.query)
        decision = evaluate_agreements(
            self._house.agreements(),
            AgreementQuestion(
                asking_node=sender,
                holding_node=self._house.node_id,
                category=request.query.category,
                requester=request.applicant.relation,
                purpose=request.purpose,
                year=years[0],
                year_to=years[1],
            ),
            self._house.today(),
        )
        if decision.reason:
            raise Refusal(decision.reason, decision.rule)

    def _judge(self, request: AssistRequest) -> Eligibility:
        floors = {**DEFAULT_FLOORS, **self._house.policy.identity_floors}
        return evaluate_eligibility(eligibility_of_request(request), floors=floors)

    def _find_bar(self, request: AssistRequest) -> Reason | None:
        decision = self._judge(request)
        allowed = decision.effect in (Effect.ALLOW, Effect.LEADER)
        return None if allowed else decision.reason

    def _store(
        self,
        book: CaseWriter,
        arrival: Arrival,
        opened: Opened[AssistRequest],
        reason: Reason | None,
    ) -> Envelope:
        request, now = opened.statement, self._house.clock()
        header = request.header
        key = (arrival.sender, SUBMIT, header.case_no, request.holder_archive, header.in_reply_to)
        seen = book.find_received(*key)
        if seen is not None:
            if seen.envelope_id != opened.envelope_id:
                raise Refusal(OTHER_ENVELOPE, header.case_no)
            return repeat_receipt(self._house, seen, now)
        self._count(book, request)
        sequence = book.next_number("inbox")
        receipt = self._sign_receipt(opened, sequence if reason is None else 0, now, reason)
        if reason is None:
            self._open_case(book, arrival, opened, now)
        else:
            kind = "request_refused"
            book.note(request.holder_archive, header.case_no, kind, arrival.sender, now)
        book.record_received(
            InboxEntry(
                sequence=sequence,
                sender=arrival.sender,
                kind=SUBMIT,
                case_no=header.case_no,
                holder_archive=request.holder_archive,
                in_reply_to=header.in_reply_to,
                envelope_id=opened.envelope_id,
                receipt=receipt,
            )
        )
        return receipt

    def _count(self, book: CaseWriter, request: AssistRequest) -> None:
        """One more request of that node under its agreement today.

        Raises:
            Refusal: AGREEMENT_QUOTA.
        """
        header = request.header
        found = self._house.directory.current().agreements.get(header.agreement_id)
        if found is None:
            return
        day = day_text(self._house.clock())
        used = book.next_number(f"quota/{header.sender}/{header.agreement_id[:24]}/{day}")
        if used > found.statement.daily_quota:
            raise Refusal(AGREEMENT_QUOTA, header.agreement_id)

    def _open_case(
        self, book: CaseWriter, arrival: Arrival, opened: Opened[AssistRequest], now: datetime
    ) -> None:
        request = opened.statement
        header = request.header
        known = book.find_work(header.case_no, request.holder_archive)
        move = Move(
            to=CaseState.DISPATCHED, at=now, actor=arrival.sender, commit=opened.envelope_id
        )
        if known is None and not header.in_reply_to:
            book.add_work(self._new_case(arrival, opened, now), move)
            return
        # A supplement answers the one question that we asked; anything else is a second request.
        asked = known is not None and known.state == CaseState.SUPPLEMENT_REQUIRED
        if known is None or not asked or header.in_reply_to != known.answer_id:
            raise Refusal(ANSWER_UNEXPECTED, header.case_no)
        fresh = self._new_case(arrival, opened, now)
        renewed = replace(
            known,
            request=fresh.request,
            request_id=fresh.request_id,
            deadline=fresh.deadline,
            paused_reason="",
            outcome="",
            candidates=(),
            comparison=None,
            needs_leader=fresh.needs_leader,
            approved_by="",
        )
        book.move_work(renewed, replace(move, to=CaseState.SEARCHING))

    def _new_case(
        self, arrival: Arrival, opened: Opened[AssistRequest], now: datetime
    ) -> HolderCase:
        request = opened.statement
        _member, window = self._house.directory.current().view.get_archive(request.window_archive)
        return HolderCase(
            case_no=request.header.case_no,
            holder_archive=request.holder_archive,
            state=CaseState.DISPATCHED,
            window_node=arrival.sender,
            window_archive=request.window_archive,
            window_name=window.name,
            request=arrival.envelope,
            request_id=opened.envelope_id,
            received_at=now,
            deadline=min(max(request.deadline, now), now + _LONGEST_CLOCK),
            needs_leader=self._judge(request).effect is Effect.LEADER,
        )

    def _sign_receipt(
        self,
        opened: Opened[AssistRequest],
        sequence: int,
        now: datetime,
        reason: Reason | None,
    ) -> Envelope:
        header = opened.statement.header
        return sign_statement(
            Receipt(
                header=self._house.header(
                    header.case_no, header.sender, now, in_reply_to=opened.envelope_id
                ),
                received_at=now,
                inbox_seq=sequence,
                verdict=ACCEPTED if reason is None else REFUSED,
                reason_code="" if reason is None else reason.code,
            ),
            self._house.signer,
        )


def repeat_receipt(house: House, seen: InboxEntry, now: datetime) -> Envelope:
    """The receipt for a statement that was accepted before: DUPLICATE, same inbox position.

    A refusal is repeated as it was.
    """
    first = decode(seen.receipt.payload, Receipt)
    if first.verdict == REFUSED:
        return seen.receipt
    again = replace(
        first,
        header=replace(first.header, message_id=house.new_id(), created_at=now),
        verdict=DUPLICATE,
    )
    return sign_statement(again, house.signer)
