"""催办: the window tells an archive that somebody waits; the partner's queue shows it.

A reminder is a signed statement and goes the way of the request that it is about. It moves no
clock and no case: it is seen, logged on both sides, and counted. One in three minutes for each
archive leaves the window, and one in three minutes is counted by the partner, whatever arrives.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from node.case_ports import CaseWriter, Move
from node.domain.cases import HolderCase, InboxEntry, Leg, OutboxMessage, WindowCase
from node.domain.claims import AT_WORK
from node.domain.desk_reasons import NOBODY_TO_REMIND, REMINDED_JUST_NOW
from node.domain.exchange_reasons import ANSWER_UNEXPECTED, OTHER_ENVELOPE
from node.domain.kept_statements import RECEIPT, REMINDER, new_statement
from node.domain.officers import Actor
from node.services.house import House, require_act
from node.services.receive_request import ACCEPTED, SUBMIT, Arrival, repeat_receipt
from node.services.share_work import REMIND_EVERY
from records.case_states import CaseState
from records.duties import Act
from records.exchange import Receipt, Reminder
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_id
from trust.envelope.statement import Opened, sign_statement

REMIND = "remind"
_LIFE = timedelta(minutes=15)
"""A reminder that could not be brought by then has no use any more."""
_UNANSWERED = ("dispatched", "received", "silent")


class RemindHolders:
    """At the window."""

    def __init__(self, house: House) -> None:
        """Of the archives of `house`."""
        self._house = house

    def remind(self, case_no: str, actor: Actor) -> Sequence[str]:
        """Reminders to every archive that has not answered are in the outbox; their names.

        Raises:
            Refusal: NOBODY_TO_REMIND, REMINDED_JUST_NOW, CASE_NOT_FOUND, DUTY_NOT_HELD.
        """
        now = self._house.clock()
        with self._house.book.write() as book:
            case = book.get_case(case_no)
            require_act(actor, case.archive_code, Act.DELIVER)
            open_legs = [leg for leg in case.legs if leg.request and leg.state in _UNANSWERED]
            if not open_legs:
                raise Refusal(NOBODY_TO_REMIND)
            due = [leg for leg in open_legs if _may_be_reminded(leg, now)]
            if not due:
                raise Refusal(REMINDED_JUST_NOW)
            legs = tuple(
                replace(leg, reminders=leg.reminders + 1, reminded_at=now) if leg in due else leg
                for leg in case.legs
            )
            for leg in due:
                self._send(book, case, leg, actor, now)
            saved = book.save_case(replace(case, legs=legs))
            book.tell(saved, Move(to="reminded", at=now, actor=actor.officer_id))
        return [leg.holder_name for leg in due]

    def _send(
        self, book: CaseWriter, case: WindowCase, leg: Leg, actor: Actor, now: datetime
    ) -> None:
        said = Reminder(
            header=self._house.header(
                case.case_no,
                leg.node_id,
                now,
                in_reply_to=leg.request_id,
                agreement=(leg.agreement_id, leg.agreement_version),
            ),
            window_archive=case.archive_code,
            holder_archive=leg.holder_archive,
        )
        envelope = sign_statement(said, self._house.signer)
        book.keep(case.archive_code, new_statement(case.case_no, REMINDER, envelope, now))
        book.enqueue(
            OutboxMessage(
                message_id=said.header.message_id,
                kind=SUBMIT,
                recipient=leg.node_id,
                case_no=case.case_no,
                holder_archive=leg.holder_archive,
                envelope=envelope,
                envelope_id=envelope_id(envelope),
                act={
                    "officer": actor.officer_id,
                    "role": "window_clerk",
                    "purpose": case.application.purpose,
                    "category": case.application.query.category,
                    "agreement_id": leg.agreement_id,
                    "agreement_version": str(leg.agreement_version),
                    "legal_basis": case.eligibility_rule,
                },
                due_at=now,
                deadline=now + _LIFE,
            )
        )


def _may_be_reminded(leg: Leg, now: datetime) -> bool:
    return leg.reminded_at is None or now >= leg.reminded_at + REMIND_EVERY


def receive_reminder(house: House, arrival: Arrival, opened: Opened[Reminder]) -> Envelope:
    """The signed receipt; the partner's queue shows that somebody waits.

    Raises:
        Refusal: WRONG_RECIPIENT, WRONG_SENDER, TEXT_MALFORMED, CASE_NOT_FOUND,
            ANSWER_UNEXPECTED (not about the request that is here), OTHER_ENVELOPE,
            ACT_TOKEN_REPLAYED.
    """
    said = opened.statement
    header, now = said.header, house.clock()
    house.verify_header(header, arrival.sender)
    house.require_archive(said.holder_archive)
    key = (arrival.sender, REMIND, header.case_no, said.holder_archive, opened.envelope_id)
    with house.book.write() as book:
        arrival.use_token(book)
        seen = book.find_received(*key)
        if seen is not None:
            if seen.envelope_id != opened.envelope_id:
                raise Refusal(OTHER_ENVELOPE, header.case_no)
            return repeat_receipt(house, seen, now)
        work = book.get_work(header.case_no, said.holder_archive)
        if (work.window_node, work.request_id) != (arrival.sender, header.in_reply_to):
            raise Refusal(ANSWER_UNEXPECTED, header.case_no)
        _show(book, work, opened.envelope_id, now)
        return _record(house, book, arrival, opened)


def _show(book: CaseWriter, work: HolderCase, statement_id: str, now: datetime) -> None:
    """Counted where somebody decides, and not more often than a person may press."""
    recent = work.reminded_at is not None and now < work.reminded_at + REMIND_EVERY
    if recent or CaseState(work.state) not in AT_WORK:
        return
    work = book.save_work(replace(work, reminded_at=now, reminders=work.reminders + 1))
    move = Move(to="reminded", at=now, actor=work.window_node, commit=statement_id)
    book.tell_work(work, move)


def _record(house: House, book: CaseWriter, arrival: Arrival, opened: Opened[Reminder]) -> Envelope:
    said, now = opened.statement, house.clock()
    sequence = book.next_number("inbox")
    reply = house.header(said.header.case_no, arrival.sender, now, in_reply_to=opened.envelope_id)
    receipt = sign_statement(
        Receipt(header=reply, received_at=now, inbox_seq=sequence, verdict=ACCEPTED),
        house.signer,
    )
    for name, kept in ((REMINDER, arrival.envelope), (RECEIPT, receipt)):
        book.keep(said.holder_archive, new_statement(said.header.case_no, name, kept, now))
    book.record_received(
        InboxEntry(
            sequence=sequence,
            sender=arrival.sender,
            kind=REMIND,
            case_no=said.header.case_no,
            holder_archive=said.holder_archive,
            in_reply_to=opened.envelope_id,
            envelope_id=opened.envelope_id,
            receipt=receipt,
        )
    )
    return receipt
