"""Two archives under one roof: the same use cases, without a network between them.

A request whose holder is the window's own archive, or another archive of this node, takes exactly
the path of every other one, statement by statement; only TLS and act token fall away.
"""

from collections.abc import Iterator, Mapping

from node.domain.cases import OutboxMessage
from node.services.arrivals import Arrival
from node.services.give_file import GiveFile
from node.services.house import House
from node.services.locate_records import LocateRecords
from node.services.receive_answer import ReceiveAnswer
from node.services.receive_request import ReceiveRequest
from node.services.reception import Reception
from records.exchange import LocateQuestion
from trust.envelope.dsse import Envelope
from trust.envelope.statement import open_statement


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
        self._reception = Reception(house, requests, answers)
        self._locate = locate
        self._files = files

    def send(self, message: OutboxMessage) -> Envelope:
        """The receipt of our own desk. Raises Refusal: as the use cases."""
        return self._reception.receive(
            Arrival(sender=self._house.node_id, envelope=message.envelope)
        )

    def fetch_file(self, node_id: str, case_no: str, sha256: str) -> Iterator[bytes]:
        """The file in one piece. Raises Refusal: FILE_NOT_RELEASED, IMAGE_DAMAGED."""
        yield self._files.give(node_id, case_no, sha256)

    def locate(
        self, node_id: str, question: Envelope, act: Mapping[str, str], seconds: float = 10.0
    ) -> Envelope:
        """The signed count of our own catalogue."""
        view = self._house.directory.current().view
        keys = view.sign_keys(self._house.node_id, self._house.clock())
        opened = open_statement(question, LocateQuestion, keys, suites=view.suites)
        return self._locate.answer(Arrival(sender=node_id, envelope=question), opened)
