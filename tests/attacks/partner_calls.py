"""Calls of a member with good keys: statements signed and sent as they stand."""

import hashlib
import secrets
from datetime import timedelta

from channel_world import wall_clock
from node_acts import zhou

from node.adapters.partner_client import GrpcPartner
from node.domain.cases import OutboxMessage
from node.domain.identifiers import new_uuid7
from records.exchange import AssistRequest, Header, Receipt
from trust.envelope.dsse import envelope_id
from trust.envelope.statement import decode, sign_statement

TERMS = ("jiaxing-shangrao", 1)


def header(running=1, terms=TERMS, **changes) -> Header:
    """Of a statement of jiaxing to shangrao, under the agreement that `terms` name."""
    now = wall_clock()
    fields = {
        "message_id": new_uuid7(now, bytes(10)),
        "case_no": f"LT-330400-20261121-{running:04d}",
        "sender": "jiaxing",
        "recipient": "shangrao",
        "created_at": now,
        "expires_at": now + timedelta(days=5),
        "agreement_id": terms[0],
        "agreement_version": terms[1],
    }
    return Header(**(fields | changes))


def request(federation, sender, **changes):
    """An AssistRequest as `sender` would sign it, its own rules left aside."""
    now = wall_clock()
    windows = {"jiaxing": "330400", "pudong": "310115"}
    form = zhou()
    fields = {
        "header": Header(
            message_id=hashlib.sha256(str(now).encode()).hexdigest()[:32],
            case_no=f"LT-{windows[sender]}-20261121-{now.microsecond:06d}",
            sender=sender,
            recipient="shangrao",
            created_at=now,
            expires_at=now + timedelta(hours=1),
            agreement_id="jiaxing-shangrao",
            agreement_version=1,
        ),
        "window_archive": windows[sender],
        "holder_archive": "361100",
        "applicant": form.applicant,
        "query": form.query,
        "purpose": "property",
        "eligibility_rule": "D01",
        "proofs": form.proofs,
        "filed_by": "330400/" + "c" * 16,
        "reviewed_by": "330400/" + "d" * 16,
        "deadline": now + timedelta(minutes=15),
    }
    return AssistRequest(**(fields | changes))


def partner_of(federation, node_id) -> GrpcPartner:
    node = federation.running[node_id]
    return GrpcPartner(node._shelf, node.base.house.signer, node._parts, secrets.token_bytes)


def act_of(statement):
    """Claims of an act token that say what the request says."""
    return {
        "purpose": statement.purpose,
        "category": statement.query.category,
        "agreement_id": statement.header.agreement_id,
        "agreement_version": str(statement.header.agreement_version),
    }


def send(federation, sender, statement, kind="submit"):
    """The opened receipt of shangrao."""
    envelope = sign_statement(statement, federation.running[sender].base.house.signer)
    message = OutboxMessage(
        message_id="m",
        kind=kind,
        recipient="shangrao",
        case_no=statement.header.case_no,
        holder_archive="361100",
        envelope=envelope,
        envelope_id=envelope_id(envelope),
        act=act_of(statement),
        due_at=wall_clock(),
        deadline=wall_clock(),
    )
    receipt = partner_of(federation, sender).send(message)
    return decode(receipt.payload, Receipt)
