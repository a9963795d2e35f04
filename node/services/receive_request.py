"""A partner's assist request arrives: judged again by our own rules, stored, receipted.

Order: header → seen before? → agreement → eligibility and identity floor → one transaction with
token, case, inbox row and leaf. Nothing is searched here: the receipt says that the request is
durable, the search follows (services/search_holdings.py). What the asking node claims about its
rules is never taken for granted (architecture.md, "Decided").
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from node.case_ports import CaseWriter, Move
from node.domain.application import eligibility_of_request, verify_request
from node.domain.cases import HolderCase
from node.domain.disclosure import COPY
from node.domain.exchange_reasons import ANSWER_UNEXPECTED, WRONG_SENDER
from node.domain.identifiers import verify_case_number
from node.domain.kept_statements import RECEIPT, REQUEST, new_statement
from node.domain.request_form import verify_request_form
from node.ports import Clues
from node.services.arrivals import SUBMIT, Arrival, InboxKey, find_repeated, take_in
from node.services.draw_call_back import draw_call_back
from node.services.house import House
from node.services.terms import Terms, count_use, find_terms
from records.agreement_rules import AgreementQuestion
from records.case_states import CaseState
from records.eligibility_terms import Effect, Eligibility
from records.exchange import AssistRequest, Header
from records.kinds import Care, get_kind
from records.refusal import Reason, Refusal
from trust.channel.reasons import STATEMENT_EXPIRED
from trust.envelope.dsse import Envelope
from trust.envelope.statement import Opened

_LONGEST_CLOCK = timedelta(days=12)
"""Minutes of open time span the longest holidays; a deadline beyond them is a mistake."""
_SKEW = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What our own rules say of a request."""

    terms: Terms | None
    """The agreement under which it comes; None within one node."""
    reason: Reason | None
    """Why it is refused; None = it is not."""


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
        verify_window(house, request.header, request.window_archive)
        verify_request(request)
        verify_request_form(request)
        # 2. Without an agreement nothing is stored, and nothing is said but that.
        terms = self._find_terms(request, arrival.sender)
        # 3. Our own eligibility table decides, not the sender's claim.
        judgement = house.judge(eligibility_of_request(request))
        judged = Judged(terms=terms, reason=find_bar(judgement))
        with house.book.write() as book:
            arrival.use_token(book)
            return self._store(book, arrival, opened, judged)

    def _find_terms(self, request: AssistRequest, sender: str) -> Terms | None:
        years = self._clues.years(request.query)
        question = AgreementQuestion(
            asking_node=sender,
            holding_node=self._house.node_id,
            category=request.query.category,
            requester=request.applicant.relation,
            purpose=request.purpose,
            year=years[0],
            year_to=years[1],
            granularity="image" if request.output == COPY else "extract",
            delivery=request.delivery or "window",
        )
        with self._house.book.read() as book:
            known = book.find_work(request.header.case_no, request.holder_archive)
        kept = known.agreement if known and known.window_node == sender else None
        return find_terms(self._house, question, request.header, kept)

    def _store(
        self,
        book: CaseWriter,
        arrival: Arrival,
        opened: Opened[AssistRequest],
        judged: Judged,
    ) -> Envelope:
        request, now = opened.statement, self._house.clock()
        reason = judged.reason
        header = request.header
        key = InboxKey(
            sender=arrival.sender,
            kind=SUBMIT,
            case_no=header.case_no,
            holder_archive=request.holder_archive,
            once=header.in_reply_to,
        )
        repeated = find_repeated(self._house, book, key, opened.envelope_id)
        if repeated is not None:
            return repeated
        count_use(self._house, book, arrival.sender, judged.terms)
        receipt = take_in(self._house, book, key, opened.envelope_id, reason)
        if reason is None:
            fresh = draw_call_back(self._house, self._new_case(arrival, opened, judged.terms))
            self._open_case(book, fresh, header.in_reply_to)
        else:
            kind = "request_refused"
            book.note(request.holder_archive, header.case_no, kind, arrival.sender, now)
        for name, said in ((REQUEST, arrival.envelope), (RECEIPT, receipt)):
            book.keep(request.holder_archive, new_statement(header.case_no, name, said, now))
        return receipt

    def _open_case(self, book: CaseWriter, fresh: HolderCase, in_reply_to: str) -> None:
        known = book.find_work(fresh.case_no, fresh.holder_archive)
        move = Move(
            to=CaseState.DISPATCHED,
            at=fresh.received_at,
            actor=fresh.window_node,
            commit=fresh.request_id,
        )
        if known is None and not in_reply_to:
            book.add_work(fresh, move)
            return
        # A supplement answers the one question that we asked; anything else is a second request.
        asked = known is not None and known.state == CaseState.SUPPLEMENT_REQUIRED
        if known is None or not asked or in_reply_to != known.answer_id:
            raise Refusal(ANSWER_UNEXPECTED, fresh.case_no)
        if known.window_node != fresh.window_node:
            raise Refusal(ANSWER_UNEXPECTED, fresh.case_no)
        renewed = replace(
            known,
            attention=replace(known.attention, waiting_since=fresh.received_at),
            request=fresh.request,
            request_id=fresh.request_id,
            agreement=fresh.agreement,
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
        self, arrival: Arrival, opened: Opened[AssistRequest], terms: Terms | None
    ) -> HolderCase:
        request, now = opened.statement, self._house.clock()
        judgement = self._house.judge(eligibility_of_request(request))
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
            agreement=terms.envelope if terms else None,
            received_at=now,
            deadline=min(max(request.deadline, now), now + _LONGEST_CLOCK),
            # A second officer for what does most harm, whatever the table says of the asker.
            needs_leader=judgement.effect is Effect.LEADER
            or get_kind(request.query.category).care is Care.VERY_HIGH,
        )


def find_bar(judgement: Eligibility) -> Reason | None:
    """Why the question is refused; None where the table allows it, perhaps with a leader's word."""
    allowed = judgement.effect in (Effect.ALLOW, Effect.LEADER)
    return None if allowed else judgement.reason


def verify_window(house: House, header: Header, window_archive: str) -> None:
    """Return only if the window is an archive of the sender's own, and the case number is its own.

    Case numbers begin with the archive that gives them: no member can take another's first.

    Raises:
        Refusal: WRONG_SENDER, TEXT_MALFORMED, ARCHIVE_UNKNOWN.
    """
    member, _archive = house.directory.current().view.get_archive(window_archive)
    own = verify_case_number(header.case_no).startswith(f"LT-{window_archive}-")
    if member.participant_id != header.sender or not own:
        raise Refusal(WRONG_SENDER, window_archive)
