"""The release order: the exact text that two officers sign and the certificate prints.

Nothing here is decided by a machine: the rows are what a clerk read on the page, the wording is
the template's, our own remarks stand apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from node.domain.application import eligibility_of_request
from node.domain.cases import Comparison, HolderCase
from node.domain.comparison import NOT_RECORDED
from node.domain.disclosure import applicant_roles
from node.domain.exchange_reasons import MARKS_INCOMPLETE
from node.domain.extract_rows import write_rows
from node.domain.officers import Officer
from records import field_answers
from records.deadlines import BEIJING
from records.disclosure import masked_names
from records.eligibility import evaluate_eligibility
from records.entries import CatalogueEntry
from records.exchange import AssistRequest
from records.kinds import get_kind
from records.person_names import mask_name
from records.redaction import left_out
from records.refusal import Refusal
from records.release import ExtractRow, ReleasedPage, ReleaseOrder
from records.templates import DocumentText, Heading, Source, discrepancy_text, extract_text

_MOST_FACT_BYTES = 100
"""The facts sealed in the QR are at most 109 bytes of CBOR; heads take a few."""
_MOST_NAMED_BYTES = 116
"""Facts and masked names together: 300 bytes of token less 158 for the largest numbers, 24 for the
fingerprints of three pages and 2 for the list itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderParts:
    """What every order says, whatever it prints."""

    work: HolderCase
    request: AssistRequest
    pages: tuple[str, ...]
    """SHA-256 of the page images to release."""
    release_id: str
    holder_name: str
    seal_mode: str
    redactions: tuple[str, ...] = ()
    """What the agreement has left out."""
    dispatcher: Officer
    seal_keeper: Officer
    now: datetime


def write_order(
    parts: OrderParts, entry: CatalogueEntry, comparison: Comparison, remarks: Sequence[str] = ()
) -> ReleaseOrder:
    """T1, complete and unsigned: what a clerk read on the page, then our own `remarks`.

    Raises:
        Refusal: TEMPLATE_INCOMPLETE, MARKS_INCOMPLETE.
    """
    kind = get_kind(parts.request.query.category)
    own = applicant_roles(parts.request, entry)
    hidden = left_out(kind, parts.redactions, own)
    rows = tuple(row for row in write_rows(kind, comparison, own) if row.field not in hidden)
    if not rows:
        raise Refusal(MARKS_INCOMPLETE)
    heading = heading_of(parts.request, parts.work, parts.holder_name)
    notes = [*_notes(parts, comparison), *remarks]
    text = extract_text(heading, _source(parts, entry), parts.now, notes=notes)
    values = {row.field: row.value for row in comparison.fields}
    masked = masked_names(kind, values)
    return replace(
        write_notice_order(parts, text),
        reference_code=entry.reference_code,
        rows=rows,
        pages=_pages(parts, entry),
        masked_names=masked,
        sealed_facts=_facts([row.value for row in rows if _is_told(row)], masked),
    )


def write_fields_order(
    parts: OrderParts, entry: CatalogueEntry, comparison: Comparison
) -> ReleaseOrder:
    """The listed fields for an authority, complete and unsigned; no certificate can come of it.

    Raises:
        Refusal: TEMPLATE_INCOMPLETE, MARKS_INCOMPLETE.
    """
    applicant = parts.request.applicant
    basis = evaluate_eligibility(eligibility_of_request(parts.request)).basis
    return replace(
        write_order(parts, entry, comparison),
        template=field_answers.TEMPLATE,
        title=field_answers.TITLE,
        opening=field_answers.opening_of(applicant.name, applicant.id_no, basis),
        closing=field_answers.CLOSING,
        seal_mode=field_answers.NO_SEAL,
        pages=(),
        sealed_facts=(),
    )


def write_notice_order(parts: OrderParts, text: DocumentText) -> ReleaseOrder:
    """An order that prints a text alone, e.g. T3."""
    work, header = parts.work, parts.request.header
    kind = get_kind(parts.request.query.category)
    subject = parts.request.query.subject.name
    # At the holder's own window nobody else asked: no request and no agreement stand behind it.
    own_window = work.window_archive == work.holder_archive
    return ReleaseOrder(
        release_id=parts.release_id,
        case_no=work.case_no,
        request_envelope_id="" if own_window else work.request_id,
        holder_archive=work.holder_archive,
        holder_name=parts.holder_name,
        window_archive=work.window_archive,
        window_name=work.window_name,
        template=text.template,
        category=kind.code,
        title=text.title,
        reference_code="",
        fonds_name=kind.label,
        opening=text.opening,
        rows=(),
        closing=text.closing,
        notes=text.notes,
        masked_names=mask_name(subject),
        sealed_facts=_facts([subject] if subject else [], mask_name(subject)),
        handler_line=f"经办人：{parts.dispatcher.display_name}　"
        f"审核人：{parts.seal_keeper.display_name}",
        agreement_id="" if own_window else header.agreement_id,
        agreement_version=0 if own_window else header.agreement_version,
        dispatcher=parts.dispatcher.officer_id,
        seal_keeper=parts.seal_keeper.officer_id,
        seal_mode=parts.seal_mode,
        issued_on=parts.now.astimezone(BEIJING).date(),
        ordered_at=parts.now,
    )


def heading_of(request: AssistRequest, work: HolderCase, holder_name: str) -> Heading:
    """What every text says about the application and the archive."""
    applicant = request.applicant
    return Heading(
        applicant=applicant.name,
        id_type=applicant.id_type,
        id_no=applicant.id_no,
        applied_on=request.header.created_at.astimezone(BEIJING).date(),
        case_no=work.case_no,
        window=work.window_name,
        holder=holder_name,
    )


def _source(parts: OrderParts, entry: CatalogueEntry) -> Source:
    both = [page for page in (entry.page_from, entry.page_to) if page]
    return Source(
        fonds_name=get_kind(parts.request.query.category).label,
        reference_code=entry.reference_code,
        pages="–".join(dict.fromkeys(both)),
    )


def _notes(parts: OrderParts, comparison: Comparison) -> list[str]:
    """T4 paragraphs: where the record writes a name otherwise than the applicant does."""
    reference = comparison.reference_code
    found = [c for c in parts.work.candidates if c.reference_code == reference]
    printed = {row.field: row for row in comparison.fields}
    kind = get_kind(parts.request.query.category)
    read = {row.field: row.value for row in comparison.fields if row.compared != NOT_RECORDED}
    reasons = [reason for candidate in found for reason in candidate.reasons]
    agreeing = [
        kind.print_label(reason.field, read)
        for reason in reasons
        if reason.how == "equal" and reason.field in printed
    ]
    return [
        discrepancy_text(
            label=kind.print_label(reason.field, read),
            recorded=printed[reason.field].value,
            submitted=reason.queried,
            agreeing=agreeing,
        )
        for reason in reasons
        if reason.field.endswith("name")
        and reason.field in printed
        and reason.queried
        and reason.queried != printed[reason.field].value
    ]


def _pages(parts: OrderParts, entry: CatalogueEntry) -> tuple[ReleasedPage, ...]:
    by_digest = {page.sha256: page for page in entry.images}
    return tuple(
        ReleasedPage(
            page_no=by_digest[digest].page_no,
            sha256=digest,
            media_type=by_digest[digest].media_type,
            caption=f"档号{entry.reference_code} 第{by_digest[digest].page_no}页",
        )
        for digest in parts.pages
    )


def _is_told(row: ExtractRow) -> bool:
    """Never an identity number, and nothing where the record is silent."""
    return row.compared != "not_recorded" and "id_no" not in row.field


def _facts(told: Sequence[str], masked: str) -> tuple[str, ...]:
    """Values for the QR, in print order, as many as fit beside the masked names."""
    facts: list[str] = []
    left = min(_MOST_FACT_BYTES, _MOST_NAMED_BYTES - len(masked.encode()))
    for value in told:
        size = len(value.encode()) + 2
        if size <= left:
            facts.append(value)
            left -= size
    return tuple(facts)
