"""What is the same for every signed statement about a case that leaves: its act, its message.

The act is what this node vouches for in the act token: which officer in which post, for what,
under which agreement. Nothing is sent here: the outbox carries it (deliver_messages.py).
"""

from dataclasses import dataclass
from datetime import datetime

from node.case_ports import CaseWriter
from node.domain.cases import HolderCase, Leg, OutboxMessage, WindowCase
from node.services.house import House
from records.exchange import AssistRequest, Header
from trust.envelope.dsse import Envelope, envelope_id


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedWord:
    """A signed statement that shall leave."""

    kind: str
    """How the partner is called for it: submit, deliver, notice."""
    message_id: str
    """Of its header."""
    envelope: Envelope
    officer_id: str = "system"
    """Who says it; "system" = nobody, it follows from a fact or from the clock."""
    role: str
    """Post in which that is said."""
    at: datetime
    until: datetime
    """When it has no use any more, and is a dead letter."""


def header_for_holder(
    house: House, case: WindowCase, leg: Leg, now: datetime, in_reply_to: str
) -> Header:
    """Of what the window says to the archive of that leg, under the leg's agreement."""
    agreement = (leg.agreement_id, leg.agreement_version)
    return house.header(
        case.case_no, leg.node_id, now, in_reply_to=in_reply_to, agreement=agreement
    )


def header_for_window(
    house: House, work: HolderCase, request: AssistRequest, now: datetime
) -> Header:
    """Of what the holder says in reply to `request`, under the agreement that it names."""
    agreement = (request.header.agreement_id, request.header.agreement_version)
    return house.header(
        work.case_no, work.window_node, now, in_reply_to=work.request_id, agreement=agreement
    )


def enqueue_for_holder(book: CaseWriter, case: WindowCase, leg: Leg, said: SignedWord) -> None:
    """The window's statement is in the outbox for the archive of that leg."""
    act = {
        "purpose": case.application.purpose,
        "category": case.application.query.category,
        "agreement_id": leg.agreement_id,
        "agreement_version": str(leg.agreement_version),
        "legal_basis": case.eligibility_rule,
    }
    book.enqueue(_message(said, act, leg.node_id, (case.case_no, leg.holder_archive)))


def enqueue_for_window(
    book: CaseWriter, work: HolderCase, request: AssistRequest, said: SignedWord
) -> None:
    """The holder's statement is in the outbox for the node that asked by `request`."""
    act = {
        "purpose": request.purpose,
        "category": request.query.category,
        "agreement_id": request.header.agreement_id,
        "agreement_version": str(request.header.agreement_version),
        "legal_basis": request.eligibility_rule,
    }
    book.enqueue(_message(said, act, work.window_node, (work.case_no, work.holder_archive)))


def _message(
    said: SignedWord, act: dict[str, str], recipient: str, about: tuple[str, str]
) -> OutboxMessage:
    """`about` = case number and holding archive."""
    return OutboxMessage(
        message_id=said.message_id,
        kind=said.kind,
        recipient=recipient,
        case_no=about[0],
        holder_archive=about[1],
        envelope=said.envelope,
        envelope_id=envelope_id(said.envelope),
        act={"officer": said.officer_id, "role": said.role, **act},
        due_at=said.at,
        deadline=said.until,
    )
