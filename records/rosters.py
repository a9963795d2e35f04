"""Rosters (名册): one page, many people, one catalogue entry (domain.md §2.2, §2.3).

The column `roster_names` lists the people of a page in the page's order, 「徐卫东（徐阿大）、
王海生」: former names in brackets. Everybody can be found by it; nobody else's name is ever shown
to a window, and a copy of the page covers the other lines.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from records.characters import check_characters
from records.comparing import Agreement
from records.fields import PersonColumns
from records.reasons import NAME_TOO_LONG
from records.refusal import Refusal

MOST_LINES = 500
"""People of one page; a longer roster is several entries."""
_LONGEST_NAME = 50

_BETWEEN = re.compile(r"[、，,;；\n]")
_LINE = re.compile(r"([^（(]*)(?:[（(]([^）)]*)[）)])?")
_FORMER = re.compile(r"^(?:曾用名|原名|又名|小名|即)[:：]?")


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One person of a page."""

    number: int
    """Position on the page, from 1."""
    name: str
    former_names: tuple[str, ...] = ()


def parse_roster(text: str) -> tuple[RosterLine, ...]:
    """The people that the column lists, in order; empty for an empty cell.

    Raises:
        Refusal: NAME_TOO_LONG naming the line, CODE_POINT_FORBIDDEN.
    """
    check_characters(text.replace("\n", ""))
    cells = [cell.strip() for cell in _BETWEEN.split(text)]
    lines = [cell for cell in cells if cell]
    if len(lines) > MOST_LINES:
        raise Refusal(NAME_TOO_LONG, f"{len(lines)} lines, at most {MOST_LINES}")
    return tuple(_line(number, cell) for number, cell in enumerate(lines, start=1))


def find_roster(text: str) -> tuple[RosterLine, ...]:
    """The same for a column that may hold anything: empty where it cannot be read."""
    try:
        return parse_roster(text)
    except Refusal:
        return ()


def recorded_names(
    columns: PersonColumns,
    values: Mapping[str, str],
    compare: Callable[[tuple[str, ...]], Agreement | None],
) -> tuple[str, ...]:
    """Name and former names of the person in the record.

    Args:
        columns: Whose; of a roster, the line that agrees best is meant.
        values: The record's values.
        compare: How names agree with the ones sought; None = silent.
    """
    if not columns.is_roster:
        former = values.get(columns.former_name, "") if columns.former_name else ""
        return (values.get(columns.name, ""), former)
    best: tuple[float, tuple[str, ...]] | None = None
    for line in find_roster(values.get(columns.name, "")):
        names = (line.name, *line.former_names)
        agreement = compare(names)
        if agreement is None or agreement.conflicts:
            continue
        # Of two lines that agree the rarer agreement is the better one.
        if best is None or agreement.chance < best[0]:
            best = (agreement.chance, names)
    return best[1] if best else ("", "")


def _line(number: int, cell: str) -> RosterLine:
    match = _LINE.match(cell)
    name = match[1].strip() if match else cell
    inside = (match[2] or "") if match else ""
    former = tuple(
        one for part in re.split(r"[/／ ]", inside) if (one := _FORMER.sub("", part.strip()))
    )
    if any(len(one) > _LONGEST_NAME for one in (name, *former)):
        raise Refusal(NAME_TOO_LONG, f"line {number}")
    return RosterLine(number, name or inside, former if name else ())
