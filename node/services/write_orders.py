"""What an order will print: an extract, a copy of pages, or the text of a miss."""

from node.domain.cases import HolderCase
from node.domain.commands import ReleaseCommand
from node.domain.disclosure import COPY, verify_pages_asked
from node.domain.exchange_reasons import MARKS_INCOMPLETE
from node.domain.own_remarks import OwnRemarks
from node.domain.release_order import (
    OrderParts,
    write_fields_order,
    write_notice_order,
    write_order,
)
from node.ports import Catalogue
from node.services.copy_pages import CopyPages
from records.field_answers import FIELDS
from records.refusal import Refusal
from records.release import ReleaseOrder


class OrderWriter:
    """Writes orders from what people confirmed; decides nothing."""

    def __init__(
        self,
        catalogue: Catalogue,
        remarks: OwnRemarks | None = None,
        copies: CopyPages | None = None,
    ) -> None:
        """Of entries in `catalogue`; `remarks` say what old dates and places mean today."""
        self._catalogue = catalogue
        self._remarks = remarks
        self._copies = copies

    def write(self, parts: OrderParts, work: HolderCase, command: ReleaseCommand) -> ReleaseOrder:
        """The unsigned order for the confirmed record, or for the confirmed miss.

        Raises:
            Refusal: MARKS_INCOMPLETE, NOT_ASKED, COVERS_MISSING, TEMPLATE_INCOMPLETE.
        """
        if work.notice is not None:
            return write_notice_order(parts, work.notice)
        if work.comparison is None:
            raise Refusal(MARKS_INCOMPLETE)
        if parts.request.output == COPY and command.pages and self._copies is not None:
            return self._copies.write_order(parts, command)
        entry = self._catalogue.get_entry(work.holder_archive, work.comparison.reference_code)
        own = [page.sha256 for page in entry.images]
        verify_pages_asked(parts.request, command.pages, own)
        if parts.request.output == FIELDS:
            return write_fields_order(parts, entry, work.comparison)
        remarks = self._remarks.of(entry, work.comparison) if self._remarks else ()
        return write_order(parts, entry, work.comparison, remarks)
