"""监督: the board, the statistics, the log and the registers, for those who may only look.

Every look that goes beyond figures is itself a leaf (domain.md §3.3): reading the log, verifying
it, and taking figures away.
"""

from collections.abc import Sequence
from datetime import timedelta, tzinfo

from node.domain.application import eligibility_of_request
from node.domain.cases import Issuance
from node.domain.officers import Actor, Officer
from node.domain.service_levels import (
    Board,
    CaseFact,
    Statistics,
    StatisticsQuestion,
    group_by,
    make_board,
    measure,
)
from node.ports import StaffBook
from node.services.answering import request_of
from node.services.house import House
from node.supervision_ports import AgencyLook, FigureBook, LeafRow, LogCheck
from records.duties import Post
from records.eligibility_terms import Eligibility, Requester
from records.exchange import AssistRequest
from records.kinds import get_kind
from records.process_reasons import DUTY_NOT_HELD
from records.refusal import Refusal

LOOKERS = (Post.SUPERVISOR, Post.AUDITOR, Post.LEADER)
"""Who sees figures."""
AUDITORS = (Post.SUPERVISOR, Post.AUDITOR)
"""Who reads the log and the registers."""
_WEEKS = timedelta(days=28)
_PAGE = 50
_MOST = 500


class Supervise:
    """Looks at everything of one archive, and changes nothing."""

    def __init__(self, house: House, book: FigureBook, staff: StaffBook) -> None:
        """Of this house."""
        self._house = house
        self._book = book
        self._staff = staff

    def board(self, actor: Actor, zone: tzinfo) -> Board:
        """Today, with the pattern of the last four weeks. Raises Refusal: DUTY_NOT_HELD."""
        _require(actor, LOOKERS)
        now = self._house.clock()
        facts = self._book.facts(actor.archive_code, now - _WEEKS, now + timedelta(days=1))
        return make_board(facts, now, zone)

    def statistics(self, question: StatisticsQuestion, actor: Actor) -> Statistics:
        """The figures of a period. Raises Refusal: DUTY_NOT_HELD."""
        _require(actor, LOOKERS)
        now = self._house.clock()
        facts = [
            fact
            for fact in self._book.facts(actor.archive_code, question.since, question.until)
            if _fits(fact, question)
        ]
        groups = group_by(facts, question.by)
        return Statistics(
            whole=measure(facts, now),
            groups=tuple((name, measure(group, now)) for name, group in groups.items()),
        )

    def note_export(self, actor: Actor) -> None:
        """Figures were taken away as a file: the log says by whom."""
        self._note(actor, "figures_exported")

    def read_log(self, actor: Actor, before: int = -1, case_no: str = "") -> Sequence[LeafRow]:
        """A page of the archive's log, newest first; the first look is logged.

        Raises:
            Refusal: DUTY_NOT_HELD.
        """
        _require(actor, AUDITORS)
        if before < 0:
            self._note(actor, "log_read")
        return self._book.leaves(actor.archive_code, before, _PAGE, case_no)

    def agency_look(self, actor: Actor, case_no: str) -> AgencyLook | None:
        """Which authority asked in that case, and by which law; None where none did.

        The look is logged. Raises Refusal: DUTY_NOT_HELD.
        """
        _require(actor, AUDITORS)
        with self._house.book.read() as book:
            work = book.find_work(case_no, actor.archive_code)
        if work is None:
            return None
        request = request_of(work)
        if request.applicant.relation != Requester.AGENCY:
            return None
        with self._house.book.write() as book:
            now, who = self._house.clock(), actor.officer_id
            book.note(actor.archive_code, case_no, "agency_look_read", who, now)
        kind, judged = get_kind(request.query.category), self._judge(request)
        signed = (work.dispatcher, work.seal_keeper) if work.answer_id else ()
        return AgencyLook(
            case_no=case_no,
            agency=request.applicant.name,
            letter_no=request.applicant.id_no,
            rule=judged.rule,
            basis=judged.basis,
            fields=tuple(kind.get_field(code).label for code in request.requested_fields),
            given_by=tuple(self._staff.get(one).officer.display_name for one in signed if one),
        )

    def _judge(self, request: AssistRequest) -> Eligibility:
        return self._house.judge(eligibility_of_request(request))

    def verify_log(self, actor: Actor) -> LogCheck:
        """The log from its first entry to its last. Raises Refusal: DUTY_NOT_HELD, LEDGER_DAMAGED.

        What is verified is the log before this very act was written down in it.
        """
        _require(actor, AUDITORS)
        checked = self._book.verify_log(actor.archive_code)
        self._note(actor, "log_verified")
        return checked

    def officers(self, actor: Actor) -> Sequence[Officer]:
        """Everybody with a post at the archive. Raises Refusal: DUTY_NOT_HELD."""
        _require(actor, LOOKERS)
        return self._staff.list(actor.archive_code)

    def certificates(self, actor: Actor, number: str = "") -> Sequence[Issuance]:
        """The archive's own certificates, newest first. Raises Refusal: DUTY_NOT_HELD."""
        _require(actor, LOOKERS)
        return self._book.issuances(actor.archive_code, number.strip(), _MOST)

    def _note(self, actor: Actor, kind: str) -> None:
        with self._house.book.write() as book:
            book.note(actor.archive_code, "", kind, actor.officer_id, self._house.clock())


def _require(actor: Actor, posts: Sequence[Post]) -> None:
    if not set(posts) & set(actor.posts):
        raise Refusal(DUTY_NOT_HELD)


def _fits(fact: CaseFact, question: StatisticsQuestion) -> bool:
    wanted = (
        (question.desk, fact.desk),
        (question.category, fact.category),
        (question.purpose, fact.purpose),
        (question.partner, fact.partner),
    )
    return all(want in ("", is_) for want, is_ in wanted)
