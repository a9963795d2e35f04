"""The window fetches what an answer named, by its hash, and keeps it whole or not at all."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from node.case_ports import Move
from node.domain.cases import Leg, WindowCase
from node.domain.exchange_reasons import FILE_DAMAGED
from node.ports import EventLog, ImageStore, Partner
from node.services.breaker import Breaker
from node.services.house import House
from node.services.window_state import state_of
from records.case_states import CLOCK_STOPPED, CaseState
from records.exchange import DeliveredFile, WindowCountersignature
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_id
from trust.envelope.statement import sign_statement

COUNTERSIGN = "HOLDER_ELECTRONIC_WINDOW_COUNTERSIGN"
_MOST_BYTES = 64 * 1024 * 1024
_WAITING = (
    CaseState.DISPATCHED,
    CaseState.MANUAL_SEARCH,
    CaseState.NODE_UNAVAILABLE,
    CaseState.SUPPLEMENT_REQUIRED,
    CaseState.SEALED,
)


class CollectFiles:
    """Fetches files of answers that have arrived."""

    def __init__(
        self,
        house: House,
        partner: Callable[[str], Partner],
        files: ImageStore,
        breaker: Breaker,
        log: EventLog,
    ) -> None:
        """Fetch through `partner`, given the holder's node id; store in `files`."""
        self._house = house
        self._partner = partner
        self._files = files
        self._breaker = breaker
        self._log = log

    def run(self, limit: int = 50) -> int:
        """How many legs became complete."""
        with self._house.book.read() as book:
            cases = book.list_cases("", _WAITING, limit)
        done = 0
        for case in cases:
            for leg in case.legs:
                if leg.state == "answered" and leg.files:
                    done += self._collect(case, leg)
        return done

    def _collect(self, case: WindowCase, leg: Leg) -> bool:
        if not self._breaker.may_try(leg.node_id, self._house.clock()):
            return False
        try:
            for file in leg.files:
                self._fetch(case, leg, file)
        except Refusal as refusal:
            self._breaker.failed(leg.node_id, self._house.clock())
            self._log.note("not_fetched", case_no=case.case_no, code=refusal.code, peer=leg.node_id)
            return False
        self._breaker.succeeded(leg.node_id)
        self._complete(case.case_no, leg.request_id)
        return True

    def _fetch(self, case: WindowCase, leg: Leg, file: DeliveredFile) -> None:
        """The file is stored; its digest is what the signed answer says.

        Raises:
            Refusal: FILE_DAMAGED and what the partner answers.
        """
        data = bytearray()
        partner = self._partner(leg.node_id)
        for piece in partner.fetch_file(leg.node_id, case.case_no, file.sha256):
            data += piece
            if len(data) > min(file.size_bytes, _MOST_BYTES):
                raise Refusal(FILE_DAMAGED, file.number)
        if hashlib.sha256(data).hexdigest() != file.sha256 or len(data) != file.size_bytes:
            raise Refusal(FILE_DAMAGED, file.number)
        self._files.put(bytes(data))

    def _complete(self, case_no: str, request_id: str) -> None:
        with self._house.book.write() as book:
            case = book.get_case(case_no)
            legs = tuple(
                self._fetched(case, leg)
                if leg.request_id == request_id and leg.state == "answered"
                else leg
                for leg in case.legs
            )
            changed = replace(case, legs=legs)
            state = state_of(changed)
            if state == case.state or CaseState(case.state) in CLOCK_STOPPED:
                book.save_case(changed)
                return
            signed = [one for leg in legs for one in leg.countersignatures]
            numbers = [file.number for leg in legs for file in leg.files]
            move = Move(
                to=state,
                at=self._house.clock(),
                actor="system",
                commit=envelope_id(signed[0]) if signed else "",
                code=numbers[0] if numbers else "",
            )
            book.move_case(changed, move)

    def _fetched(self, case: WindowCase, leg: Leg) -> Leg:
        """The leg with its files here, countersigned where the agreement says so."""
        found = self._house.directory.current().agreements.get(leg.agreement_id)
        if found is None or found.statement.seal_mode != COUNTERSIGN:
            return replace(leg, state="fetched")
        signed = tuple(self._countersign(case, leg, file) for file in leg.files)
        return replace(leg, state="fetched", countersignatures=signed)

    def _countersign(self, case: WindowCase, leg: Leg, file: DeliveredFile) -> Envelope:
        return sign_statement(
            WindowCountersignature(
                case_no=case.case_no,
                number=file.number,
                file_sha256=file.sha256,
                holder_archive=leg.holder_archive,
                window_archive=case.archive_code,
                node_id=self._house.node_id,
                received_at=self._house.clock(),
            ),
            self._house.signer,
        )
