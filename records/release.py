"""Orders that two officers of the holder sign: release, revoke, supersede.

The certificate service obeys these and nothing else (architecture.md 2): the order carries the
exact text that will be printed, so that what the officers signed is what the citizen receives.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractRow:
    """One line of the extract's table: a label of ours and the archive's own wording."""

    field: str
    """Field code of the category."""
    label: str
    """Chinese label as printed."""
    value: str
    """Original wording, original characters; 「档案未记载」 where the record is silent."""
    compared: str
    """same (与影像一致), corrected (按影像更正) or not_recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedPage:
    """One page image that is released with the extract."""

    page_no: int
    """Page number inside the file."""
    sha256: str
    """Digest of the image as released (after redaction)."""
    media_type: str
    """image/jpeg or image/png."""
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOrder:
    """出证指令: one certificate, word for word.

    Signed by two officer keys of the same archive: the release_dispatcher's and the
    seal_keeper's, of two different people.
    """

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.release-order.v1+json"

    release_id: str
    """UUID; the certificate service is idempotent by it."""
    case_no: str
    request_envelope_id: str
    """Envelope id of the assist request; empty at the holder's own window."""
    holder_archive: str
    holder_name: str
    window_archive: str
    window_name: str
    template: str
    """T1 ... T8."""
    category: str
    title: str
    """Printed title, e.g. 「档案证明（摘录）」."""
    reference_code: str
    fonds_name: str
    opening: str
    """First paragraph, exact text, with the applicant's name and masked ID number."""
    rows: tuple[ExtractRow, ...]
    closing: tuple[str, ...]
    """Paragraphs after the table, exact text."""
    notes: tuple[str, ...] = ()
    """Our own remarks, set apart from the archive's words."""
    pages: tuple[ReleasedPage, ...] = ()
    masked_names: str
    """Clear text in the QR token, e.g. "周*水|吴*兰"."""
    sealed_facts: tuple[str, ...]
    """Facts sealed in the QR under the 核验码, in print order; together at most 109 bytes CBOR."""
    purpose_text: str = ""
    """Printed in the watermark on request; empty = number and holder only."""
    handler_line: str
    """e.g. 「经办人：王敏　审核人：周国梁」."""
    agreement_id: str = ""
    agreement_version: int = 0
    dispatcher: str
    """officer_id of the release_dispatcher."""
    seal_keeper: str
    """officer_id of the seal_keeper."""
    seal_mode: str
    issued_on: date
    ordered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusOrder:
    """撤销/更正指令: withdraws a certificate or names the one that replaces it."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.status-order.v1+json"

    order_id: str
    holder_archive: str
    number: str
    status: str
    """revoked or superseded."""
    replaced_by: str = ""
    """Number of the new certificate; required for superseded."""
    reason_class: str
    """error_in_record, error_in_extract, leaked, obtained_unlawfully."""
    dispatcher: str
    seal_keeper: str
    ordered_at: datetime
