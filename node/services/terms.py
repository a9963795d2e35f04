"""Under which agreement a partner asks: the very one that it names, as both had signed it.

What the asking node names is what its use is counted under and what the certificate service is
shown. A case keeps the agreement that it was accepted under: an amendment is for new cases.
"""

from dataclasses import dataclass

from node.case_ports import CaseWriter
from node.domain.identifiers import day_text
from node.services.house import House
from records.agreement_rules import AgreementQuestion, evaluate_agreements
from records.agreements import Agreement
from records.exchange import Header
from records.process_reasons import AGREEMENT_QUOTA, AGREEMENT_SCOPE
from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One agreement, signed by its parties."""

    agreement: Agreement
    envelope: Envelope


def find_terms(
    house: House, question: AgreementQuestion, header: Header, kept: Envelope | None = None
) -> Terms | None:
    """The agreement that the header names, where it allows the question; None within one node.

    `kept` is the agreement of a case in flight; it stands beside those of the directory.

    Raises:
        Refusal: AGREEMENT_SCOPE, AGREEMENT_EXPIRED, DIRECTORY_EXPIRED, TRUST_LIST_EXPIRED.
    """
    if question.asking_node == house.node_id:
        return None
    directory = house.directory.current()
    directory.check_usable(house.clock())
    known = [
        Terms(agreement=part.statement, envelope=part.envelope)
        for part in directory.agreements.values()
    ]
    if kept is not None:
        known.append(Terms(agreement=decode(kept.payload, Agreement), envelope=kept))
    wanted = (header.agreement_id, header.agreement_version)
    named = [one for one in known if (one.agreement.agreement_id, one.agreement.version) == wanted]
    judged = [one.agreement for one in named or known]
    decision = evaluate_agreements(judged, question, house.today(), directory.ended)
    if decision.reason:
        raise Refusal(decision.reason, decision.rule)
    if not named:
        raise Refusal(AGREEMENT_SCOPE, "another agreement is named")
    return named[0]


def count_use(house: House, book: CaseWriter, sender: str, terms: Terms | None) -> None:
    """One more question of that node under its agreement today.

    Raises:
        Refusal: AGREEMENT_QUOTA.
    """
    if terms is None:
        return
    agreement = terms.agreement
    day = day_text(house.clock())
    used = book.next_number(f"quota/{sender}/{agreement.agreement_id}/{day}")
    if used > agreement.daily_quota:
        raise Refusal(AGREEMENT_QUOTA, agreement.agreement_id)
