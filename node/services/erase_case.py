"""删除个人信息: two people erase what a case says about people, or a term that has expired does.

The proofs stay: leaves, openings of statements, receipts, agreements. A pack that was taken out
before still verifies, one that is taken out afterwards says what was erased (issue 5, "Proof").
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from node.domain.erasure import SYSTEM, Copy, Erased, EraseOrder
from node.domain.exchange_reasons import ERASURE_ARGUMENTS
from node.domain.officers import Actor
from node.domain.reasons import CASE_NOT_FOUND
from node.erasure_ports import ErasureBook, ErasureJournal, FileShelf
from node.ports import EventLog
from node.services.house import House, require_act
from records.duties import Act
from records.process_reasons import DUTY_CONFLICT
from records.refusal import Refusal
from records.retention import HOLDS, Basis, Held, Keeping

_MOST_WORDS = 500
_AT_ONCE = 200
EVERY = timedelta(hours=1)


class EraseCase:
    """Erases copies of cases."""

    def __init__(
        self,
        house: House,
        book: ErasureBook,
        shelves: Sequence[FileShelf],
        journal: ErasureJournal,
    ) -> None:
        """Of this house; `shelves` hold the files that cases name."""
        self._house = house
        self._book = book
        self._shelves = shelves
        self._journal = journal

    def erase(
        self, case_no: str, basis: str, words: str, actor: Actor, leader: Actor
    ) -> Sequence[Erased]:
        """What is left of the copies that the actor's archive had of the case.

        Args:
            case_no: An ended case, or a draft.
            basis: A code of records/retention.py; `term_expired` is the table's alone to say.
            words: The reason of this case, 1-500 characters; kept sealed.
            actor: Who erases.
            leader: Another person, who agrees.

        Raises:
            Refusal: ERASURE_ARGUMENTS, DUTY_NOT_HELD, DUTY_CONFLICT, CASE_NOT_FOUND, CASE_HELD,
                CASE_NOT_ENDED.
        """
        require_act(actor, actor.archive_code, Act.ERASE)
        require_act(leader, actor.archive_code, Act.APPROVE_ERASURE)
        if leader.person_id == actor.person_id:
            raise Refusal(DUTY_CONFLICT, "leader")
        if basis not in set(Basis) - {Basis.TERM_EXPIRED}:
            raise Refusal(ERASURE_ARGUMENTS, "--basis")
        if not 1 <= len(words.strip()) <= _MOST_WORDS:
            raise Refusal(ERASURE_ARGUMENTS, "--reason")
        copies = self._book.copies(actor.archive_code, case_no)
        if not copies:
            raise Refusal(CASE_NOT_FOUND)
        order = EraseOrder(
            basis=basis,
            words=words.strip(),
            ordered_by=actor.officer_id,
            approved_by=leader.officer_id,
            at=self._house.clock(),
        )
        return self.erase_copies(copies, order)

    def erase_copies(self, copies: Sequence[Copy], order: EraseOrder) -> Sequence[Erased]:
        """The copies are gone, and then their files."""
        erased = []
        for copy in copies:
            erased.append(self._book.erase(copy, order))
            self._journal.note(copy, order)
        self.delete_files()
        return erased

    def erase_again(self) -> int:
        """Copies that a restored backup brought back are gone again; how many there were."""
        done = 0
        for copy, order in self._journal.noted():
            if copy in self._book.copies(copy.archive_code, copy.case_no):
                self._book.erase(copy, order)
                done += 1
        self.delete_files()
        return done

    def complete_journal(self) -> None:
        """Erasures that a crash kept from the journal are in it."""
        noted = {copy for copy, _ in self._journal.noted()}
        for archive_code in self._house.archives:
            for erased in self._book.erased(archive_code, _AT_ONCE):
                if erased.copy not in noted:
                    self._journal.note(erased.copy, erased.order)

    def delete_files(self) -> int:
        """Files that only erased cases named are gone; how many there were."""
        doomed = self._book.files_to_delete()
        for sha256 in doomed:
            for shelf in self._shelves:
                shelf.remove(sha256)
            self._book.deleted(sha256)
        return len(doomed)


class Retain:
    """The worker's duty: what has outlived its term is erased, once an hour."""

    def __init__(
        self,
        house: House,
        book: ErasureBook,
        erase: EraseCase,
        terms: Mapping[Keeping, timedelta],
        log: EventLog,
    ) -> None:
        """Under these terms, one for each keeping."""
        self._house = house
        self._book = book
        self._erase = erase
        self._terms = terms
        self._log = log
        self._due = house.clock()

    def run(self) -> int:
        """How many copies were erased in this round."""
        now = self._house.clock()
        if now < self._due:
            return 0
        done = self.erase_due(now)
        # A full round means that there is more: go on at once.
        self._due = now if done >= _AT_ONCE else now + EVERY
        return done

    def due(self, now: datetime) -> Sequence[Copy]:
        """Copies whose term has expired, at most 200 for each archive."""
        before = {keeping: now - term for keeping, term in self._terms.items()}
        return [
            copy
            for archive_code in self._house.archives
            for copy in self._book.due(archive_code, before, _AT_ONCE)
        ]

    def erase_due(self, now: datetime) -> int:
        """How many copies were erased; one that refuses does not stop the others."""
        order = EraseOrder(basis=Basis.TERM_EXPIRED.value, ordered_by=SYSTEM, at=now)
        done = 0
        for copy in self.due(now):
            try:
                done += len(self._erase.erase_copies([copy], order))
            except Refusal as refusal:
                self._log.note("not_erased", case_no=copy.case_no, code=refusal.code)
        self._erase.complete_journal()
        self._erase.delete_files()
        forgotten = self._book.forget_messages(now - self._terms[Keeping.MESSAGE])
        # Who looked at a record is told for as long as the keeper's own copy of a case is kept.
        forgotten += self._book.forget_looks(now - self._terms[Keeping.HOLDER_CASE])
        if done or forgotten:
            self._log.note("retention", count=done + forgotten)
        return done

    def hold(self, case_no: str, why: str, actor: Actor) -> Held:
        """The case is held against erasure. Raises Refusal: ERASURE_ARGUMENTS, DUTY_NOT_HELD."""
        require_act(actor, actor.archive_code, Act.APPROVE_ERASURE)
        if why not in HOLDS:
            raise Refusal(ERASURE_ARGUMENTS, "--why " + "|".join(HOLDS))
        held = Held(
            archive_code=actor.archive_code,
            case_no=case_no,
            why=why,
            held_by=actor.officer_id,
            at=self._house.clock(),
        )
        self._book.hold(held)
        return held

    def release_hold(self, case_no: str, actor: Actor) -> None:
        """The case is held no more. Raises Refusal: CASE_NOT_FOUND, DUTY_NOT_HELD."""
        require_act(actor, actor.archive_code, Act.APPROVE_ERASURE)
        if not self._book.release_hold(actor.archive_code, case_no):
            raise Refusal(CASE_NOT_FOUND)
