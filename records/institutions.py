"""Schools, works and communes through time: renamed, merged, closed (domain.md §2.2, §2.3).

A table of its own that each archive keeps: the school of 1971 is not called so today, and the
citizen remembers either name. From a name the table leads back to what merged into it and on to
what it became, never sideways to another school that merged into the same one.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from records.characters import check_characters
from records.reasons import LINEAGE_MALFORMED
from records.refusal import Refusal

HEADER = ("kind", "name", "from_year", "to_year", "successors", "keeper", "source")
"""Import columns; `successors` is `;`-separated, an empty `to_year` means that it exists."""
KINDS = ("school", "unit", "township")
MOST_ROWS = 50_000
MOST_NAMES = 60
"""Names of one lineage that are tried."""
_SHORTEST_PART = 4
_MOST_CHARACTERS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """One institution under one name."""

    kind: str
    name: str
    """As it called itself, e.g. "嘉兴县红卫中学"."""
    from_year: int
    to_year: int | None = None
    successors: tuple[str, ...] = ()
    """Names that took its place: one when renamed, one shared by several when merged."""
    keeper: str = ""
    """Who keeps its files; empty = this archive."""
    source: str = ""


class Lineages:
    """A table of institutions by their names. Immutable once built."""

    def __init__(self, rows: Iterable[Institution]) -> None:
        """Index the rows; names are compared as given, so give them in normal form."""
        self._rows: dict[str, list[Institution]] = defaultdict(list)
        self._after: dict[str, set[str]] = defaultdict(set)
        self._before: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            self._rows[row.name].append(row)
            for successor in row.successors:
                self._after[row.name].add(successor)
                self._before[successor].add(row.name)

    def other_names(self, name: str) -> frozenset[str]:
        """Earlier and later names of what is meant, without the one given; at most 60.

        A part of a name (红卫中学) means every institution whose name contains it.
        """
        known = self._rows.keys() | self._before.keys()
        meant = [name] if name in known else []
        if not meant and len(name) >= _SHORTEST_PART:
            meant = sorted(one for one in known if name in one or one in name)
        found: set[str] = set()
        for one in meant:
            found |= _reach(one, self._before) | _reach(one, self._after) | {one}
        return frozenset(sorted(found - {name})[:MOST_NAMES])

    def keepers(self, name: str) -> tuple[str, ...]:
        """Who else keeps files of the institution or of its other names."""
        names = {name} | self.other_names(name)
        rows = [row for one in sorted(names) for row in self._rows.get(one, ())]
        return tuple(dict.fromkeys(row.keeper for row in rows if row.keeper))


def parse_lineage_table(text: str) -> tuple[Institution, ...]:
    """Read the CSV of `HEADER`, with or without a byte-order mark.

    Raises:
        Refusal: LINEAGE_MALFORMED; the detail names the line.
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        rows = tuple(_parse_rows(reader))
    except csv.Error as fault:
        detail = f"line {reader.line_num}"
        raise Refusal(LINEAGE_MALFORMED, detail) from fault
    if not rows:
        raise Refusal(LINEAGE_MALFORMED, "no rows")
    return rows


def _parse_rows(reader: Iterator[list[str]]) -> Iterator[Institution]:
    header = tuple(cell.strip() for cell in next(reader, []))
    if header != HEADER:
        detail = f"line 1: columns must be {','.join(HEADER)}"
        raise Refusal(LINEAGE_MALFORMED, detail)
    for line, cells in enumerate(reader, start=2):
        if line > MOST_ROWS + 1:
            raise Refusal(LINEAGE_MALFORMED, f"more than {MOST_ROWS} rows")
        if any(cell.strip() for cell in cells):
            yield _parse_row(line, [cell.strip() for cell in cells])


def _parse_row(line: int, cells: list[str]) -> Institution:
    if len(cells) != len(HEADER):
        detail = f"line {line}: {len(cells)} columns"
        raise Refusal(LINEAGE_MALFORMED, detail)
    kind, name, start, end, after, keeper, source = cells
    years = [_year(year) for year in (start, end or start)]
    short = all(len(cell) <= _MOST_CHARACTERS for cell in (name, keeper))
    if kind not in KINDS or not name or not short or None in years:
        raise Refusal(LINEAGE_MALFORMED, f"line {line}")
    try:
        check_characters("".join(cells))
    except Refusal as refusal:
        detail = f"line {line}: {refusal.detail}"
        raise Refusal(LINEAGE_MALFORMED, detail) from None
    successors = tuple(one.strip() for one in after.replace("；", ";").split(";") if one.strip())
    if years[1] is not None and years[0] is not None and years[1] < years[0]:
        raise Refusal(LINEAGE_MALFORMED, f"line {line}: years run backwards")
    return Institution(
        kind=kind,
        name=name,
        from_year=years[0] or 0,
        to_year=years[1] if end else None,
        successors=successors,
        keeper=keeper,
        source=source,
    )


def _year(text: str) -> int | None:
    good = text.isascii() and text.isdigit() and len(text) == 4
    return int(text) if good else None


def _reach(name: str, steps: dict[str, set[str]]) -> set[str]:
    """Everything that the steps lead to, however often names come back."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for one in steps.get(waiting.pop(), ()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return found
