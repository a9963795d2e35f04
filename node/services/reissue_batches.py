"""批量重新出证: each certificate of a batch goes the way of any other, signed by people one by one.

Nothing is released by a machine: the dispatcher and the seal keeper each open their own key and
sign every order of the batch themselves; the command only spares them the typing. The words are
those that were compared with the page; what is printed anew is the same record. A batch that was
cut off goes on where the cases stand.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from node.case_ports import CaseReader
from node.correction_ports import CorrectionBook, CorrectionWriter
from node.domain.cases import HolderCase
from node.domain.commands import ReleaseCommand, SealCommand
from node.domain.correction_reasons import CERTIFICATE_STANDS, CORRECTION_MALFORMED
from node.domain.corrections import Affected, AffectedView, verify_words
from node.domain.officers import Actor
from node.domain.paper_commands import ConfirmWithdrawalCommand, WithdrawCommand
from node.domain.reissue import CAUSES, Outcome, PlanReissue, ReissueBatch, ReissueStep
from node.services.house import House, require_act
from node.services.release_extract import ReleaseDeskService
from node.services.replace_certificates import ISSUED, OPEN, ORDERED, REISSUING, ReplaceCertificates
from node.services.withdraw_certificate import WithdrawCertificate
from records.case_states import CaseState
from records.deadlines import BEIJING
from records.duties import Act
from records.refusal import Kind, Refusal

_Act = Callable[[Affected, AffectedView], None]


class BatchBook(Protocol):
    """Batches as planned."""

    def add(self, batch: ReissueBatch) -> None:
        """The batch is kept."""
        ...

    def get(self, archive_code: str, batch_id: str) -> ReissueBatch:
        """Raises Refusal: CORRECTION_UNKNOWN."""
        ...

    def list(self, archive_code: str) -> Sequence[ReissueBatch]:
        """Newest first."""
        ...


class ReissueBatches:
    """Plans batches and carries them on, an officer at a time."""

    def __init__(
        self,
        house: House,
        books: tuple[CorrectionBook, BatchBook],
        replacing: ReplaceCertificates,
        release: ReleaseDeskService,
        withdrawals: WithdrawCertificate,
    ) -> None:
        """Of the archives of `house`."""
        self._house, (self._book, self._batches) = house, books
        self._replacing, self._release, self._withdrawals = replacing, release, withdrawals

    def plan(self, command: PlanReissue, actor: Actor) -> ReissueBatch:
        """The batch is named and logged; nothing is replaced yet.

        Raises:
            Refusal: DUTY_NOT_HELD, CORRECTION_MALFORMED (cause, note), CERTIFICATE_STANDS (a number
                that is not ours, or is replaced already).
        """
        require_act(actor, command.archive_code, Act.RELEASE)
        if command.cause not in CAUSES:
            raise Refusal(CORRECTION_MALFORMED, "cause")
        note, now = verify_words(command.note, "note"), self._house.clock()
        with self._book.write() as book:
            chosen = self._choose(book, command, actor)
            year = now.astimezone(BEIJING).year
            number = book.next_number(f"reissue/{command.archive_code}/{year}")
            batch = ReissueBatch(
                batch_id=f"CF-{command.archive_code}-{year}-{number:06d}",
                archive_code=command.archive_code,
                cause=command.cause,
                note=note,
                planned_by=actor.officer_id,
                planned_at=now,
                certificates=chosen,
            )
            book.note(
                command.archive_code, batch.batch_id, "reissue_planned", actor.officer_id, now
            )
        self._batches.add(batch)
        return batch

    def release(self, command: ReissueStep, actor: Actor) -> Iterator[Outcome]:
        """The dispatcher takes up each case and signs its new order."""
        require_act(actor, command.archive_code, Act.RELEASE)

        def act(one: Affected, view: AffectedView) -> None:
            if view.step == OPEN:
                self._take_up(one, actor)
            elif view.step != REISSUING or not self._waits_for_release(one, actor):
                return
            self._release.release(
                ReleaseCommand(
                    case_no=one.case_no,
                    holder_archive=command.archive_code,
                    seal_keeper=command.seal_keeper,
                    password=command.password,
                ),
                actor,
            )

        return self._each(command, actor, act)

    def seal(self, command: ReissueStep, actor: Actor) -> Iterator[Outcome]:
        """The seal keeper signs each order too; the worker has the certificates made."""
        require_act(actor, command.archive_code, Act.SEAL)

        def act(one: Affected, view: AffectedView) -> None:
            if view.step == REISSUING and self._work(one, actor).state == CaseState.RELEASED:
                said = SealCommand(
                    case_no=one.case_no,
                    holder_archive=command.archive_code,
                    password=command.password,
                )
                self._release.seal(said, actor)

        return self._each(command, actor, act)

    def supersede(self, command: ReissueStep, actor: Actor) -> Iterator[Outcome]:
        """The dispatcher orders that each new certificate replaces the old one."""
        require_act(actor, command.archive_code, Act.RELEASE)
        batch = self._batches.get(command.archive_code, command.batch_id)

        def act(one: Affected, view: AffectedView) -> None:
            if view.step == ISSUED:
                said = WithdrawCommand(
                    case_no=one.case_no,
                    holder_archive=command.archive_code,
                    number=one.number,
                    reason_class=batch.cause,
                    replaced_by=view.replaced_by,
                    seal_keeper=command.seal_keeper,
                    password=command.password,
                )
                self._withdrawals.order(said, actor)

        return self._each(command, actor, act)

    def confirm(self, command: ReissueStep, actor: Actor) -> Iterator[Outcome]:
        """The seal keeper confirms each replacement; the old ones lead to the new ones."""
        require_act(actor, command.archive_code, Act.SEAL)

        def act(one: Affected, view: AffectedView) -> None:
            if view.step == ORDERED and view.mine:
                said = ConfirmWithdrawalCommand(
                    case_no=one.case_no,
                    holder_archive=command.archive_code,
                    password=command.password,
                )
                self._withdrawals.confirm(said, actor)

        return self._each(command, actor, act)

    def status(self, archive_code: str, batch_id: str, actor: Actor) -> Iterator[Outcome]:
        """How far each certificate of the batch is."""
        command = ReissueStep(archive_code=archive_code, batch_id=batch_id, password="")
        return self._each(command, actor, lambda one, view: None)

    def _each(self, command: ReissueStep, actor: Actor, act: _Act) -> Iterator[Outcome]:
        """Every certificate in turn; one that is refused keeps none of the others."""
        batch = self._batches.get(command.archive_code, command.batch_id)
        total = len(batch.certificates)
        for place, one in enumerate(batch.certificates, start=1):
            code = ""
            try:
                act(one, self._view(one, actor))
            except Refusal as refusal:
                if refusal.reason.kind is Kind.UNAUTHENTICATED:
                    # A wrong password is wrong for all of them, and each try counts.
                    raise
                code = refusal.code
            step = self._view(one, actor).step
            yield Outcome(number=one.number, step=step, code=code, place=place, of=total)

    def _choose(
        self, book: CorrectionWriter, command: PlanReissue, actor: Actor
    ) -> tuple[Affected, ...]:
        """Certificates that stand: all of the archive's, or exactly those named."""
        standing: dict[str, Affected] = {}
        for work in book.list_work(command.archive_code, (CaseState.DELIVERED.value,), 1_000_000):
            for file in work.files:
                one = Affected(case_no=work.case_no, number=file.number, release_id=work.release_id)
                if self._replacing.step(book, one, actor).step == OPEN:
                    standing[file.number] = one
        if not command.numbers:
            return tuple(standing.values())
        strange = [number for number in command.numbers if number not in standing]
        if strange:
            raise Refusal(CERTIFICATE_STANDS, strange[0][:40])
        return tuple(standing[number] for number in dict.fromkeys(command.numbers))

    def _take_up(self, one: Affected, actor: Actor) -> None:
        with self._book.write() as book:
            work = book.get_work(one.case_no, actor.archive_code)
            self._replacing.take_up(book, work, one.number, actor, self._house.clock())

    def _waits_for_release(self, one: Affected, actor: Actor) -> bool:
        """Taken up by this dispatcher before the run was cut off; a lapsed claim is renewed."""
        with self._book.write() as book:
            work = book.get_work(one.case_no, actor.archive_code)
            if work.state != CaseState.HOLDER_REVIEW or work.claimed_by != actor.officer_id:
                return False
            self._replacing.hold(book, work, actor)
        return True

    def _work(self, one: Affected, actor: Actor) -> HolderCase:
        with self._book.read() as book:
            return book.get_work(one.case_no, actor.archive_code)

    def _view(self, one: Affected, actor: Actor) -> AffectedView:
        with self._book.read() as book:
            reader: CaseReader = book
            return self._replacing.step(reader, one, actor)
