"""The window fetches what an answer named, by its hash, and keeps it whole or not at all."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from node.case_ports import CaseWriter, Move
from node.domain.cases import Leg, OutboxMessage, WindowCase
from node.domain.exchange_reasons import FILE_DAMAGED
from node.ports import ImageStore, Partner
from node.services.house import House
from node.services.window_state import state_of
from records.case_states import CLOCK_STOPPED, CaseState
from records.exchange import DeliveredFile, WindowCountersignature
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_id
from trust.envelope.statement import sign_statement

COUNTERSIGN = "HOLDER_ELECTRONIC_WINDOW_COUNTERSIGN"
_MOST_BYTES = 64 * 1024 * 1024


class CollectFiles:
    """Fetches the files of an answer that has arrived."""

    def __init__(self, house: House, partner: Callable[[str], Partner], files: ImageStore) -> None:
        """Fetch through `partner`, given the holder's node id; store in `files`."""
        self._house = house
        self._partner = partner
        self._files = files

    def collect(self, message: OutboxMessage) -> None:
        """The files that the answer names are here, and the case shows them; the message is gone.

        Raises:
            Refusal: FILE_DAMAGED, CASE_NOT_FOUND, and as the holder answers.
        """
        with self._house.book.read() as book:
            case = book.get_case(message.case_no)
        for leg in case.legs:
            if leg.answer_id == message.envelope_id and leg.state == "answered":
                for file in leg.files:
                    self._fetch(case, leg, file)
        with self._house.book.write() as writer:
            if writer.remove_message(message.message_id):
                self._complete(writer, message)

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

    def _complete(self, book: CaseWriter, message: OutboxMessage) -> None:
        case = book.get_case(message.case_no)
        legs = tuple(
            self._fetched(case, leg)
            if leg.answer_id == message.envelope_id and leg.state == "answered"
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
