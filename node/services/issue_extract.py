"""From a twice-signed order to a sealed file: one durable fact after another.

    ordered → Prepare → prepared → leaf {number, token} → logged → Issue → issued
            → leaf {number, file} → filed → Confirm → confirmed (sealed, answer in the outbox)

Every step is idempotent by `release_id` and stored before the next one begins, so that a process
killed anywhere goes on where it was (F4). A number that a refused order had is never used again.
"""

import hashlib
from dataclasses import replace
from datetime import timedelta
from functools import partial

from node.case_ports import CaseWriter, Move
from node.domain.cases import HolderCase, Issuance
from node.domain.exchange_reasons import FILE_DAMAGED
from node.ports import Certificates, EventLog, ImageStore, NodeKeys, PrepareInput, StaffBook
from node.services.answering import CORRECTS, Answer, give_answer, replacement_note
from node.services.house import House
from node.services.witnessed_proofs import WitnessedProofs
from node.services.worker import guard
from records.case_states import CaseState
from records.exchange import DeliveredFile
from records.outcomes import Outcome
from records.refusal import Kind, Refusal
from records.release import ReleaseOrder
from trust.channel.reasons import CLOCK_SKEW
from trust.envelope.dsse import Envelope
from trust.envelope.statement import decode
from trust.transparency.reasons import LOG_AWAITS_WITNESSES, LOG_INDEX_TAKEN

_FIRST_WAIT = timedelta(milliseconds=500)
_LONGEST_WAIT = timedelta(seconds=10)
"""A certificate service that comes back is used within half a minute (trust.md C6)."""
_PERMANENT = frozenset({Kind.USAGE, Kind.REFUSED, Kind.NOT_FOUND})


class IssueExtract:
    """Carries every issuance forward."""

    def __init__(  # noqa: PLR0913 -- its ports, by name
        self,
        house: House,
        certificates: Certificates,
        files: ImageStore,
        staff: StaffBook,
        keys: NodeKeys,
        log: EventLog,
        witnessed: WitnessedProofs | None = None,
    ) -> None:
        """Of the archives of `house`; sealed files and page images lie in `files`.

        Without `witnessed` nobody waits for witnesses.
        """
        self._witnessed = witnessed
        self._house = house
        self._certificates = certificates
        self._files = files
        self._staff = staff
        self._keys = keys
        self._log = log

    def run(self, limit: int = 10) -> int:
        """How many issuances moved; each is carried as far as it goes."""
        with self._house.book.read() as book:
            due = book.due_issuances(self._house.clock(), limit)
        done = [guard(partial(self.carry, issuance), self._log, "issue") for issuance in due]
        return sum(done)

    def carry(self, issuance: Issuance) -> Issuance:
        """The issuance, confirmed, failed, or waiting for its next try."""
        steps = {
            "ordered": self._prepare,
            "prepared": self._enter,
            "logged": self._issue,
            "issued": self._file,
            "filed": self._confirm,
        }
        try:
            while issuance.step in steps:
                issuance = steps[issuance.step](issuance)
        except Refusal as refusal:
            return self._postpone(issuance, refusal)
        return issuance

    def _prepare(self, issuance: Issuance) -> Issuance:
        house = self._house
        with house.book.write() as book:
            leaf_index = book.log_size(issuance.holder_archive)
        order = _order_of(issuance)
        proof = house.proofs.make_proof(
            issuance.holder_archive, issuance.release_index, house.clock()
        )
        head = PrepareInput(
            order=issuance.order,
            appointments=self._appointments(order),
            request=issuance.request,
            agreement=issuance.agreement,
            release_proof=proof,
            log_key=self._keys.log_key_statement(issuance.holder_archive),
            leaf_index=leaf_index,
            serial=issuance.serial,
        )
        token = self._certificates.prepare(head, [self._files.get(p.sha256) for p in order.pages])
        return self._save(
            replace(
                issuance,
                step="prepared",
                leaf_index=leaf_index,
                number=token.number,
                token_sha256=token.token_sha256,
            )
        )

    def _enter(self, issuance: Issuance) -> Issuance:
        """Number and token go to the index that was announced, or everything begins again."""
        try:
            with self._house.book.write() as book:
                book.append_certificate(
                    issuance, self._house.clock(), expected_index=issuance.leaf_index
                )
                return book.save_issuance(replace(issuance, step="logged"))
        except Refusal as refusal:
            if refusal.reason is not LOG_INDEX_TAKEN:
                raise
        return self._save(replace(issuance, step="ordered"))

    def _issue(self, issuance: Issuance) -> Issuance:
        proof = self._house.proofs.make_proof(
            issuance.holder_archive, issuance.leaf_index, self._house.clock()
        )
        keys: tuple[Envelope, ...] = ()
        if self._witnessed is not None:
            archive, index = issuance.holder_archive, issuance.leaf_index
            found = self._witnessed.before_the_seal(archive, index, proof)
            proof, keys = found.proof, found.keys
        pdf = self._certificates.issue(issuance.release_id, proof, keys)
        digest = self._files.put(pdf)
        if digest != hashlib.sha256(pdf).hexdigest():
            raise Refusal(FILE_DAMAGED)
        return self._save(replace(issuance, step="issued", file_sha256=digest, size_bytes=len(pdf)))

    def _file(self, issuance: Issuance) -> Issuance:
        with self._house.book.write() as book:
            index = book.append_certificate(issuance, self._house.clock(), expected_index=None)
            return book.save_issuance(replace(issuance, step="filed", file_index=index))

    def _confirm(self, issuance: Issuance) -> Issuance:
        house = self._house
        proof = house.proofs.make_proof(issuance.holder_archive, issuance.file_index, house.clock())
        self._certificates.confirm(issuance.release_id, issuance.file_sha256, proof)
        with house.book.write() as book:
            self._answer(book, issuance)
            return book.save_issuance(replace(issuance, step="confirmed"))

    def _answer(self, book: CaseWriter, issuance: Issuance) -> HolderCase:
        work = book.get_work(issuance.case_no, issuance.holder_archive)
        order = _order_of(issuance)
        file = DeliveredFile(
            number=issuance.number,
            template=order.template,
            sha256=issuance.file_sha256,
            size_bytes=issuance.size_bytes,
            pages=1 + len(order.pages),
        )
        answer = Answer(
            outcome=Outcome(work.outcome),
            files=(file,),
            handled_by=order.dispatcher,
            note=replacement_note(work.supersedes, issuance.number) if work.supersedes else "",
            # The answer that this one replaces: it would be a repetition otherwise.
            extra=((CORRECTS, work.answer_id),) if work.supersedes else (),
        )
        return give_answer(self._house, book, work, answer, CaseState.SEALED)

    def _appointments(self, order: ReleaseOrder) -> tuple[Envelope, ...]:
        kept = (self._staff.get(name).officer for name in (order.dispatcher, order.seal_keeper))
        return tuple(officer.appointment for officer in kept if officer.appointment is not None)

    def _save(self, issuance: Issuance) -> Issuance:
        with self._house.book.write() as book:
            return book.save_issuance(issuance)

    def _postpone(self, issuance: Issuance, refusal: Refusal) -> Issuance:
        """Tried again later, or failed for good: then the case is back with its officers."""
        self._log.note("issue_postponed", case_no=issuance.case_no, code=refusal.code)
        if refusal.reason.kind in _PERMANENT and refusal.reason is not CLOCK_SKEW:
            return self._fail(issuance, refusal.code)
        wait = min(_FIRST_WAIT * 2 ** min(issuance.attempts, 10), _LONGEST_WAIT)
        if refusal.reason is LOG_AWAITS_WITNESSES:
            wait = _FIRST_WAIT
        with self._house.book.write() as book:
            current = book.get_issuance(issuance.release_id)
            return book.save_issuance(
                replace(
                    current,
                    attempts=current.attempts + 1,
                    due_at=self._house.clock() + wait,
                    last_code=refusal.code,
                )
            )

    def _fail(self, issuance: Issuance, code: str) -> Issuance:
        """Nothing was printed; the number is void for ever, the case is reviewed again."""
        now = self._house.clock()
        with self._house.book.write() as book:
            current = book.get_issuance(issuance.release_id)
            work = book.get_work(issuance.case_no, issuance.holder_archive)
            book.append_void(current, now)
            # This order is void: the case may leave its state although both had signed.
            back = replace(work, order=None, release_id="", dispatcher="", seal_keeper="")
            move = Move(to=CaseState.HOLDER_REVIEW, at=now, actor="system", code=code)
            book.move_work(back, move)
            return book.save_issuance(replace(current, step="failed", last_code=code))


def _order_of(issuance: Issuance) -> ReleaseOrder:
    return decode(issuance.order.payload, ReleaseOrder)
