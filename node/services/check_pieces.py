"""Checks one piece of a catalogue file in a process of its own, and indexes its rows.

Most rows are usual ones and are told at a quick look (`usual_rows`); any other is checked and
indexed as in an import of ten rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from node.build_ports import StoredEntry
from node.domain.catalogue_index import entry_of_row, index_entry
from node.domain.four_checks import Finding, Row, Verdict, check_row
from node.domain.index_rows import IndexRows
from node.domain.shelves import FilePiece
from node.domain.usual_entries import UsualEntries
from node.domain.usual_rows import UsualRow, UsualRows
from node.ports import ImageStore
from node.services.build_index import Tally, part_name
from node.services.build_work import BuildWork, write_part
from node.services.import_holdings import HoldingsFile, ImportOrder, check_images, store_images
from records.entries import CatalogueEntry
from records.kinds import Kind, get_kind
from records.sought import QueryReader

Pack = Callable[[CatalogueEntry], bytes]
PackContent = Callable[[Mapping[str, object]], bytes]
"""Packs the fields of an entry that are not empty, to what `Pack` makes of the entry."""
FoundLine = tuple[int, str, str, str, str]
"""Line, item, verdict, field, detail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckWork:
    """What a process that checks rows knows."""

    order: ImportOrder
    file: HoldingsFile
    images: ImageStore
    reader: QueryReader
    work: BuildWork
    shelf_id: int
    pack: Pack
    pack_content: PackContent
    usual: UsualRows
    """What rows have said so far; each process fills its own copy."""

    @property
    def kind(self) -> Kind:
        """Category of the file."""
        return get_kind(self.order.category)


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceJob:
    """One piece and the entry id of its first line."""

    piece: FilePiece
    first_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceDone:
    """A piece that was checked."""

    job: PieceJob
    rows: int
    warned: int
    rejected: int
    entries: list[StoredEntry]
    """Entries of the rows that did not fail."""
    lines: list[int]
    """Where each of them stands in the file."""


def check_piece(known: CheckWork, job: PieceJob) -> PieceDone:
    """The rows of one piece are checked, and what the index will say of them is put aside."""
    checked = _Checked(known)
    first = job.first_id - job.piece.first_line
    look = None
    for line, row in known.file.rows_of(job.piece):
        if look is None:
            look = checked.fit(tuple(row))
        seen = look(row)
        if seen is None:
            checked.add(line, row, first + line)
        else:
            checked.add_usual(line, row, first + line, seen)
    name = part_name(job.first_id, is_new=True)
    known.work.files.write(f"found-{job.first_id:012d}", [checked.found])
    write_part(known.work, name, checked.rows, checked.tally.rows())
    return PieceDone(
        job=job,
        rows=len(checked.entries) + checked.rejected,
        warned=checked.warned,
        rejected=checked.rejected,
        entries=checked.entries,
        lines=checked.lines,
    )


def found_lines(found: Sequence[Finding]) -> list[FoundLine]:
    """The findings as they lie in a file of the build."""
    return [(one.line, one.item, one.verdict.value, one.field, one.detail) for one in found]


class _Checked:
    """What the rows of a piece have come to."""

    def __init__(self, known: CheckWork) -> None:
        order = known.order
        self._known, self._kind = known, known.kind
        self._usual = UsualEntries(order.archive_code, self._kind, known.reader.folding)
        self._today = order.now.date()
        self.rows, self.tally = IndexRows(), Tally()
        self.found: list[FoundLine] = []
        self.entries: list[StoredEntry] = []
        self.lines: list[int] = []
        self.warned = self.rejected = 0

    def fit(self, columns: Sequence[str]) -> Callable[[Row], UsualRow | None]:
        """How rows of these columns are looked at."""
        self._usual.fit(columns)
        return self._known.usual.look_at(columns)

    def add_usual(self, line: int, row: Row, entry_id: int, seen: UsualRow) -> None:
        """That usual row is in."""
        known, usual = self._known, self._usual
        if seen.doubts:
            self.warned += 1
            self.found += [
                (line, item, Verdict.WARN.value, field, detail)
                for item, field, detail in seen.doubts
            ]
        people, year = usual.add(row, seen, (entry_id, known.shelf_id), self.rows)
        self.tally.add(known.shelf_id, people, year)
        body = known.pack_content(usual.content(row, seen))
        code = row["reference_code"]
        self.entries.append((entry_id, known.shelf_id, code, usual.is_hidden(row), body))
        self.lines.append(line)

    def add(self, line: int, row: Row, entry_id: int) -> None:
        """That row is in, or rejected."""
        known, tables = self._known, self._known.reader
        found = check_row(line, row, self._kind, tables.calendar, self._today, tables.areas)
        found += check_images(line, row, known.file) if row.get("images") else []
        self.found += found_lines(found)
        if any(one.verdict is Verdict.FAIL for one in found):
            self.rejected += 1
            return
        self.warned += bool(found)
        images = store_images(row, known.file, known.images) if row.get("images") else ()
        entry = entry_of_row(known.order.archive_code, self._kind, row, images)
        indexed = index_entry(entry, known.reader)
        self.rows.add(indexed, entry_id, known.shelf_id)
        self.tally.add(known.shelf_id, len(indexed.people), indexed.year)
        code, body = entry.reference_code, known.pack(entry)
        self.entries.append((entry_id, known.shelf_id, code, indexed.is_hidden, body))
        self.lines.append(line)
