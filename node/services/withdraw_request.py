"""A citizen took the application back: the window says so, and the holder lays the work down.

What two officers have signed already comes to its end: its number is given, and a certificate that
nobody fetches harms nobody.
"""

from node.case_ports import CaseWriter, Move
from node.domain.cases import HolderCase, InboxEntry
from node.domain.exchange_reasons import ANSWER_UNEXPECTED, OTHER_ENVELOPE
from node.services.house import House
from node.services.receive_request import ACCEPTED, Arrival, repeat_receipt
from records.case_states import HOLDER_EDGES, CaseState
from records.exchange import Receipt, Withdrawal
from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import Opened, sign_statement

WITHDRAW = "withdraw"


def receive_withdrawal(house: House, arrival: Arrival, opened: Opened[Withdrawal]) -> Envelope:
    """The signed receipt; the case is withdrawn here, or its log says that it was too late.

    Raises:
        Refusal: WRONG_RECIPIENT, WRONG_SENDER, TEXT_MALFORMED, CASE_NOT_FOUND,
            ANSWER_UNEXPECTED (not the request that was withdrawn), OTHER_ENVELOPE,
            ACT_TOKEN_REPLAYED.
    """
    said = opened.statement
    header, now = said.header, house.clock()
    house.verify_header(header, arrival.sender)
    house.require_archive(said.holder_archive)
    key = (arrival.sender, WITHDRAW, header.case_no, said.holder_archive, header.in_reply_to)
    with house.book.write() as book:
        arrival.use_token(book)
        seen = book.find_received(*key)
        if seen is not None:
            if seen.envelope_id != opened.envelope_id:
                raise Refusal(OTHER_ENVELOPE, header.case_no)
            return repeat_receipt(house, seen, now)
        work = book.get_work(header.case_no, said.holder_archive)
        if (work.window_node, work.request_id) != (arrival.sender, header.in_reply_to):
            raise Refusal(ANSWER_UNEXPECTED, header.case_no)
        _lay_down(house, book, work, opened.envelope_id)
        sequence = book.next_number("inbox")
        reply = house.header(header.case_no, arrival.sender, now, in_reply_to=opened.envelope_id)
        receipt = sign_statement(
            Receipt(header=reply, received_at=now, inbox_seq=sequence, verdict=ACCEPTED),
            house.signer,
        )
        book.record_received(
            InboxEntry(
                sequence=sequence,
                sender=arrival.sender,
                kind=WITHDRAW,
                case_no=header.case_no,
                holder_archive=said.holder_archive,
                in_reply_to=header.in_reply_to,
                envelope_id=opened.envelope_id,
                receipt=receipt,
            )
        )
        return receipt


def _lay_down(house: House, book: CaseWriter, work: HolderCase, statement_id: str) -> None:
    now = house.clock()
    ordered = work.order is not None and len(work.order.signatures) > 1
    if ordered or CaseState.WITHDRAWN not in HOLDER_EDGES[CaseState(work.state)]:
        book.note(work.holder_archive, work.case_no, "withdrawn_late", work.window_node, now)
        return
    move = Move(to=CaseState.WITHDRAWN, at=now, actor=work.window_node, commit=statement_id)
    book.move_work(work, move)
