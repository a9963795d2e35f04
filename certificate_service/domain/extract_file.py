"""extract.json: the certificate once more, for machines, attached to the PDF.

Whoever re-uses the certificate reads this instead of the pages; the page words in it are the
input of the page fingerprints (fingerprint.py), so that file, paper and QR code are bound.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from certificate_service.domain.fingerprint import PageWords
from records.release import ReleaseOrder

SCHEMA = "lantai/extract/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractFacts:
    """What the service adds to the order."""

    number: str
    symbol: str
    issued_at: str
    """RFC 3339, UTC."""
    order_id: str
    """Envelope id of the release order."""
    token_sha256: str
    trust_domain: str
    verify_url: str
    """Address of the verify page, without the digits."""
    log_origin: str
    log_index: int
    sample: bool


def write_extract(order: ReleaseOrder, pages: Sequence[PageWords], facts: ExtractFacts) -> bytes:
    """The file: UTF-8 JSON, keys sorted, no spaces; the same input gives the same bytes."""
    content: dict[str, object] = {
        "schema": SCHEMA,
        **asdict(facts),
        "template": order.template,
        "category": order.category,
        "title": order.title,
        "holder": {"archive_code": order.holder_archive, "name": order.holder_name},
        "window": {"archive_code": order.window_archive, "name": order.window_name},
        "case_no": order.case_no,
        "reference_code": order.reference_code,
        "fonds_name": order.fonds_name,
        "issued_on": order.issued_on.isoformat(),
        "opening": order.opening,
        "rows": [asdict(row) for row in order.rows],
        "closing": list(order.closing),
        "notes": list(order.notes),
        "purpose_text": order.purpose_text,
        "pages": [{"kind": page.kind, "lines": list(page.lines)} for page in pages],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def page_words(extract: Mapping[str, object]) -> tuple[PageWords, ...]:
    """The pages that an extract.json lists; an empty tuple when the list is malformed."""
    pages = extract.get("pages")
    if not isinstance(pages, list):
        return ()
    words: list[PageWords] = []
    for page in pages:
        if not isinstance(page, dict) or not isinstance(page.get("lines"), list):
            return ()
        lines = page["lines"]
        if not isinstance(page.get("kind"), str) or not all(
            isinstance(line, str) for line in lines
        ):
            return ()
        words.append(PageWords(kind=page["kind"], lines=tuple(lines)))
    return tuple(words)
