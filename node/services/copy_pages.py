"""T2: a copy of pages, what is other people's covered (domain.md §4.4, E12 and E23).

The pages that leave are new pictures with the covers burnt in; the order names their digests, so
both officers sign for exactly these. A page that lists many people never leaves uncovered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from node.domain.cases import HolderCase
from node.domain.commands import PageCover, ReleaseCommand
from node.domain.disclosure import verify_pages_asked
from node.domain.exchange_reasons import COVERS_MALFORMED, COVERS_MISSING
from node.domain.release_order import OrderParts, write_notice_order
from node.ports import Catalogue, ImageStore, PageCovers
from records.entries import CatalogueEntry, PageImage
from records.fields import ROSTER_COLUMN
from records.kinds import get_kind
from records.refusal import Refusal
from records.release import ReleasedPage, ReleaseOrder
from records.templates import CopiedPages, DocumentText, Source, copy_text

OTHERS = "涉及他人的内容"


class CopyPages:
    """Writes orders for copies."""

    def __init__(self, catalogue: Catalogue, images: ImageStore, covers: PageCovers) -> None:
        """Of entries in `catalogue`; covered pictures are stored in `images`."""
        self._catalogue = catalogue
        self._images = images
        self._covers = covers

    def write_order(self, parts: OrderParts, command: ReleaseCommand) -> ReleaseOrder:
        """The order for these pages of the case's records, the confirmed one first.

        Raises:
            Refusal: NOT_ASKED for a page of another record, COVERS_MISSING, COVERS_MALFORMED,
                FILE_DAMAGED, TEMPLATE_INCOMPLETE.
        """
        entries = self._entries(parts.work)
        own = [page.sha256 for entry in entries for page in entry.images]
        verify_pages_asked(parts.request, command.pages, own)
        covers = _covers_by_page(command)
        given = [entry for entry in entries if _pages_of(entry, command.pages)]
        pages = tuple(
            self._released(entry, page, covers.get(page.sha256))
            for entry in given
            for page in _pages_of(entry, command.pages)
        )
        texts = [_text(parts, entry, command.pages, covers) for entry in given]
        order = write_notice_order(parts, texts[0])
        return replace(
            order,
            opening="".join(text.opening for text in texts),
            reference_code="；".join(entry.reference_code for entry in given)[:200],
            fonds_name=get_kind(given[0].category).label,
            pages=pages,
        )

    def _entries(self, work: HolderCase) -> list[CatalogueEntry]:
        """The confirmed record, then the other candidates of the case."""
        confirmed = work.comparison.reference_code if work.comparison else ""
        codes = [confirmed, *(one.reference_code for one in work.candidates)]
        return [
            self._catalogue.get_entry(work.holder_archive, code)
            for code in dict.fromkeys(codes)
            if code
        ]

    def _released(
        self, entry: CatalogueEntry, page: PageImage, cover: PageCover | None
    ) -> ReleasedPage:
        if cover is None and entry.values.get(ROSTER_COLUMN, "").strip():
            raise Refusal(COVERS_MISSING, entry.reference_code)
        digest = page.sha256
        if cover is not None:
            data = self._images.get(page.sha256)
            digest = self._images.put(self._covers.cover(data, page.media_type, cover.boxes))
        return ReleasedPage(
            page_no=page.page_no,
            sha256=digest,
            media_type=page.media_type,
            caption=f"档号{entry.reference_code} 第{page.page_no}页",
        )


def _covers_by_page(command: ReleaseCommand) -> dict[str, PageCover]:
    covers = {cover.sha256: cover for cover in command.covers}
    if len(covers) != len(command.covers) or covers.keys() - set(command.pages):
        raise Refusal(COVERS_MALFORMED, "a cover for a page that is not released")
    return covers


def _pages_of(entry: CatalogueEntry, digests: Sequence[str]) -> list[PageImage]:
    return [page for page in entry.images if page.sha256 in digests]


def _text(
    parts: OrderParts,
    entry: CatalogueEntry,
    digests: Sequence[str],
    covers: Mapping[str, PageCover],
) -> DocumentText:
    pages = _pages_of(entry, digests)
    # A page number of the file is no count: "共1页，本次提供第4页" would be nonsense.
    counted = all(page.page_no <= len(entry.images) for page in entry.images)
    copied = CopiedPages(
        total_pages=len(entry.images) if counted else 0,
        given="、".join(str(page.page_no) for page in pages),
        redacted=OTHERS if any(page.sha256 in covers for page in pages) else "",
    )
    source = Source(
        fonds_name=get_kind(entry.category).label, reference_code=entry.reference_code, pages=""
    )
    return copy_text(source, copied, parts.holder_name, parts.now)
