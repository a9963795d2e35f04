"""Office papers of the window: T5, T6 and T7, ordered here, drawn by the worker, stamped by hand.

The words are fixed and signed when ordered: what the citizen carries away can be held against the
statement that the case keeps and its log leaf (decision 0940).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from node.case_ports import CaseWriter
from node.domain.cases import WindowCase
from node.domain.exchange_reasons import NO_SUCH_PAPER, PAPER_NOT_DRAWN
from node.domain.kept_statements import PAPER, new_statement
from node.domain.office_papers import CasePaper
from node.domain.officers import Actor
from node.domain.paper_commands import PaperCommand
from node.domain.paper_words import (
    heading_of_case,
    referral_by_holder,
    referral_by_rule,
    referred_leg,
    refusal_by_agreement,
    refusal_by_holder,
    refusal_by_rule,
    refused_leg,
)
from node.ports import ImageStore, StaffBook
from node.services.case_views import answer_lines
from node.services.house import House, require_act
from node.services.routing import RouteCase
from records.deadlines import BEIJING
from records.duties import Act
from records.papers import OfficePaper, ReplySlip
from records.refusal import Refusal
from records.release import ExtractRow
from records.search_notices import cover_rows, cover_sheet
from records.templates import DocumentText
from trust.envelope.dsse import envelope_id
from trust.envelope.statement import sign_statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What only a letter has."""

    symbol: str = ""
    """文号."""
    addressee: str = ""
    slip: ReplySlip | None = None
    leg: str = ""
    """`holder_archive` of the leg that it opens."""


class OfficePapers:
    """Orders papers and shows them."""

    def __init__(
        self, house: House, routes: RouteCase, files: ImageStore, staff: StaffBook
    ) -> None:
        """Of this house; drawn papers lie in `files`."""
        self._house = house
        self._routes = routes
        self._files = files
        self._staff = staff

    def refusal(self, command: PaperCommand, actor: Actor) -> CasePaper:
        """T5 is ordered: by the table of rules, by an archive's answer, or for want of agreement.

        Raises:
            Refusal: NO_SUCH_PAPER when nobody refused, CASE_NOT_FOUND, DUTY_NOT_HELD.
        """
        case = self._case(command.case_no, actor, Act.RETURN_OR_REFUSE)
        leg = refused_leg(case.legs, command.holder_archive)
        window = self._house.require_archive(case.archive_code)
        if leg is not None:
            text = refusal_by_holder(heading_of_case(case, window, leg.holder_name), leg)
            return self._order(case, text, actor)
        heading = heading_of_case(case, window, window)
        reason = self._routes.reason(case.application)
        if reason is not None:
            return self._order(case, refusal_by_rule(heading, reason), actor)
        routes = case.refused_routes or self._routes.preview(case.application).refused_routes
        for route in routes:
            if route.code.startswith("AGREEMENT") and command.holder_archive in (
                "",
                route.archive_code,
            ):
                return self._order(case, refusal_by_agreement(heading, route), actor)
        raise Refusal(NO_SUCH_PAPER, "nobody refused")

    def referral(self, command: PaperCommand, actor: Actor) -> CasePaper:
        """T6 is ordered: who keeps the record, by an archive's answer or by general knowledge.

        Raises:
            Refusal: NO_SUCH_PAPER, CASE_NOT_FOUND, DUTY_NOT_HELD.
        """
        case = self._case(command.case_no, actor, Act.RETURN_OR_REFUSE)
        window = self._house.require_archive(case.archive_code)
        leg = referred_leg(case.legs, command.holder_archive)
        if leg is not None:
            heading = heading_of_case(case, window, leg.holder_name)
            return self._order(case, referral_by_holder(heading, leg), actor)
        referrals = case.referrals or self._routes.preview(case.application).referrals
        if not referrals:
            raise Refusal(NO_SUCH_PAPER, "nobody to refer to")
        heading = heading_of_case(case, window, window)
        return self._order(case, referral_by_rule(heading, referrals[-1]), actor)

    def cover(self, command: PaperCommand, actor: Actor) -> CasePaper:
        """T7 is ordered: every archive's own answer as of now, and who has not answered.

        Raises:
            Refusal: TEMPLATE_INCOMPLETE while no archive was asked, CASE_NOT_FOUND.
        """
        case = self._case(command.case_no, actor, Act.DELIVER)
        lines = answer_lines(case)
        window = self._house.require_archive(case.archive_code)
        text = cover_sheet(case.case_no, window, lines, self._house.clock())
        # The answers stand in the table; what follows them stays a paragraph.
        words = DocumentText(
            template=text.template,
            title=text.title,
            opening=text.opening,
            closing=text.closing[len(lines) :],
        )
        return self._order(case, words, actor, rows=cover_rows(lines))

    def list(self, case_no: str, actor: Actor) -> Sequence[CasePaper]:
        """Papers of one case, oldest first. Raises Refusal: CASE_NOT_FOUND."""
        with self._house.book.read() as book:
            case = book.get_case(case_no)
            require_act(actor, case.archive_code, self._looker(actor))
            return book.list_papers(case_no)

    def open(self, paper_id: str, actor: Actor) -> bytes:
        """The drawn PDF; the look is logged.

        Raises:
            Refusal: CASE_NOT_FOUND, PAPER_NOT_DRAWN.
        """
        with self._house.book.write() as book:
            paper = book.get_paper(paper_id)
            require_act(actor, paper.archive_code, self._looker(actor))
            if not paper.file_sha256:
                raise Refusal(PAPER_NOT_DRAWN)
            now = self._house.clock()
            book.note(paper.archive_code, paper.case_no, "paper_opened", actor.officer_id, now)
        return self._files.get(paper.file_sha256)

    def add(
        self,
        book: CaseWriter,
        case: WindowCase,
        text: DocumentText,
        actor: Actor,
        more: "Letter | None" = None,
        rows: tuple[ExtractRow, ...] = (),
    ) -> CasePaper:
        """The paper is signed, kept with its leaf, and waits to be drawn."""
        now, letter = self._house.clock(), more or Letter()
        paper_id = str(UUID(bytes=self._house.random(16), version=4))
        said = OfficePaper(
            paper_id=paper_id,
            template=text.template,
            case_no=case.case_no,
            archive_code=case.archive_code,
            archive_name=self._house.require_archive(case.archive_code),
            title=text.title,
            symbol=letter.symbol or f"受理号 {case.case_no}",
            addressee=f"{letter.addressee}：" if letter.addressee else "",
            opening=text.opening,
            rows=rows,
            closing=text.closing,
            notes=text.notes,
            slip=letter.slip,
            handler_line=self._handlers(case.filed_by, actor.officer_id),
            written_on=now.astimezone(BEIJING).date(),
            written_at=now,
        )
        envelope = sign_statement(said, self._house.signer)
        paper = CasePaper(
            paper_id=paper_id,
            case_no=case.case_no,
            archive_code=case.archive_code,
            template=text.template,
            title=text.title,
            symbol=said.symbol,
            envelope=envelope,
            envelope_id=envelope_id(envelope),
            ordered_by=actor.officer_id,
            ordered_at=now,
            addressee=letter.addressee,
            leg=letter.leg,
        )
        book.add_paper(paper)
        book.keep(case.archive_code, new_statement(case.case_no, PAPER, envelope, now))
        return paper

    def _order(
        self,
        case: WindowCase,
        text: DocumentText,
        actor: Actor,
        rows: tuple[ExtractRow, ...] = (),
    ) -> CasePaper:
        with self._house.book.write() as book:
            return self.add(book, case, text, actor, None, rows)

    def _case(self, case_no: str, actor: Actor, act: Act) -> WindowCase:
        with self._house.book.read() as book:
            case = book.get_case(case_no)
        require_act(actor, case.archive_code, act)
        return case

    def _handlers(self, filer: str, signer: str) -> str:
        if filer == signer:
            return f"经办人：{self._name(filer)}"
        return f"经办人：{self._name(filer)}　签发人：{self._name(signer)}"

    def _name(self, officer_id: str) -> str:
        return self._staff.get(officer_id).officer.display_name

    def _looker(self, actor: Actor) -> Act:
        """Clerk, reviewer, dispatcher, seal keeper: all of them hand papers out."""
        if "window_clerk" in actor.posts:
            return Act.DELIVER
        return Act.SEAL if "seal_keeper" in actor.posts else Act.RETURN_OR_REFUSE
