"""索引汇交: one person sends a file in and it is checked; another takes it into the index.

Nothing is searchable before the reviewer says so, and then all rows are or none. The file waits in
the node's folder and is gone once it is decided on; report, list and log leaf stay.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from node.domain.intake_batches import (
    ACCEPTED,
    CHECKED,
    DECLINED,
    FAILED,
    BatchPaper,
    DecideBatchCommand,
    IntakeBatch,
    IntakeBoard,
    SendBatchCommand,
    ShelfSheet,
)
from node.domain.intake_reasons import (
    BATCH_DECIDED,
    BATCH_EMPTY,
    BATCH_NOT_FOUND,
    BATCH_NOTE,
    BATCH_SENT_BEFORE,
)
from node.domain.officers import Actor
from node.ports import StaffBook
from node.services.house import House
from node.services.import_holdings import HoldingsFile, ImportHoldings, ImportOrder
from node.services.intake_stores import IntakeBook, IntakeFiles
from records.duties import Act, PerformedAct, Post, verify_may, verify_separation
from records.kinds import get_kind
from records.process_reasons import DUTY_NOT_HELD
from records.refusal import Refusal

_READERS = frozenset(
    {Post.REPOSITORY_MASTER, Post.SUBMISSION_REVIEWER, Post.LEADER, Post.SUPERVISOR, Post.AUDITOR}
)
_MOST_LISTED = 200
_SHORTEST_NOTE, _LONGEST_NOTE = 4, 200


class TakeBatches:
    """The intake desk of one node."""

    def __init__(
        self,
        house: House,
        book: IntakeBook,
        files: IntakeFiles,
        imports: ImportHoldings,
        staff: StaffBook,
    ) -> None:
        """Of the archives of `house`."""
        self._house, self._book, self._files = house, book, files
        self._imports, self._staff = imports, staff

    def board(self, actor: Actor) -> IntakeBoard:
        """Shelves with coverage and versions, batches newest first. Raises: DUTY_NOT_HELD."""
        self._require_reader(actor)
        declared = {one.category: one for one in self._house.coverage_of(actor.archive_code)}
        there = {one.category: one for one in self._book.shelves(actor.archive_code)}
        sheets = []
        for category in sorted(declared.keys() | there.keys()):
            said, shelf = declared.get(category), there.get(category)
            sheets.append(
                ShelfSheet(
                    category=category,
                    entries=shelf.entries if shelf else 0,
                    people=shelf.people if shelf else 0,
                    first_year=shelf.first_year if shelf else 0,
                    last_year=shelf.last_year if shelf else 0,
                    index_version=shelf.index_version if shelf else 0,
                    declared_from=said.covered_from if said else 0,
                    declared_to=said.covered_to if said else 0,
                    as_of=said.as_of if said else None,
                    gaps=said.gaps if said else (),
                )
            )
        batches = self._book.list(actor.archive_code, _MOST_LISTED)
        return IntakeBoard(shelves=tuple(sheets), batches=tuple(batches))

    def get(self, batch_id: str, actor: Actor) -> IntakeBatch:
        """One batch of the actor's archive. Raises Refusal: BATCH_NOT_FOUND, DUTY_NOT_HELD."""
        self._require_reader(actor)
        batch = self._book.find(batch_id)
        if batch is None or batch.archive_code != actor.archive_code:
            raise Refusal(BATCH_NOT_FOUND)
        return batch

    def send(self, command: SendBatchCommand, actor: Actor) -> IntakeBatch:
        """The file was checked and waits for another person; nothing is in the index.

        Raises:
            Refusal: DUTY_NOT_HELD, CATEGORY_UNKNOWN, BATCH_EMPTY, BATCH_SENT_BEFORE, and the
                refusals of the file.
        """
        verify_may(actor.posts, Act.IMPORT_BATCH)
        kind, batch_id = get_kind(command.category), self._house.new_id()
        now = self._house.clock()
        self._files.put(batch_id, command.data)
        try:
            with self._files.open(batch_id, kind) as file:
                self._require_new(file, command.category, actor)
                order = self._order(batch_id, command.category, actor, now)
                checked = self._imports.check(order, file, self._files.report)
                size = file.size
            if not checked.is_new:
                raise Refusal(BATCH_SENT_BEFORE)
            if not checked.batch.rows:
                raise Refusal(BATCH_EMPTY)
        except BaseException:
            self._files.drop(batch_id)
            raise
        batch = IntakeBatch(
            batch_id=batch_id,
            archive_code=actor.archive_code,
            category=kind.code,
            state=FAILED if checked.has_failed else CHECKED,
            file_sha256=checked.batch.file_sha256,
            size=size,
            rows=checked.batch.rows,
            warned=checked.batch.warned,
            rejected=checked.batch.rejected,
            sent_by=actor.officer_id,
            sent_at=now,
        )
        self._book.add(batch)
        if checked.has_failed:
            self._files.drop(batch_id)
        return batch

    def accept(self, command: DecideBatchCommand, actor: Actor) -> IntakeBatch:
        """Every row is in the index, in one transaction with the leaf of the import.

        Raises:
            Refusal: DUTY_NOT_HELD, DUTY_CONFLICT, BATCH_NOT_FOUND, BATCH_DECIDED, IMPORT_RUNNING,
                IMPORT_COLLIDED.
        """
        batch = self._waiting(command.batch_id, actor)
        with self._files.alone():
            order = replace(
                self._order(batch.batch_id, batch.category, actor, self._house.clock()),
                handled_by=batch.sent_by,
                approved_by=actor.officer_id,
                accept_warnings=True,
            )
            with self._files.open(batch.batch_id, get_kind(batch.category)) as file:
                done = self._imports.run(order, file, self._files.report)
        if done.has_failed or done.batch.batch_id != batch.batch_id:
            # Since the check another batch brought one of its rows, or the whole file.
            failed = self._decided(batch, FAILED, actor, note="")
            self._book.decide(replace(failed, rejected=done.batch.rejected), actor.officer_id)
            self._files.drop(batch.batch_id)
            raise Refusal(BATCH_SENT_BEFORE)
        shelves = {one.category: one for one in self._book.shelves(batch.archive_code)}
        accepted = replace(
            self._decided(batch, ACCEPTED, actor, note=""),
            index_version=shelves[batch.category].index_version,
        )
        self._book.decide(accepted, actor.officer_id)
        self._files.drop(batch.batch_id)
        return accepted

    def decline(self, command: DecideBatchCommand, actor: Actor) -> IntakeBatch:
        """退回: the batch goes back with a reason.

        Raises:
            Refusal: DUTY_NOT_HELD, DUTY_CONFLICT, BATCH_NOT_FOUND, BATCH_DECIDED, BATCH_NOTE.
        """
        batch = self._waiting(command.batch_id, actor)
        note = " ".join(command.note.split())
        if not _SHORTEST_NOTE <= len(note) <= _LONGEST_NOTE:
            raise Refusal(BATCH_NOTE)
        declined = self._decided(batch, DECLINED, actor, note=note)
        self._book.decide(declined, actor.officer_id)
        self._files.drop(batch.batch_id)
        return declined

    def report(self, batch_id: str, actor: Actor) -> Sequence[BatchPaper]:
        """Findings of the check. Raises Refusal: BATCH_NOT_FOUND, DUTY_NOT_HELD."""
        return self._files.findings(self.get(batch_id, actor).batch_id)

    def _waiting(self, batch_id: str, actor: Actor) -> IntakeBatch:
        verify_may(actor.posts, Act.APPROVE_BATCH)
        batch = self.get(batch_id, actor)
        sender = self._staff.get(batch.sent_by).officer.person_id
        done = (PerformedAct(act=Act.IMPORT_BATCH, person_id=sender),)
        verify_separation(Act.APPROVE_BATCH, actor.person_id, done)
        if batch.state != CHECKED:
            raise Refusal(BATCH_DECIDED)
        return batch

    def _decided(self, batch: IntakeBatch, state: str, actor: Actor, *, note: str) -> IntakeBatch:
        return replace(
            batch,
            state=state,
            decided_by=actor.officer_id,
            decided_at=self._house.clock(),
            note=note,
        )

    def _require_new(self, file: HoldingsFile, category: str, actor: Actor) -> None:
        for batch in self._book.list(actor.archive_code, _MOST_LISTED):
            same = (batch.file_sha256, batch.category) == (file.sha256, category)
            if same and batch.state in (CHECKED, ACCEPTED):
                raise Refusal(BATCH_SENT_BEFORE)

    def _order(self, batch_id: str, category: str, actor: Actor, now: datetime) -> ImportOrder:
        return ImportOrder(
            archive_code=actor.archive_code,
            category=category,
            batch_id=batch_id,
            accept_warnings=False,
            now=now,
            handled_by=actor.officer_id,
        )

    def _require_reader(self, actor: Actor) -> None:
        if not _READERS & set(actor.posts):
            raise Refusal(DUTY_NOT_HELD)
