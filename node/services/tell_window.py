"""进度通知: the holder's signed word to the window between request and answer.

A notice that the other side does not know, or that comes too late, is dropped: it decides nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from node.case_ports import CaseWriter, Move
from node.domain.cases import WINDOW, HolderCase, Leg, WindowCase
from node.domain.escalation import Escalation
from node.domain.exchange_reasons import ANSWER_UNEXPECTED
from node.domain.kept_statements import RECEIPT, new_statement
from node.domain.reasons import TEXT_MALFORMED
from node.services.answering import request_of
from node.services.arrivals import NOTICE, Arrival, InboxKey, find_repeated, take_in
from node.services.house import House
from node.services.outgoing import SignedWord, enqueue_for_window, header_for_window
from records.case_states import CLOCK_STOPPED, WINDOW_EDGES, CaseState
from records.characters import check_characters
from records.citizen_words import SAYINGS
from records.exchange import ProgressNotice
from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import Opened, sign_statement

NOTICE_LIFE = timedelta(minutes=30)
"""Older news are none."""
REOPENED = "REOPENED"
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeText:
    """What the window shall say."""

    code: str
    due_at: datetime | None = None
    reason: str = ""


def tell_window(house: House, book: CaseWriter, work: HolderCase, text: NoticeText) -> None:
    """The signed notice is in the outbox."""
    now = house.clock()
    request = request_of(work)
    said = ProgressNotice(
        header=header_for_window(house, work, request, now),
        holder_archive=work.holder_archive,
        code=text.code,
        state=work.state,
        due_at=text.due_at,
        reason=text.reason,
    )
    envelope = sign_statement(said, house.signer)
    book.keep(work.holder_archive, new_statement(work.case_no, NOTICE, envelope, now))
    word = SignedWord(
        kind=NOTICE,
        message_id=said.header.message_id,
        envelope=envelope,
        role="release_dispatcher",
        at=now,
        until=now + (NOTICE_LIFE if text.due_at is None else timedelta(days=2)),
    )
    enqueue_for_window(book, work, request, word)


def receive_notice(house: House, arrival: Arrival, opened: Opened[ProgressNotice]) -> Envelope:
    """The signed receipt; the window knows what to say.

    Raises:
        Refusal: WRONG_RECIPIENT, WRONG_SENDER, TEXT_MALFORMED, CASE_NOT_FOUND, ANSWER_UNEXPECTED,
            OTHER_ENVELOPE, ACT_TOKEN_REPLAYED.
    """
    said, now = opened.statement, house.clock()
    house.verify_header(said.header, arrival.sender)
    _verify_words(said)
    with house.book.write() as book:
        arrival.use_token(book)
        key = InboxKey(
            sender=arrival.sender,
            kind=NOTICE,
            case_no=said.header.case_no,
            holder_archive=said.holder_archive,
            once=opened.envelope_id,
        )
        repeated = find_repeated(house, book, key, opened.envelope_id)
        if repeated is not None:
            return repeated
        case = book.get_case(said.header.case_no)
        leg = _match(case, arrival, said)
        if said.code == REOPENED:
            case = _reopen(book, case, leg, opened, now)
        if CaseState(case.state) not in CLOCK_STOPPED and not leg.files:
            _store(book, case, leg, opened, now)
        receipt = take_in(house, book, key, opened.envelope_id)
        for name, kept in ((NOTICE, arrival.envelope), (RECEIPT, receipt)):
            book.keep(case.archive_code, new_statement(case.case_no, name, kept, now))
        return receipt


def _match(case: WindowCase, arrival: Arrival, said: ProgressNotice) -> Leg:
    for leg in case.legs:
        asked = (leg.holder_archive, leg.node_id, leg.request_id)
        if asked == (said.holder_archive, arrival.sender, said.header.in_reply_to):
            return leg
    raise Refusal(ANSWER_UNEXPECTED, said.header.case_no)


def _reopen(
    book: CaseWriter, case: WindowCase, leg: Leg, opened: Opened[ProgressNotice], now: datetime
) -> WindowCase:
    """What was refused is being worked on again: under review, then with the archive once more."""
    state = CaseState(case.state)
    if state is not CaseState.APPEAL and CaseState.APPEAL not in WINDOW_EDGES[state]:
        return case
    waiting = replace(leg, state="received", outcome="", reason_code="", note="")
    legs = tuple(waiting if one is leg else one for one in case.legs)
    case = replace(case, legs=legs, told=replace(case.told, code=""))
    for to in (CaseState.APPEAL, CaseState.DISPATCHED):
        if case.state != to:
            move = Move(to=to, at=now, actor=leg.node_id, commit=opened.envelope_id, code=REOPENED)
            case = book.move_case(case, move)
    return case


def _store(
    book: CaseWriter,
    case: WindowCase,
    leg: Leg,
    opened: Opened[ProgressNotice],
    now: datetime,
) -> None:
    said = opened.statement
    told = replace(
        case.told,
        code=said.code,
        holder=leg.holder_name,
        due=said.due_at,
        reason=said.reason,
        at=now,
        working_due=said.due_at or case.told.working_due,
    )
    saved = book.save_case(replace(case, told=told))
    heard = Escalation(
        desk=WINDOW,
        case_no=case.case_no,
        archive_code=case.archive_code,
        code=f"TOLD_{said.code}",
        since=said.header.created_at,
    )
    book.escalate(heard, saved.state, now)


def _verify_words(said: ProgressNotice) -> None:
    """Return only if the code has words here and the state is one.

    Raises:
        Refusal: TEXT_MALFORMED.
    """
    known = said.code in SAYINGS and said.state in set(CaseState)
    if not known or len(said.reason) > _LONGEST_REASON:
        raise Refusal(TEXT_MALFORMED, "notice")
    check_characters(said.reason)
