"""What may leave the house: exactly the fields and pages asked for, of records that may be given.

Source: architecture.md 1 and 3, domain.md §3.2 D01 (own lines only, the other party's number
masked) and D24 (secret or restricted records do not exist for others). The rules themselves are
in records/disclosure.py; here they meet one request and one entry.
"""

from collections.abc import Sequence

from node.domain.application import eligibility_of_request
from node.domain.exchange_reasons import NOT_ASKED
from records.disclosure import disclosed_fields, own_roles
from records.eligibility import evaluate_eligibility
from records.entries import CatalogueEntry
from records.exchange import AssistRequest
from records.fields import FieldSpec
from records.kinds import get_kind
from records.refusal import Refusal

COPY = "copy"


def is_restricted(entry: CatalogueEntry) -> bool:
    """Whether the record must not show in the federation, not even as a hit."""
    return may_not_show(entry.secrecy_level, entry.open_status)


def may_not_show(secrecy_level: str, open_status: str) -> bool:
    """The same by the two fields that decide."""
    return bool(secrecy_level) or open_status in ("restricted", "deferred")


def applicant_roles(request: AssistRequest, entry: CatalogueEntry) -> tuple[str, ...]:
    """Roles of the record that are the applicant's own side."""
    applicant = request.applicant
    kind = get_kind(request.query.category)
    roles = own_roles(kind, entry.values, name=applicant.name, id_no=applicant.id_no)
    if roles or applicant.relation != "party":
        return roles
    # Another spelling of the name (肖/蕭): the subject of the query is the applicant's own side.
    subject = request.query.subject
    return own_roles(kind, entry.values, name=subject.name, id_no=subject.id_no)


def printable_fields(request: AssistRequest, entry: CatalogueEntry) -> tuple[FieldSpec, ...]:
    """The fields that the extract prints: those asked for within the rule's output limit.

    Raises:
        Refusal: CATEGORY_UNKNOWN, FIELD_UNKNOWN, NOT_ASKED when nothing may be printed.
    """
    kind = get_kind(request.query.category)
    decision = evaluate_eligibility(eligibility_of_request(request))
    for code in request.requested_fields:
        kind.get_field(code)
    specs = disclosed_fields(
        kind,
        decision.limit,
        requested=request.requested_fields,
        own_roles=applicant_roles(request, entry),
    )
    if not specs:
        raise Refusal(NOT_ASKED, decision.rule)
    return specs


def verify_pages_asked(request: AssistRequest, pages: Sequence[str], own: Sequence[str]) -> None:
    """Return only if these page images may go out with the answer.

    Raises:
        Refusal: NOT_ASKED when the request wants no copy, or a page is not the record's.
    """
    if pages and request.output != COPY:
        raise Refusal(NOT_ASKED, "page images")
    if set(pages) - set(own):
        raise Refusal(NOT_ASKED, "page of another record")
