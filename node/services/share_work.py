"""Colleagues at the partner's desk: hand a case over, remind its officer, take an order back."""

from dataclasses import replace
from datetime import timedelta

from node.case_ports import Move
from node.domain.cases import HolderCase
from node.domain.claims import AT_WORK, claimant, claimed
from node.domain.commands import WorkCommand
from node.domain.desk_commands import HandToCommand
from node.domain.desk_reasons import (
    COLLEAGUE_UNFIT,
    NOBODY_TO_REMIND,
    ORDER_NOT_OPEN,
    REMINDED_JUST_NOW,
)
from node.domain.exchange_reasons import NOT_CLAIMED
from node.domain.officers import Actor
from node.domain.reasons import TEXT_MALFORMED
from node.domain.views import WorkSummary
from node.ports import StaffBook
from node.services.house import House, require_act
from node.services.work_views import WorkViews
from records.case_states import CaseState
from records.characters import check_characters
from records.duties import HOLDERS, Act, Post
from records.refusal import Refusal

REMIND_EVERY = timedelta(minutes=3)
_LONGEST_NOTE = 200


class ShareWork:
    """What officers of one archive do with each other's cases."""

    def __init__(self, house: House, staff: StaffBook, views: WorkViews) -> None:
        """Of the archives of `house`."""
        self._house = house
        self._staff = staff
        self._views = views

    def hand_over(self, command: HandToCommand, actor: Actor) -> WorkSummary:
        """转派: the case is a colleague's. Its officer does it, or the archive's leader.

        Raises:
            Refusal: COLLEAGUE_UNFIT, NOT_CLAIMED, TEXT_MALFORMED, CASE_NOT_FOUND.
        """
        if len(command.note) > _LONGEST_NOTE:
            raise Refusal(TEXT_MALFORMED, "note: at most 200 characters")
        check_characters(command.note)
        self._verify_fit(command.colleague, actor)
        now = self._house.clock()
        with self._house.book.write() as book:
            work = book.get_work(command.case_no, command.holder_archive)
            self._require_hand(work, actor)
            silence = timedelta(minutes=self._house.policy.claim_minutes)
            theirs = claimed(work, command.colleague, now, silence)
            theirs = replace(theirs, handed_by=actor.officer_id, claim_note=command.note.strip())
            work = book.save_work(theirs)
            book.tell_work(work, Move(to="handed_over", at=now, actor=actor.officer_id))
        return self._views.summary(work, actor)

    def remind(self, command: WorkCommand, actor: Actor) -> WorkSummary:
        """催办: the officer who has the case sees that somebody waits for it.

        Raises:
            Refusal: NOBODY_TO_REMIND, REMINDED_JUST_NOW, CASE_NOT_FOUND, DUTY_NOT_HELD.
        """
        require_act(actor, command.holder_archive, Act.RETURN_OR_REFUSE)
        now = self._house.clock()
        with self._house.book.write() as book:
            work = book.get_work(command.case_no, command.holder_archive)
            if claimant(work, now) in ("", actor.officer_id):
                raise Refusal(NOBODY_TO_REMIND)
            if work.reminded_at is not None and now < work.reminded_at + REMIND_EVERY:
                raise Refusal(REMINDED_JUST_NOW)
            more = replace(work, reminded_at=now, reminders=work.reminders + 1)
            work = book.save_work(more)
            book.tell_work(work, Move(to="reminded", at=now, actor=actor.officer_id))
        return self._views.summary(work, actor)

    def take_back(self, command: WorkCommand, actor: Actor) -> WorkSummary:
        """The order is void and the case is compared again: its dispatcher or its keeper wants so.

        Raises:
            Refusal: ORDER_NOT_OPEN once it is sealed or for anybody else; CASE_NOT_FOUND.
        """
        if actor.archive_code != command.holder_archive:
            require_act(actor, command.holder_archive, Act.RELEASE)
        now = self._house.clock()
        with self._house.book.write() as book:
            work = book.get_work(command.case_no, command.holder_archive)
            signed = 0 if work.order is None else len(work.order.signatures)
            theirs = actor.officer_id in (work.dispatcher, work.seal_keeper)
            if work.state != CaseState.RELEASED or signed != 1 or not theirs:
                raise Refusal(ORDER_NOT_OPEN)
            code = "taken_back" if actor.officer_id == work.dispatcher else "not_sealed"
            silence = timedelta(minutes=self._house.policy.claim_minutes)
            back = claimed(work, work.dispatcher, now, silence)
            move = Move(to=CaseState.HOLDER_REVIEW, at=now, actor=actor.officer_id, code=code)
            work = book.move_work(back, move)
        return self._views.summary(work, actor)

    def _verify_fit(self, officer_id: str, actor: Actor) -> None:
        fits = [
            one.officer_id
            for one in self._staff.list(actor.archive_code)
            if one.active and set(one.posts) & HOLDERS[Act.SEARCH_CATALOGUE]
        ]
        if officer_id not in fits:
            raise Refusal(COLLEAGUE_UNFIT)

    def _require_hand(self, work: HolderCase, actor: Actor) -> None:
        """Only a case at work, by the officer who has it or by a leader of the archive."""
        if work.holder_archive != actor.archive_code or work.state not in AT_WORK:
            raise Refusal(NOT_CLAIMED)
        has_it = claimant(work, self._house.clock()) == actor.officer_id
        if not has_it and Post.LEADER not in actor.posts:
            raise Refusal(NOT_CLAIMED)
