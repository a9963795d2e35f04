"""The release order: the exact text that two officers sign and the certificate prints.

Nothing here is decided by a machine: the rows are what a clerk read on the page, the wording is
the template's, our own remarks stand apart.
"""

from dataclasses import dataclass
from datetime import datetime

from node.domain.cases import Comparison, HolderCase
from node.domain.disclosure import applicant_roles
from node.domain.exchange_reasons import MARKS_INCOMPLETE
from node.domain.officers import Officer
from records.deadlines import BEIJING
from records.disclosure import disclosed_value, masked_names
from records.entries import CatalogueEntry
from records.exchange import AssistRequest
from records.kinds import get_kind
from records.refusal import Refusal
from records.release import ExtractRow, ReleasedPage, ReleaseOrder
from records.templates import Heading, Source, discrepancy_text, extract_text

_MOST_FACT_BYTES = 100
"""The facts sealed in the QR are at most 109 bytes of CBOR; heads take a few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderParts:
    """Everything that an order is written from."""

    work: HolderCase
    request: AssistRequest
    entry: CatalogueEntry
    comparison: Comparison
    pages: tuple[str, ...]
    """SHA-256 of the page images to release."""
    release_id: str
    holder_name: str
    seal_mode: str
    dispatcher: Officer
    seal_keeper: Officer
    now: datetime


def write_order(parts: OrderParts) -> ReleaseOrder:
    """The order, complete and unsigned.

    Raises:
        Refusal: TEMPLATE_INCOMPLETE, MARKS_INCOMPLETE.
    """
    work, request, entry = parts.work, parts.request, parts.entry
    kind = get_kind(request.query.category)
    rows = _rows(parts)
    if not rows:
        raise Refusal(MARKS_INCOMPLETE)
    heading = heading_of(request, work, parts.holder_name)
    text = extract_text(heading, _source(parts), parts.now, notes=_notes(parts))
    header = request.header
    # At the holder's own window nobody else asked: no request and no agreement stand behind it.
    own_window = work.window_archive == work.holder_archive
    values = {row.field: row.value for row in parts.comparison.fields}
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
        reference_code=entry.reference_code,
        fonds_name=kind.label,
        opening=text.opening,
        rows=rows,
        closing=text.closing,
        notes=text.notes,
        pages=_pages(parts),
        masked_names=masked_names(kind, values),
        sealed_facts=_facts(rows),
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


def _rows(parts: OrderParts) -> tuple[ExtractRow, ...]:
    kind = get_kind(parts.request.query.category)
    own = applicant_roles(parts.request, parts.entry)
    return tuple(
        ExtractRow(
            field=compared.field,
            label=compared.label,
            value=disclosed_value(kind.get_field(compared.field), compared.value, own),
            compared=compared.compared,
        )
        for compared in parts.comparison.fields
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


def _source(parts: OrderParts) -> Source:
    entry = parts.entry
    both = [page for page in (entry.page_from, entry.page_to) if page]
    return Source(
        fonds_name=get_kind(parts.request.query.category).label,
        reference_code=entry.reference_code,
        pages="–".join(dict.fromkeys(both)),
    )


def _notes(parts: OrderParts) -> list[str]:
    """T4 paragraphs: where the record writes a name otherwise than the applicant does."""
    reference = parts.comparison.reference_code
    found = [c for c in parts.work.candidates if c.reference_code == reference]
    printed = {row.field: row for row in parts.comparison.fields}
    reasons = [reason for candidate in found for reason in candidate.reasons]
    agreeing = [
        printed[reason.field].label
        for reason in reasons
        if reason.how == "equal" and reason.field in printed
    ]
    return [
        discrepancy_text(
            label=printed[reason.field].label,
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


def _pages(parts: OrderParts) -> tuple[ReleasedPage, ...]:
    by_digest = {page.sha256: page for page in parts.entry.images}
    return tuple(
        ReleasedPage(
            page_no=by_digest[digest].page_no,
            sha256=digest,
            media_type=by_digest[digest].media_type,
            caption=f"档号{parts.entry.reference_code} 第{by_digest[digest].page_no}页",
        )
        for digest in parts.pages
    )


def _facts(rows: tuple[ExtractRow, ...]) -> tuple[str, ...]:
    """Names, dates and numbers of the rows, in print order, as many as fit the QR; no ID number."""
    facts: list[str] = []
    left = _MOST_FACT_BYTES
    for row in rows:
        size = len(row.value.encode()) + 2
        if row.compared == "not_recorded" or "id_no" in row.field or size > left:
            continue
        facts.append(row.value)
        left -= size
    return tuple(facts)
