"""撤销与更正: two people order that a certificate no longer stands, and T8 says so.

Withdrawn is final, and the certificate service checks the order again. Where a certificate was
wrong, the right one is issued first; the order then names it, so that the QR code of the old one
leads to the new one (E17).
"""

from dataclasses import replace
from uuid import UUID

from node.case_ports import CaseWriter
from node.domain.cases import HolderCase
from node.domain.correction_reasons import WITHDRAWAL_UNDER_WAY
from node.domain.exchange_reasons import NO_SEAL_KEEPER, NO_SUCH_PAPER, NOT_NAMED_KEEPER
from node.domain.kept_statements import PAPER, STATUS_ORDER, new_statement
from node.domain.office_papers import CasePaper
from node.domain.officers import Actor, Officer
from node.domain.paper_commands import ConfirmWithdrawalCommand, WithdrawCommand
from node.domain.reasons import TEXT_MALFORMED
from node.ports import OfficerKeys, StaffBook
from node.services.house import House, require_act
from records.deadlines import BEIJING
from records.duties import Act, PerformedAct, verify_separation
from records.papers import OfficePaper
from records.refusal import Refusal
from records.release import StatusOrder
from records.templates import withdrawal_text
from trust.envelope.dsse import Envelope, add_signature, envelope_id
from trust.envelope.statement import decode, sign_statement

WHY = {
    "error_in_record": "档案著录有误",
    "error_in_extract": "出证文字有误",
    "leaked": "证明遗失或泄露",
    "obtained_unlawfully": "以不正当手段取得",
}
"""Reason class → words of T8: the class only, never what happened."""


class WithdrawCertificate:
    """Orders of the holder about its own certificates."""

    def __init__(self, house: House, staff: StaffBook, keys: OfficerKeys) -> None:
        """Of the archives of `house`."""
        self._house = house
        self._staff = staff
        self._keys = keys

    def order(self, command: WithdrawCommand, actor: Actor) -> str:
        """The dispatcher signed the status order; its envelope id.

        Raises:
            Refusal: TEXT_MALFORMED, NO_SUCH_PAPER (no certificate of this number in the case),
                WITHDRAWAL_UNDER_WAY, NO_SEAL_KEEPER, PASSWORD_WRONG, DUTY_NOT_HELD,
                CASE_NOT_FOUND.
        """
        require_act(actor, command.holder_archive, Act.RELEASE)
        if command.reason_class not in WHY or command.replaced_by == command.number:
            raise Refusal(TEXT_MALFORMED, "reason_class, replaced_by")
        keeper = self._keeper(command, actor)
        signer = self._keys.unlock(actor.archive_code, actor.user, command.password)
        with self._house.book.write() as book:
            work = book.get_work(command.case_no, command.holder_archive)
            self._verify_issued(book, work, command.number)
            _verify_free(book, work, command.number, actor)
            now = self._house.clock()
            said = StatusOrder(
                order_id=str(UUID(bytes=self._house.random(16), version=4)),
                holder_archive=work.holder_archive,
                number=command.number,
                status="superseded" if command.replaced_by else "revoked",
                replaced_by=command.replaced_by,
                reason_class=command.reason_class,
                dispatcher=actor.officer_id,
                seal_keeper=keeper.officer_id,
                ordered_at=now,
            )
            envelope = sign_statement(said, signer)
            book.save_work(replace(work, withdrawal=envelope))
            archive, case_no = work.holder_archive, work.case_no
            book.note(archive, case_no, "withdrawal_ordered", actor.officer_id, now)
        return envelope_id(envelope)

    def confirm(self, command: ConfirmWithdrawalCommand, actor: Actor) -> CasePaper:
        """The seal keeper signed it too; T8 is drawn once the status has changed.

        Raises:
            Refusal: NOT_NAMED_KEEPER, DUTY_CONFLICT, PASSWORD_WRONG, DUTY_NOT_HELD.
        """
        require_act(actor, command.holder_archive, Act.SEAL)
        signer = self._keys.unlock(actor.archive_code, actor.user, command.password)
        with self._house.book.write() as book:
            work = book.get_work(command.case_no, command.holder_archive)
            if work.withdrawal is None:
                raise Refusal(NOT_NAMED_KEEPER)
            said = decode(work.withdrawal.payload, StatusOrder)
            if said.seal_keeper != actor.officer_id:
                raise Refusal(NOT_NAMED_KEEPER)
            first = self._staff.get(said.dispatcher).officer.person_id
            done = (PerformedAct(act=Act.RELEASE, person_id=first),)
            verify_separation(Act.SEAL, actor.person_id, done)
            order = add_signature(work.withdrawal, signer)
            supersedes = "" if work.supersedes == said.number else work.supersedes
            book.save_work(replace(work, withdrawal=None, supersedes=supersedes))
            now = self._house.clock()
            kept = new_statement(work.case_no, STATUS_ORDER, order, now)
            book.keep(work.holder_archive, kept)
            return self._notice(book, work, order, said, actor)

    def _notice(
        self,
        book: CaseWriter,
        work: HolderCase,
        order: Envelope,
        said: StatusOrder,
        actor: Actor,
    ) -> CasePaper:
        now, holder = self._house.clock(), self._house.require_archive(work.holder_archive)
        text = withdrawal_text(
            number=said.number,
            holder=holder,
            why=WHY[said.reason_class],
            replaced_by=said.replaced_by,
            decided_at=now,
        )
        first = self._staff.get(said.dispatcher).officer.display_name
        second = self._staff.get(actor.officer_id).officer.display_name
        paper = OfficePaper(
            paper_id=str(UUID(bytes=self._house.random(16), version=4)),
            template=text.template,
            case_no=work.case_no,
            archive_code=work.holder_archive,
            archive_name=holder,
            title=text.title,
            symbol=f"证明编号 {said.number}",
            opening=text.opening,
            closing=text.closing,
            handler_line=f"经办人：{first}　审核人：{second}",
            written_on=now.astimezone(BEIJING).date(),
            written_at=now,
        )
        envelope = sign_statement(paper, self._house.signer)
        made = CasePaper(
            paper_id=paper.paper_id,
            case_no=work.case_no,
            archive_code=work.holder_archive,
            template=paper.template,
            title=paper.title,
            symbol=paper.symbol,
            envelope=envelope,
            envelope_id=envelope_id(envelope),
            ordered_by=actor.officer_id,
            ordered_at=now,
            status_order=order,
        )
        book.add_paper(made)
        book.keep(work.holder_archive, new_statement(work.case_no, PAPER, envelope, now))
        return made

    def _verify_issued(self, book: CaseWriter, work: HolderCase, number: str) -> None:
        issued = book.case_issuances(work.case_no, work.holder_archive)
        if not any(one.number == number and one.step == "confirmed" for one in issued):
            raise Refusal(NO_SUCH_PAPER, number)

    def _keeper(self, command: WithdrawCommand, actor: Actor) -> Officer:
        officer = self._staff.get(command.seal_keeper).officer
        fits = "seal_keeper" in officer.posts and officer.active
        if not fits or officer.person_id == actor.person_id:
            raise Refusal(NO_SEAL_KEEPER)
        return officer


def _verify_free(book: CaseWriter, work: HolderCase, number: str, actor: Actor) -> None:
    """Nobody ended it meanwhile, and no order of somebody else is written over.

    An order may be signed anew by who signed it: for another keeper, or another cause.
    """
    ended = [
        decode(one.status_order.payload, StatusOrder).number
        for one in book.list_papers(work.case_no)
        if one.status_order is not None
    ]
    if number in ended:
        raise Refusal(WITHDRAWAL_UNDER_WAY)
    if work.withdrawal is None:
        return
    waiting = decode(work.withdrawal.payload, StatusOrder)
    if (waiting.number, waiting.dispatcher) != (number, actor.officer_id):
        raise Refusal(WITHDRAWAL_UNDER_WAY)
