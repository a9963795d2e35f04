"""What a build of the index needs of files and tables, as protocols."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

from node.domain.index_builds import Build, Step
from node.domain.shelves import Batch, Shelf

T = TypeVar("T")
U = TypeVar("U")
Row = tuple[int, ...]
StoredEntry = tuple[int, int, str, bool, bytes]
"""Entry id, shelf, 档号, hidden, packed body."""
Progress = Callable[[str, int, int], None]
"""What is being done, how much of it, out of how much."""


class BuildFiles(Protocol):
    """The working folder of one build; may be sent to other processes."""

    def has(self, name: str) -> bool:
        """That file is complete."""
        ...

    def names(self, prefix: str) -> Sequence[str]:
        """Complete files with that prefix, sorted."""
        ...

    def write(self, name: str, sections: Iterable[object]) -> None:
        """The file is there with these sections, all of them or none, durably."""
        ...

    def read(self, name: str, section: int, type_: type[T]) -> T:
        """One section of a file."""
        ...

    def write_rows(self, step: Step, rows: Iterable[Row]) -> None:
        """The step's rows are in a file, in the form in which the store takes them."""
        ...

    def packed_rows(self, step: Step) -> bytes:
        """The step's rows as the store takes them."""
        ...

    def rows(self, step: Step) -> Iterator[Row]:
        """The step's rows as numbers."""
        ...

    def drop_rows(self, step: Step) -> None:
        """The step's rows are gone."""
        ...

    def drop(self, name: str) -> None:
        """That file is gone."""
        ...

    def clear(self) -> None:
        """The folder is gone."""
        ...


class BuildStore(Protocol):
    """The tables of builds, and the side tables of one build."""

    def current(self) -> Build | None:
        """The build that is not done, if any."""
        ...

    def begin(self, build: Build) -> Build:
        """The build is remembered under the next generation."""
        ...

    def advance(self, build: Build) -> None:
        """The build's progress is durable."""
        ...

    def last_entry_id(self) -> int:
        """The highest id that any entry has."""
        ...

    def shelf_id(self, archive_code: str, category: str) -> int:
        """That shelf; an empty one is made where there is none."""
        ...

    def find_present(self, shelf_id: int, codes: Sequence[str]) -> set[str]:
        """Those 档号 that the shelf's archive has already, seen or not yet."""
        ...

    def shelves(self) -> Sequence[Shelf]:
        """Every shelf as it is now."""
        ...

    def analyze(self) -> None:
        """The planner knows the new tables."""
        ...

    def bytes_stored(self) -> Mapping[str, int]:
        """Bytes of each table with its indexes, entries included."""
        ...

    def add_entries(self, build: Build, entries: Sequence[StoredEntry]) -> None:
        """The entries are stored, unseen by searches, and `build` is its new progress."""
        ...

    def remove_unseen(self) -> None:
        """Entries of imports that never completed are gone."""
        ...

    def entries(self, start: int, stop: int) -> Iterator[tuple[int, int, bytes]]:
        """Id, shelf and body of the visible or loading entries with ids in [start, stop)."""
        ...

    def make_tables(self, build: Build) -> None:
        """The side tables exist."""
        ...

    def fill(
        self,
        build: Build,
        step: Step,
        files: BuildFiles,
        names: Iterable[tuple[int, str]] | None = None,
    ) -> None:
        """The step's rows are in their side table and `build` is its new progress.

        Args:
            build: As it is once the step is done.
            step: Which one.
            files: Where the rows of the tables of integers lie.
            names: The rows of the table of names.
        """
        ...

    def flip(self, build: Build, shelves: Sequence[Shelf], batch: Batch | None) -> None:
        """The side tables are the index, the shelves and the batch are as told, all at once."""
        ...

    def drop_old(self) -> None:
        """Tables that no search reads any more are gone."""
        ...


class BuildPool(Protocol):
    """Processes that work on bins and all know one object."""

    def map(self, act: Callable[[Any, T], U], jobs: Iterable[T]) -> Iterator[U]:
        """`act(known, job)` of each, in the order of the jobs; few jobs are taken ahead."""
        ...


OpenPool = Callable[[object], AbstractContextManager[BuildPool]]
"""Starts processes that know that object."""
