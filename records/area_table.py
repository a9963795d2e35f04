"""Area codes through time: which code and name was valid when, and what became of it.

One row per name and code and period, as in the areacodes data set (GB/T 2260, CC0): a county that
was renamed has two rows with one code, one that was split names several successors. The table
begins in 1981; earlier years are judged as 1981 unless `records.place_facts` knows better.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from records.process_reasons import AREA_TABLE_MALFORMED
from records.refusal import Refusal

LARGEST_TABLE = 4 * 1024 * 1024
"""Characters; the public file has 400 thousand."""

TABLE_BEGINS = 1981
"""First year of the public table: a row that starts then is older, nobody says how much."""

LEVELS = ("省级", "地级", "县级")
"""Province, prefecture, county."""

_COLUMNS = 9
_SUCCESSOR = re.compile(r"([0-9]{6})(?:\[([0-9]{4})\])?")
_CODE = re.compile(r"[0-9]{6}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


class Successor(NamedTuple):
    """Where an area, or a part of it, went."""

    code: str
    year: int | None
    """Year in which a part left while the area lived on; None = when the area ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaRow:
    """One area under one name and code."""

    code: str
    province: str
    prefecture: str
    """Empty for a province; 直辖 where there is none."""
    name: str
    level: str
    """省级, 地级 or 县级."""
    start: int
    end: int | None
    """Year in which it ended or was renamed; None = in use."""
    successors: tuple[Successor, ...] = ()

    @property
    def full_name(self) -> str:
        """Province, prefecture and name, each once."""
        middle = "" if self.prefecture in ("直辖", self.name) else self.prefecture
        upper = "" if self.province == self.name else self.province
        return f"{upper}{middle}{self.name}"

    @property
    def period(self) -> str:
        """E.g. "1983-2000"; an open end is empty."""
        return f"{self.start}-{self.end or ''}"

    def is_valid_in(self, year: int) -> bool:
        """Whether the name was in use in some part of the year."""
        is_begun = self.start <= year or self.start == TABLE_BEGINS
        return is_begun and (self.end is None or year <= self.end)


class Lineage(NamedTuple):
    """What a row of then is today."""

    today: tuple[AreaRow, ...]
    """Rows in use, by code."""
    lost: tuple[AreaRow, ...]
    """Rows that ended without a recorded successor."""


def parse_area_table(text: str) -> tuple[AreaRow, ...]:
    """Read the nine-column CSV (代码 … 新代码), with or without a byte-order mark.

    Raises:
        Refusal: AREA_TABLE_MALFORMED; the detail names the line.
    """
    if len(text) > LARGEST_TABLE:
        raise Refusal(AREA_TABLE_MALFORMED, "too large")
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    try:
        rows = tuple(_parse_rows(reader))
    except csv.Error as fault:
        detail = f"line {reader.line_num}"
        raise Refusal(AREA_TABLE_MALFORMED, detail) from fault
    if not rows:
        raise Refusal(AREA_TABLE_MALFORMED, "no rows")
    return rows


def _parse_rows(reader: Iterator[list[str]]) -> Iterator[AreaRow]:
    header = next(reader, [])
    if len(header) != _COLUMNS or header[0] != "代码" or header[-1] != "新代码":
        raise Refusal(AREA_TABLE_MALFORMED, "line 1: header")
    for line, cells in enumerate(reader, start=2):
        if cells:
            yield _parse_row(line, cells)


def _parse_row(line: int, cells: list[str]) -> AreaRow:
    if len(cells) != _COLUMNS:
        detail = f"line {line}: {len(cells)} columns"
        raise Refusal(AREA_TABLE_MALFORMED, detail)
    code, province, prefecture, name, level, _, start, end, new = (cell.strip() for cell in cells)
    parts = [_SUCCESSOR.fullmatch(part) for part in new.split(";")] if new else []
    good = _CODE.fullmatch(code) and name and level in LEVELS and _YEAR.fullmatch(start)
    if not good or (end and not _YEAR.fullmatch(end)) or None in parts:
        detail = f"line {line}"
        raise Refusal(AREA_TABLE_MALFORMED, detail)
    return AreaRow(
        code=code,
        province=province,
        prefecture=prefecture,
        name=name,
        level=level,
        start=int(start),
        end=int(end) if end else None,
        successors=tuple(
            Successor(part[1], int(part[2]) if part[2] else None) for part in parts if part
        ),
    )


class AreaTable:
    """Rows indexed by code and by name. Immutable once built."""

    def __init__(self, rows: Iterable[AreaRow]) -> None:
        """Index the rows."""
        self._by_code: dict[str, list[AreaRow]] = defaultdict(list)
        for row in rows:
            self._by_code[row.code].append(row)
        for same in self._by_code.values():
            same.sort(key=lambda row: row.start)
        self.rows = tuple(row for same in self._by_code.values() for row in same)

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.rows)

    def coded(self, code: str, year: int | None = None) -> tuple[AreaRow, ...]:
        """Rows with that code: those valid in the year, or all when none is or no year is given."""
        rows = tuple(self._by_code.get(code, ()))
        valid = tuple(row for row in rows if year is not None and row.is_valid_in(year))
        return valid or rows

    def beneath(self, prefix: str, year: int) -> tuple[AreaRow, ...]:
        """Counties whose code begins with the prefix and that existed in the year."""
        return tuple(
            row
            for row in self.rows
            if row.code.startswith(prefix) and row.level == "县级" and row.is_valid_in(year)
        )

    def trace(self, row: AreaRow, year: int | None = None) -> Lineage:
        """Follow a row to the areas that hold its ground today.

        A part that left before the year in question is somebody else's by then and is not
        followed. Every remaining branch is: one area may have several successors.
        """
        begun = row.start if year is None else max(year, row.start)
        at = begun if row.end is None else min(begun, row.end)
        today: dict[str, AreaRow] = {}
        lost: list[AreaRow] = []
        # The year is part of the key: a later arrival may miss a part that left before.
        seen: set[tuple[str, int, int]] = set()
        waiting = [(row, at)]
        while waiting:
            current, since = waiting.pop()
            if (current.code, current.start, since) in seen:
                continue
            seen.add((current.code, current.start, since))
            if current.end is None:
                today[current.code] = current
            elif not current.successors:
                lost.append(current)
            waiting += self._followers(current, since)
        return Lineage(tuple(today[code] for code in sorted(today)), tuple(lost))

    def _followers(self, row: AreaRow, since: int) -> Iterator[tuple[AreaRow, int]]:
        for code, year in row.successors:
            if year is not None and year < since:
                continue
            when = year if year is not None else (row.end or since)
            follower = self._row_after(code, when, row)
            if follower:
                yield follower, when

    def _row_after(self, code: str, when: int, before: AreaRow) -> AreaRow | None:
        """The row that the code meant just after the change, never the row that ended by it."""
        rows = [row for row in self._by_code.get(code, ()) if row is not before]
        current = [row for row in rows if row.start <= when and (row.end is None or row.end > when)]
        later = [row for row in rows if row.start >= when]
        return next(iter(current or later or rows[-1:]), None)
