"""Looking at corrections: the entry to correct, its page, what waits, what follows from a decision.

Every look at an entry or a page image leaves a leaf in the archive's log.
"""

from collections.abc import Sequence

from node.correction_ports import CorrectionBook
from node.domain.corrections import Clue, Correction, CorrectionView, find_page, value_of
from node.domain.officers import Actor
from node.ports import ImageStore, StaffBook
from node.services.house import House, require_act
from node.services.replace_certificates import LOOKERS, ReplaceCertificates
from records.duties import Act, Post
from records.entries import CatalogueEntry
from records.process_reasons import DUTY_NOT_HELD
from records.refusal import Refusal

_COMPARED = ("holder_review", "released", "sealed", "delivered")
_MOST_CLUES = 200


class LookAtCorrections:
    """What both sides of a correction see."""

    def __init__(
        self,
        house: House,
        book: CorrectionBook,
        staff: StaffBook,
        images: ImageStore,
        replacing: ReplaceCertificates,
    ) -> None:
        """Of the archives of `house`; `replacing` knows what became of certificates."""
        self._house, self._book, self._staff = house, book, staff
        self._images, self._replacing = images, replacing

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

    def _require_looker(self, actor: Actor) -> None:
        if not LOOKERS & set(actor.posts):
            raise Refusal(DUTY_NOT_HELD)

    def _person(self, officer_id: str) -> str:
        return self._staff.get(officer_id).officer.person_id

    def _name(self, officer_id: str) -> str:
        return self._staff.get(officer_id).officer.display_name if officer_id else ""
