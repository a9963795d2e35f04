"""申诉: registered, given to somebody who decided nothing in the case, decided, answered.

Overturned at the holder, the case is searched again by the rules and answered once more; at the
window it goes back to 登记审核. No rule is passed over: a new decision is made. What another
archive answered is for that archive to review; the window registers and passes the paper on.
Every step is a leaf in the archive's log.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from node.case_ports import CaseWriter, Move
from node.domain.cases import HOLDER, WINDOW, HolderCase, WindowCase
from node.domain.complaints import (
    ASSIGNED,
    GROUNDS,
    OVERTURNED,
    TERM_WORKING_DAYS,
    UPHELD,
    Complaint,
    DecideCommand,
    RegisterCommand,
    complaint_number,
    reply_text,
    verify_move,
)
from node.domain.officers import Actor
from node.domain.paper_words import heading_of_case
from node.domain.reasons import CASE_NOT_FOUND, TEXT_MALFORMED
from node.domain.rights_reasons import COMPLAINT_OWN_DECISION, COMPLAINT_STATE
from node.ports import StaffBook
from node.services.house import House
from node.services.office_papers import OfficePapers
from node.services.tell_window import NoticeText, tell_window
from records.case_states import HOLDER_EDGES, CaseState
from records.characters import check_characters
from records.deadlines import (
    BEIJING,
    CROSS_CITY_MINUTES,
    after_open_time,
    after_working_days,
)
from records.duties import Post
from records.process_reasons import DUTY_NOT_HELD
from records.refusal import Refusal

_REGISTRARS = frozenset(
    {Post.WINDOW_CLERK, Post.WINDOW_REVIEWER, Post.RELEASE_DISPATCHER, Post.LEADER}
)
_REVIEWERS = frozenset(
    {Post.LEADER, Post.SUPERVISOR, Post.WINDOW_REVIEWER, Post.RELEASE_DISPATCHER}
)
_LOOKERS = _REGISTRARS | {Post.SUPERVISOR, Post.AUDITOR}
_MOST_WORDS = 1000
_MOST = 200


class Complaints:
    """Complaints at the archives of one node."""

    def __init__(self, house: House, staff: StaffBook, papers: OfficePapers) -> None:
        """Of `house`; replies are office papers."""
        self._house = house
        self._staff = staff
        self._papers = papers

    def register(self, command: RegisterCommand, actor: Actor) -> Complaint:
        """The complaint has a number and a last day; the case says that it is under review.

        Raises:
            Refusal: CASE_NOT_FOUND, TEXT_MALFORMED, DUTY_NOT_HELD.
        """
        _require(actor, _REGISTRARS)
        if command.ground not in GROUNDS:
            raise Refusal(TEXT_MALFORMED, "ground")
        _check(command.words, _MOST_WORDS, "words")
        now, archive = self._house.clock(), actor.archive_code
        with self._house.book.write() as book:
            work = book.find_work(command.case_no, archive)
            desk = WINDOW if work is None else HOLDER
            if work is None:
                _require_own(book.get_case(command.case_no).archive_code, actor)
            year = now.astimezone(BEIJING).year
            running = book.next_number(f"complaint/{archive}/{year}")
            complaint = Complaint(
                number=complaint_number(archive, year, running),
                archive_code=archive,
                case_no=command.case_no,
                desk=desk,
                ground=command.ground,
                words=command.words.strip(),
                filed_by=actor.officer_id,
                filed_at=now,
                due_at=after_working_days(now, TERM_WORKING_DAYS, self._house.calendar),
            )
            book.add_complaint(complaint)
            book.note(archive, command.case_no, "complaint_registered", actor.officer_id, now)
            if work is not None:
                self._move(book, work, CaseState.APPEAL, actor.officer_id)
        return complaint

    def assign(self, number: str, officer_id: str, actor: Actor) -> Complaint:
        """Somebody who acted nowhere in the case will review it.

        Raises:
            Refusal: DUTY_NOT_HELD, COMPLAINT_OWN_DECISION, COMPLAINT_STATE, COMPLAINT_UNKNOWN,
                OFFICER_NOT_FOUND.
        """
        _require(actor, frozenset({Post.LEADER, Post.SUPERVISOR}))
        reviewer = self._staff.get(officer_id).officer
        if reviewer.archive_code != actor.archive_code or not _REVIEWERS & set(reviewer.posts):
            raise Refusal(DUTY_NOT_HELD, "reviewer")
        with self._house.book.write() as book:
            complaint = self._get(book, number, actor)
            verify_move(complaint, ASSIGNED)
            if reviewer.person_id in self._people_of(book, complaint):
                raise Refusal(COMPLAINT_OWN_DECISION)
            return self._save(
                book, replace(complaint, assigned_to=officer_id), ASSIGNED, actor.officer_id
            )

    def decide(self, command: DecideCommand, actor: Actor) -> Complaint:
        """Upheld or overturned; an overturned case is done again, and the reply is ordered.

        Raises:
            Refusal: DUTY_NOT_HELD (another was assigned), COMPLAINT_OWN_DECISION,
                COMPLAINT_STATE, TEXT_MALFORMED.
        """
        _check(command.reasons, 500, "reasons")
        now = self._house.clock()
        with self._house.book.write() as book:
            complaint = self._get(book, command.number, actor)
            to = OVERTURNED if command.overturn else UPHELD
            verify_move(complaint, to)
            if complaint.assigned_to != actor.officer_id:
                raise Refusal(DUTY_NOT_HELD, "assigned to another")
            # Who was no party to the case when it was assigned may have become one since.
            if actor.person_id in self._people_of(book, complaint):
                raise Refusal(COMPLAINT_OWN_DECISION)
            decided = replace(complaint, reasons=command.reasons.strip(), decided_at=now, state=to)
            decided = self._carry_out(book, decided, actor)
            return self._save(book, replace(decided, state=complaint.state), to, actor.officer_id)

    def get(self, number: str, actor: Actor) -> Complaint:
        """One complaint, clear; the look is logged. Raises Refusal: COMPLAINT_UNKNOWN."""
        _require(actor, _LOOKERS)
        with self._house.book.write() as book:
            complaint = self._get(book, number, actor)
            now = self._house.clock()
            book.note(
                complaint.archive_code, complaint.case_no, "complaint_read", actor.officer_id, now
            )
        return complaint

    def list(self, actor: Actor, states: Sequence[str] = ()) -> Sequence[Complaint]:
        """Complaints of the archive, earliest due first. Raises Refusal: DUTY_NOT_HELD."""
        _require(actor, _LOOKERS)
        with self._house.book.read() as book:
            return book.list_complaints(actor.archive_code, states, "", _MOST)

    def reviewers(self, actor: Actor) -> Sequence[tuple[str, str]]:
        """(officer_id, display name) of those who may review at the archive."""
        _require(actor, _LOOKERS)
        return [
            (one.officer_id, one.display_name)
            for one in self._staff.list(actor.archive_code)
            if one.active and _REVIEWERS & set(one.posts)
        ]

    def _carry_out(self, book: CaseWriter, decided: Complaint, actor: Actor) -> Complaint:
        """What the decision does to the case, and the letter that says it."""
        overturned = decided.state == OVERTURNED
        if decided.desk == HOLDER:
            work = book.get_work(decided.case_no, decided.archive_code)
            if work.state == CaseState.APPEAL:
                self._settle_work(book, work, actor, overturned=overturned)
            return decided
        case = book.get_case(decided.case_no)
        if overturned:
            self._review_again(book, case, decided, actor)
        window = self._name(case.archive_code)
        heading = heading_of_case(case, window, window)
        paper = self._papers.add(book, case, reply_text(heading, decided), actor)
        return replace(decided, paper_id=paper.paper_id)

    def _review_again(
        self, book: CaseWriter, case: WindowCase, decided: Complaint, actor: Actor
    ) -> None:
        """What the window's own reviewer said no longer counts."""
        if case.legs:
            raise Refusal(COMPLAINT_STATE, "another archive answered")
        again = replace(case, reviewed_by="", review_note=f"{decided.number}：撤销原审核意见")
        if case.state == CaseState.SUPPLEMENT_REQUIRED:
            move = Move(
                to=CaseState.SUBMITTED,
                at=self._house.clock(),
                actor=actor.officer_id,
                code="APPEAL",
            )
            book.move_case(again, move)
        else:
            book.save_case(again)

    def _settle_work(
        self, book: CaseWriter, work: HolderCase, actor: Actor, *, overturned: bool
    ) -> None:
        if not overturned:
            self._move(book, work, CaseState.CLOSED, actor.officer_id)
            return
        # The leader's word, the comparison and the order of before were about what was overturned.
        attention = replace(
            work.attention, reopened=work.answer_id, waiting_since=self._house.clock()
        )
        anew = replace(
            work,
            attention=attention,
            outcome="",
            candidates=(),
            comparison=None,
            notice=None,
            approved_by="",
            leader_note="",
            claimed_by="",
            claimed_until=None,
            deadline=after_open_time(
                self._house.clock(), timedelta(minutes=CROSS_CITY_MINUTES), self._house.calendar
            ),
        )
        moved = self._move(book, anew, CaseState.SEARCHING, actor.officer_id)
        tell_window(self._house, book, moved, NoticeText(code="REOPENED"))

    def _move(self, book: CaseWriter, work: HolderCase, to: CaseState, actor: str) -> HolderCase:
        """The case in that state, where the table of moves knows the way; else as it is."""
        if to not in HOLDER_EDGES[CaseState(work.state)]:
            return work
        move = Move(to=to, at=self._house.clock(), actor=actor, code="APPEAL")
        return book.move_work(work, move)

    def _people_of(self, book: CaseWriter, complaint: Complaint) -> set[str]:
        """person_id of everybody of ours who acted in the case."""
        ids = {complaint.filed_by} if complaint.ground == "conduct" else set()
        if complaint.desk == HOLDER:
            desk = HOLDER
            work = book.get_work(complaint.case_no, complaint.archive_code)
            ids |= {work.claimed_by, work.dispatcher, work.seal_keeper, work.approved_by}
        else:
            desk = WINDOW
            case = book.get_case(complaint.case_no)
            ids |= {case.filed_by, case.reviewed_by}
        events = book.case_events(complaint.case_no, desk, complaint.archive_code)
        # The registrar's own move into review is no decision.
        ids |= {event.actor for event in events if event.state != CaseState.APPEAL}
        people = set()
        for officer_id in ids:
            if "/" in officer_id:
                people.add(self._staff.get(officer_id).officer.person_id)
        return people

    def _get(self, book: CaseWriter, number: str, actor: Actor) -> Complaint:
        complaint = book.get_complaint(number)
        _require_own(complaint.archive_code, actor)
        return complaint

    def _save(self, book: CaseWriter, complaint: Complaint, to: str, actor: str) -> Complaint:
        saved = replace(complaint, state=to, version=complaint.version + 1)
        book.save_complaint(saved, complaint.version)
        kind, now = f"complaint_{to}", self._house.clock()
        book.note(complaint.archive_code, complaint.case_no, kind, actor, now)
        return saved

    def _name(self, archive_code: str) -> str:
        return self._house.require_archive(archive_code)


def _require_own(archive_code: str, actor: Actor) -> None:
    """Return only if the thing is the actor's archive's; another's is answered as none."""
    if archive_code != actor.archive_code:
        raise Refusal(CASE_NOT_FOUND)


def _require(actor: Actor, posts: frozenset[Post]) -> None:
    if not posts & set(actor.posts):
        raise Refusal(DUTY_NOT_HELD)


def _check(text: str, most: int, field: str) -> None:
    if not 4 <= len(text.strip()) <= most:
        raise Refusal(TEXT_MALFORMED, f"{field}: 4-{most} characters")
    check_characters(text)
