"""协查函 by post: a case goes on where no node can be asked (domain.md §4.2 `referred`, §4.3).

The letter is one more archive asked: a leg that waits in the working-day clock, stands on the
cover sheet, and ends when a person enters what came back on paper. What left the house is a line
of the 寄送登记.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from node.case_ports import CaseWriter, Move
from node.domain.cases import Leg, WindowCase
from node.domain.exchange_reasons import ANSWER_UNEXPECTED, NO_SUCH_PAPER
from node.domain.office_papers import CasePaper, PaperAnswer, Posting
from node.domain.officers import Actor
from node.domain.paper_commands import EnterAnswerCommand, LetterCommand, PostCommand
from node.domain.paper_words import IDENTITY_WORDS, OUTPUT_WORDS
from node.domain.reasons import TEXT_MALFORMED
from node.ports import StaffBook
from node.services.house import House, require_act
from node.services.office_papers import Letter, OfficePapers
from node.services.routing import RouteCase
from node.services.window_state import state_of
from records.case_states import CaseState
from records.characters import check_characters
from records.deadlines import after_working_days
from records.duties import Act, PerformedAct, verify_separation
from records.kinds import get_kind
from records.letters import LETTER, PostalInquiry, inquiry_rows, letter_text, reply_slip
from records.outcomes import Outcome
from records.purposes import PURPOSES
from records.refusal import Refusal

CARRIERS = ("registered_post", "express", "archive_courier", "collected")
ANSWERS = (
    Outcome.HIT_UNIQUE,
    Outcome.HIT_PARTIAL,
    Outcome.NO_RECORD_COVERED,
    Outcome.NOT_COVERED,
    Outcome.REFERRED,
    Outcome.REFUSED,
)
LETTER_WORKING_DAYS = 10
"""What a letter asks for: a week of post each way, and the shelf search of three days."""
_POSTED = "posted"
_MOST_PAGES = 500


class PostLetters:
    """Letters of the window."""

    def __init__(
        self, house: House, papers: OfficePapers, routes: RouteCase, staff: StaffBook
    ) -> None:
        """Of this house; the letters themselves are office papers."""
        self._house = house
        self._papers = papers
        self._routes = routes
        self._staff = staff

    def write(self, command: LetterCommand, actor: Actor) -> CasePaper:
        """The letter is ordered, and the case lives on in the working-day clock.

        Raises:
            Refusal: DUTY_CONFLICT (filer writes), eligibility reasons, TEXT_MALFORMED,
                CASE_MOVE_FORBIDDEN, CASE_NOT_FOUND.
        """
        _check(command.addressee, 2, 60, "addressee")
        _check(command.reply_to, 4, 120, "reply_to")
        with self._house.book.read() as book:
            case = book.get_case(command.case_no)
        require_act(actor, case.archive_code, Act.REVIEW_REQUEST)
        self._verify_other_person(case, actor)
        reason = self._routes.reason(case.application)
        if reason is not None:
            raise Refusal(reason)
        rule = case.eligibility_rule or self._routes.preview(case.application).eligibility_rule
        with self._house.book.write() as writer:
            return self._write(writer, replace(case, eligibility_rule=rule), command, actor)

    def post(self, command: PostCommand, actor: Actor) -> CasePaper:
        """寄送登记: the letter left the house. Raises Refusal: TEXT_MALFORMED, NO_SUCH_PAPER."""
        if command.carrier not in CARRIERS:
            raise Refusal(TEXT_MALFORMED, "carrier")
        if not 1 <= command.pages <= _MOST_PAGES or len(command.tracking) > 40:
            raise Refusal(TEXT_MALFORMED, "pages, tracking")
        check_characters(command.tracking)
        now = self._house.clock()
        with self._house.book.write() as book:
            paper = self._letter(book, command.paper_id, actor)
            if paper.posting is not None or not paper.file_sha256:
                raise Refusal(ANSWER_UNEXPECTED, "posted already, or not drawn yet")
            year = f"{now:%Y}"
            running = book.next_number(f"post/{paper.archive_code}/{year}")
            posting = Posting(
                entry=f"{year}-{running:06d}",
                at=now,
                addressee=paper.addressee,
                carrier=command.carrier,
                tracking=command.tracking,
                pages=command.pages,
                posted_by=actor.officer_id,
            )
            book.note(paper.archive_code, paper.case_no, "letter_posted", actor.officer_id, now)
            return book.save_paper(replace(paper, posting=posting))

    def enter_answer(self, command: EnterAnswerCommand, actor: Actor) -> CasePaper:
        """What came back on paper is the archive's last word in this case.

        Raises:
            Refusal: TEXT_MALFORMED, NO_SUCH_PAPER, ANSWER_UNEXPECTED (entered already, or never
                posted), CASE_MOVE_FORBIDDEN.
        """
        if command.outcome not in ANSWERS or not 0 <= command.pages <= _MOST_PAGES:
            raise Refusal(TEXT_MALFORMED, "outcome, pages")
        for text in (command.reference, command.note):
            if len(text) > 200:
                raise Refusal(TEXT_MALFORMED, "at most 200 characters")
            check_characters(text)
        with self._house.book.write() as book:
            paper = self._letter(book, command.paper_id, actor)
            if paper.posting is None or paper.answer is not None:
                raise Refusal(ANSWER_UNEXPECTED)
            answer = PaperAnswer(
                at=self._house.clock(),
                outcome=command.outcome,
                pages=command.pages,
                reference=command.reference,
                note=command.note,
                entered_by=actor.officer_id,
            )
            self._settle(book, paper, answer, actor)
            return book.save_paper(replace(paper, answer=answer))

    def register(self, actor: Actor, limit: int = 100) -> Sequence[CasePaper]:
        """寄送登记 of the actor's archive, newest first."""
        require_act(actor, actor.archive_code, Act.DELIVER)
        with self._house.book.read() as book:
            return book.posted_papers(actor.archive_code, limit)

    def _write(
        self, book: CaseWriter, case: WindowCase, command: LetterCommand, actor: Actor
    ) -> CasePaper:
        now = self._house.clock()
        due = after_working_days(now, LETTER_WORKING_DAYS, self._house.calendar)
        running = book.next_number(f"letter/{case.archive_code}/{now:%Y}")
        short = self._house.require_archive(case.archive_code).removesuffix("档案馆")
        symbol = f"{short}档协查〔{now:%Y}〕第{running}号"
        inquiry = _inquiry(case, command, due)
        number = sum(leg.state == _POSTED or leg.node_id == "" for leg in case.legs) + 1
        leg = Leg(
            holder_archive=f"post{number}",
            holder_name=command.addressee,
            node_id="",
            why=f"无节点，{symbol}",
            state=_POSTED,
            outcome=Outcome.PENDING_MANUAL.value,
        )
        letter = Letter(
            symbol=symbol,
            addressee=command.addressee,
            slip=reply_slip(inquiry, case.case_no, symbol),
            leg=leg.holder_archive,
        )
        text, rows = letter_text(inquiry), inquiry_rows(inquiry)
        paper = self._papers.add(book, case, text, actor, letter, rows)
        self._open(book, replace(case, legs=(*case.legs, leg)), paper, actor, due - now)
        return paper

    def _open(
        self,
        book: CaseWriter,
        case: WindowCase,
        paper: CasePaper,
        actor: Actor,
        left: timedelta,
    ) -> None:
        """The case waits for the letter in the working-day clock."""
        now = self._house.clock()

        def move(to: str) -> Move:
            return Move(to=to, at=now, actor=actor.officer_id, commit=paper.envelope_id)

        if case.state == CaseState.SUBMITTED:
            registered = replace(case, registered_at=now, reviewed_by=actor.officer_id)
            case = book.move_case(registered, move(CaseState.REGISTERED))
            later = replace(case, deadline=now + left)
            book.move_case(later, move(CaseState.MANUAL_SEARCH))
            return
        case = replace(case, deadline=now + left)
        to = state_of(case)
        if to == case.state:
            book.save_case(case)
        else:
            book.move_case(case, move(to))

    def _settle(
        self, book: CaseWriter, paper: CasePaper, answer: PaperAnswer, actor: Actor
    ) -> None:
        case = book.get_case(paper.case_no)
        legs = tuple(
            replace(leg, state="answered", outcome=answer.outcome, note=_said(answer))
            if leg.holder_archive == paper.leg
            else leg
            for leg in case.legs
        )
        settled = replace(case, legs=legs)
        move = Move(
            to=state_of(settled),
            at=answer.at,
            actor=actor.officer_id,
            commit=paper.envelope_id,
            code=answer.outcome,
        )
        if move.to == case.state:
            book.save_case(settled)
            book.note(case.archive_code, case.case_no, "paper_answer", actor.officer_id, answer.at)
        else:
            book.move_case(settled, move)

    def _letter(self, book: CaseWriter, paper_id: str, actor: Actor) -> CasePaper:
        paper = book.get_paper(paper_id)
        require_act(actor, paper.archive_code, Act.DELIVER)
        if paper.template != LETTER:
            raise Refusal(NO_SUCH_PAPER, paper.template)
        return paper

    def _verify_other_person(self, case: WindowCase, actor: Actor) -> None:
        filer = self._staff.get(case.filed_by).officer.person_id
        done = (PerformedAct(act=Act.FILE_REQUEST, person_id=filer),)
        verify_separation(Act.REVIEW_REQUEST, actor.person_id, done)


def _inquiry(case: WindowCase, command: LetterCommand, due: datetime) -> PostalInquiry:
    form = case.application
    return PostalInquiry(
        addressee=command.addressee,
        applicant=form.applicant.name,
        identity=IDENTITY_WORDS.get(form.applicant.identity_assurance, "申请人自述"),
        rule=case.eligibility_rule,
        category_label=get_kind(form.query.category).label,
        purpose=PURPOSES.get(form.purpose, form.purpose),
        output=OUTPUT_WORDS[form.output],
        query=form.query,
        reply_to=command.reply_to,
        due_at=due,
    )


def _said(answer: PaperAnswer) -> str:
    """What the cover sheet notes about it."""
    return f"纸质答复{answer.reference}，{answer.pages}页".replace("，0页", "")


def _check(text: str, shortest: int, longest: int, field: str) -> None:
    if not shortest <= len(text.strip()) <= longest:
        raise Refusal(TEXT_MALFORMED, f"{field}: {shortest}-{longest} characters")
    check_characters(text)
