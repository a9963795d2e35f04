"""What the window sees of its own cases: lists masked, progress with the server's clock."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from node.domain.cases import WINDOW, Event, Leg, WindowCase
from node.domain.exchange_reasons import FILE_NOT_RELEASED
from node.domain.officers import Actor
from node.domain.reasons import CASE_NOT_FOUND
from node.domain.views import CaseClock, CaseProgress, CaseSummary, Step
from node.ports import ImageStore, StaffBook
from node.services.house import House
from records.case_states import CLOCK_STOPPED, CaseState
from records.citizen_words import say_to_citizen
from records.duties import Post
from records.exchange import DeliveredFile
from records.outcomes import Outcome
from records.person_names import mask_name
from records.refusal import Refusal
from records.release import ExtractRow
from records.search_notices import AnswerLine, cover_sheet
from records.templates import DocumentText

_FIELDS_GIVEN = "已提供所列字段，不出具档案证明"
_WINDOW_POSTS = frozenset(
    {Post.WINDOW_CLERK, Post.WINDOW_REVIEWER, Post.LEADER, Post.SUPERVISOR, Post.AUDITOR}
)
_STEPS = (
    ("submitted", "提交申请", (CaseState.SUBMITTED,)),
    ("registered", "登记审核", (CaseState.REGISTERED,)),
    ("assisting", "馆际协办", (CaseState.DISPATCHED,)),
    (
        "delivered",
        "材料反馈",
        (
            CaseState.DELIVERED,
            CaseState.REFUSED,
            CaseState.REFERRED,
            CaseState.NOT_FOUND_CONFIRMED,
        ),
    ),
)


def clock_of(case: WindowCase, now: datetime) -> CaseClock:
    """The case's clock as of `now`."""
    return CaseClock(
        now=now,
        deadline=case.deadline,
        paused_reason=case.paused_reason,
        stopped=CaseState(case.state) in CLOCK_STOPPED,
        working_due=case.told.working_due if case.deadline is None else None,
        extended=case.told.reason if case.told.code == "EXTENDED" else "",
    )


def summarise(case: WindowCase, now: datetime) -> CaseSummary:
    """One line of the list, the name masked."""
    form = case.application
    return CaseSummary(
        case_no=case.case_no,
        archive_code=case.archive_code,
        state=case.state,
        category=form.query.category,
        purpose=form.purpose,
        applicant_masked=mask_name(form.applicant.name),
        holders=tuple(leg.holder_name for leg in case.legs),
        submitted_at=case.submitted_at,
        clock=clock_of(case, now),
        say=words_for_citizen(case),
    )


def words_for_citizen(case: WindowCase) -> str:
    """What the clerk may say now; nothing once the clock has stopped."""
    if CaseState(case.state) in CLOCK_STOPPED:
        return ""
    told = case.told
    return say_to_citizen(told.code, holder=told.holder, due=told.due, reason=told.reason)


class CaseViewsService:
    """Looks at cases for officers of their window."""

    def __init__(self, house: House, files: ImageStore, staff: StaffBook) -> None:
        """Of this house."""
        self._house = house
        self._files = files
        self._staff = staff

    def list_cases(
        self, actor: Actor, states: Sequence[str] = (), limit: int = 100
    ) -> Sequence[CaseSummary]:
        """Cases of the actor's archive, newest first; empty states = all.

        Raises:
            Refusal: CASE_NOT_FOUND for posts that do not work at a window.
        """
        self._require_window(actor, actor.archive_code)
        now = self._house.clock()
        with self._house.book.read() as book:
            found = book.list_cases(actor.archive_code, states, limit)
        return [summarise(case, now) for case in found]

    def progress(self, case_no: str, actor: Actor) -> CaseProgress:
        """One case with its steps, clock, answers and events. Raises Refusal: CASE_NOT_FOUND."""
        with self._house.book.read() as book:
            case = book.get_case(case_no)
            self._require_window(actor, case.archive_code)
            events = tuple(book.case_events(case_no, WINDOW, case.archive_code))
        return CaseProgress(
            summary=summarise(case, self._house.clock()),
            version=case.version,
            applicant_name=case.application.applicant.name,
            steps=self._steps(case, events),
            legs=case.legs,
            refused_routes=case.refused_routes,
            question=case.question,
            choices=case.choices,
            referrals=case.referrals,
            review_note=case.review_note,
            filed_by=self._name(case.filed_by),
            reviewed_by=self._name(case.reviewed_by),
            certificates=arrived_files(case.legs),
            events=events,
            application=case.application,
        )

    def certificate(self, case_no: str, sha256: str, actor: Actor) -> bytes:
        """The sealed PDF as it arrived, its digest checked again; the look is logged.

        Raises:
            Refusal: CASE_NOT_FOUND, FILE_NOT_RELEASED, IMAGE_DAMAGED.
        """
        with self._house.book.write() as book:
            case = book.get_case(case_no)
            self._require_window(actor, case.archive_code)
            if sha256 not in {file.sha256 for file in arrived_files(case.legs)}:
                raise Refusal(FILE_NOT_RELEASED)
            now = self._house.clock()
            book.note(case.archive_code, case_no, "certificate_opened", actor.officer_id, now)
        return self._files.get(sha256)

    def listed_fields(self, case_no: str, actor: Actor) -> Mapping[str, Sequence[ExtractRow]]:
        """By archive, the fields that an authority asked for; the look is logged.

        Raises:
            Refusal: CASE_NOT_FOUND, FILE_NOT_RELEASED where nothing has come.
        """
        with self._house.book.write() as book:
            case = book.get_case(case_no)
            self._require_window(actor, case.archive_code)
            found = {leg.holder_archive: leg.fields for leg in case.legs if leg.fields}
            if not found:
                raise Refusal(FILE_NOT_RELEASED)
            now = self._house.clock()
            book.note(case.archive_code, case_no, "fields_opened", actor.officer_id, now)
        return found

    def cover_sheet(self, case_no: str, actor: Actor) -> DocumentText:
        """T7 as of now: each archive's own answer, and who has not answered; certifies nothing.

        Raises:
            Refusal: CASE_NOT_FOUND, TEMPLATE_INCOMPLETE while no archive was asked.
        """
        with self._house.book.read() as book:
            case = book.get_case(case_no)
        self._require_window(actor, case.archive_code)
        lines = answer_lines(case)
        window = self._house.require_archive(case.archive_code)
        return cover_sheet(case_no, window, lines, self._house.clock())

    def events(self, after: int, limit: int = 100) -> Sequence[Event]:
        """Events with a sequence above `after`, in order; for live pages."""
        with self._house.book.read() as book:
            return book.events_after(after, limit)

    def last_event(self) -> int:
        """Sequence of the newest event, 0 = none yet."""
        with self._house.book.read() as book:
            return book.last_event()

    def _steps(self, case: WindowCase, events: Sequence[Event]) -> tuple[Step, ...]:
        reached = {event.state: event for event in reversed(events)}
        steps = []
        for code, label, states in _STEPS:
            event = next((reached[state] for state in states if state in reached), None)
            steps.append(
                Step(
                    code=code,
                    label=label,
                    done=event is not None,
                    current=False,
                    at=event.at if event else None,
                    who=self._who(case, event),
                )
            )
        current = sum(step.done for step in steps)
        return tuple(
            step if index != current else _as_current(step) for index, step in enumerate(steps)
        )

    def _who(self, case: WindowCase, event: Event | None) -> str:
        if event is None:
            return ""
        names = {leg.node_id: leg.holder_name for leg in case.legs}
        return names.get(event.actor) or self._name(event.actor)

    def _name(self, officer_id: str) -> str:
        if "/" not in officer_id:
            return officer_id
        return self._staff.get(officer_id).officer.display_name

    def _require_window(self, actor: Actor, archive_code: str) -> None:
        if actor.archive_code != archive_code or not _WINDOW_POSTS & set(actor.posts):
            raise Refusal(CASE_NOT_FOUND)


def answer_lines(case: WindowCase) -> list[AnswerLine]:
    """Every archive that was asked, with its own answer, for T7."""
    return [
        AnswerLine(
            holder=leg.holder_name,
            outcome=Outcome(leg.outcome or Outcome.NODE_UNAVAILABLE),
            number="、".join(file.number for file in leg.files),
            note=_FIELDS_GIVEN if leg.fields else leg.note if not leg.node_id else "",
        )
        for leg in case.legs
    ]


def arrived_files(legs: Sequence[Leg]) -> tuple[DeliveredFile, ...]:
    """Files that are here and can be opened."""
    return tuple(file for leg in legs if leg.state == "fetched" for file in leg.files)


def _as_current(step: Step) -> Step:
    return Step(
        code=step.code,
        label=step.label,
        done=step.done,
        current=True,
        at=step.at,
        who=step.who,
    )
