"""What arrived without a call of its own kind goes to the use case for what it says it is.

A letter and a neighbour under the same roof bring statements of every kind; a partner's call says
in its method and its act token what it brings, and its servicer opens that and nothing else.
"""

from node.services.arrivals import Arrival
from node.services.house import House
from node.services.receive_answer import ReceiveAnswer
from node.services.receive_request import ReceiveRequest
from node.services.remind_holders import receive_reminder
from node.services.tell_window import receive_notice
from node.services.withdraw_request import receive_withdrawal
from records.exchange import AssistAnswer, AssistRequest, ProgressNotice, Reminder, Withdrawal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import open_statement


class Reception:
    """Opens statements and hands them on."""

    def __init__(self, house: House, requests: ReceiveRequest, answers: ReceiveAnswer) -> None:
        """To the use cases of `house`."""
        self._house = house
        self._requests = requests
        self._answers = answers

    def receive(self, arrival: Arrival) -> Envelope:
        """The signed receipt for a request, its reminder or withdrawal, a notice, or an answer.

        Raises:
            Refusal: PAYLOAD_TYPE_WRONG for any other statement, those of opening, and those of the
                use cases.
        """
        house, envelope = self._house, arrival.envelope
        view = house.directory.current().view
        keys, suites = view.sign_keys(arrival.sender, house.clock()), view.suites
        match envelope.payload_type:
            case AssistRequest.PAYLOAD_TYPE:
                request = open_statement(envelope, AssistRequest, keys, suites=suites)
                return self._requests.receive(arrival, request)
            case Reminder.PAYLOAD_TYPE:
                reminder = open_statement(envelope, Reminder, keys, suites=suites)
                return receive_reminder(house, arrival, reminder)
            case Withdrawal.PAYLOAD_TYPE:
                withdrawal = open_statement(envelope, Withdrawal, keys, suites=suites)
                return receive_withdrawal(house, arrival, withdrawal)
            case ProgressNotice.PAYLOAD_TYPE:
                notice = open_statement(envelope, ProgressNotice, keys, suites=suites)
                return receive_notice(house, arrival, notice)
            case _:
                answer = open_statement(envelope, AssistAnswer, keys, suites=suites)
                return self._answers.receive(arrival, answer)
