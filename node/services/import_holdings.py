"""Imports a catalogue file: checks every row first, then adds all rows or none.

Order: (1) the same file again is answered with its earlier batch; (2) four-properties check of
every row, written to the report as it goes; (3) a failed row returns the batch, a warning asks the
reviewer; (4) images are copied into the store; (5) one transaction adds the rows. A process that
dies before (5) ends leaves nothing in the index.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from node.catalogue_ports import CatalogueIndex, CatalogueWriter
from node.domain.catalogue_index import entry_of_row, index_entry
from node.domain.catalogue_reasons import IMPORT_COLLIDED
from node.domain.four_checks import Finding, Row, Verdict, check_row
from node.domain.shelves import Batch, FilePiece, IndexedEntry, PageFile
from node.ports import ImageStore
from records.entries import PageImage
from records.kinds import Kind, get_kind
from records.refusal import Refusal
from records.sought import QueryReader

_ROWS_AT_ONCE = 5000


class HoldingsFile(Protocol):
    """A catalogue file, opened; may be read several times."""

    sha256: str
    size: int
    """Bytes."""
    lines: int
    """Line ends in it: about its rows."""

    def pieces(self, offset: int, line: int) -> Iterator[FilePiece]:
        """The file from that byte, which begins that line, in pieces of whole rows."""
        ...

    def rows_of(self, piece: FilePiece) -> Iterator[tuple[int, Row]]:
        """Line number and cells of each row of a piece."""
        ...

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Line number and cells of each row, in order; the header was checked at opening."""
        ...

    def read_image(self, name: str) -> PageFile:
        """The image that a row names. Raises Refusal: IMAGE_NOT_FOUND, FILE_FORMAT."""
        ...


class FindingsReport(Protocol):
    """Where findings are written, as they are found."""

    def add(self, finding: Finding) -> None:
        """The finding is in the report."""
        ...


OpenReport = Callable[[str], AbstractContextManager[FindingsReport]]
"""Opens the report of that batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of an import."""

    batch: Batch
    is_new: bool
    """False: the same file was imported before; nothing was added again."""
    has_failed: bool
    """Some row failed: nothing was added."""
    needs_review: bool
    """Warnings were not accepted: nothing was added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOrder:
    """What to import into which archive."""

    archive_code: str
    category: str
    batch_id: str
    accept_warnings: bool
    now: datetime
    handled_by: str = ""
    """Pseudonym of the officer who imports; empty in a bench directory."""
    approved_by: str = ""
    """Pseudonym of the officer who accepted the warnings."""
    in_bulk: bool = False
    """Build the index anew even for a few rows."""


class ImportHoldings:
    """Imports catalogue files into one node's index."""

    def __init__(self, index: CatalogueIndex, images: ImageStore, reader: QueryReader) -> None:
        """Add to `index`, copying page images into `images`."""
        self._index, self._images, self._reader = index, images, reader

    def run(self, order: ImportOrder, file: HoldingsFile, open_report: OpenReport) -> Imported:
        """All rows are in the index, or none, and the report says why.

        Raises:
            Refusal: CATEGORY_UNKNOWN, and the refusals of the file.
        """
        imported = self.check(order, file, open_report)
        if not imported.is_new or imported.has_failed or imported.needs_review:
            return imported
        batch = replace(imported.batch, accepted=imported.batch.rows)
        self._add(batch, file, get_kind(order.category))
        return replace(imported, batch=batch)

    def check(self, order: ImportOrder, file: HoldingsFile, open_report: OpenReport) -> Imported:
        """What an import would find; nothing is added.

        Raises:
            Refusal: CATEGORY_UNKNOWN, and the refusals of the file.
        """
        kind = get_kind(order.category)
        with self._index.reading() as index:
            earlier = index.find_batch(order.archive_code, order.category, file.sha256)
        if earlier is not None:
            return Imported(batch=earlier, is_new=False, has_failed=False, needs_review=False)
        with open_report(order.batch_id) as report:
            checked = self._check(order, file, kind, report)
        has_failed, review = checked.failed > 0, checked.warned > 0 and not order.accept_warnings
        batch = Batch(
            batch_id=order.batch_id,
            archive_code=order.archive_code,
            category=order.category,
            file_sha256=file.sha256,
            rows=checked.rows,
            accepted=0,
            warned=checked.warned,
            rejected=checked.failed,
            handled_by=order.handled_by,
            approved_by=order.approved_by,
        )
        return Imported(batch=batch, is_new=True, has_failed=has_failed, needs_review=review)

    def _check(
        self, order: ImportOrder, file: HoldingsFile, kind: Kind, report: FindingsReport
    ) -> "_Counts":
        counts = _Counts()
        seen: set[str] = set()
        for part in _parts(file.rows()):
            present = self._present(order.archive_code, part)
            for line, row in part:
                reader, today = self._reader, order.now.date()
                found = check_row(line, row, kind, reader.calendar, today, reader.areas)
                found += _duplicates(line, row, seen, present)
                found += check_images(line, row, file)
                for finding in found:
                    report.add(finding)
                counts.take(found)
        return counts

    def _present(self, archive_code: str, part: Sequence[tuple[int, Row]]) -> set[str]:
        codes = [row.get("reference_code", "").strip() for _, row in part]
        with self._index.reading() as index:
            return index.find_present(archive_code, codes)

    def _add(self, batch: Batch, file: HoldingsFile, kind: Kind) -> None:
        """Images first: a stored image without an entry is harmless, the reverse is not."""
        _, first = next(file.rows(), (0, {}))
        stored = {
            line: store_images(row, file, self._images)
            for line, row in (file.rows() if "images" in first else ())
            if row.get("images")
        }
        with self._index.writing() as writer:
            for part in _parts(file.rows()):
                entries = [
                    self._indexed(batch, kind, row, stored.get(line, ())) for line, row in part
                ]
                _add_new(writer, batch, entries)
            writer.close_batch(batch)

    def _indexed(
        self, batch: Batch, kind: Kind, row: Row, images: tuple[PageImage, ...]
    ) -> IndexedEntry:
        entry = entry_of_row(batch.archive_code, kind, row, images)
        return index_entry(entry, self._reader)


def store_images(row: Row, file: HoldingsFile, images: ImageStore) -> tuple[PageImage, ...]:
    """The images that the row names are in the store, numbered from its first page."""
    first = row.get("page_from", "").strip()
    start = int(first) if first.isascii() and first.isdigit() else 1
    pages = []
    for page_no, name in enumerate(image_names(row), start=start):
        page = file.read_image(name)
        digest = images.put(page.data)
        pages.append(
            PageImage(
                page_no=page_no,
                sha256=digest,
                media_type=page.media_type,
                size_bytes=len(page.data),
            )
        )
    return tuple(pages)


class _Counts:
    """Rows, and rows with warnings and failures."""

    def __init__(self) -> None:
        self.rows = self.warned = self.failed = 0

    def take(self, found: Sequence[Finding]) -> None:
        """Count one row with these findings."""
        verdicts = {finding.verdict for finding in found}
        self.rows += 1
        self.failed += Verdict.FAIL in verdicts
        self.warned += Verdict.WARN in verdicts and Verdict.FAIL not in verdicts


def _duplicates(line: int, row: Row, seen: set[str], present: set[str]) -> list[Finding]:
    code = row.get("reference_code", "").strip()
    if not code:
        return []
    where = "本批" if code in seen else "目录库" if code in present else ""
    seen.add(code)
    return [failed(line, "A08", "reference_code", f"档号在{where}中已有")] if where else []


def check_images(line: int, row: Row, file: HoldingsFile) -> list[Finding]:
    """Findings about the images that the row names."""
    names = image_names(row)
    for position, name in enumerate(names, start=1):
        try:
            file.read_image(name)
        except Refusal as refusal:
            item = "U03" if refusal.code == "FILE_FORMAT" else "A11"
            return [failed(line, item, "images", f"第 {position} 个影像：{refusal.reason.zh}")]
    first, last = row.get("page_from", "").strip(), row.get("page_to", "").strip()
    if names and first.isdigit() and last.isdigit() and len(names) != int(last) - int(first) + 1:
        detail = f"影像 {len(names)} 个，与起止页不符"
        return [Finding(line=line, item="L07", verdict=Verdict.WARN, field="images", detail=detail)]
    return []


def image_names(row: Row) -> list[str]:
    """Names of the image files that the row names, in page order."""
    return [name for part in row.get("images", "").split(";") if (name := part.strip())]


def failed(line: int, item: str, field: str, detail: str) -> Finding:
    """The finding that rejects a row."""
    return Finding(line=line, item=item, verdict=Verdict.FAIL, field=field, detail=detail)


def _add_new(writer: CatalogueWriter, batch: Batch, entries: list[IndexedEntry]) -> None:
    """Another import may have added one of the codes since the check: then nothing is added."""
    codes = [one.entry.reference_code for one in entries]
    if writer.find_present(batch.archive_code, codes):
        raise Refusal(IMPORT_COLLIDED)
    writer.add(batch.archive_code, batch.category, entries)


def _parts(rows: Iterator[tuple[int, Row]]) -> Iterator[list[tuple[int, Row]]]:
    part: list[tuple[int, Row]] = []
    for row in rows:
        part.append(row)
        if len(part) == _ROWS_AT_ONCE:
            yield part
            part = []
    if part:
        yield part
