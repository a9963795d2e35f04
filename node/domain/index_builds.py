"""A build of the index beside the one that answers: what it is about and how far it has come.

Build = load (entries are stored, their rows put aside), name (the dictionary is numbered in the
order of its names), order (each table's rows are sorted), fill (side tables are filled from end to
end), flip (they take the place of the old ones). Everything is cut into bins that lie in the
order of the tables, so that no step holds more than a bin in memory, and each step's end is
durable: a process that was killed goes on where it stood.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

MOST_BINS = 64
_ENTRIES_OF_A_BIN = 30_000
_KEY_BITS = 48


class Purpose(StrEnum):
    """Why an index is built."""

    IMPORT = "import"
    REBUILD = "rebuild"


class Stage(StrEnum):
    """How far a build is."""

    LOADING = "loading"
    BUILDING = "building"
    DONE = "done"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """One build, as the store remembers it."""

    generation: int
    """Rises with every build of a store; side tables are named after it."""
    purpose: Purpose
    stage: Stage
    batch_id: str = ""
    archive_code: str = ""
    category: str = ""
    file_sha256: str = ""
    bins: int = MOST_BINS
    """Bins of names, and of keys: a power of two."""
    first_entry_id: int = 1
    """Entries below it were there before."""
    next_entry_id: int = 1
    file_offset: int = 0
    """Bytes of the file that are loaded."""
    file_line: int = 1
    rows: int = 0
    warned: int = 0
    rejected: int = 0
    filled: int = 0
    """Fill steps that are done."""
    bytes_stored: int = 0
    """Of the tables after the build, for the report."""
    seconds: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One bin of one table."""

    table: str
    bin: int


def bins_for(entries: int) -> int:
    """How many bins an index of about so many entries is cut into."""
    bins = 2
    while bins < MOST_BINS and entries > bins * _ENTRIES_OF_A_BIN:
        bins *= 2
    return bins


def fill_steps(bins: int) -> tuple[Step, ...]:
    """The steps of a build of so many bins, in their order."""
    tables = ("name", "person", "name_key", "certificate_number")
    steps = [Step(table, one) for table in tables for one in range(bins)]
    return (*steps, Step("id_number", 0), Step("name_sign", 0))


def name_bin(bounds: Sequence[str], normal: str) -> int:
    """The bin of a name; bins lie in the order of the names."""
    return bisect_right(bounds, normal)


def key_bin(bins: int, key: int) -> int:
    """The bin of a 48-bit key; bins lie in the order of the keys."""
    return key * bins >> _KEY_BITS


def bounds_of(bins: int, sample: Sequence[str]) -> list[str]:
    """Where one bin of names ends and the next begins, so that a sample is spread evenly."""
    ordered = sorted(set(sample))
    return [ordered[len(ordered) * place // bins] for place in range(1, bins)] if ordered else []
