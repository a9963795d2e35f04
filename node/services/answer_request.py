"""Answers without a certificate: one more question, not found, referred, refused.

"Not found" is a signed statement of one holder about its own declared coverage, and never covers
up a restricted hit (architecture.md 3).
"""

from dataclasses import replace

from node.case_ports import Move
from node.domain.cases import HolderCase
from node.domain.commands import NoRecordCommand, ReferCommand, RefuseCommand, ReturnCommand
from node.domain.disclosure import is_restricted
from node.domain.exchange_reasons import CANDIDATES_LEFT, RESTRICTED_HIT
from node.domain.officers import Actor
from node.domain.reasons import TEXT_MALFORMED
from node.domain.release_order import heading_of
from node.domain.views import WorkSummary
from node.ports import Catalogue
from node.services.answering import Answer, give_answer, request_of
from node.services.draw_call_back import verify_called_back
from node.services.house import House, require_act
from node.services.work_desk import WorkDeskService
from node.services.work_views import WorkViews
from records.case_states import CaseState
from records.characters import check_characters
from records.duties import Act
from records.kinds import get_kind
from records.outcomes import HITS, Outcome
from records.refusal import Refusal
from records.search_notices import NoRecordText, no_record_text
from records.templates import TITLES, DocumentText

_RETURN_REASONS = ("unclear", "papers_missing", "several_candidates")
_SHORTEST = 4
_LONGEST = 200


class AnswerDeskService:
    """Answers of the holder's clerk."""

    def __init__(
        self, house: House, catalogue: Catalogue, desk: WorkDeskService, views: WorkViews
    ) -> None:
        """Of the archives of `house`."""
        self._house = house
        self._catalogue = catalogue
        self._desk = desk
        self._views = views

    def return_request(self, command: ReturnCommand, actor: Actor) -> WorkSummary:
        """The window is asked for one more fact; the clock is paused.

        Raises:
            Refusal: TEXT_MALFORMED, NOT_CLAIMED, CASE_MOVE_FORBIDDEN.
        """
        if command.reason not in _RETURN_REASONS:
            raise Refusal(TEXT_MALFORMED, "reason")
        _check_text(command.question, "question")
        several = command.reason == "several_candidates"
        answer = Answer(
            outcome=Outcome.HIT_AMBIGUOUS if several else Outcome.PENDING_MANUAL,
            question=command.question,
            reason_code="SUPPLEMENT_REQUIRED",
            note=command.reason,
            handled_by=actor.officer_id,
        )
        paused = command.question
        return self._answer(command, actor, answer, CaseState.SUPPLEMENT_REQUIRED, paused)

    def no_record(self, command: NoRecordCommand, actor: Actor) -> WorkSummary:
        """The signed negative for this archive's own coverage is on its way.

        Raises:
            Refusal: CANDIDATES_LEFT, RESTRICTED_HIT, TEXT_MALFORMED, NOT_CLAIMED.
        """
        _check_text(command.method, "method")
        with self._house.book.read() as book:
            work = book.get_work(command.case_no, command.holder_archive)
        verify_called_back(work)
        self._verify_empty(work)
        notice = self._notice(work, command.method)
        if request_of(work).output == "no_record" and notice.title == TITLES["T3"]:
            return self._await_seal(command, actor, notice)
        answer = Answer(
            outcome=Outcome.NO_RECORD_COVERED,
            note=notice.title,
            handled_by=actor.officer_id,
            extra=(
                ("template", notice.template),
                ("title", notice.title),
                ("text", "\n".join((notice.opening, *notice.closing))),
            ),
        )
        return self._answer(command, actor, answer, CaseState.NOT_FOUND_CONFIRMED)

    def _await_seal(
        self, command: NoRecordCommand, actor: Actor, notice: DocumentText
    ) -> WorkSummary:
        """The miss is confirmed; T3 goes out once two officers have released and sealed it."""
        require_act(actor, command.holder_archive, Act.RETURN_OR_REFUSE)
        with self._house.book.write() as book:
            work = self._desk.require_claim(book, command.case_no, command.holder_archive, actor)
            outcome = Outcome.NO_RECORD_COVERED.value
            move = Move(
                to=CaseState.NOT_FOUND_CONFIRMED,
                at=self._house.clock(),
                actor=actor.officer_id,
                code=outcome,
            )
            missed = replace(work, outcome=outcome, notice=notice)
            if not get_kind(request_of(work).query.category).may_prove_absence:
                # Against the rule of the category: only the archive's leader may want it.
                missed = replace(missed, needs_leader=True, approved_by="")
            work = book.move_work(missed, move)
        return self._views.summary(work, actor)

    def refer(self, command: ReferCommand, actor: Actor) -> WorkSummary:
        """The window is told who keeps the record. Raises Refusal: TEXT_MALFORMED, NOT_CLAIMED."""
        _check_text(command.referral, "referral")
        answer = Answer(
            outcome=Outcome.REFERRED, referral=command.referral, handled_by=actor.officer_id
        )
        return self._answer(command, actor, answer, CaseState.REFERRED)

    def refuse(self, command: RefuseCommand, actor: Actor) -> WorkSummary:
        """The window is told why nothing is provided. Raises Refusal: TEXT_MALFORMED."""
        _check_text(command.note, "note")
        if not command.reason_code.replace("_", "").isupper():
            raise Refusal(TEXT_MALFORMED, "reason_code")
        answer = Answer(
            outcome=Outcome.REFUSED,
            reason_code=command.reason_code[:40],
            note=command.note,
            handled_by=actor.officer_id,
        )
        return self._answer(command, actor, answer, CaseState.REFUSED)

    def _answer(
        self,
        command: ReturnCommand | NoRecordCommand | ReferCommand | RefuseCommand,
        actor: Actor,
        answer: Answer,
        state: CaseState,
        paused_reason: str = "",
    ) -> WorkSummary:
        require_act(actor, command.holder_archive, Act.RETURN_OR_REFUSE)
        with self._house.book.write() as book:
            work = self._desk.require_claim(book, command.case_no, command.holder_archive, actor)
            paused = replace(work, paused_reason=paused_reason)
            work = give_answer(self._house, book, paused, answer, state)
        return self._views.summary(work, actor)

    def _verify_empty(self, work: HolderCase) -> None:
        """No hit is left that a person has not ruled out, and none is restricted."""
        entries = [
            self._catalogue.get_entry(work.holder_archive, candidate.reference_code)
            for candidate in work.candidates
        ]
        if work.hidden_hit or any(is_restricted(entry) for entry in entries):
            raise Refusal(RESTRICTED_HIT)
        if work.outcome in HITS and work.candidates:
            raise Refusal(CANDIDATES_LEFT)

    def _notice(self, work: HolderCase, method: str) -> DocumentText:
        """T3, or 检索情况说明 where the category or a gap allows no certificate."""
        request = request_of(work)
        if work.scope is None:
            raise Refusal(TEXT_MALFORMED, "scope")
        kind = get_kind(request.query.category)
        holder = self._house.require_archive(work.holder_archive)
        allowed = request.purpose in self._house.policy.no_record_purposes
        return no_record_text(
            heading_of(request, work, holder),
            NoRecordText(
                subject=request.query.subject.name,
                former_names=request.query.subject.former_names,
                category_label=kind.label,
                year_from=request.query.period.start,
                year_to=request.query.period.end,
                sources=(f"{holder}{kind.label}目录",),
                scope=work.scope,
                method=method,
                searched_at=self._house.clock(),
                is_certificate=kind.may_prove_absence or allowed,
            ),
        )


def _check_text(text: str, field: str) -> None:
    if not _SHORTEST <= len(text.strip()) <= _LONGEST:
        raise Refusal(TEXT_MALFORMED, f"{field}: 4-200 characters")
    check_characters(text)
