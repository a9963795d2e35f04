"""催办: the window tells an archive that somebody waits; the partner's queue shows it.

A reminder is a signed statement and goes the way of the request that it is about. It moves no
clock and no case: it is seen, logged on both sides, and counted. One in three minutes for each
archive leaves the window, and one in three minutes is counted by the partner, whatever arrives.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from node.case_ports import CaseWriter, Move
from node.domain.cases import HolderCase, Leg, WindowCase
from node.domain.claims import AT_WORK
from node.domain.desk_reasons import NOBODY_TO_REMIND, REMINDED_JUST_NOW
from node.domain.kept_statements import RECEIPT, REMINDER, new_statement
from node.domain.officers import Actor
from node.services.arrivals import (
    SUBMIT,
    Arrival,
    InboxKey,
    find_repeated,
    get_work_asked,
    take_in,
)
from node.services.house import House, require_act
from node.services.outgoing import SignedWord, enqueue_for_holder, header_for_holder
from node.services.share_work import REMIND_EVERY
from records.case_states import CaseState
from records.duties import Act
from records.exchange import Reminder
from records.refusal import Refusal
from trust.envelope.dsse import Envelope
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
            header=header_for_holder(self._house, case, leg, now, leg.request_id),
            window_archive=case.archive_code,
            holder_archive=leg.holder_archive,
        )
        envelope = sign_statement(said, self._house.signer)
        book.keep(case.archive_code, new_statement(case.case_no, REMINDER, envelope, now))
        word = SignedWord(
            kind=SUBMIT,
            message_id=said.header.message_id,
            envelope=envelope,
            officer_id=actor.officer_id,
            role="window_clerk",
            at=now,
            until=now + _LIFE,
        )
        enqueue_for_holder(book, case, leg, word)


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
    key = InboxKey(
        sender=arrival.sender,
        kind=REMIND,
        case_no=header.case_no,
        holder_archive=said.holder_archive,
        once=opened.envelope_id,
    )
    with house.book.write() as book:
        arrival.use_token(book)
        repeated = find_repeated(house, book, key, opened.envelope_id)
        if repeated is not None:
            return repeated
        work = get_work_asked(book, arrival.sender, header, said.holder_archive)
        _show(book, work, opened.envelope_id, now)
        receipt = take_in(house, book, key, opened.envelope_id)
        for name, kept in ((REMINDER, arrival.envelope), (RECEIPT, receipt)):
            book.keep(said.holder_archive, new_statement(header.case_no, name, kept, now))
        return receipt


def _show(book: CaseWriter, work: HolderCase, statement_id: str, now: datetime) -> None:
    """Counted where somebody decides, and not more often than a person may press."""
    recent = work.reminded_at is not None and now < work.reminded_at + REMIND_EVERY
    if recent or CaseState(work.state) not in AT_WORK:
        return
    work = book.save_work(replace(work, reminded_at=now, reminders=work.reminders + 1))
    move = Move(to="reminded", at=now, actor=work.window_node, commit=statement_id)
    book.tell_work(work, move)
