"""修正: one person proposes what the page says, another approves it, and only the index changes.

The page image and the original wording stay as they are. Proposal, decision and the change of the
entry are each one transaction with the signed step and its log leaf; whatever was issued from the
old value is named in the approval, and replaced by people (services/replace_certificates.py).
"""

from dataclasses import replace
from datetime import datetime

from node.correction_ports import CorrectionBook, CorrectionWriter
from node.domain.catalogue_index import index_entry
from node.domain.correction_reasons import (
    CORRECTION_DECIDED,
    CORRECTION_MALFORMED,
    CORRECTION_NOTE_MISSING,
    CORRECTION_STALE,
)
from node.domain.corrections import (
    APPROVED,
    PROPOSED,
    RETURNED,
    Affected,
    Correction,
    DecideCorrection,
    ProposeCorrection,
    corrected,
    find_page,
    get_column,
    is_issued_from,
    row_of,
    statement_of,
    value_of,
    verify_region,
    verify_words,
)
from node.domain.four_checks import Verdict, check_row
from node.domain.kept_statements import CORRECTION, new_statement
from node.domain.officers import Actor
from node.ports import StaffBook
from node.services.house import House, require_act
from records.characters import check_characters
from records.deadlines import BEIJING
from records.duties import Act, PerformedAct, verify_separation
from records.entries import CatalogueEntry
from records.kinds import get_kind
from records.refusal import Refusal
from records.release import ReleaseOrder
from records.sought import QueryReader
from trust.envelope.statement import decode, sign_statement

_COMPARED = ("holder_review", "released", "sealed", "delivered")
_SHORTEST_NOTE, _LONGEST_NOTE = 4, 200
_MOST_CLUES = 200


class CorrectIndex:
    """Corrections of the archives of one house."""

    def __init__(
        self,
        house: House,
        book: CorrectionBook,
        staff: StaffBook,
        reader: QueryReader,
    ) -> None:
        """`reader` checks and indexes new values as an import does."""
        self._house, self._book, self._staff, self._reader = house, book, staff, reader

    def propose(self, command: ProposeCorrection, actor: Actor) -> Correction:
        """The correction waits for another person's decision.

        Raises:
            Refusal: DUTY_NOT_HELD, ENTRY_NOT_FOUND, CORRECTION_MALFORMED, CORRECTION_IMAGE,
                CORRECTION_OPEN, CHARACTER_REFUSED.
        """
        require_act(actor, command.archive_code, Act.PROPOSE_CORRECTION)
        now = self._house.clock()
        with self._book.write() as book:
            entry = book.get_entry(command.archive_code, command.reference_code)
            correction = self._draft(command, entry, actor, now)
            year = now.astimezone(BEIJING).year
            number = book.next_number(f"correction/{command.archive_code}/{year}")
            name = f"XZ-{command.archive_code}-{year}-{number:06d}"
            correction = replace(correction, correction_id=name)
            book.add_correction(correction)
            self._record(book, correction, actor, now)
        return correction

    def decide(self, command: DecideCorrection, actor: Actor) -> Correction:
        """Approved: the index says the new value. Returned: it stays, and the note says why.

        Raises:
            Refusal: DUTY_NOT_HELD, DUTY_CONFLICT (who proposed does not approve),
                CORRECTION_UNKNOWN, CORRECTION_DECIDED, CORRECTION_NOTE_MISSING, CORRECTION_STALE,
                INDEX_BUSY.
        """
        require_act(actor, command.archive_code, Act.APPROVE_CORRECTION)
        note = command.note.strip()
        if not command.approve and not _SHORTEST_NOTE <= len(note) <= _LONGEST_NOTE:
            raise Refusal(CORRECTION_NOTE_MISSING)
        now = self._house.clock()
        with self._book.write() as book:
            correction = book.get_correction(command.archive_code, command.correction_id)
            self._verify_other(correction, actor)
            if correction.state != PROPOSED:
                raise Refusal(CORRECTION_DECIDED)
            decided = replace(correction, decided_by=actor.officer_id, decided_at=now)
            if command.approve:
                decided = self._apply(book, decided)
            else:
                decided = replace(decided, state=RETURNED, note=note)
            saved = book.save_correction(decided)
            self._record(book, saved, actor, now)
        return saved

    def _draft(
        self, command: ProposeCorrection, entry: CatalogueEntry, actor: Actor, now: datetime
    ) -> Correction:
        kind = get_kind(entry.category)
        spec, value = get_column(kind, command.field), command.new_value.strip()
        page, old = find_page(entry, command.image), value_of(entry, command.field)
        check_characters(value)
        if value == old:
            raise Refusal(CORRECTION_MALFORMED, "new_value")
        return Correction(
            correction_id="",
            archive_code=command.archive_code,
            category=entry.category,
            reference_code=entry.reference_code,
            field=spec.code,
            label=spec.label,
            old_value=old,
            new_value=value,
            image=page.sha256,
            page_no=page.page_no,
            region=verify_region(command.region),
            reason=verify_words(command.reason, "reason"),
            because=command.because.strip()[:60],
            doubts=self._doubts(entry, command.field, value, now),
            entry_version=entry.index_version,
            proposed_by=actor.officer_id,
            proposed_at=now,
        )

    def _doubts(
        self, entry: CatalogueEntry, field: str, value: str, now: datetime
    ) -> tuple[str, ...]:
        """What the check of an import row says of the new value; a failed item refuses it."""
        row, reader = row_of(entry) | {field: value}, self._reader
        today, kind = now.astimezone(BEIJING).date(), get_kind(entry.category)
        findings = check_row(1, row, kind, reader.calendar, today, reader.areas)
        about = [one for one in findings if one.field == field]
        for one in about:
            if one.verdict is Verdict.FAIL:
                raise Refusal(CORRECTION_MALFORMED, f"{field} {one.item} {one.detail}")
        return tuple(f"{one.item} {one.detail}" for one in about)

    def _apply(self, book: CorrectionWriter, correction: Correction) -> Correction:
        """The entry is replaced first: importers take their locks in the same order."""
        archive, reference = correction.archive_code, correction.reference_code
        entry = book.get_entry(archive, reference)
        stands = (entry.index_version, value_of(entry, correction.field))
        if stands != (correction.entry_version, correction.old_value):
            raise Refusal(CORRECTION_STALE)
        changed = corrected(entry, correction.field, correction.new_value)
        version = book.replace_entry(index_entry(changed, self._reader))
        affected = tuple(
            Affected(case_no=one.case_no, number=one.number, release_id=one.release_id)
            for one in book.certified(archive, reference)
            if is_issued_from(decode(one.order.payload, ReleaseOrder), correction)
        )
        return replace(correction, state=APPROVED, index_version=version, affected=affected)

    def _record(
        self, book: CorrectionWriter, correction: Correction, actor: Actor, now: datetime
    ) -> None:
        """The signed step, its leaf, and a leaf for each certificate that it concerns."""
        said = sign_statement(statement_of(correction, actor.officer_id, now), self._house.signer)
        name = correction.correction_id
        book.keep(correction.archive_code, new_statement(name, CORRECTION, said, now))
        what = f"correction_{correction.state}"
        book.note(correction.archive_code, name, what, actor.officer_id, now)
        if correction.state != APPROVED:
            return
        for one in correction.affected:
            book.note(correction.archive_code, one.case_no, "corrected", actor.officer_id, now)

    def _verify_other(self, correction: Correction, actor: Actor) -> None:
        proposer = self._person(correction.proposed_by)
        done = (PerformedAct(act=Act.PROPOSE_CORRECTION, person_id=proposer),)
        verify_separation(Act.APPROVE_CORRECTION, actor.person_id, done)

    def _person(self, officer_id: str) -> str:
        return self._staff.get(officer_id).officer.person_id
