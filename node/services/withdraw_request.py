"""A citizen took the application back: the window says so, and the holder lays the work down.

What two officers have signed already comes to its end: its number is given, and a certificate that
nobody fetches harms nobody.
"""

from node.case_ports import CaseWriter, Move
from node.domain.cases import HolderCase
from node.domain.kept_statements import RECEIPT, WITHDRAWAL, new_statement
from node.services.arrivals import Arrival, InboxKey, find_repeated, get_work_asked, take_in
from node.services.house import House
from records.case_states import HOLDER_EDGES, CaseState
from records.exchange import Withdrawal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import Opened

WITHDRAW = "withdraw"


def receive_withdrawal(house: House, arrival: Arrival, opened: Opened[Withdrawal]) -> Envelope:
    """The signed receipt; the case is withdrawn here, or its log says that it was too late.

    Raises:
        Refusal: WRONG_RECIPIENT, WRONG_SENDER, TEXT_MALFORMED, CASE_NOT_FOUND,
            ANSWER_UNEXPECTED (not the request that was withdrawn), OTHER_ENVELOPE,
            ACT_TOKEN_REPLAYED.
    """
    said, header = opened.statement, opened.statement.header
    house.verify_header(header, arrival.sender)
    house.require_archive(said.holder_archive)
    key = InboxKey(
        sender=arrival.sender,
        kind=WITHDRAW,
        case_no=header.case_no,
        holder_archive=said.holder_archive,
        once=header.in_reply_to,
    )
    with house.book.write() as book:
        arrival.use_token(book)
        repeated = find_repeated(house, book, key, opened.envelope_id)
        if repeated is not None:
            return repeated
        work = get_work_asked(book, arrival.sender, header, said.holder_archive)
        _lay_down(house, book, work, opened.envelope_id)
        receipt = take_in(house, book, key, opened.envelope_id)
        now = house.clock()
        for name, kept in ((WITHDRAWAL, arrival.envelope), (RECEIPT, receipt)):
            book.keep(said.holder_archive, new_statement(header.case_no, name, kept, now))
        return receipt


def _lay_down(house: House, book: CaseWriter, work: HolderCase, statement_id: str) -> None:
    now = house.clock()
    ordered = work.order is not None and len(work.order.signatures) > 1
    if ordered or CaseState.WITHDRAWN not in HOLDER_EDGES[CaseState(work.state)]:
        book.note(work.holder_archive, work.case_no, "withdrawn_late", work.window_node, now)
        return
    move = Move(to=CaseState.WITHDRAWN, at=now, actor=work.window_node, commit=statement_id)
    book.move_work(work, move)
