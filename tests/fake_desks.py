"""Review, workbench and answers of the fake office."""

from collections.abc import Sequence
from datetime import timedelta

from fake_parts import (
    PASSWORD,
    SHANGRAO,
    Case,
)
from fake_views import Views

from node.adapters.page_covers import PillowCovers
from node.domain.cases import ComparedField, Comparison
from node.domain.commands import (
    ConfirmCommand,
    NoRecordCommand,
    ReferCommand,
    RefuseCommand,
    ReleaseCommand,
    ReturnCommand,
    ReviewCommand,
    SealCommand,
    WorkCommand,
)
from node.domain.desk_reasons import ORDER_NOT_OPEN
from node.domain.exchange_reasons import (
    APPROVAL_NOT_ASKED,
    CLAIMED_BY_OTHER,
    FILE_NOT_RELEASED,
    IMAGE_NOT_OF_RECORD,
    NOT_CLAIMED,
    PASSWORD_WRONG,
)
from node.domain.officers import Actor
from node.domain.reasons import CASE_CHANGED
from node.domain.views import (
    CaseSummary,
    ReviewView,
    WorkDetail,
    WorkSummary,
)
from records.exchange import DeliveredFile, Proof
from records.id_numbers import mask_id_number
from records.kinds import KINDS
from records.refusal import Refusal


class Answers(Views):
    """Release, seal and answers."""

    def tell_both(self, case: Case) -> None:
        raise AssertionError

    def release(self, command: ReleaseCommand, actor: Actor) -> WorkDetail:
        if command.password != PASSWORD:
            raise Refusal(PASSWORD_WRONG)
        case = self.get(command.case_no)
        case.work_state = "released"
        case.state = "released"
        case.dispatcher, case.keeper = actor.officer_id, f"{SHANGRAO}/zhouguoliang"
        case.pages = [self.released(digest, command) for digest in command.pages]
        self.tell_both(case)
        return self.work_detail(case, actor)

    def released(self, digest: str, command: ReleaseCommand) -> dict[str, object]:
        """The page as it will leave: with its covers burnt in."""
        boxes = [cover.boxes for cover in command.covers if cover.sha256 == digest]
        if boxes:
            data = PillowCovers().cover(self.images.get(digest), "image/jpeg", boxes[0])
            digest = self.images.put(data)
        return {"sha256": digest, "caption": f"影像 {digest[:6]}"}

    def manual_search(self, command: WorkCommand, actor: Actor) -> WorkSummary:
        case = self.get(command.case_no)
        case.work_state = case.state = "manual_search"
        case.deadline = None
        self.tell_both(case)
        return self.work_summary(case, actor)

    def seal(self, command: SealCommand, actor: Actor) -> WorkDetail:
        if command.password != PASSWORD:
            raise Refusal(PASSWORD_WRONG)
        case = self.get(command.case_no)
        if case.work_state != "released":
            raise Refusal(ORDER_NOT_OPEN)
        case.work_state = case.state = "sealed"
        digest = "ab" * 32
        case.files = (
            DeliveredFile(
                number="SR-2026-0011-4473",
                template="T1",
                sha256=digest,
                size_bytes=len(self.pdf),
                pages=1,
            ),
        )
        self.tell_both(case)
        return self.work_detail(case, actor)

    def return_request(self, command: ReturnCommand, actor: Actor) -> WorkSummary:
        case = self.get(command.case_no)
        case.question = command.question
        case.state = case.work_state = "supplement_required"
        self.tell_both(case)
        return self.work_summary(case, actor)

    def no_record(self, command: NoRecordCommand, actor: Actor) -> WorkSummary:
        case = self.get(command.case_no)
        case.state = case.work_state = "not_found_confirmed"
        case.outcome, case.note = "NO_RECORD_COVERED", command.method
        self.tell_both(case)
        return self.work_summary(case, actor)

    def refer(self, command: ReferCommand, actor: Actor) -> WorkSummary:
        case = self.get(command.case_no)
        case.state = case.work_state = "referred"
        case.outcome, case.note = "REFERRED", command.referral
        self.tell_both(case)
        return self.work_summary(case, actor)

    def refuse(self, command: RefuseCommand, actor: Actor) -> WorkSummary:
        case = self.get(command.case_no)
        case.state = case.work_state = "refused"
        case.outcome, case.note = "REFUSED", command.note
        self.tell_both(case)
        return self.work_summary(case, actor)


class Reviews:
    """登记审核 of the fake."""

    def __init__(self, world: "Answers") -> None:
        self.world = world

    def view(self, case_no: str, actor: Actor) -> ReviewView:
        case = self.world.get(case_no)
        application = case.application
        return ReviewView(
            case_no=case_no,
            version=1,
            state=case.state,
            filed_by=case.filed_by,
            applicant_name=application.applicant.name,
            applicant_id_masked=mask_id_number(application.applicant.id_no),
            category=application.query.category,
            purpose=application.purpose,
            purpose_text=application.purpose_text,
            route=self.world.preview(application, actor),
            application=application,
        )

    def open_paper(self, case_no: str, sha256: str, actor: Actor) -> Proof:
        proofs = self.world.get(case_no).application.proofs
        found = [one for one in proofs if one.sha256 == sha256]
        if not found:
            raise Refusal(FILE_NOT_RELEASED)
        return found[0]

    def review(self, command: ReviewCommand, actor: Actor) -> CaseSummary:
        case = self.world.get(command.case_no)
        if case.state != "submitted":
            raise Refusal(CASE_CHANGED)
        case.reviewed_by, case.review_note = actor.display_name, command.note
        if not command.accept:
            case.state = "supplement_required"
        else:
            now = self.world.clock()
            case.registered_at, case.deadline = now, now + timedelta(minutes=15)
            case.state = case.work_state = "candidates"
        self.world.tell_both(case)
        return self.world.summary(case)


class Works:
    """协办 of the fake."""

    def __init__(self, world: "Answers") -> None:
        self.world = world

    def list_work(
        self, actor: Actor, states: Sequence[str] = (), limit: int = 100
    ) -> Sequence[WorkSummary]:
        cases = [c for c in self.world.cases.values() if c.work_state]
        found = [c for c in cases if not states or c.work_state in states]
        found.sort(key=lambda c: c.deadline or self.world.clock())
        return [self.world.work_summary(c, actor) for c in found]

    def detail(self, case_no: str, holder_archive: str, actor: Actor) -> WorkDetail:
        case = self.world.get(case_no)
        asked = case.needs_leader and "leader" in actor.posts
        if not asked and actor.officer_id not in (case.claimed_by, case.keeper):
            raise Refusal(NOT_CLAIMED)
        return self.world.work_detail(case, actor)

    def claim(self, command: WorkCommand, actor: Actor) -> WorkDetail:
        case = self.world.get(command.case_no)
        if case.claimed_by not in ("", actor.officer_id):
            raise Refusal(CLAIMED_BY_OTHER)
        case.claimed_by = actor.officer_id
        self.world.tell(case.case_no, SHANGRAO, "holder", case.work_state)
        return self.world.work_detail(case, actor)

    def give_back(self, command: WorkCommand, actor: Actor) -> WorkSummary:
        case = self.world.get(command.case_no)
        case.claimed_by = ""
        return self.world.work_summary(case, actor)

    def page_image(
        self, case_no: str, holder_archive: str, sha256: str, actor: Actor
    ) -> tuple[bytes, str]:
        if sha256 not in self.world.images.kept:
            raise Refusal(IMAGE_NOT_OF_RECORD)
        return self.world.images.get(sha256), "image/jpeg"

    def confirm(self, command: ConfirmCommand, actor: Actor) -> WorkDetail:
        case = self.world.get(command.case_no)
        values = self.world.entry.values
        columns = KINDS["marriage_registration"].columns
        case.comparison = Comparison(
            reference_code=command.reference_code,
            index_version=1,
            fields=tuple(
                ComparedField(
                    field=mark.field,
                    label=columns[mark.field].label,
                    index_value=values.get(mark.field, ""),
                    value=mark.value
                    if mark.compared == "corrected"
                    else values.get(mark.field, ""),
                    compared=mark.compared,
                )
                for mark in command.marks
            ),
            images=command.images,
            confirmed_by=actor.officer_id,
            confirmed_at=self.world.clock(),
        )
        case.work_state = case.state = "holder_review"
        return self.world.work_detail(case, actor)

    def approve(self, command: WorkCommand, actor: Actor) -> WorkDetail:
        return self._decide(command, actor, "approved")

    def decline(self, command: WorkCommand, actor: Actor) -> WorkDetail:
        return self._decide(command, actor, "declined")

    def _decide(self, command: WorkCommand, actor: Actor, said: str) -> WorkDetail:
        case = self.world.get(command.case_no)
        if not case.needs_leader or case.leader_said:
            raise Refusal(APPROVAL_NOT_ASKED)
        case.leader_said, case.leader_note = said, command.note
        return self.world.work_detail(case, actor)
