"""Imports a catalogue file of millions of rows: checked in pieces, then the index is built anew.

Entries are stored piece by piece, each piece durable and unseen by searches; when all rows have
passed, a build (`build_index`) makes them searchable in one transaction with the batch and its
log leaf. A process that was killed goes on behind the last piece; a file that fails leaves
nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from node.build_ports import BuildFiles, BuildStore, OpenPool, Progress, StoredEntry
from node.domain.catalogue_reasons import IMPORT_RUNNING
from node.domain.four_checks import Finding, Verdict
from node.domain.index_builds import Build, Purpose, Stage, bins_for
from node.domain.shelves import Batch, Shelf
from node.domain.usual_rows import UsualRows
from node.ports import ImageStore
from node.services.build_index import BuildIndex
from node.services.build_work import BuildWork
from node.services.check_pieces import (
    CheckWork,
    FoundLine,
    Pack,
    PackContent,
    PieceDone,
    PieceJob,
    check_piece,
    found_lines,
)
from node.services.import_holdings import (
    HoldingsFile,
    Imported,
    ImportOrder,
    OpenReport,
    failed,
)
from records.kinds import get_kind
from records.refusal import Refusal
from records.sought import QueryReader

FEWEST_IN_BULK = 50_000
"""Fewer rows are added one by one: that is quick enough and leaves the index as it is."""


def is_bulk(file: HoldingsFile, shelves: Sequence[Shelf], current: Build | None) -> bool:
    """Whether the file is imported in bulk, or goes on with such an import."""
    there = sum(shelf.entries for shelf in shelves)
    return current is not None or (file.lines >= FEWEST_IN_BULK and file.lines * 4 >= there)


class ImportInBulk:
    """Imports of one node that bring as much as the index already has, or more."""

    def __init__(
        self,
        build_index: BuildIndex,
        store: BuildStore,
        files_of: Callable[[int], BuildFiles],
        open_pool: OpenPool,
        reader: QueryReader,
    ) -> None:
        """Load into `store` and build with `build_index`."""
        self._build_index, self._store, self._files_of = build_index, store, files_of
        self._open_pool, self._reader = open_pool, reader

    def run(
        self,
        order: ImportOrder,
        file: HoldingsFile,
        outside: tuple[ImageStore, Pack, PackContent],
        open_report: OpenReport,
        progress: Progress,
    ) -> Imported:
        """All rows are in the index, or none, and the report says why.

        Raises:
            Refusal: IMPORT_RUNNING for another file's unfinished import, and those of the file.
        """
        build = self._resume(order, file) or self._begin(order, file)
        order = replace(order, batch_id=build.batch_id)
        files = self._files_of(build.generation)
        if build.stage is Stage.LOADING:
            build = self._load(build, order, file, outside, progress)
            _report(files, order, open_report)
        has_failed, review = build.rejected > 0, build.warned > 0 and not order.accept_warnings
        batch = _batch(build, order, 0 if has_failed or review else build.rows)
        if has_failed or review:
            self._store.remove_unseen()
            self._store.advance(replace(build, stage=Stage.ABANDONED))
            files.clear()
        else:
            build = replace(build, stage=Stage.BUILDING)
            self._store.advance(build)
            self._build_index.finish(build, batch)
        return Imported(batch=batch, is_new=True, has_failed=has_failed, needs_review=review)

    def _resume(self, order: ImportOrder, file: HoldingsFile) -> Build | None:
        there = self._store.current()
        if there is None:
            return None
        mine = (Purpose.IMPORT, order.archive_code, order.category, file.sha256)
        if (there.purpose, there.archive_code, there.category, there.file_sha256) != mine:
            raise Refusal(IMPORT_RUNNING, there.batch_id or there.purpose.value)
        return there

    def _begin(self, order: ImportOrder, file: HoldingsFile) -> Build:
        self._store.remove_unseen()
        first = self._store.last_entry_id() + 1
        bins = bins_for(first + file.lines)
        return self._store.begin(
            Build(
                generation=0,
                purpose=Purpose.IMPORT,
                stage=Stage.LOADING,
                batch_id=order.batch_id,
                archive_code=order.archive_code,
                category=order.category,
                file_sha256=file.sha256,
                bins=bins,
                first_entry_id=first,
                next_entry_id=first,
            )
        )

    def _load(
        self,
        build: Build,
        order: ImportOrder,
        file: HoldingsFile,
        outside: tuple[ImageStore, Pack, PackContent],
        progress: Progress,
    ) -> Build:
        files, tables = self._files_of(build.generation), self._reader
        images, pack, pack_content = outside
        known = CheckWork(
            order=order,
            file=file,
            images=images,
            reader=tables,
            work=BuildWork(files, tables.sounds, build.bins, self._bounds(build, order, file)),
            shelf_id=self._store.shelf_id(order.archive_code, order.category),
            pack=pack,
            pack_content=pack_content,
            usual=UsualRows(
                get_kind(order.category), tables.calendar, order.now.date(), tables.areas
            ),
        )
        with self._open_pool(known) as pool:
            for done in pool.map(check_piece, _jobs(build, file)):
                build = self._keep(build, known, done)
                progress("load", build.file_offset, file.size)
        return build

    def _bounds(self, build: Build, order: ImportOrder, file: HoldingsFile) -> tuple[str, ...]:
        piece = next(file.pieces(0, 1), None)
        kind = get_kind(order.category)
        columns = [person.name for person in kind.people if person.is_subject]
        rows = file.rows_of(piece) if piece is not None else iter(())
        sample = [row.get(column, "") for _, row in rows for column in columns]
        fold = self._reader.folding.normal
        return self._build_index.bounds(build, [fold(one) for one in sample])

    def _keep(self, build: Build, known: CheckWork, done: PieceDone) -> Build:
        """The piece's entries are stored; 档号 that are there already fail."""
        present = self._store.find_present(known.shelf_id, [one[2] for one in done.entries])
        entries: list[StoredEntry] = []
        found: list[Finding] = []
        for line, one in zip(done.lines, done.entries, strict=True):
            if one[2] in present:
                found.append(failed(line, "A08", "reference_code", "档号在本批或目录库中已有"))
            else:
                present.add(one[2])
                entries.append(one)
        if found:
            known.work.files.write(f"twice-{done.job.first_id:012d}", [found_lines(found)])
        piece = done.job.piece
        build = replace(
            build,
            next_entry_id=done.job.first_id + piece.lines,
            file_offset=piece.end,
            file_line=piece.first_line + piece.lines,
            rows=build.rows + done.rows,
            warned=build.warned + done.warned,
            rejected=build.rejected + done.rejected + len(found),
        )
        self._store.add_entries(build, entries)
        return build


def _jobs(build: Build, file: HoldingsFile) -> Iterator[PieceJob]:
    # The header line takes no id.
    next_id = build.next_entry_id - (build.file_line == 1)
    for piece in file.pieces(build.file_offset, build.file_line):
        yield PieceJob(piece=piece, first_id=next_id)
        next_id += piece.lines


def _batch(build: Build, order: ImportOrder, accepted: int) -> Batch:
    return Batch(
        batch_id=build.batch_id,
        archive_code=build.archive_code,
        category=build.category,
        file_sha256=build.file_sha256,
        rows=build.rows,
        accepted=accepted,
        warned=build.warned,
        rejected=build.rejected,
        handled_by=order.handled_by,
        approved_by=order.approved_by,
    )


def _report(files: BuildFiles, order: ImportOrder, open_report: OpenReport) -> None:
    """The findings of all pieces are in the report, in the order of the file."""
    with open_report(order.batch_id) as report:
        for name in [*files.names("found-"), *files.names("twice-")]:
            for line, item, verdict, field, detail in files.read(name, 0, list[FoundLine]):
                report.add(
                    Finding(
                        line=line,
                        item=item,
                        verdict=Verdict(verdict),
                        field=field,
                        detail=detail,
                    )
                )
