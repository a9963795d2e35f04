"""The citizens' half of the letter box: drafts, filing, progress, all without a key of the archive.

What is written here is sealed for the archive; what is read here was sealed for one citizen. The
process that runs this knows neither cases nor officers and holds no signing key.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from node.citizen_ports import BoxOutside, FilingRow
from node.domain.application import Application
from node.domain.citizen_filings import CitizenDraft, Filing, Opening
from node.domain.citizen_keys import KEY_BYTES, BoxKeys, Lock, close, disclose, new_code, read_code
from node.domain.citizen_limits import DayCounts, DayLimits
from node.domain.citizen_reasons import (
    CITIZEN_CODE_UNKNOWN,
    CITIZEN_DRAFT_GONE,
    CITIZEN_DRAFT_LONG,
    CITIZEN_NOT_YOURS,
)
from node.domain.citizens import (
    ADD,
    FILE,
    LOOKS,
    RECEIVED,
    WITHDRAW,
    Additions,
    CitizenLetter,
    CitizenView,
    ProvenPerson,
    SealedPaper,
)
from node.ports import Random
from records.refusal import Refusal
from trust.post.sealing import Address, Sealed, seal

DRAFT_LIFE = timedelta(days=7)
MOST_DRAFT_BYTES = 128 * 1024
"""Of what is typed in one application: eleven questions take a few hundred."""
LAST_DIGITS = 4
SENDER = "citizen"
ADDITION = "/more"
"""The part of a filing's draft that is typed when something was missing."""


class CitizenLetterbox:
    """What the citizens' pages may do."""

    def __init__(
        self,
        box: BoxOutside,
        keys: BoxKeys,
        recipient: tuple[str, X25519PublicKey],
        random: Random,
        limits: DayLimits | None = None,
    ) -> None:
        """`recipient` is the node and the public key that letters to it are sealed for."""
        self._box, self._keys, self._random = box, keys, random
        self._node_id, self._public = recipient
        self._counts = DayCounts(keys, limits or DayLimits())

    def begin(self, now: datetime, address: str = "") -> str:
        """An empty draft; returns its code, which nobody but the citizen will know.

        Raises:
            Refusal: CITIZEN_DRAFTS_FULL where too many were begun from that address today.
        """
        code = new_code(self._random)
        lock = self._keys.of_code(code)
        body = self._close_draft(lock, CitizenDraft(fields={}))
        self._box.save_draft(lock.locator, body, now, self._counts.of_draft(address, now))
        return code

    def save(self, code: str, draft: CitizenDraft, now: datetime, part: str = "") -> None:
        """The draft is kept for seven more days; `part` is what is added to a filing.

        Raises:
            Refusal: CITIZEN_DRAFT_LONG; what was kept before stays.
        """
        lock = self._keys.of_code(code + part)
        self._box.save_draft(lock.locator, self._close_draft(lock, draft), now)

    def draft(self, code: str, now: datetime, part: str = "") -> CitizenDraft:
        """The draft with that code, or of that part.

        Raises:
            Refusal: CITIZEN_DRAFT_GONE, CITIZEN_CODE_UNKNOWN.
        """
        lock = self._keys.of_code(read_code(code) + part)
        body = self._box.find_draft(lock.locator, now - DRAFT_LIFE)
        if body is None:
            raise Refusal(CITIZEN_DRAFT_GONE)
        return msgspec.json.decode(disclose(lock.key, body, lock.locator), type=CitizenDraft)

    def drop(self, code: str, part: str = "") -> None:
        """The draft is gone."""
        self._box.drop_draft(self._keys.of_code(code + part).locator)

    def put_paper(
        self, kind: str, data: bytes, media_type: str, now: datetime, address: str = ""
    ) -> SealedPaper:
        """The photograph lies in the box, sealed under a key of its own.

        Raises:
            Refusal: CITIZEN_PAPERS_FULL, CITIZEN_BOX_FULL.
        """
        paper = SealedPaper(
            paper_id=self._random(12).hex(),
            key=self._random(KEY_BYTES),
            kind=kind,
            sha256=hashlib.sha256(data).hexdigest(),
            media_type=media_type,
        )
        sealed = close(paper.key, data, paper.paper_id, self._random)
        counted = self._counts.of_paper(address, len(data), now)
        self._box.put_paper(paper.paper_id, sealed, now, counted)
        return paper

    def file(
        self, code: str, application: Application, person: ProvenPerson, now: datetime
    ) -> None:
        """The application is in the box; pressing twice files it once.

        Raises:
            Refusal: CITIZEN_TOO_MANY, CITIZEN_DRAFT_GONE.
        """
        papers = self.draft(code, now).papers
        filing_id, view_key = self._random(16).hex(), self._random(KEY_BYTES)
        letter = CitizenLetter(
            kind=FILE,
            filing_id=filing_id,
            view_key=view_key,
            application=application,
            papers=papers,
            asker=person,
        )
        self._file(letter, code, person, now)

    def inquire(self, person: ProvenPerson, now: datetime) -> str:
        """谁查过我的档案 is asked; returns the id of the answer to come.

        Raises:
            Refusal: CITIZEN_TOO_MANY.
        """
        code = new_code(self._random)
        filing_id, view_key = self._random(16).hex(), self._random(KEY_BYTES)
        letter = CitizenLetter(kind=LOOKS, filing_id=filing_id, view_key=view_key, asker=person)
        self._file(letter, code, person, now)
        return filing_id

    def is_filed(self, code: str) -> bool:
        """Whether the code is that of an application that was sent."""
        return self._box.find_filing(code_locator=self._keys.of_code(code).locator) is not None

    def track(self, code: str, mobile_end: str) -> Filing:
        """The filing of that code, for whoever also knows the end of its mobile number.

        Raises:
            Refusal: CITIZEN_CODE_UNKNOWN, whichever of the two is wrong.
        """
        lock = self._keys.of_code(read_code(code))
        row = self._box.find_filing(code_locator=lock.locator)
        opening = None if row is None else self._open(lock, row.by_code)
        if row is None or opening is None or opening.mobile_end != mobile_end:
            raise Refusal(CITIZEN_CODE_UNKNOWN)
        return self._filing(row, opening)

    def list(self, person: ProvenPerson) -> list[Filing]:
        """Everything that the person has filed, newest first."""
        lock, rows = self._person(person), self._rows(person)
        return [self._filing(row, self._open(lock, row.by_person)) for row in rows]

    def get(self, filing_id: str, person: ProvenPerson) -> Filing:
        """One of the person's own filings. Raises Refusal: CITIZEN_NOT_YOURS."""
        lock = self._person(person)
        self._rows(person)
        row = self._box.find_filing(filing_id=filing_id)
        if row is None or row.person_locator != lock.locator:
            raise Refusal(CITIZEN_NOT_YOURS)
        return self._filing(row, self._open(lock, row.by_person))

    def add(
        self,
        filing: Filing,
        person: ProvenPerson,
        now: datetime,
        additions: Additions,
        papers: tuple[SealedPaper, ...] = (),
    ) -> None:
        """What the citizen adds is on its way to the archive.

        Raises:
            Refusal: CITIZEN_LETTERS_FULL.
        """
        letter = CitizenLetter(
            kind=ADD,
            filing_id=filing.filing_id,
            view_key=filing.view_key,
            additions=additions,
            papers=papers,
        )
        self._box.send(self._seal(letter), self._counts.of_letter(person, now))

    def withdraw(self, filing: Filing, person: ProvenPerson, now: datetime) -> None:
        """That the citizen takes the application back is on its way to the archive.

        Raises:
            Refusal: CITIZEN_LETTERS_FULL.
        """
        letter = _own_letter(WITHDRAW, filing)
        self._box.send(self._seal(letter), self._counts.of_letter(person, now))

    def extract(self, filing: Filing, sha256: str) -> bytes:
        """The sealed PDF, byte for byte; the archive is told once that it was received.

        Raises:
            Refusal: CITIZEN_NOT_YOURS where no such file was sent to the phone.
        """
        sealed = self._box.find_file(filing.filing_id, sha256)
        if sealed is None:
            raise Refusal(CITIZEN_NOT_YOURS)
        data = disclose(filing.view_key, sealed, f"{filing.filing_id}|{sha256}")
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Refusal(CITIZEN_NOT_YOURS)
        if not filing.received:
            letter = _own_letter(RECEIVED, filing)
            self._box.send_receipt(filing.filing_id, self._seal(letter))
        return data

    def _file(self, letter: CitizenLetter, code: str, person: ProvenPerson, now: datetime) -> None:
        by_code, by_person = self._keys.of_code(code), self._person(person)
        view_key, end = letter.view_key, person.mobile[-LAST_DIGITS:]
        row = FilingRow(
            filing_id=letter.filing_id,
            code_locator=by_code.locator,
            person_locator=by_person.locator,
            by_code=self._close(by_code, Opening(view_key=view_key, mobile_end=end)),
            by_person=self._close(by_person, Opening(view_key=view_key, code=code)),
            filed_at=now,
        )
        self._box.file(row, self._seal(letter), self._counts.of_filing(person, now))

    def _rows(self, person: ProvenPerson) -> Sequence[FilingRow]:
        """What the person filed, newest first; what lay under an older key lies under the newest.

        Only the person's own visit can do that: nobody else here knows the number.
        """
        newest, *older = self._keys.every_of_person(person.id_type, person.id_no)
        for lock in older:
            for row in self._box.list_filings(lock.locator):
                opening = self._open(lock, row.by_person)
                self._box.relock(row.filing_id, newest.locator, self._close(newest, opening))
        return self._box.list_filings(newest.locator)

    def _filing(self, row: FilingRow, opening: Opening) -> Filing:
        view = None
        if row.view:
            opened = disclose(opening.view_key, row.view, row.filing_id)
            view = msgspec.json.decode(opened, type=CitizenView)
        return Filing(
            filing_id=row.filing_id,
            code=opening.code,
            filed_at=row.filed_at,
            view=view,
            view_key=opening.view_key,
            received=row.received,
        )

    def _person(self, person: ProvenPerson) -> Lock:
        return self._keys.of_person(person.id_type, person.id_no)

    def _close_draft(self, lock: Lock, draft: CitizenDraft) -> bytes:
        body = msgspec.json.encode(draft)
        if len(body) > MOST_DRAFT_BYTES:
            raise Refusal(CITIZEN_DRAFT_LONG)
        return close(lock.key, body, lock.locator, self._random)

    def _close(self, lock: Lock, opening: Opening) -> bytes:
        return close(lock.key, msgspec.json.encode(opening), lock.locator, self._random)

    def _open(self, lock: Lock, sealed: bytes) -> Opening:
        return msgspec.json.decode(disclose(lock.key, sealed, lock.locator), type=Opening)

    def _seal(self, letter: CitizenLetter) -> Sealed:
        message_id = f"{letter.filing_id}.{self._random(8).hex()}"
        address = Address(message_id=message_id, sender=SENDER, recipient=self._node_id)
        return seal(msgspec.json.encode(letter), self._public, address)


def _own_letter(kind: str, filing: Filing) -> CitizenLetter:
    """A letter that only who can read the filing's answers can write."""
    return CitizenLetter(kind=kind, filing_id=filing.filing_id, view_key=filing.view_key)
