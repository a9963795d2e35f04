"""The holder's signed answer: made, put into the outbox and bound to the case's move at once."""

from dataclasses import dataclass, replace
from datetime import datetime

from node.case_ports import CaseWriter, Move
from node.domain.cases import HolderCase
from node.domain.kept_statements import ANSWER, new_statement
from node.services.arrivals import DELIVER
from node.services.house import MESSAGE_LIFE, House
from node.services.outgoing import SignedWord, enqueue_for_window, header_for_window
from records.case_states import CaseState
from records.deadlines import MANUAL_WORKING_DAYS, after_working_days
from records.exchange import AssistAnswer, AssistRequest, DeliveredFile, SearchedScope
from records.outcomes import Outcome
from records.process_reasons import CASE_MOVE_FORBIDDEN
from records.refusal import Refusal
from trust.envelope.dsse import envelope_id
from trust.envelope.statement import decode, sign_statement

CORRECTS = "corrects"
"""Member of an answer's `extra`: envelope id of the answer that it replaces after a correction."""

WORKING_DUE = "working_due"
"""Key of an interim answer's `extra`: last instant of the shelf search, ISO 8601."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the holder says, before it is signed."""

    outcome: Outcome
    files: tuple[DeliveredFile, ...] = ()
    question: str = ""
    reason_code: str = ""
    note: str = ""
    referral: str = ""
    handled_by: str = "system"
    """officer_id of who decided; "system" only where a declared fact decides (NOT_COVERED)."""
    scope: SearchedScope | None = None
    extra: tuple[tuple[str, str], ...] = ()


def replacement_note(old: str, new: str) -> str:
    """What the window is told beside a certificate that replaces another."""
    return f"著录更正：证明 {old} 由 {new} 替代，请通知当事人换领。"


def request_of(work: HolderCase) -> AssistRequest:
    """The request inside; it was verified when it arrived."""
    return decode(work.request.payload, AssistRequest)


def give_answer(
    house: House, book: CaseWriter, work: HolderCase, answer: Answer, state: str
) -> HolderCase:
    """The case is in `state` and the signed answer is in the outbox, in one transaction.

    Raises:
        Refusal: CASE_MOVE_FORBIDDEN, CASE_CHANGED.
    """
    if work.supersedes and not answer.files:
        # The window has a certificate: it is replaced or revoked, never answered away.
        raise Refusal(CASE_MOVE_FORBIDDEN, "a certificate is being replaced")
    now = house.clock()
    if state == CaseState.MANUAL_SEARCH:
        work, answer = _on_shelf_clock(house, work, answer, now)
    work, answer = _after_review(work, answer)
    statement = _statement(house, work, answer, now)
    envelope = sign_statement(statement, house.signer)
    name = envelope_id(envelope)
    moved = book.move_work(
        replace(
            work,
            outcome=answer.outcome.value,
            answer_id=name,
            answered_at=now,
            files=answer.files or work.files,
        ),
        Move(to=state, at=now, actor=answer.handled_by, commit=name, code=answer.outcome.value),
    )
    book.keep(work.holder_archive, new_statement(work.case_no, ANSWER, envelope, now))
    said = SignedWord(
        kind=DELIVER,
        message_id=statement.header.message_id,
        envelope=envelope,
        officer_id=answer.handled_by,
        role="release_dispatcher",
        at=now,
        until=now + MESSAGE_LIFE,
    )
    enqueue_for_window(book, work, request_of(work), said)
    for file in answer.files:
        book.release_file(file.sha256, work.case_no, work.holder_archive, work.window_node)
    return moved


def _after_review(work: HolderCase, answer: Answer) -> tuple[HolderCase, Answer]:
    """The last word of a case that was opened again corrects the one that was overturned."""
    overturned = work.attention.reopened
    if not overturned or answer.question or answer.outcome is Outcome.PENDING_MANUAL:
        return work, answer
    said = replace(answer, extra=(*answer.extra, (CORRECTS, overturned)))
    return replace(work, attention=replace(work.attention, reopened="")), said


def _on_shelf_clock(
    house: House, work: HolderCase, answer: Answer, now: datetime
) -> tuple[HolderCase, Answer]:
    """The working-day clock runs from here, and the window hears until when."""
    due = work.attention.working_due or after_working_days(now, MANUAL_WORKING_DAYS, house.calendar)
    attention = replace(work.attention, working_due=due)
    said = replace(answer, extra=(*answer.extra, (WORKING_DUE, due.isoformat())))
    return replace(work, attention=attention), said


def _told(scope: SearchedScope | None, outcome: Outcome) -> SearchedScope | None:
    """What the window hears of the search.

    Who waits for a person is not told how far the index was searched: a hit that may not show and
    a miss that is searched by hand read the same.
    """
    if scope is None or outcome is not Outcome.PENDING_MANUAL:
        return scope
    return without_search(scope)


def without_search(scope: SearchedScope) -> SearchedScope:
    """The declared coverage alone."""
    return replace(scope, tiers=(), variants=0, truncated=False, index_version=0)


def _statement(house: House, work: HolderCase, answer: Answer, now: datetime) -> AssistAnswer:
    request = request_of(work)
    return AssistAnswer(
        header=header_for_window(house, work, request, now),
        holder_archive=work.holder_archive,
        outcome=answer.outcome.value,
        files=answer.files,
        scope=_told(answer.scope or work.scope, answer.outcome),
        question=answer.question,
        reason_code=answer.reason_code,
        note=answer.note,
        referral=answer.referral,
        handled_by=answer.handled_by,
        extra=dict(answer.extra),
    )
