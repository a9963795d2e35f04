"""修正: one person proposes what the page says, another approves it, and only the index changes.

The page image and the original wording stay as they are. Proposal, decision and the change of the
entry are each one transaction with the signed step and its log leaf; whatever was issued from the
old value is named in the approval, and replaced by people (services/replace_certificates.py).
"""

from collections.abc import Sequence
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
    Clue,
    Correction,
    CorrectionView,
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
from node.ports import ImageStore, StaffBook
from node.services.house import House, require_act
from node.services.replace_certificates import LOOKERS, ReplaceCertificates
from records.characters import check_characters
from records.deadlines import BEIJING
from records.duties import Act, PerformedAct, Post, verify_separation
from records.entries import CatalogueEntry
from records.kinds import get_kind
from records.process_reasons import DUTY_NOT_HELD
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
        images: ImageStore,
        reader: QueryReader,
        replacing: ReplaceCertificates,
    ) -> None:
        """`reader` checks and indexes new values as an import does."""
        self._house, self._book, self._staff = house, book, staff
        self._images, self._reader, self._replacing = images, reader, replacing

    def open_entry(self, reference_code: str, actor: Actor) -> CatalogueEntry:
        """The entry with exactly that 档号, for who may propose; the look is logged.

        Raises:
            Refusal: DUTY_NOT_HELD, ENTRY_NOT_FOUND.
        """
        require_act(actor, actor.archive_code, Act.PROPOSE_CORRECTION)
        with self._book.write() as book:
            entry = book.get_entry(actor.archive_code, reference_code.strip())
            now = self._house.clock()
            code = entry.reference_code
            book.note(actor.archive_code, code, "entry_opened", actor.officer_id, now)
        return entry

    def page_image(self, reference_code: str, sha256: str, actor: Actor) -> tuple[bytes, str]:
        """A page image of the record and its media type; the look is logged.

        Seen by who may propose, and by anybody of both sides once a correction names the record.

        Raises:
            Refusal: DUTY_NOT_HELD, ENTRY_NOT_FOUND, CORRECTION_IMAGE, IMAGE_NOT_FOUND.
        """
        self._require_looker(actor)
        archive = actor.archive_code
        with self._book.read() as book:
            entry = book.get_entry(archive, reference_code)
            named = book.list_corrections(archive, (), _MOST_CLUES)
        if Post.CORRECTION_CLERK not in actor.posts and not any(
            one.reference_code == reference_code for one in named
        ):
            raise Refusal(DUTY_NOT_HELD)
        page = find_page(entry, sha256)
        data = self._images.get(sha256)
        with self._book.write() as writer:
            now = self._house.clock()
            writer.note(archive, reference_code, "image_viewed", actor.officer_id, now)
        return data, page.media_type

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

    def list(
        self, actor: Actor, states: Sequence[str] = (), limit: int = 100
    ) -> Sequence[Correction]:
        """The archive's corrections, newest first. Raises Refusal: DUTY_NOT_HELD."""
        self._require_looker(actor)
        with self._book.read() as book:
            return book.list_corrections(actor.archive_code, states, limit)

    def view(self, correction_id: str, actor: Actor) -> CorrectionView:
        """One correction with the entry as it stands and what becomes of its certificates.

        Raises:
            Refusal: DUTY_NOT_HELD, CORRECTION_UNKNOWN.
        """
        self._require_looker(actor)
        with self._book.read() as book:
            correction = book.get_correction(actor.archive_code, correction_id)
            entry = book.get_entry(actor.archive_code, correction.reference_code)
            steps = self._replacing.steps(book, correction, actor)
        return CorrectionView(
            correction=correction,
            entry=entry,
            proposer=self._name(correction.proposed_by),
            decider=self._name(correction.decided_by),
            own=self._person(correction.proposed_by) == actor.person_id,
            affected=steps,
        )

    def clues(self, actor: Actor, limit: int = 20) -> Sequence[Clue]:
        """Fields that a clerk printed otherwise than the index has them, newest cases first.

        Raises:
            Refusal: DUTY_NOT_HELD.
        """
        require_act(actor, actor.archive_code, Act.PROPOSE_CORRECTION)
        found: list[Clue] = []
        with self._book.read() as book:
            compared = book.list_work(actor.archive_code, _COMPARED, _MOST_CLUES)
            for work in sorted(compared, key=lambda one: one.received_at, reverse=True):
                done = work.comparison
                if done is None or len(found) >= limit:
                    continue
                entry = book.get_entry(actor.archive_code, done.reference_code)
                found += [
                    Clue(
                        case_no=work.case_no,
                        reference_code=done.reference_code,
                        field=one.field,
                        label=one.label,
                        index_value=one.index_value,
                        page_value=one.value,
                        images=done.images,
                    )
                    for one in done.fields
                    if one.compared == "corrected"
                    and value_of(entry, one.field) == one.index_value
                    and book.find_open(actor.archive_code, done.reference_code, one.field) is None
                ]
        return found[:limit]

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

    def _require_looker(self, actor: Actor) -> None:
        if not LOOKERS & set(actor.posts):
            raise Refusal(DUTY_NOT_HELD)

    def _person(self, officer_id: str) -> str:
        return self._staff.get(officer_id).officer.person_id

    def _name(self, officer_id: str) -> str:
        return self._staff.get(officer_id).officer.display_name if officer_id else ""
