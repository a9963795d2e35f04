"""What the partner's desk sees: masked in lists, clear for who works on the case."""

from collections.abc import Sequence
from datetime import datetime

from node.domain.cases import HOLDER, HolderCase
from node.domain.claims import claimant, may_take_over
from node.domain.disclosure import COPY, printable_fields
from node.domain.officers import Actor
from node.domain.views import (
    CandidateView,
    CaseClock,
    RelatedRecord,
    WorkDetail,
    WorkSummary,
)
from node.ports import Catalogue, StaffBook
from node.services.answering import request_of
from node.services.house import House
from node.services.note_accesses import note_consulted
from node.services.related_records import find_related
from records.case_states import CLOCK_STOPPED, CaseState
from records.entries import CatalogueEntry
from records.kinds import get_kind
from records.person_names import mask_name
from records.refusal import Refusal


class WorkViews:
    """Turns holder cases into what a person sees."""

    def __init__(self, house: House, catalogue: Catalogue, staff: StaffBook) -> None:
        """Of this house."""
        self._house = house
        self._catalogue = catalogue
        self._staff = staff

    def summary(self, work: HolderCase, actor: Actor) -> WorkSummary:
        """One line of the queue."""
        request = request_of(work)
        now = self._house.clock()
        claimer = claimant(work, now)
        return WorkSummary(
            case_no=work.case_no,
            holder_archive=work.holder_archive,
            window_name=work.window_name,
            category=request.query.category,
            purpose=request.purpose,
            subject_masked=mask_name(request.query.subject.name),
            state=work.state,
            outcome=work.outcome,
            claimed_by=self.name_of(claimer),
            mine=bool(claimer) and claimer == actor.officer_id,
            clock=clock_of(work, now),
            claimed_at=work.claimed_at if claimer else None,
            idle=bool(claimer) and may_take_over(work, now),
            handed_by=self.name_of(work.handed_by) if claimer else "",
            claim_note=work.claim_note if claimer == actor.officer_id else "",
            reminders=work.reminders,
            reminded_at=work.reminded_at,
            needs_leader=work.needs_leader,
            leader_said="approved" if work.approved_by else "declined" if work.leader_note else "",
            leader_note=work.leader_note,
            assigned_to=self.name_of(work.attention.assigned_to),
            call_back=work.attention.call_back.state,
        )

    def detail(self, work: HolderCase, actor: Actor) -> WorkDetail:
        """One case, clear."""
        with self._house.book.read() as book:
            events = tuple(book.case_events(work.case_no, HOLDER, work.holder_archive))
        order = ""
        if work.order is not None:
            order = work.order.payload.decode()
        candidates = tuple(self._candidates(work))
        # Written down before it is shown: no look without a trace.
        note_consulted(self._house, work, [one.entry for one in candidates])
        return WorkDetail(
            related=self._related(work, candidates),
            summary=self.summary(work, actor),
            version=work.version,
            request=request_of(work),
            candidates=candidates,
            scope=work.scope,
            ask=work.ask,
            comparison=work.comparison,
            order_json=order,
            release_id=work.release_id,
            dispatcher=work.dispatcher,
            seal_keeper=work.seal_keeper,
            files=work.files,
            events=events,
        )

    def released_entries(self, work: HolderCase) -> list[CatalogueEntry]:
        """The records that the order is about: the confirmed one, or all of a bundle of copies."""
        if work.notice is not None or work.comparison is None:
            return []
        confirmed = work.comparison.reference_code
        copied = [one.reference_code for one in work.candidates]
        is_copy = request_of(work).output == COPY
        codes = dict.fromkeys([confirmed, *(copied if is_copy else ())])
        return [self._catalogue.get_entry(work.holder_archive, code) for code in codes]

    def name_of(self, officer_id: str) -> str:
        """Display name of one of our officers; the id where there is none."""
        if not officer_id:
            return ""
        try:
            return self._staff.get(officer_id).officer.display_name
        except Refusal:
            return officer_id

    def _related(
        self, work: HolderCase, candidates: Sequence[CandidateView]
    ) -> tuple[RelatedRecord, ...]:
        query = request_of(work).query
        if not query.subject.name or not get_kind(query.category).people:
            return ()
        shown = [one.entry for one in candidates]
        return find_related(self._catalogue, work.holder_archive, query, shown)

    def _candidates(self, work: HolderCase) -> list[CandidateView]:
        request = request_of(work)
        views = []
        for candidate in work.candidates:
            entry = self._catalogue.get_entry(work.holder_archive, candidate.reference_code)
            views.append(
                CandidateView(
                    entry=entry,
                    tier=candidate.tier,
                    score=candidate.score,
                    reasons=candidate.reasons,
                    releasable=candidate.releasable,
                    printable=tuple(
                        (spec.code, spec.label, entry.values.get(spec.code, ""))
                        for spec in printable_fields(request, entry)
                    ),
                )
            )
        return views


def clock_of(work: HolderCase, now: datetime) -> CaseClock:
    """The case's clock as both archives see it."""
    state = CaseState(work.state)
    manual = state is CaseState.MANUAL_SEARCH
    return CaseClock(
        now=now,
        deadline=None if manual else work.deadline,
        paused_reason=work.paused_reason,
        stopped=state in CLOCK_STOPPED,
        working_due=work.attention.working_due if manual else None,
        extended=work.attention.extended if manual else "",
    )
