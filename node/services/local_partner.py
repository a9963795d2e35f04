"""Two archives under one roof: the same use cases, without a network between them.

A request whose holder is the window's own archive, or another archive of this node, takes exactly
the path of every other one, statement by statement; only TLS and act token fall away.
"""

from collections.abc import Iterator, Mapping

from node.domain.cases import OutboxMessage
from node.services.arrivals import SUBMIT, Arrival
from node.services.give_file import GiveFile
from node.services.house import House
from node.services.locate_records import LocateRecords
from node.services.receive_answer import ReceiveAnswer
from node.services.receive_request import ReceiveRequest
from node.services.remind_holders import receive_reminder
from node.services.tell_window import receive_notice
from node.services.withdraw_request import receive_withdrawal
from records.exchange import (
    AssistAnswer,
    AssistRequest,
    LocateQuestion,
    ProgressNotice,
    Reminder,
    Withdrawal,
)
from trust.envelope.dsse import Envelope
from trust.envelope.statement import open_statement
from trust.envelope.suites import PublicKey


class LocalPartner:
    """`Partner` for this node itself."""

    def __init__(
        self,
        house: House,
        requests: ReceiveRequest,
        answers: ReceiveAnswer,
        locate: LocateRecords,
        files: GiveFile,
    ) -> None:
        """Hand statements to the use cases of the same node."""
        self._house = house
        self._requests = requests
        self._answers = answers
        self._locate = locate
        self._files = files

    def send(self, message: OutboxMessage) -> Envelope:
        """The receipt of our own desk. Raises Refusal: as the use cases."""
        arrival = Arrival(sender=self._house.node_id, envelope=message.envelope)
        keys = self._keys()
        if message.envelope.payload_type == Withdrawal.PAYLOAD_TYPE:
            withdrawal = open_statement(message.envelope, Withdrawal, keys)
            return receive_withdrawal(self._house, arrival, withdrawal)
        if message.envelope.payload_type == Reminder.PAYLOAD_TYPE:
            reminder = open_statement(message.envelope, Reminder, keys)
            return receive_reminder(self._house, arrival, reminder)
        if message.kind == SUBMIT:
            request = open_statement(message.envelope, AssistRequest, keys)
            return self._requests.receive(arrival, request)
        if message.envelope.payload_type == ProgressNotice.PAYLOAD_TYPE:
            notice = open_statement(message.envelope, ProgressNotice, keys)
            return receive_notice(self._house, arrival, notice)
        return self._answers.receive(arrival, open_statement(message.envelope, AssistAnswer, keys))

    def fetch_file(self, node_id: str, case_no: str, sha256: str) -> Iterator[bytes]:
        """The file in one piece. Raises Refusal: FILE_NOT_RELEASED, IMAGE_DAMAGED."""
        yield self._files.give(node_id, case_no, sha256)

    def locate(
        self, node_id: str, question: Envelope, act: Mapping[str, str], seconds: float = 10.0
    ) -> Envelope:
        """The signed count of our own catalogue."""
        opened = open_statement(question, LocateQuestion, self._keys())
        return self._locate.answer(Arrival(sender=node_id, envelope=question), opened)

    def _keys(self) -> Mapping[str, PublicKey]:
        view = self._house.directory.current().view
        return view.sign_keys(self._house.node_id, self._house.clock())
