"""What a citizen reads on the phone, written anew whenever the case moved.

Only views that were sealed for that one citizen reach the letter box; the extract goes there where
the phone was chosen as the way of delivery, and that it went is a leaf of the archive's log.
"""

from dataclasses import replace

import msgspec

from node.citizen_ports import BoxInside, CitizenLedger, LedgerRow
from node.domain.access_log import VerifiedCitizen
from node.domain.cases import WINDOW, WindowCase
from node.domain.citizen_keys import KEY_BYTES, close
from node.domain.citizen_reasons import CITIZEN_LETTER
from node.domain.citizens import (
    INQUIRY,
    CitizenLetter,
    CitizenLook,
    CitizenView,
    ProvenPerson,
)
from node.ports import ImageStore
from node.services.access_log import AccessLog
from node.services.citizen_progress import is_over, view_of
from node.services.house import House
from records.refusal import Refusal

PHONE = "mobile"
_EVENTS = 500


class CitizenViews:
    """Writes views."""

    def __init__(
        self,
        house: House,
        box: BoxInside,
        ledger: CitizenLedger,
        files: ImageStore,
        accesses: AccessLog,
    ) -> None:
        """Into `box`; `files` has the sealed extracts."""
        self._house, self._box, self._ledger = house, box, ledger
        self._files, self._accesses = files, accesses

    def follow(self) -> int:
        """Views of the cases that moved since the last round are written."""
        start = self._ledger.cursor()
        with self._house.book.read() as book:
            events = book.events_after(start, _EVENTS)
        if not events:
            return 0
        moved = dict.fromkeys(event.case_no for event in events if event.desk == WINDOW)
        told = sum(self.tell(case_no) for case_no in moved)
        self._ledger.advance(events[-1].sequence)
        return told

    def tell(self, case_no: str, refused: Refusal | None = None) -> int:
        """The newest view is in the box, with the files where the phone was chosen; 1 = told.

        `refused` says why the archive did not take what the citizen sent last.
        """
        row = self._ledger.find(case_no=case_no)
        if row is None:
            return 0
        with self._house.book.read() as book:
            case = book.get_case(case_no)
            events = book.case_events(case_no, WINDOW, case.archive_code)
        view = view_of(
            case,
            self._house.require_archive(case.archive_code),
            events,
            files_here=self._send_files(case, row),
        )
        if refused is not None:
            view = _with_reason(view, refused)
        self._put(row.filing_id, row.view_key, view, is_final=is_over(case))
        return 1

    def _send_files(self, case: WindowCase, row: LedgerRow) -> bool:
        if case.application.delivery != PHONE:
            return False
        files = [file for leg in case.legs if leg.state == "fetched" for file in leg.files]
        for file in files:
            if self._box.has_file(row.filing_id, file.sha256):
                continue
            data = self._files.get(file.sha256)
            place = f"{row.filing_id}|{file.sha256}"
            body = close(row.view_key, data, place, self._house.random)
            with self._house.book.write() as book:
                now = self._house.clock()
                book.note(case.archive_code, case.case_no, "phone_sent", row.filer, now)
            self._box.put_file(row.filing_id, file.sha256, body)
        return bool(files)

    def refuse(self, letter: CitizenLetter, refusal: Refusal) -> None:
        """The citizen reads why the letter was not taken; a case that exists shows as it stands."""
        row = self._ledger.find(filing_id=letter.filing_id)
        if row is not None and row.case_no:
            self.tell(row.case_no, refusal)
            return
        key = row.view_key if row else letter.view_key
        if len(key) != KEY_BYTES:
            return
        form = letter.application
        code = row.archive_code if row else next(iter(self._house.archives))
        view = CitizenView(
            case_no="",
            archive_name=self._house.archives.get(code, code),
            archive_code=code,
            state="refused",
            category=form.query.category if form else "",
            purpose=form.purpose if form else "",
            delivery=form.delivery if form else "",
            stopped=True,
        )
        self._put(letter.filing_id, key, _with_reason(view, refusal), is_final=True)

    def looks(self, letter: CitizenLetter, asker: ProvenPerson) -> None:
        """谁查过我的档案, answered for `asker`, whose identity was verified.

        Raises:
            Refusal: CITIZEN_LETTER, and those of the access log.
        """
        if len(letter.view_key) != KEY_BYTES:
            raise Refusal(CITIZEN_LETTER, "view key")
        citizen = VerifiedCitizen(
            name=asker.name, id_no=asker.id_no, identity_assurance=asker.assurance
        )
        report = self._accesses.own(citizen)
        view = CitizenView(
            case_no="",
            archive_name="、".join(report.archives),
            state=INQUIRY,
            category="",
            purpose="",
            delivery="",
            stopped=True,
            looks=tuple(
                CitizenLook(
                    at=line.at,
                    archive_name=line.archive_name,
                    category=line.category,
                    what=line.what,
                    who=line.who.value,
                    case_no=line.case_no,
                )
                for line in report.lines
            ),
            looked_until=report.until,
            looks_more=report.more,
        )
        self._put(letter.filing_id, letter.view_key, view, is_final=True)

    def _put(self, filing_id: str, key: bytes, view: CitizenView, *, is_final: bool) -> None:
        sealed = close(key, msgspec.json.encode(view), filing_id, self._house.random)
        self._box.put_view(filing_id, sealed, self._house.clock(), final=is_final)


def _with_reason(view: CitizenView, refusal: Refusal) -> CitizenView:
    reason = refusal.reason
    return replace(
        view,
        refused_code=refusal.code,
        refused_zh=f"{reason.zh}。{reason.remedy_zh}",
        refused_en=f"{reason.en}. {reason.remedy_en}",
    )
