"""Draws office papers for the node that signed them; keeps nothing and seals nothing."""

from datetime import UTC

from certificate_service.document.archival import About, Attachment, to_archival
from certificate_service.document.office import OfficeSheets
from certificate_service.domain.order_reasons import ORDER_MALFORMED
from certificate_service.domain.release_rules import check_caller
from certificate_service.ports import Clock, TrustSource
from records.papers import OfficePaper
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_to_json
from trust.envelope.statement import open_statement

TEMPLATES = ("T5", "T6", "T7", "T8", "LETTER")
PAPER_FILE = "paper.dsse.json"
_MOST_ROWS = 60
_MOST_PARAGRAPHS = 40


class Typeset:
    """Draws what a node says in its own archives' name."""

    def __init__(
        self, trust: TrustSource, sheets: OfficeSheets, clock: Clock, *, sample: bool
    ) -> None:
        """Keep the ports; `sample` marks every sheet."""
        self._trust = trust
        self._sheets = sheets
        self._clock = clock
        self._sample = sample

    def draw(self, envelope: Envelope, caller: str) -> bytes:
        """The paper as PDF/A-3u, the signed words attached; the same paper gives the same bytes.

        Raises:
            Refusal: those of envelopes, ORDER_MALFORMED, MISSING_GLYPH, and when the archive is
                not one of the caller's.
        """
        view, now = self._trust.current(), self._clock()
        opened = open_statement(envelope, OfficePaper, view.sign_keys(caller, now))
        paper = opened.statement
        host, _archive = view.get_archive(paper.archive_code)
        check_caller(host.participant_id, caller)
        _check_form(paper)
        pdf = self._sheets.draw(paper, opened.envelope_id, sample=self._sample)
        about = About(
            title=paper.title,
            author=paper.archive_name,
            subject=f"{paper.title} {paper.case_no}",
            document_id=paper.paper_id,
            made_at=paper.written_at.astimezone(UTC),
        )
        signed = Attachment(
            name=PAPER_FILE,
            data=envelope_to_json(envelope),
            media_type="application/json",
            relationship="Data",
            description="经办机构签名的文稿",
        )
        return to_archival(pdf, about, (signed,))


def _check_form(paper: OfficePaper) -> None:
    slip = len(paper.slip.rows) if paper.slip else 0
    checks = (
        ("template", paper.template in TEMPLATES),
        ("rows", len(paper.rows) + slip <= _MOST_ROWS),
        ("closing", len(paper.closing) + len(paper.notes) <= _MOST_PARAGRAPHS),
        ("title", bool(paper.title.strip()) and bool(paper.opening.strip())),
    )
    for field, holds in checks:
        if not holds:
            raise Refusal(ORDER_MALFORMED, field)
