"""Builds the index anew beside the one that answers, and puts it in its place at once.

Searches go on while it runs. Every step is durable and none is done twice: a build whose process
was killed goes on where it stood.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from node.build_ports import BuildFiles, BuildStore, OpenPool, Progress
from node.domain.catalogue_index import index_entry
from node.domain.index_builds import Build, Purpose, Stage, bins_for, bounds_of, fill_steps
from node.domain.index_rows import IndexRows
from node.domain.shelves import Batch, Shelf
from node.services.build_work import (
    BuildWork,
    NameIds,
    ShelfTally,
    name_one,
    order_one,
    read_names,
    read_tally,
    write_part,
)
from records.entries import CatalogueEntry
from records.sought import QueryReader

Unpack = Callable[[bytes], CatalogueEntry]
PART = 20_000
"""Ids of entries in one part."""
_SAMPLES = 40
_SAMPLE = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Entries that are in the store already, for a process to read."""

    first_id: int
    entries: Sequence[tuple[int, int, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GatherWork:
    """What a process that reads entries knows."""

    work: BuildWork
    reader: QueryReader
    unpack: Unpack


class BuildIndex:
    """Builds of one node's index."""

    def __init__(
        self,
        store: BuildStore,
        files_of: Callable[[int], BuildFiles],
        open_pool: OpenPool,
        tables: tuple[QueryReader, Unpack],
        progress: Progress,
    ) -> None:
        """Build in `store`; `files_of` gives the working folder of a generation."""
        self._store, self._files_of, self._open_pool = store, files_of, open_pool
        self._reader, self._unpack = tables
        self._progress = progress

    def rebuild(self) -> Build:
        """The index is made of the entries anew, with the tables and rules of today.

        A rebuild that was cut off goes on; an import that was cut off is given up.
        """
        there = self._store.current()
        if there is not None and there.purpose is Purpose.REBUILD:
            return self.finish(there, None)
        if there is not None:
            self._files_of(there.generation).clear()
            self._store.advance(replace(there, stage=Stage.ABANDONED))
            self._store.drop_old()
        self._store.remove_unseen()
        last = self._store.last_entry_id()
        build = self._store.begin(
            Build(
                generation=0,
                purpose=Purpose.REBUILD,
                stage=Stage.BUILDING,
                bins=bins_for(last),
                first_entry_id=last + 1,
                next_entry_id=last + 1,
            )
        )
        return self.finish(build, None)

    def finish(self, build: Build, batch: Batch | None) -> Build:
        """The build, whose new entries are loaded, is the index; `batch` is what it brought."""
        files = self._files_of(build.generation)
        bounds = self.bounds(build, ())
        work = BuildWork(files, self._reader.sounds, build.bins, bounds)
        with self._open_pool(
            GatherWork(work=work, reader=self._reader, unpack=self._unpack)
        ) as pool:
            first = build.first_entry_id
            jobs = self._stored(files, first)
            for done in pool.map(gather_stored, jobs):
                self._progress("gather", min(done + PART, first), first)
            first_ids, next_id = [], 1
            for place, count in enumerate(pool.map(name_gathered, range(build.bins)), start=1):
                first_ids.append(next_id)
                next_id += count
                self._progress("name", place, build.bins)
        self._store.make_tables(build)
        build = self._fill(build, NameIds(work, first_ids))
        done_build = replace(build, stage=Stage.DONE)
        self._store.flip(done_build, self._shelves(build, files, batch), batch)
        self._store.drop_old()
        self._store.analyze()
        files.clear()
        return done_build

    def bounds(self, build: Build, sample: Sequence[str]) -> tuple[str, ...]:
        """Where the bins of names end: as decided before, else by the sample and the entries."""
        files = self._files_of(build.generation)
        if not files.has("bounds"):
            names = [*sample, *self._sample_entries()]
            files.write("bounds", [bounds_of(build.bins, names)])
        return tuple(files.read("bounds", 0, list[str]))

    def _sample_entries(self) -> Iterator[str]:
        last = self._store.last_entry_id()
        for start in range(1, last + 1, max(_SAMPLE, last // _SAMPLES)):
            for _, _, body in self._store.entries(start, start + _SAMPLE):
                for who in index_entry(self._unpack(body), self._reader).people:
                    yield who.normal

    def _stored(self, files: BuildFiles, stop: int) -> Iterator[Stored]:
        for first in range(1, stop, PART):
            if not files.has(part_name(first)):
                entries = list(self._store.entries(first, min(first + PART, stop)))
                yield Stored(first_id=first, entries=entries)

    def _fill(self, build: Build, ids: NameIds) -> Build:
        steps, files = fill_steps(build.bins), ids.work.files
        left = steps[build.filled :]
        with self._open_pool(ids) as pool:
            ordered = pool.map(order_one, (step for step in left if step.table != "name"))
            for step in left:
                build = replace(build, filled=build.filled + 1)
                if step.table == "name":
                    names = read_names(files, step.bin, ids.first_ids[step.bin])
                    self._store.fill(build, step, files, names)
                else:
                    next(ordered)
                    self._store.fill(build, step, files)
                    files.drop_rows(step)
                self._progress("fill", build.filled, len(steps))
        return build

    def _shelves(self, build: Build, files: BuildFiles, batch: Batch | None) -> list[Shelf]:
        tallies: dict[int, list[ShelfTally]] = {}
        for part in files.names("part-"):
            for tally in read_tally(files, part):
                tallies.setdefault(tally[0], []).append(tally)
        found = []
        for shelf in self._store.shelves():
            mine = tallies.get(shelf.shelf_id, [])
            is_new = batch is not None and (shelf.archive_code, shelf.category) == (
                batch.archive_code,
                batch.category,
            )
            years = [year for one in mine for year in one[3:] if year]
            found.append(
                replace(
                    shelf,
                    entries=sum(one[1] for one in mine),
                    people=sum(one[2] for one in mine),
                    first_year=min(years, default=0),
                    last_year=max(years, default=0),
                    index_version=shelf.index_version + is_new,
                    last_entry_id=build.next_entry_id - 1 if is_new else shelf.last_entry_id,
                )
            )
        return found


def part_name(first_id: int, *, is_new: bool = False) -> str:
    """The part that begins with that entry id, of entries that were there or that are loaded."""
    return f"part-{'new' if is_new else 'old'}-{first_id:012d}"


def gather_stored(known: GatherWork, job: Stored) -> int:
    """The entries' rows lie in their part; the first id."""
    rows, tally = IndexRows(), Tally()
    for entry_id, shelf_id, body in job.entries:
        indexed = index_entry(known.unpack(body), known.reader)
        rows.add(indexed, entry_id, shelf_id)
        tally.add(shelf_id, len(indexed.people), indexed.year)
    write_part(known.work, part_name(job.first_id), rows, tally.rows())
    return job.first_id


def name_gathered(known: GatherWork, place: int) -> int:
    """`name_one` for a process that also gathers."""
    return name_one(known.work, place)


class Tally:
    """Entries, people and years by shelf."""

    def __init__(self) -> None:
        self._found: dict[int, list[int]] = {}

    def add(self, shelf_id: int, people: int, year: int) -> None:
        """One entry is counted."""
        mine = self._found.get(shelf_id)
        if mine is None:
            mine = self._found[shelf_id] = [0, 0, 0, 0]
        mine[0] += 1
        mine[1] += people
        if year:
            if year < mine[2] or not mine[2]:
                mine[2] = year
            if year > mine[3]:
                mine[3] = year

    def rows(self) -> list[ShelfTally]:
        """One tally for each shelf."""
        return [
            (shelf, entries, people, first, last)
            for shelf, (entries, people, first, last) in self._found.items()
        ]
