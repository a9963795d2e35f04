"""修正: one field of one catalogue entry, before and after, and what was issued from it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from node.domain.catalogue_index import entry_of_row
from node.domain.commands import Box
from node.domain.correction_reasons import CORRECTION_IMAGE, CORRECTION_MALFORMED
from records.corrections import IndexCorrection
from records.disclosure import disclosed_value
from records.entries import CatalogueEntry, PageImage
from records.fields import FieldSpec
from records.kinds import Kind, get_kind
from records.refusal import Refusal
from records.release import ReleaseOrder
from records.templates import NOT_RECORDED

PROPOSED, APPROVED, RETURNED = "proposed", "approved", "returned"
ARCHIVE_COLUMNS = ("year", "title", "page_from", "page_to", "damage", "remarks")
"""Columns of the archive's own that may be corrected: neither the 档号 nor what was decided about
openness and secrecy, which is another procedure."""
_WHOLE = 1000
_REASON = (4, 200)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeCorrection:
    """The correction clerk (数据修正经办员) proposes what the page says."""

    archive_code: str
    reference_code: str
    field: str
    new_value: str
    """Original wording of the page; empty = the page says nothing."""
    image: str
    """SHA-256 of the page image."""
    region: Box
    reason: str
    """4-200 characters."""
    because: str = ""
    """Case or certificate in which it was noticed; empty = none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideCorrection:
    """The reviewer (数据汇交审核员), another person, approves or returns."""

    archive_code: str
    correction_id: str
    approve: bool
    note: str = ""
    """Why it is returned, 4-200 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenCommand:
    """The dispatcher takes up a case whose certificate was issued from the old value."""

    archive_code: str
    correction_id: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A certificate that was issued from the old value."""

    case_no: str
    number: str
    release_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One correction and where it stands."""

    correction_id: str
    archive_code: str
    category: str
    reference_code: str
    field: str
    label: str
    old_value: str
    new_value: str
    image: str
    page_no: int
    region: Box
    reason: str
    because: str = ""
    doubts: tuple[str, ...] = ()
    """What the four-properties check says of the new value; for the reviewer."""
    state: str = PROPOSED
    version: int = 1
    entry_version: int
    """Of the entry as it was proposed against."""
    proposed_by: str
    """officer_id."""
    proposed_at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    note: str = ""
    index_version: int = 0
    """Of that part of the index once it was corrected."""
    affected: tuple[Affected, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedView:
    """How far the replacement of one certificate is."""

    certificate: Affected
    step: str
    """open, reissuing, issued, ordered or replaced."""
    replaced_by: str = ""
    """Number of the new certificate, once it is issued."""
    notice: str = ""
    """paper_id of T8, once two officers ordered it."""
    notice_drawn: bool = False
    keeper: str = ""
    """officer_id of the seal keeper whose signature is awaited; step `ordered`."""
    mine: bool = False
    """The looker is that seal keeper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionView:
    """A correction as people see it, with the entry as it stands now."""

    correction: Correction
    entry: CatalogueEntry
    proposer: str
    """Display name."""
    decider: str = ""
    own: bool = False
    """The looker proposed it: another person decides."""
    affected: tuple[AffectedView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """线索: a clerk who compared a record with its page printed something else than the index."""

    case_no: str
    reference_code: str
    field: str
    label: str
    index_value: str
    page_value: str
    images: tuple[str, ...] = ()


def get_column(kind: Kind, code: str) -> FieldSpec:
    """The column that may be corrected. Raises Refusal: CORRECTION_MALFORMED."""
    own = {spec.code for spec in kind.fields}
    spec = kind.columns.get(code)
    if spec is None or not (code in own or code in ARCHIVE_COLUMNS):
        raise Refusal(CORRECTION_MALFORMED, f"field {code[:40]}")
    return spec


def columns_of(kind: Kind) -> tuple[FieldSpec, ...]:
    """Every column that may be corrected: the category's own, then the archive's."""
    return (*kind.fields, *(kind.columns[code] for code in ARCHIVE_COLUMNS))


def value_of(entry: CatalogueEntry, code: str) -> str:
    """What the index has in that column; empty = nothing."""
    if code in ARCHIVE_COLUMNS:
        value = getattr(entry, code)
        return "" if value is None else str(value)
    return entry.values.get(code, "")


def row_of(entry: CatalogueEntry) -> dict[str, str]:
    """The entry as an import row."""
    plain = (
        "reference_code", "fonds_no", "catalog_no", "file_no", "item_no", "page_from", "page_to",
        "title", "retention_period", "open_status", "secrecy_level", "damage", "remarks",
    )  # fmt: skip
    row = {code: getattr(entry, code) for code in plain}
    return row | {"year": str(entry.year or "")} | entry.values


def corrected(entry: CatalogueEntry, code: str, value: str) -> CatalogueEntry:
    """The entry with that one column changed and its version raised; images untouched."""
    row = row_of(entry) | {code: value}
    changed = entry_of_row(entry.archive_code, get_kind(entry.category), row, entry.images)
    return replace(changed, index_version=entry.index_version + 1)


def find_page(entry: CatalogueEntry, sha256: str) -> PageImage:
    """The page image of this record. Raises Refusal: CORRECTION_IMAGE."""
    for page in entry.images:
        if page.sha256 == sha256:
            return page
    raise Refusal(CORRECTION_IMAGE)


def verify_region(region: Iterable[int]) -> Box:
    """Left, top, right, bottom inside the page. Raises Refusal: CORRECTION_MALFORMED."""
    corners = tuple(region)
    if len(corners) == 4:
        left, top, right, bottom = corners
        if 0 <= left < right <= _WHOLE and 0 <= top < bottom <= _WHOLE:
            return left, top, right, bottom
    raise Refusal(CORRECTION_MALFORMED, "region")


def verify_words(text: str, name: str) -> str:
    """The text, long enough to say something. Raises Refusal: CORRECTION_MALFORMED."""
    shortest, longest = _REASON
    if not shortest <= len(text.strip()) <= longest:
        raise Refusal(CORRECTION_MALFORMED, name)
    return text.strip()


def is_issued_from(order: ReleaseOrder, correction: Correction) -> bool:
    """Whether the certificate printed the value that was wrong.

    What a clerk read on the page and printed in other words than the index stands.
    """
    if order.reference_code != correction.reference_code:
        return False
    kind = get_kind(correction.category)
    spec = kind.columns[correction.field]
    wrong = _prints(spec, correction.old_value, {one.role for one in kind.people})
    return any(row.field == correction.field and row.value in wrong for row in order.rows)


def _prints(spec: FieldSpec, value: str, roles: Collection[str]) -> set[str]:
    """How an extract may have printed the value: as a word, whole, or masked."""
    if not value:
        return {NOT_RECORDED}
    said = spec.label_of(value)
    return {said, disclosed_value(spec, said, roles), disclosed_value(spec, said, ())}


def statement_of(correction: Correction, officer: str, at: datetime) -> IndexCorrection:
    """The step that the correction has just reached, to be signed."""
    raised = 1 if correction.state == APPROVED else 0
    return IndexCorrection(
        correction_id=correction.correction_id,
        step=correction.state,
        archive_code=correction.archive_code,
        category=correction.category,
        reference_code=correction.reference_code,
        field=correction.field,
        old_value=correction.old_value,
        new_value=correction.new_value,
        image_sha256=correction.image,
        region=correction.region,
        reason=correction.reason,
        officer=officer,
        note=correction.note,
        entry_version=correction.entry_version + raised,
        replaces=tuple(one.number for one in correction.affected),
        decided_at=at,
    )
