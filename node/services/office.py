"""Everything that an officer can have the node do: the door for pages, commands and Desk.

Pages and commands are given one `Office` and see nothing else of the node. Every method takes
the `Actor` of an open session and refuses posts that may not do it (DUTY_NOT_HELD), archives that
are not the actor's (CASE_NOT_FOUND), and moves that the state table does not know
(CASE_MOVE_FORBIDDEN).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from node.domain.application import Application
from node.domain.cases import Event
from node.domain.commands import (
    AnswerQuestionCommand,
    CaseCommand,
    ConfirmCommand,
    FileRequestCommand,
    HandOverCommand,
    NoRecordCommand,
    ReferCommand,
    RefuseCommand,
    ReleaseCommand,
    ReturnCommand,
    ReviewCommand,
    SealCommand,
    WorkCommand,
)
from node.domain.officers import Actor
from node.domain.views import (
    CaseProgress,
    CaseSummary,
    ReviewView,
    RoutePreview,
    WorkDetail,
    WorkSummary,
)
from node.services.asking_doors import Asking
from node.services.correction_doors import Corrections
from node.services.paper_doors import Letters, Papers, Withdrawals
from node.services.rights_doors import Rights
from node.services.staff_doors import SignIn, Staff
from node.services.supervision import Supervision
from records.exchange import Proof
from records.release import ExtractRow


class FileRequest(Protocol):
    """提交申请 (services/file_request.py)."""

    def preview(self, application: Application, actor: Actor) -> RoutePreview:
        """Where this would be asked and why; stores nothing.

        Raises:
            Refusal: APPLICATION_MALFORMED and the query reasons, with the field's name.
        """
        ...

    def file(self, command: FileRequestCommand, actor: Actor) -> CaseSummary:
        """The request is submitted and durable; the same client_key gives the same case.

        Raises:
            Refusal: APPLICATION_MALFORMED, CLIENT_KEY_REUSED (another body), query reasons.
        """
        ...

    def resubmit(self, case_no: str, application: Application, actor: Actor) -> CaseSummary:
        """A request that the reviewer returned is submitted again with the corrected form."""
        ...

    def answer_question(self, command: AnswerQuestionCommand, actor: Actor) -> CaseSummary:
        """The added fact is on its way to the holder; the clock runs again."""
        ...


class ReviewRequest(Protocol):
    """登记审核 (services/review_request.py)."""

    def view(self, case_no: str, actor: Actor) -> ReviewView:
        """The form, the eligibility rule and the route as of now."""
        ...

    def open_paper(self, case_no: str, sha256: str, actor: Actor) -> Proof:
        """The paper of the form with that digest; that it was looked at stands in the log."""
        ...

    def review(self, command: ReviewCommand, actor: Actor) -> CaseSummary:
        """Accepted: registered, routed, and one signed request per archive is in the outbox.

        Returned: back in draft with the note.

        Raises:
            Refusal: DUTY_CONFLICT (filer reviews), eligibility reasons, AGREEMENT_SCOPE,
                AGREEMENT_EXPIRED, ROUTE_AMBIGUOUS, NOT_COVERED, DIRECTORY_EXPIRED. The case stays
                submitted and nothing has left the archive.
        """
        ...


class CaseViews(Protocol):
    """Looking at the window's cases (services/case_views.py)."""

    def list_cases(
        self, actor: Actor, states: Sequence[str] = (), limit: int = 100
    ) -> Sequence[CaseSummary]:
        """Cases of the actor's archive, newest first; empty states = all."""
        ...

    def progress(self, case_no: str, actor: Actor) -> CaseProgress:
        """One case with its steps, clock, answers and events."""
        ...

    def certificate(self, case_no: str, sha256: str, actor: Actor) -> bytes:
        """The sealed PDF as it arrived, its digest checked again; the look is logged."""
        ...

    def listed_fields(self, case_no: str, actor: Actor) -> Mapping[str, Sequence[ExtractRow]]:
        """By archive, the fields that an authority asked for; the look is logged."""
        ...

    def events(self, after: int, limit: int = 100) -> Sequence[Event]:
        """Events with a sequence above `after`, in order; for live pages."""
        ...

    def last_event(self) -> int:
        """Sequence of the newest event, 0 = none yet."""
        ...


class WorkDesk(Protocol):
    """协办: finding and confirming a record for a partner (services/work_desk.py)."""

    def list_work(
        self, actor: Actor, states: Sequence[str] = (), limit: int = 100
    ) -> Sequence[WorkSummary]:
        """The archive's cases, most urgent first; empty states = everything not yet answered."""
        ...

    def detail(self, case_no: str, holder_archive: str, actor: Actor) -> WorkDetail:
        """Request and candidates; only for the officer who claimed it, or who must seal it."""
        ...

    def claim(self, command: WorkCommand, actor: Actor) -> WorkDetail:
        """The case is the actor's for five minutes of silence at most.

        Raises:
            Refusal: CLAIMED_BY_OTHER.
        """
        ...

    def give_back(self, command: WorkCommand, actor: Actor) -> WorkSummary:
        """The case is free again."""
        ...

    def page_image(
        self, case_no: str, holder_archive: str, sha256: str, actor: Actor
    ) -> tuple[bytes, str]:
        """A page image of one of the candidates and its media type; the look is logged."""
        ...

    def confirm(self, command: ConfirmCommand, actor: Actor) -> WorkDetail:
        """The record is confirmed field by field and ready for release.

        Raises:
            Refusal: NO_IMAGE (the case goes to manual_search), IMAGE_NOT_OF_RECORD,
                MARKS_INCOMPLETE, MARK_MALFORMED.
        """
        ...

    def approve(self, command: WorkCommand, actor: Actor) -> WorkDetail:
        """The archive's leader approved the purpose: the extract may be released."""
        ...

    def decline(self, command: WorkCommand, actor: Actor) -> WorkDetail:
        """The leader declined, with a note. Raises Refusal: LEADER_NOTE_MISSING."""
        ...

    def manual_search(self, command: WorkCommand, actor: Actor) -> WorkSummary:
        """需人工调卷: the working-day clock runs, and the window is told why."""
        ...


class ReleaseDesk(Protocol):
    """出证: two people order one extract (services/release_extract.py)."""

    def release(self, command: ReleaseCommand, actor: Actor) -> WorkDetail:
        """The order is written and signed by the release_dispatcher.

        Raises:
            Refusal: PASSWORD_WRONG, NO_SEAL_KEEPER, NOT_ASKED (a page or field that the request
                does not ask for), APPOINTMENT_MISSING.
        """
        ...

    def seal(self, command: SealCommand, actor: Actor) -> WorkDetail:
        """The same order is signed by the seal_keeper and handed to the certificate service.

        Raises:
            Refusal: DUTY_CONFLICT, NOT_NAMED_KEEPER, PASSWORD_WRONG.
        """
        ...


class AnswerDesk(Protocol):
    """Answers without a certificate (services/answer_request.py)."""

    def return_request(self, command: ReturnCommand, actor: Actor) -> WorkSummary:
        """The window is asked for one more fact; the clock is paused."""
        ...

    def no_record(self, command: NoRecordCommand, actor: Actor) -> WorkSummary:
        """The signed negative for this archive's own coverage is on its way.

        Raises:
            Refusal: CANDIDATES_LEFT, RESTRICTED_HIT.
        """
        ...

    def refer(self, command: ReferCommand, actor: Actor) -> WorkSummary:
        """The window is told who keeps the record."""
        ...

    def refuse(self, command: RefuseCommand, actor: Actor) -> WorkSummary:
        """The window is told why nothing is provided."""
        ...


class HandOver(Protocol):
    """材料反馈 (services/hand_over.py)."""

    def hand_over(self, command: HandOverCommand, actor: Actor) -> CaseSummary:
        """The citizen has the extract; the clock has stopped."""
        ...

    def close(self, command: CaseCommand, actor: Actor) -> CaseSummary:
        """The case is closed."""
        ...

    def withdraw(self, command: CaseCommand, actor: Actor) -> CaseSummary:
        """The citizen withdrew the request."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedArchive:
    """An archive that this node hosts."""

    archive_code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """All use cases of one node, wired by bootstrap.py."""

    node_id: str
    trust_domain: str
    archives: tuple[HostedArchive, ...]
    sign_in: SignIn
    staff: Staff
    file_request: FileRequest
    review: ReviewRequest
    cases: CaseViews
    work: WorkDesk
    release: ReleaseDesk
    answer: AnswerDesk
    hand_over: HandOver
    supervision: Supervision
    papers: Papers
    letters: Letters
    withdrawals: Withdrawals
    rights: Rights
    asking: Asking
    corrections: Corrections
