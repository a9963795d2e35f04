"""The archive's certificates as somebody sees them who may end one (撤销与更正)."""

from collections.abc import Sequence
from dataclasses import replace

from node.case_ports import CaseReader
from node.domain.cases import Issuance
from node.domain.certificate_standing import ENDED, ORDERED, CertificateStanding
from node.domain.exchange_reasons import NO_SUCH_PAPER, PAPER_NOT_DRAWN
from node.domain.officers import Actor
from node.ports import ImageStore, StaffBook
from node.services.house import House
from node.supervision_ports import FigureBook
from records.duties import Post
from records.process_reasons import DUTY_NOT_HELD
from records.refusal import Refusal
from records.release import StatusOrder
from trust.envelope.dsse import Envelope
from trust.envelope.statement import decode

LOOKERS = frozenset(
    {Post.RELEASE_DISPATCHER, Post.SEAL_KEEPER, Post.LEADER, Post.SUPERVISOR, Post.AUDITOR}
)
_NEWEST = 200
_CONFIRMED = "confirmed"


class LookAtRevocations:
    """Reads the register beside the orders that end its certificates."""

    def __init__(
        self, house: House, register: FigureBook, staff: StaffBook, files: ImageStore
    ) -> None:
        """Of the archives of `house`."""
        self._house = house
        self._register = register
        self._staff = staff
        self._files = files

    def find(self, number: str, actor: Actor) -> CertificateStanding:
        """The certificate of exactly that number.

        Raises:
            Refusal: DUTY_NOT_HELD, NO_SUCH_PAPER.
        """
        _require(actor)
        issued = self._register.issuances(actor.archive_code, number, _NEWEST) if number else ()
        for one in issued:
            if one.number == number and one.step == _CONFIRMED:
                with self._house.book.read() as book:
                    return self._standing(book, one, actor)
        raise Refusal(NO_SUCH_PAPER, number[:40])

    def waiting(self, actor: Actor) -> Sequence[CertificateStanding]:
        """Orders that wait for a second officer, among the newest 200 certificates.

        Raises:
            Refusal: DUTY_NOT_HELD.
        """
        _require(actor)
        issued = self._register.issuances(actor.archive_code, "", _NEWEST)
        with self._house.book.read() as book:
            standings = [
                self._standing(book, one, actor) for one in issued if one.step == _CONFIRMED
            ]
        return [one for one in standings if one.state == ORDERED]

    def notice(self, number: str, actor: Actor) -> bytes:
        """T8 about the certificate, as PDF; the look is logged.

        Raises:
            Refusal: DUTY_NOT_HELD, NO_SUCH_PAPER, PAPER_NOT_DRAWN.
        """
        standing = self.find(number, actor)
        if not standing.notice:
            raise Refusal(NO_SUCH_PAPER, number[:40])
        with self._house.book.write() as book:
            paper = book.get_paper(standing.notice)
            if not paper.file_sha256:
                raise Refusal(PAPER_NOT_DRAWN)
            now = self._house.clock()
            book.note(paper.archive_code, paper.case_no, "paper_opened", actor.officer_id, now)
        return self._files.get(paper.file_sha256)

    def _standing(self, book: CaseReader, one: Issuance, actor: Actor) -> CertificateStanding:
        known = CertificateStanding(
            number=one.number, case_no=one.case_no, file_sha256=one.file_sha256
        )
        for paper in book.list_papers(one.case_no):
            said = _order(paper.status_order)
            if said is not None and said.number == one.number:
                told = self._told(known, said, actor, ENDED)
                return replace(told, notice=paper.paper_id, notice_drawn=bool(paper.file_sha256))
        said = _order(book.get_work(one.case_no, one.holder_archive).withdrawal)
        if said is not None and said.number == one.number:
            return self._told(known, said, actor, ORDERED)
        return known

    def _told(
        self, known: CertificateStanding, said: StatusOrder, actor: Actor, state: str
    ) -> CertificateStanding:
        return replace(
            known,
            state=state,
            reason_class=said.reason_class,
            replaced_by=said.replaced_by,
            dispatcher=self._staff.get(said.dispatcher).officer.display_name,
            keeper=self._staff.get(said.seal_keeper).officer.display_name,
            mine=state == ORDERED and said.seal_keeper == actor.officer_id,
            at=said.ordered_at,
        )


def _order(envelope: Envelope | None) -> StatusOrder | None:
    return decode(envelope.payload, StatusOrder) if envelope is not None else None


def _require(actor: Actor) -> None:
    if not LOOKERS & set(actor.posts):
        raise Refusal(DUTY_NOT_HELD)
