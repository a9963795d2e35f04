"""Rows in which there is nothing to find: most rows of a large file, told at a quick look.

A catalogue says the same days, years and offices again and again, so what a text says is looked
at once and remembered. A row is *usual* when all its cells are of forms of which the checks are
known to find nothing, or only what an office's period says, which is remembered with it. Nothing
is decided here: for a usual row `check_row` finds exactly the doubts told, and every other row
must be handed to it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import gt, itemgetter
from typing import NamedTuple

from node.domain.four_checks import FIRST_YEAR, Row, allowed_values
from node.domain.four_checks_livelihood import Doubt, doubt_office, find_long_numbers, grown_by
from node.domain.four_checks_people import youngest_party
from records.certificate_numbers import old_form_key
from records.comparing import find_date
from records.fields import FieldForm
from records.jurisdictions import Jurisdictions
from records.kinds import Kind, get_kind
from records.lunar import LunarTable
from records.reference_codes import is_well_formed

MOST_REMEMBERED = 1 << 16
"""Texts that are remembered of days, and of offices in a year: 54 MB when both are full."""

_USUAL = re.compile(r"[\x21-\x7e\u3001\u3002\u3007\u4e00-\u9fff（），：；]*")
"""Plain text without spaces: cells of it are what they are when outer spaces are taken off."""
_IMAGES = "images"
_TEXTS_OF_ARCHIVES = ("title", "remarks", "damage")

Day = tuple[int, int, int, int]
"""What a text says: ordinals of its first and last day, and the years of the two."""
NO_DAY: Day = (0, 0, 0, 0)
"""Nothing is written."""


class UsualRow(NamedTuple):
    """What was seen in a usual row."""

    year: int
    """Of the volume; 0 = none is written."""
    event: Day
    events: Sequence[Day]
    """Of all columns that say when the act happened, empty ones left out."""
    births: Sequence[Day]
    """Of the people, in the order of the kind."""
    keys: Sequence[str]
    """Of the certificate numbers, in the order of their columns."""
    doubts: Sequence[Doubt]


class _Days(dict[str, Day | None]):
    """What texts say by themselves; None where that is nothing, or after the last day."""

    def __init__(self, calendar: LunarTable, latest: date) -> None:
        super().__init__({"": NO_DAY})
        self._calendar, self._latest = calendar, latest

    def __missing__(self, text: str) -> Day | None:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
            self[""] = NO_DAY
        # Without the year of the row: what can be read so, says the same in every row.
        found = find_date(text, self._calendar)
        day = None
        if found is not None and found.earliest <= self._latest:
            first, last = found.earliest, found.latest
            day = (first.toordinal(), last.toordinal(), first.year, last.year)
        self[text] = day
        return day


class _Offices(dict[tuple[str, str, int | None], Doubt | None]):
    """What is said against an office, by column, text and year."""

    def __init__(self, areas: Jurisdictions) -> None:
        super().__init__()
        self._areas = areas

    def __missing__(self, asked: tuple[str, str, int | None]) -> Doubt | None:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        code, text, year = asked
        doubt = self[asked] = doubt_office(code, text, self._areas, year)
        return doubt


class UsualRows:
    """What the rows of one category have said so far. Each process has its own."""

    def __init__(
        self, kind: Kind, calendar: LunarTable, latest: date, areas: Jurisdictions | None
    ) -> None:
        """Nothing is remembered yet; `latest` is the day of the import."""
        self._category = kind.code
        self.days = _Days(calendar, latest)
        self.offices = _Offices(areas) if areas is not None else None
        self.years = {str(year): year for year in range(FIRST_YEAR, latest.year + 1)} | {"": 0}
        self.grown = grown_by(latest).toordinal()

    def look_at(self, columns: Sequence[str]) -> Callable[[Row], UsualRow | None]:
        """How rows with these columns are looked at; None is answered where one is not usual."""
        kind = get_kind(self._category)
        plan = _read_plan(kind, columns)
        return _Look(self, plan, youngest_party(kind)).look if plan is not None else _never


@dataclass(frozen=True, slots=True)
class _Plan:
    """Columns of one file by what is looked at in them."""

    limits: tuple[int, ...]
    """Most characters, in the order of the columns."""
    filled: Callable[[Row], tuple[str, ...]]
    empty: Callable[[Row], tuple[str, ...]]
    """Cells of which every text needs a proper look."""
    choices: tuple[tuple[str, frozenset[str]], ...]
    has_year: bool
    events: tuple[str, ...]
    days: tuple[str, ...]
    """Dates that are neither the event's nor a birth."""
    people: tuple[tuple[str, str, bool], ...]
    """Columns of birth and age, empty where the file lacks them; whether the age is checked."""
    texts: tuple[str, ...]
    offices: tuple[str, ...]
    numbers: tuple[str, ...]


class _Look:
    """Looks at the rows of one file."""

    def __init__(self, known: UsualRows, plan: _Plan, youngest: int) -> None:
        self._known, self._plan, self._youngest = known, plan, youngest

    def look(self, row: Row) -> UsualRow | None:
        """What was seen; None where the row wants a proper look."""
        if not self._is_plain(row):
            return None
        year = self._known.years.get(row["year"] if self._plan.has_year else "")
        events = self._events(row)
        if year is None or events is None:
            return None
        days = self._known.days
        event = events[0] if events else (days[str(year)] or NO_DAY) if year else NO_DAY
        births, keys = self._births(row, event), self._keys(row)
        if births is None or keys is None:
            return None
        return UsualRow(year, event, events, births, keys, self._doubts(row, event))

    def _is_plain(self, row: Row) -> bool:
        plan, cells = self._plan, row.values()
        return (
            _USUAL.fullmatch("".join(cells)) is not None
            and not any(map(gt, map(len, cells), plan.limits))
            and all(plan.filled(row))
            and not any(plan.empty(row))
            and all([row[code] in allowed for code, allowed in plan.choices])
            and not any([find_long_numbers(row[code]) for code in plan.texts])
            and is_well_formed(row["reference_code"])
        )

    def _events(self, row: Row) -> list[Day] | None:
        plan, days = self._plan, self._known.days
        found = [days[row[code]] for code in plan.events]
        if None in found or None in [days[row[code]] for code in plan.days]:
            return None
        return [day for day in found if day is not None and day[0]]

    def _births(self, row: Row, event: Day) -> list[Day] | None:
        days, grown, youngest = self._known.days, self._known.grown, self._youngest
        births = []
        for birth, age, is_checked in self._plan.people:
            born = days[row[birth]] if birth else NO_DAY
            if born is None or born[0] > grown:
                return None
            if not born[0]:
                if age and row[age]:
                    return None  # Worked out from the age.
            elif is_checked and event[0]:
                if born[0] > event[1] or event[3] - born[2] < youngest:
                    return None
            births.append(born)
        return births

    def _keys(self, row: Row) -> list[str] | None:
        keys = []
        for code in self._plan.numbers:
            if text := row[code]:
                key = old_form_key(text)
                if key is None:
                    return None
                keys.append(key)
        return keys

    def _doubts(self, row: Row, event: Day) -> list[Doubt]:
        offices = self._known.offices
        if offices is None:
            return []
        year = only_year(event)
        said = [offices[code, text, year] for code in self._plan.offices if (text := row[code])]
        return [doubt for doubt in said if doubt is not None]


def only_year(day: Day) -> int | None:
    """The one year that is meant; None where there are several, or no day."""
    return day[2] if day[0] and day[2] == day[3] else None


def _never(_: Row) -> None:
    return None


def _read_plan(kind: Kind, columns: Sequence[str]) -> _Plan | None:
    """None where no row of such a file is usual."""

    def there(codes: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for code in codes if code in columns))

    specs = kind.columns
    filled = (*kind.required, *_names_wanted(kind))
    births = [one.birth for one in kind.people]
    if there(filled) != tuple(dict.fromkeys(filled)):
        return None
    return _Plan(
        limits=tuple(specs[code].most_characters for code in columns),
        filled=_cells(there(filled)),
        empty=_cells(there(_rare_columns(kind))),
        choices=tuple(
            (code, frozenset(("", *allowed)))
            for code in columns
            if (allowed := allowed_values(specs[code]))
        ),
        has_year="year" in columns,
        events=there(kind.event_dates),
        days=there(set(kind.dates) - {*births, *kind.event_dates}),
        people=tuple(
            (
                "".join(there((one.birth,))),
                "".join(there((one.age,))),
                one.is_subject and not kind.concerns_minors,
            )
            for one in kind.people
        ),
        texts=there((*kind.texts, *_TEXTS_OF_ARCHIVES)),
        offices=there(code for code in kind.places if not specs[code].party),
        numbers=there(kind.numbers),
    )


def _names_wanted(kind: Kind) -> list[str]:
    """Columns of names without which a row is doubtful or fails."""
    subjects = [one.name for one in kind.people if one.is_subject]
    has_roster = any(one.is_roster for one in kind.people)
    return subjects if len(subjects) == 2 else subjects[:has_roster]


def _rare_columns(kind: Kind) -> Iterable[str]:
    """Columns of which every text wants a proper look."""
    yield _IMAGES
    yield from (code for code, spec in kind.columns.items() if spec.form is FieldForm.ID_NO)
    for one in kind.people:
        yield one.id_no
        yield one.former_name
        if one.is_roster:
            yield one.name


def _cells(codes: tuple[str, ...]) -> Callable[[Row], tuple[str, ...]]:
    if len(codes) > 1:
        return itemgetter(*codes)
    return lambda row: tuple(row[code] for code in codes)
