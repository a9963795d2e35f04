"""What is the same for every signed statement that arrives: once, receipted, with its place.

A statement is taken in once for each key. Whoever sends it again gets the receipt again; another
statement under the same key is refused.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from node.case_ports import CaseReader, CaseWriter
from node.domain.cases import HolderCase, InboxEntry
from node.domain.exchange_reasons import ANSWER_UNEXPECTED, OTHER_ENVELOPE
from node.services.house import House
from records.exchange import Header, Receipt
from records.refusal import Reason, Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import decode, sign_statement

ACCEPTED = "ACCEPTED"
DUPLICATE = "DUPLICATE"
REFUSED = "REFUSED"
SUBMIT = "submit"
DELIVER = "deliver"
FETCH = "fetch"
NOTICE = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A statement that passed the gate and was opened."""

    sender: str
    """Node slug of the mTLS peer."""
    envelope: Envelope
    issuer: str = ""
    """iss of the act token; empty between two archives of this node."""
    token_id: str = ""
    token_expires_at: datetime | None = None

    def use_token(self, book: CaseWriter) -> None:
        """The act token is used up in this transaction. Raises Refusal: ACT_TOKEN_REPLAYED."""
        if self.token_id and self.token_expires_at:
            book.use_token(self.issuer, self.token_id, self.token_expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxKey:
    """Under which one statement is taken in, and no second one."""

    sender: str
    kind: str
    case_no: str
    holder_archive: str
    once: str
    """What happens once: what is replied to, or the statement itself where more may come."""


def find_repeated(
    house: House, book: CaseReader, key: InboxKey, statement_id: str
) -> Envelope | None:
    """The receipt once more where this statement was taken in before; None = it is new.

    Raises:
        Refusal: OTHER_ENVELOPE when another one was.
    """
    seen = book.find_received(key.sender, key.kind, key.case_no, key.holder_archive, key.once)
    if seen is None:
        return None
    if seen.envelope_id != statement_id:
        raise Refusal(OTHER_ENVELOPE, key.case_no)
    return _repeat_receipt(house, seen)


def _repeat_receipt(house: House, seen: InboxEntry) -> Envelope:
    """The receipt for a statement that was accepted before: DUPLICATE, same inbox position.

    A refusal is repeated as it was.
    """
    first = decode(seen.receipt.payload, Receipt)
    if first.verdict == REFUSED:
        return seen.receipt
    again = replace(
        first,
        header=replace(first.header, message_id=house.new_id(), created_at=house.clock()),
        verdict=DUPLICATE,
    )
    return sign_statement(again, house.signer)


def take_in(
    house: House,
    book: CaseWriter,
    key: InboxKey,
    statement_id: str,
    reason: Reason | None = None,
) -> Envelope:
    """The signed receipt; the statement has its place in the inbox.

    Args:
        house: Whose inbox.
        book: The transaction in which the statement takes effect.
        key: Under which no second one is taken in.
        statement_id: Envelope id of the statement.
        reason: Why it is refused, which the receipt says; None = it is accepted.
    """
    now = house.clock()
    sequence = book.next_number("inbox")
    receipt = sign_statement(
        Receipt(
            header=house.header(key.case_no, key.sender, now, in_reply_to=statement_id),
            received_at=now,
            inbox_seq=sequence if reason is None else 0,
            verdict=ACCEPTED if reason is None else REFUSED,
            reason_code="" if reason is None else reason.code,
        ),
        house.signer,
    )
    book.record_received(
        InboxEntry(
            sequence=sequence,
            sender=key.sender,
            kind=key.kind,
            case_no=key.case_no,
            holder_archive=key.holder_archive,
            in_reply_to=key.once,
            envelope_id=statement_id,
            receipt=receipt,
        )
    )
    return receipt


def get_work_asked(
    book: CaseReader, sender: str, header: Header, holder_archive: str
) -> HolderCase:
    """The case here about which the sender speaks: it asked, and by that very request.

    Raises:
        Refusal: CASE_NOT_FOUND, ANSWER_UNEXPECTED.
    """
    work = book.get_work(header.case_no, holder_archive)
    if (work.window_node, work.request_id) != (sender, header.in_reply_to):
        raise Refusal(ANSWER_UNEXPECTED, header.case_no)
    return work
