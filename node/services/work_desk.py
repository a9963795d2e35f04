"""协办: a clerk of the holder finds the record and compares every printed field with the page.

No extract comes from index data alone: without a page image the case goes to manual search, and
what will be printed is what the clerk read on the page (architecture.md 1).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from node.case_ports import CaseWriter, Move
from node.domain.cases import HolderCase
from node.domain.claims import claimant, claimed, given_back, may_take_over
from node.domain.commands import ConfirmCommand, WorkCommand
from node.domain.comparison import compare_fields
from node.domain.exchange_reasons import (
    APPROVAL_NOT_ASKED,
    CANDIDATE_UNKNOWN,
    CLAIMED_BY_OTHER,
    IMAGE_NOT_OF_RECORD,
    LEADER_NOTE_MISSING,
    NO_IMAGE,
    NOT_CLAIMED,
)
from node.domain.misuse import LOOK
from node.domain.officers import Actor
from node.domain.views import WorkDetail, WorkSummary
from node.ports import Catalogue, ImageStore
from node.services.answering import Answer, give_answer, request_of
from node.services.guard_lookups import GuardLookups
from node.services.house import House, require_act
from node.services.work_views import WorkViews
from records.case_states import CaseState
from records.duties import Act, Post
from records.entries import CatalogueEntry
from records.outcomes import EXTRACTABLE, Outcome
from records.refusal import Refusal
from records.release import ReleaseOrder
from trust.envelope.statement import decode

OPEN_STATES = (
    CaseState.DISPATCHED,
    CaseState.SEARCHING,
    CaseState.CANDIDATES,
    CaseState.IDENTITY_RESOLUTION,
    CaseState.HOLDER_REVIEW,
    CaseState.RELEASED,
    CaseState.MANUAL_SEARCH,
    CaseState.SUPPLEMENT_REQUIRED,
    CaseState.NOT_FOUND_CONFIRMED,
)
_SHORTEST_NOTE = 4
_LOOKERS = (Act.SEARCH_CATALOGUE, Act.SEAL, Act.APPROVE_BY_LEADER)


class WorkDeskService:
    """The partner's desk up to the release."""

    def __init__(
        self,
        house: House,
        catalogue: Catalogue,
        images: ImageStore,
        views: WorkViews,
        guard: GuardLookups | None = None,
    ) -> None:
        """Work on the archives of `house`; `guard` counts what its officers open."""
        self._guard = guard
        self._house = house
        self._catalogue = catalogue
        self._images = images
        self._views = views

    def list_work(
        self, actor: Actor, states: Sequence[str] = (), limit: int = 100
    ) -> Sequence[WorkSummary]:
        """The archive's cases, most urgent first; empty states = everything not yet answered."""
        self._require_looker(actor)
        with self._house.book.read() as book:
            found = book.list_work(actor.archive_code, states or OPEN_STATES, limit)
        if not states:
            found = [work for work in found if not _is_answered(work)]
        return [self._views.summary(work, actor) for work in found]

    def detail(self, case_no: str, holder_archive: str, actor: Actor) -> WorkDetail:
        """Request and candidates, for the officer who claimed it or who must seal it.

        Raises:
            Refusal: CASE_NOT_FOUND, NOT_CLAIMED, DUTY_NOT_HELD.
        """
        return self._views.detail(self._looked_at(case_no, holder_archive, actor), actor)

    def claim(self, command: WorkCommand, actor: Actor) -> WorkDetail:
        """The case is the actor's, also when its officer was silent and it could be taken over.

        Raises:
            Refusal: CLAIMED_BY_OTHER, CASE_NOT_FOUND, DUTY_NOT_HELD.
        """
        require_act(actor, command.holder_archive, Act.SEARCH_CATALOGUE)
        if self._guard is not None:
            self._guard.admit(actor, LOOK, [command.case_no], command.case_no)
        with self._house.book.write() as book:
            work = book.get_work(command.case_no, command.holder_archive)
            now = self._house.clock()
            taken = claimant(work, now) not in ("", actor.officer_id)
            if taken and not may_take_over(work, now):
                raise Refusal(CLAIMED_BY_OTHER)
            work = self.hold(book, work, actor)
            book.tell_work(work, self._move("claimed", actor, ""))
        return self._views.detail(work, actor)

    def give_back(self, command: WorkCommand, actor: Actor) -> WorkSummary:
        """The case is free again. Raises Refusal: NOT_CLAIMED."""
        with self._house.book.write() as book:
            work = self.require_claim(book, command.case_no, command.holder_archive, actor)
            work = book.save_work(given_back(work, self._house.clock()))
            book.tell_work(work, self._move("given_back", actor, ""))
        return self._views.summary(work, actor)

    def page_image(
        self, case_no: str, holder_archive: str, sha256: str, actor: Actor
    ) -> tuple[bytes, str]:
        """A page image of one of the candidates and its media type; the look is logged.

        Raises:
            Refusal: IMAGE_NOT_OF_RECORD, NOT_CLAIMED, IMAGE_NOT_FOUND, IMAGE_DAMAGED.
        """
        work = self._looked_at(case_no, holder_archive, actor)
        media_type = self._pages(work).get(sha256)
        if media_type is None:
            raise Refusal(IMAGE_NOT_OF_RECORD)
        data = self._images.get(sha256)
        with self._house.book.write() as book:
            now = self._house.clock()
            book.note(holder_archive, case_no, "image_viewed", actor.officer_id, now)
            work = book.get_work(case_no, holder_archive)
            if work.claimed_by == actor.officer_id and work.image_opened_at is None:
                book.save_work(replace(work, image_opened_at=now))
        return data, media_type

    def confirm(self, command: ConfirmCommand, actor: Actor) -> WorkDetail:
        """The record is confirmed field by field and ready for release.

        Raises:
            Refusal: NO_IMAGE (the case goes to manual_search), IMAGE_NOT_OF_RECORD,
                CANDIDATE_UNKNOWN, MARKS_INCOMPLETE, MARK_MALFORMED, NOT_CLAIMED.
        """
        require_act(actor, command.holder_archive, Act.COMPARE_FIELDS)
        entry = self._chosen(command, actor)
        if not entry.images:
            self._without_image(command, actor)
            raise Refusal(NO_IMAGE)
        with self._house.book.write() as book:
            work = self.require_claim(book, command.case_no, command.holder_archive, actor)
            comparison = compare_fields(
                request_of(work), entry, command, actor.officer_id, self._house.clock()
            )
            outcome = Outcome(work.outcome)
            confirmed = replace(
                work,
                comparison=comparison,
                notice=None,
                outcome=(outcome if outcome in EXTRACTABLE else Outcome.HIT_UNIQUE).value,
            )
            if work.state == CaseState.HOLDER_REVIEW:
                work = book.save_work(confirmed)
            else:
                move = self._move(CaseState.HOLDER_REVIEW, actor, "confirmed")
                work = book.move_work(confirmed, move)
            work = self.hold(book, work, actor)
        return self._views.detail(work, actor)

    def approve(self, command: WorkCommand, actor: Actor) -> WorkDetail:
        """The archive's leader approved the purpose: the extract may be released.

        Raises:
            Refusal: DUTY_NOT_HELD, CASE_NOT_FOUND, APPROVAL_NOT_ASKED.
        """
        return self._decide(command, actor, approved_by=actor.officer_id, note="")

    def decline(self, command: WorkCommand, actor: Actor) -> WorkDetail:
        """The leader declined, and said why: nothing is released, the clerk answers the window.

        Raises:
            Refusal: as `approve`, and LEADER_NOTE_MISSING.
        """
        if len(command.note.strip()) < _SHORTEST_NOTE:
            raise Refusal(LEADER_NOTE_MISSING)
        return self._decide(command, actor, approved_by="", note=command.note.strip())

    def _decide(
        self, command: WorkCommand, actor: Actor, *, approved_by: str, note: str
    ) -> WorkDetail:
        require_act(actor, command.holder_archive, Act.APPROVE_BY_LEADER)
        with self._house.book.write() as book:
            work = book.get_work(command.case_no, command.holder_archive)
            undecided = work.needs_leader and not work.approved_by
            if not undecided or CaseState(work.state) not in OPEN_STATES:
                raise Refusal(APPROVAL_NOT_ASKED)
            work = book.save_work(replace(work, approved_by=approved_by, leader_note=note))
            said = "approved" if approved_by else "declined"
            now = self._house.clock()
            book.note(work.holder_archive, work.case_no, said, actor.officer_id, now)
        return self._views.detail(work, actor)

    def manual_search(self, command: WorkCommand, actor: Actor) -> WorkSummary:
        """需人工调卷: the working-day clock runs, and the window is told so."""
        require_act(actor, command.holder_archive, Act.SEARCH_CATALOGUE)
        with self._house.book.write() as book:
            work = self.require_claim(book, command.case_no, command.holder_archive, actor)
            work = self._to_manual(book, work, actor, command.note)
        return self._views.summary(work, actor)

    def require_claim(
        self, book: CaseWriter, case_no: str, holder_archive: str, actor: Actor
    ) -> HolderCase:
        """The case, if the actor has it. Raises Refusal: CASE_NOT_FOUND, NOT_CLAIMED."""
        work = book.get_work(case_no, holder_archive)
        if self._claimant(work) != actor.officer_id:
            raise Refusal(NOT_CLAIMED)
        return work

    def _chosen(self, command: ConfirmCommand, actor: Actor) -> CatalogueEntry:
        with self._house.book.write() as book:
            work = self.require_claim(book, command.case_no, command.holder_archive, actor)
        if command.reference_code not in {c.reference_code for c in work.candidates}:
            raise Refusal(CANDIDATE_UNKNOWN)
        return self._entry(work, command.reference_code)

    def _without_image(self, command: ConfirmCommand, actor: Actor) -> None:
        with self._house.book.write() as book:
            work = self.require_claim(book, command.case_no, command.holder_archive, actor)
            if work.state != CaseState.MANUAL_SEARCH:
                self._to_manual(book, work, actor, "")

    def _to_manual(self, book: CaseWriter, work: HolderCase, actor: Actor, note: str) -> HolderCase:
        answer = Answer(
            outcome=Outcome.PENDING_MANUAL,
            reason_code=Outcome.PENDING_MANUAL.value,
            note=note[:200],
            handled_by=actor.officer_id,
        )
        return give_answer(self._house, book, work, answer, CaseState.MANUAL_SEARCH)

    def _pages(self, work: HolderCase) -> dict[str, str]:
        """Media types by digest: pages of the candidates, and those that the order releases."""
        entries = [self._entry(work, c.reference_code) for c in work.candidates]
        pages = {page.sha256: page.media_type for entry in entries for page in entry.images}
        if work.order is not None:
            order = decode(work.order.payload, ReleaseOrder)
            pages |= {page.sha256: page.media_type for page in order.pages}
        return pages

    def _entry(self, work: HolderCase, reference_code: str) -> CatalogueEntry:
        return self._catalogue.get_entry(work.holder_archive, reference_code)

    def _get(self, case_no: str, holder_archive: str, actor: Actor) -> HolderCase:
        with self._house.book.read() as book:
            work = book.get_work(case_no, holder_archive)
        if work.holder_archive != actor.archive_code:
            # Another archive's case is answered like one that does not exist.
            with self._house.book.read() as book:
                return book.get_work(case_no, actor.archive_code)
        return work

    def hold(self, book: CaseWriter, work: HolderCase, actor: Actor) -> HolderCase:
        """The case is the actor's until the claim lapses."""
        now, silence = self._house.clock(), timedelta(minutes=self._house.policy.claim_minutes)
        return book.save_work(claimed(work, actor.officer_id, now, silence))

    def _claimant(self, work: HolderCase) -> str:
        return claimant(work, self._house.clock())

    def _may_look(self, work: HolderCase, actor: Actor) -> bool:
        if work.needs_leader and Post.LEADER in actor.posts:
            return True
        return actor.officer_id in (self._claimant(work), work.dispatcher, work.seal_keeper)

    def _looked_at(self, case_no: str, holder_archive: str, actor: Actor) -> HolderCase:
        self._require_looker(actor)
        work = self._get(case_no, holder_archive, actor)
        if not self._may_look(work, actor):
            raise Refusal(NOT_CLAIMED)
        return work

    def _require_looker(self, actor: Actor) -> None:
        for act in _LOOKERS[:-1]:
            try:
                return require_act(actor, actor.archive_code, act)
            except Refusal:
                continue
        require_act(actor, actor.archive_code, _LOOKERS[-1])

    def _move(self, state: str, actor: Actor, code: str) -> Move:
        return Move(to=state, at=self._house.clock(), actor=actor.officer_id, code=code)


def _is_answered(work: HolderCase) -> bool:
    """A miss whose answer is out; one that still waits for its certificate is work."""
    return work.state == CaseState.NOT_FOUND_CONFIRMED and bool(work.answer_id)
