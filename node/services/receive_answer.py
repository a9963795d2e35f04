"""A holder's answer comes back to the window: verified, matched with our request, receipted.

The files it names are fetched afterwards and by their hash (services/collect_files.py); until
then the case does not show a certificate.
"""

from dataclasses import replace
from datetime import datetime

from node.case_ports import CaseWriter, Move
from node.domain.answer_form import verify_answer_form
from node.domain.attention import Told
from node.domain.cases import Leg, OutboxMessage, WindowCase
from node.domain.exchange_reasons import ANSWER_UNEXPECTED
from node.domain.kept_statements import ANSWER, RECEIPT, new_statement
from node.services.answering import CORRECTS, WORKING_DUE
from node.services.arrivals import DELIVER, FETCH, Arrival, InboxKey, find_repeated, take_in
from node.services.house import MESSAGE_LIFE, House
from node.services.window_state import state_of
from records.case_states import CLOCK_STOPPED, CaseState
from records.exchange import AssistAnswer
from records.field_answers import FIELDS, read_fields
from records.outcomes import Outcome
from records.refusal import Refusal
from records.release import ExtractRow
from trust.envelope.dsse import Envelope
from trust.envelope.statement import Opened

_INTERIM = "interim"
"""Notices and questions may come before the answer, more than one of them."""
_CORRECTED = "correct"
"""An answer may be corrected, each one once: by what follows from a corrected index (E17)."""


class ReceiveAnswer:
    """Accepts answers."""

    def __init__(self, house: House) -> None:
        """Of this house."""
        self._house = house

    def receive(self, arrival: Arrival, opened: Opened[AssistAnswer]) -> Envelope:
        """The signed receipt; the answer is durable beside the request that it answers.

        Raises:
            Refusal: WRONG_RECIPIENT, WRONG_SENDER, ANSWER_UNEXPECTED, OTHER_ENVELOPE,
                ACT_TOKEN_REPLAYED, CASE_NOT_FOUND, TEXT_MALFORMED, FIELDS_MALFORMED.
        """
        house, answer = self._house, opened.statement
        house.verify_header(answer.header, arrival.sender)
        verify_answer_form(answer)
        with house.book.write() as book:
            arrival.use_token(book)
            key = _key(arrival.sender, opened)
            repeated = find_repeated(house, book, key, opened.envelope_id)
            if repeated is not None:
                return repeated
            case, leg = self._match(book, arrival, answer)
            if not _is_late(leg, answer):
                self._store(book, case, leg, arrival.envelope, opened)
                self._announce(book, case.case_no, answer)
            receipt = take_in(house, book, key, opened.envelope_id)
            for name, said in ((ANSWER, arrival.envelope), (RECEIPT, receipt)):
                book.keep(case.archive_code, new_statement(case.case_no, name, said, house.clock()))
            return receipt

    def _match(
        self, book: CaseWriter, arrival: Arrival, answer: AssistAnswer
    ) -> tuple[WindowCase, Leg]:
        """The case and the leg whose request this answers, asked of this very node."""
        case = book.get_case(answer.header.case_no)
        for leg in case.legs:
            asked = (leg.holder_archive, leg.node_id, leg.request_id)
            if asked == (answer.holder_archive, arrival.sender, answer.header.in_reply_to):
                return case, leg
        raise Refusal(ANSWER_UNEXPECTED, answer.header.case_no)

    def _store(
        self,
        book: CaseWriter,
        case: WindowCase,
        leg: Leg,
        envelope: Envelope,
        opened: Opened[AssistAnswer],
    ) -> None:
        answer, now = opened.statement, self._house.clock()
        answered = replace(
            leg,
            state="answered",
            answer=envelope,
            answer_id=opened.envelope_id,
            outcome=answer.outcome,
            files=answer.files,
            scope=answer.scope,
            question=answer.question,
            reason_code=answer.reason_code,
            note=answer.note,
            referral=answer.referral,
            fields=_fields_of(case, answer),
        )
        if answer.files:
            self._plan_fetch(book, answered, envelope, opened)
        legs = tuple(answered if one is leg else one for one in case.legs)
        changed = replace(case, legs=legs)
        if answer.question:
            changed = replace(changed, paused_at=now, paused_reason=answer.question)
        if answer.outcome == Outcome.PENDING_MANUAL and not answer.question:
            told = Told(
                code="MANUAL",
                holder=leg.holder_name,
                due=_working_due(answer),
                at=now,
                working_due=_working_due(answer),
            )
            changed = replace(changed, deadline=None, told=told)
        state = state_of(changed)
        if state == case.state or CaseState(case.state) in CLOCK_STOPPED:
            book.save_case(changed)
            return
        book.move_case(
            changed,
            Move(
                to=state,
                at=now,
                actor=leg.node_id,
                commit=opened.envelope_id,
                code=answer.outcome,
            ),
        )

    def _announce(self, book: CaseWriter, case_no: str, answer: AssistAnswer) -> None:
        """The window hears that what it has, or has handed over, is replaced."""
        if answer.extra.get(CORRECTS):
            now, who = self._house.clock(), answer.header.sender
            told = Move(to="corrected", at=now, actor=who, code="CORRECTED")
            book.tell(book.get_case(case_no), told)

    def _plan_fetch(
        self,
        book: CaseWriter,
        leg: Leg,
        envelope: Envelope,
        opened: Opened[AssistAnswer],
    ) -> None:
        """The files are fetched like a message is sent: leased, tried again, never forgotten."""
        now = self._house.clock()
        book.enqueue(
            OutboxMessage(
                message_id=self._house.new_id(),
                kind=FETCH,
                recipient=leg.node_id,
                case_no=opened.statement.header.case_no,
                holder_archive=leg.holder_archive,
                envelope=envelope,
                envelope_id=opened.envelope_id,
                due_at=now,
                deadline=now + MESSAGE_LIFE,
            )
        )


def _fields_of(case: WindowCase, answer: AssistAnswer) -> tuple[ExtractRow, ...]:
    """The fields that an authority asked for; nothing that was not asked for is even kept.

    Raises:
        Refusal: FIELDS_MALFORMED.
    """
    said = answer.extra.get(FIELDS, "")
    if case.application.output != FIELDS or not said:
        return ()
    return read_fields(said, case.application.requested_fields)


def _working_due(answer: AssistAnswer) -> datetime | None:
    """Until when the shelf is searched, as announced; None where nothing readable was."""
    try:
        due = datetime.fromisoformat(answer.extra.get(WORKING_DUE, ""))
    except ValueError:
        return None
    return due if due.tzinfo is not None else None


def _is_late(leg: Leg, answer: AssistAnswer) -> bool:
    """Whether the leg knows more already: messages overtake each other, and nothing is unsaid."""
    if leg.answer is None:
        return False
    corrects = answer.extra.get(CORRECTS)
    if corrects:
        return corrects != leg.answer_id
    if leg.question:
        return answer.outcome == Outcome.PENDING_MANUAL and not answer.question
    return leg.outcome != Outcome.PENDING_MANUAL


def _key(sender: str, opened: Opened[AssistAnswer]) -> InboxKey:
    """One answer per request; of what comes before it, each statement once."""
    answer = opened.statement
    header = answer.header
    interim = answer.outcome == Outcome.PENDING_MANUAL or bool(answer.question)
    once = (_INTERIM, opened.envelope_id) if interim else (DELIVER, header.in_reply_to)
    if answer.extra.get(CORRECTS):
        once = (_CORRECTED, answer.extra[CORRECTS])
    return InboxKey(
        sender=sender,
        kind=once[0],
        case_no=header.case_no,
        holder_archive=answer.holder_archive,
        once=once[1],
    )
