"""The archive's half of the letter box: letters become cases, cases become views.

A filing by phone lies at the window like any other and waits for a person at 登记审核: nothing here
admits, answers or releases. Every step can be repeated, so a crash between two of them loses and
doubles nothing: the filing's id is the case's client key.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from node.case_ports import Move
from node.citizen_ports import BoxInside, CitizenLedger, LedgerRow, TakenLetter
from node.domain.cases import WindowCase
from node.domain.citizen_keys import KEY_BYTES, disclose
from node.domain.citizen_reasons import CITIZEN_LETTER
from node.domain.citizens import (
    ADD,
    FILE,
    LOOKS,
    RECEIVED,
    WITHDRAW,
    CitizenLetter,
    ProvenPerson,
    SealedPaper,
    filer_of,
    verify_by_phone,
)
from node.domain.commands import FileRequestCommand
from node.domain.officers import Actor
from node.domain.paper_files import media_type_of
from node.domain.reasons import CASE_CHANGED
from node.ports import EventLog, ImageStore
from node.services.citizen_additions import amend_with, answer_with
from node.services.citizen_views import CitizenViews
from node.services.dispatching import Dispatch
from node.services.file_request import FileRequestService
from node.services.house import House
from node.services.real_name_words import RealNameWords, applicant_as_proven
from node.services.window_state import has_something_to_hand_over
from records.case_states import WINDOW_EDGES, CaseState
from records.duties import Post
from records.eligibility_terms import DOCUMENTS
from records.exchange import Proof
from records.refusal import Kind, Refusal
from trust.post.sealing import open_sealed

_AT_ONCE = 20
_MOST_FAULTS = 50
_PRUNE_EVERY = timedelta(hours=1)
_MOST_PAPER_BYTES = 10 * 1024 * 1024
_MOST_PAPERS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterParts:
    """What letters come out of and what they go into."""

    box: BoxInside
    ledger: CitizenLedger
    keys: Mapping[str, X25519PrivateKey]
    """By kid: what letters are sealed for."""
    papers: ImageStore
    """Papers of applicants."""
    words: RealNameWords
    """Whose word about a citizen's identity is believed."""


class CitizenCounter:
    """A duty of the node's worker."""

    def __init__(
        self,
        house: House,
        counter: CounterParts,
        acts: tuple[FileRequestService, Dispatch],
        views: CitizenViews,
        log: EventLog,
    ) -> None:
        """File and withdraw with `acts`, answer with `views`."""
        self._house, self._views, self._log = house, views, log
        self._box, self._ledger = counter.box, counter.ledger
        self._keys, self._papers, self._words = counter.keys, counter.papers, counter.words
        self._files, self._dispatch = acts
        self._prune_at = house.clock()
        self._faults: Counter[int] = Counter()

    def run(self) -> int:
        """Waiting letters are cases, and views tell what has happened; how much was done."""
        letters = self._box.take(_AT_ONCE)
        for letter in letters:
            try:
                self._take(letter)
            except Exception as fault:  # noqa: BLE001 -- one letter never holds up the others
                self._put_off(letter, fault)
        return len(letters) + self._views.follow() + self._prune()

    def _put_off(self, taken: TakenLetter, fault: Exception) -> None:
        """The letter is tried again next time; after many faults of its own it is put away.

        A store, directory or case that is busy is no fault of the letter's.
        """
        code = fault.code if isinstance(fault, Refusal) else type(fault).__name__
        self._log.note("citizen_letter_waits", code=code)
        if isinstance(fault, Refusal):
            return
        self._faults[taken.sequence] += 1
        if self._faults[taken.sequence] >= _MOST_FAULTS:
            self._log.note("citizen_letter_dropped", code=code)
            self._box.put_away(taken.sequence)

    def _take(self, taken: TakenLetter) -> None:
        """The letter is obeyed or refused, and gone.

        A store or directory that is away for a moment leaves it where it is.
        """
        letter = None
        try:
            letter = self._open(taken)
            self._obey(letter)
        except Refusal as refusal:
            if refusal.reason.kind is Kind.UNAVAILABLE or refusal.code == CASE_CHANGED.code:
                raise
            self._log.note("citizen_letter_refused", code=refusal.code)
            if letter is not None:
                self._views.refuse(letter, refusal)
        if letter is not None:
            for paper in letter.papers:
                self._box.drop_paper(paper.paper_id)
        self._box.put_away(taken.sequence)

    def _open(self, taken: TakenLetter) -> CitizenLetter:
        if taken.sealed.address.recipient != self._house.node_id:
            raise Refusal(CITIZEN_LETTER, "recipient")
        plain = open_sealed(taken.sealed, self._keys)
        try:
            letter = msgspec.json.decode(plain, type=CitizenLetter, strict=True)
        except msgspec.MsgspecError as fault:
            raise Refusal(CITIZEN_LETTER, "form") from fault
        # What the box says outside and what was sealed inside are one filing.
        if taken.sealed.address.message_id.partition(".")[0] != letter.filing_id:
            raise Refusal(CITIZEN_LETTER, "address")
        return letter

    def _obey(self, letter: CitizenLetter) -> None:
        acts: dict[str, Callable[[CitizenLetter], None]] = {
            FILE: self._file,
            ADD: self._add,
            WITHDRAW: self._withdraw,
            RECEIVED: self._receive,
            LOOKS: self._look,
        }
        act = acts.get(letter.kind)
        if act is None:
            raise Refusal(CITIZEN_LETTER, "kind")
        act(letter)

    def _file(self, letter: CitizenLetter) -> None:
        form = letter.application
        if form is None or len(letter.view_key) != KEY_BYTES:
            raise Refusal(CITIZEN_LETTER, "form")
        verify_by_phone(form)
        self._house.require_archive(form.window_archive)
        applicant = applicant_as_proven(form.applicant, self._asker(letter))
        row = self._ledger.add(
            LedgerRow(
                filing_id=letter.filing_id,
                archive_code=form.window_archive,
                filer=filer_of(form.window_archive, self._house.random(8)),
                view_key=letter.view_key,
                delivery=form.delivery,
            )
        )
        proofs = self._keep_papers(letter.papers)
        form = replace(form, applicant=applicant, proofs=proofs)
        command = FileRequestCommand(client_key=letter.filing_id, application=form)
        filed = self._files.file(command, _actor(row))
        self._ledger.name_case(letter.filing_id, filed.case_no)
        self._views.tell(filed.case_no)

    def _look(self, letter: CitizenLetter) -> None:
        self._views.looks(letter, self._asker(letter))

    def _asker(self, letter: CitizenLetter) -> ProvenPerson:
        if letter.asker is None:
            raise Refusal(CITIZEN_LETTER, "asker")
        return self._words.verify_word(letter.asker, self._house.clock())

    def _add(self, letter: CitizenLetter) -> None:
        row = self._row(letter)
        proofs = self._keep_papers(letter.papers)
        if letter.additions is None:
            raise Refusal(CITIZEN_LETTER, "additions")
        case = self._case(row.case_no)
        asking = next((leg for leg in case.legs if leg.question), None)
        if asking is not None:
            command = answer_with(case, asking, letter.additions, proofs)
            self._files.answer_question(command, _actor(row))
        else:
            form = amend_with(case.application, letter.additions, proofs)
            self._files.resubmit(row.case_no, form, _actor(row))
        self._views.tell(row.case_no)

    def _withdraw(self, letter: CitizenLetter) -> None:
        row = self._row(letter)
        actor = _actor(row)
        with self._house.book.write() as book:
            case = book.get_case(row.case_no)
            move = Move(to=CaseState.WITHDRAWN, at=self._house.clock(), actor=actor.officer_id)
            case = book.move_case(replace(case, paused_reason=""), move)
            self._dispatch.withdraw(book, case, actor)
        self._views.tell(row.case_no)

    def _receive(self, letter: CitizenLetter) -> None:
        """The citizen has the extract on the phone: 材料反馈, unless a clerk said so before."""
        row = self._row(letter)
        now = self._house.clock()
        with self._house.book.write() as book:
            case = book.get_case(row.case_no)
            book.note(case.archive_code, case.case_no, "phone_received", row.filer, now)
            may = CaseState.DELIVERED in WINDOW_EDGES[CaseState(case.state)]
            if may and has_something_to_hand_over(case):
                move = Move(to=CaseState.DELIVERED, at=now, actor=row.filer, code="applicant phone")
                book.move_case(replace(case, paused_reason=""), move)
        self._views.tell(row.case_no)

    def _keep_papers(self, papers: tuple[SealedPaper, ...]) -> tuple[Proof, ...]:
        if len(papers) > _MOST_PAPERS or not {paper.kind for paper in papers} <= DOCUMENTS.keys():
            raise Refusal(CITIZEN_LETTER, "papers")
        read = [(paper, self._read_paper(paper)) for paper in papers]
        return tuple(
            Proof(kind=paper.kind, sha256=self._papers.put(data), media_type=paper.media_type)
            for paper, data in read
        )

    def _read_paper(self, paper: SealedPaper) -> bytes:
        """What was photographed. The box's word for what it is counts for nothing."""
        sealed = self._box.read_paper(paper.paper_id)
        if sealed is None or len(sealed) > _MOST_PAPER_BYTES + 64:
            raise Refusal(CITIZEN_LETTER, "paper")
        data = disclose(paper.key, sealed, paper.paper_id)
        said = (paper.sha256, paper.media_type or "?")
        if said != (hashlib.sha256(data).hexdigest(), media_type_of(data)):
            raise Refusal(CITIZEN_LETTER, "paper")
        return data

    def _row(self, letter: CitizenLetter) -> LedgerRow:
        row = self._ledger.find(filing_id=letter.filing_id)
        if row is None or not row.case_no:
            raise Refusal(CITIZEN_LETTER, "filing")
        # The box's zone has the public key; what a letter about a filing needs, it has not.
        if not hmac.compare_digest(letter.view_key, row.view_key):
            raise Refusal(CITIZEN_LETTER, "view key")
        return row

    def _case(self, case_no: str) -> WindowCase:
        with self._house.book.read() as book:
            return book.get_case(case_no)

    def _prune(self) -> int:
        now = self._house.clock()
        if now < self._prune_at:
            return 0
        self._prune_at = now + _PRUNE_EVERY
        return self._box.prune(now)


def _actor(row: LedgerRow) -> Actor:
    """The applicant in the post that may file and nothing else (records/duties.py)."""
    return Actor(
        officer_id=row.filer,
        person_id=row.filer,
        archive_code=row.archive_code,
        user="",
        display_name="",
        posts=(Post.CITIZEN,),
    )
