"""From a place as remembered and a year to the areas that answer for it today.

(place text, year) → rows valid then → successors today, often several (domain.md §4.7). A name
that fits several places is never decided silently: the answer is then a question with choices.
Records may have stayed with the archive of the old county, so what an archive declares as its
coverage beats geography; this module only says which areas to look for.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from records.area_table import AreaRow, AreaTable, Lineage
from records.coverage_rules import area_prefix, is_overlapping
from records.place_names import Mention, PlaceNames, PlaceText, is_beneath
from records.process_reasons import (
    NO_SUCCESSOR_RECORDED,
    PLACE_AMBIGUOUS,
    PLACE_MISSING,
    PLACE_TOO_WIDE,
    PLACE_UNKNOWN,
)
from records.refusal import Reason

_MOST_KEPT = 8192
"""Answers that are remembered: an import asks for the same offices again and again."""
MOST_CHOICES = 30
"""Choices offered with a question."""

_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
"""Beijing, Tianjin, Shanghai, Chongqing: districts directly under the province level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceAnswer:
    """Areas of then and today, or a question."""

    then: tuple[AreaRow, ...] = ()
    """Rows that the text means, as they were in the year."""
    today: tuple[AreaRow, ...] = ()
    """Rows in use that hold their ground now."""
    reason: Reason | None = None
    """Why a question must be asked; None = resolved."""
    question: str = ""
    choices: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Area codes of today."""
        return tuple(row.code for row in self.today)

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The same codes without the zeros of a whole city or province."""
        return tuple(area_prefix(code) for code in self.codes)


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows that mean the same ground."""

    rows: tuple[AreaRow, ...]
    lineages: tuple[Lineage, ...]

    @property
    def prefixes(self) -> frozenset[str]:
        return frozenset(area_prefix(row.code) for line in self.lineages for row in line.today)


class Jurisdictions:
    """A table of areas with its names. The same question has the same answer for ever."""

    def __init__(self, rows: Iterable[AreaRow]) -> None:
        """Index the rows by code and name."""
        self.table = AreaTable(rows)
        self._names = PlaceNames(self.table)
        self._resolved: dict[tuple[str, int | None], PlaceAnswer] = {}

    def resolve(self, place: str, year: int | None = None) -> PlaceAnswer:
        """The areas that a place text means in a year; None = the year is not known."""
        known = self._resolved.get((place, year))
        if known is None:
            known = self._resolve(place, year)
            if len(self._resolved) >= _MOST_KEPT:
                self._resolved.clear()
            self._resolved[place, year] = known
        return known

    def _resolve(self, place: str, year: int | None) -> PlaceAnswer:
        text = self._names.read(place)
        if not text.rest and not text.mentions:
            question = "这件事当时是在哪个省、市、县（市、区）办理的？"
            return PlaceAnswer(reason=PLACE_MISSING, question=question)
        if not text.mentions:
            question = "没有识别出地名，请说明省、市和县（市、区），当时或现在的名称都可以。"
            return PlaceAnswer(reason=PLACE_UNKNOWN, question=question)
        rows = self._candidates(text, year)
        if all(row.level == "省级" for row in rows):
            return self._ask_narrower(rows)
        districts = self._districts(rows, year) if text.is_urban else ()
        if districts:
            lineages = tuple(self.table.trace(row, year) for row in districts)
            return PlaceAnswer(then=districts, today=_merge(lineages))
        return self._decide(rows, year, text.mentions[-1].text)

    def read(self, place: str) -> PlaceText:
        """The area names in a place text and what follows them, e.g. the township."""
        return self._names.read(place)

    def resolve_code(self, code: str, year: int | None = None) -> PlaceAnswer:
        """The areas of an area code, e.g. from a certificate number; obsolete codes included."""
        rows = self.table.coded(code, year)
        if not rows:
            question = f"区划代码 {code} 不在代码表中，请说明县（市、区）名称。"
            return PlaceAnswer(reason=PLACE_UNKNOWN, question=question)
        lineages = tuple(self.table.trace(row, year) for row in rows)
        if not any(line.today for line in lineages):
            return self._ask_beneath(rows, year)
        return PlaceAnswer(then=rows, today=_merge(lineages))

    def _candidates(self, text: PlaceText, year: int | None) -> tuple[AreaRow, ...]:
        """Rows of the last name that agree with the names before it, of the year if possible."""
        rows = text.mentions[-1].rows
        for context in text.mentions[:-1]:
            rows = tuple(row for row in rows if self._agrees(row, context, year))
        if not rows:
            rows = text.mentions[-1].rows
        valid = tuple(row for row in rows if year is not None and row.is_valid_in(year))
        return valid or rows

    def _agrees(self, row: AreaRow, context: Mention, year: int | None) -> bool:
        """Whether the row lay, or its ground lies today, in the area named before it."""
        if is_beneath(row, context):
            return True
        wider = {
            area_prefix(now.code)
            for upper in context.rows
            for now in self.table.trace(upper, year).today
        }
        ground = (area_prefix(now.code) for now in self.table.trace(row, year).today)
        return any(code.startswith(prefix) for code in ground for prefix in wider)

    def _districts(self, rows: tuple[AreaRow, ...], year: int | None) -> tuple[AreaRow, ...]:
        """The districts of a city that is named as 「…市区」; empty where it has none."""
        return tuple(
            below
            for row in rows
            if row.level == "地级"
            for below in self.table.beneath(area_prefix(row.code), _clamp(row, year))
            if below.name.endswith("区")
        )

    def _decide(self, rows: tuple[AreaRow, ...], year: int | None, name: str) -> PlaceAnswer:
        groups = self._group(rows, year)
        if not all(group.prefixes for group in groups):
            return self._ask_beneath(rows, year)
        if len(groups) > 1:
            return PlaceAnswer(
                then=rows,
                reason=PLACE_AMBIGUOUS,
                question=f"「{name}」对应多个地方，是哪一个？",
                choices=_choices(rows),
            )
        lineages = tuple(line for group in groups for line in group.lineages)
        return PlaceAnswer(then=rows, today=_merge(lineages))

    def _group(self, rows: tuple[AreaRow, ...], year: int | None) -> list[_Group]:
        """Rows whose ground of today overlaps, joined: they mean one place."""
        groups: list[_Group] = []
        for row in rows:
            new = _Group((row,), (self.table.trace(row, year),))
            apart: list[_Group] = []
            for group in groups:
                if _overlap(group, new):
                    new = _Group(group.rows + new.rows, group.lineages + new.lineages)
                else:
                    apart.append(group)
            groups = [*apart, new]
        return groups

    def _ask_beneath(self, rows: tuple[AreaRow, ...], year: int | None) -> PlaceAnswer:
        """Ask for the county of then: what at least one of the areas became is not recorded."""
        lost = tuple(row for row in rows if not self.table.trace(row, year).today)
        counties = {
            below
            for row in lost
            for below in self.table.beneath(area_prefix(row.code), _clamp(row, year))
        }
        names = "、".join(dict.fromkeys(row.name for row in lost))
        return PlaceAnswer(
            then=rows,
            reason=NO_SUCCESSOR_RECORDED,
            question=f"{names}已撤销，区划表未记载其去向；当时在哪个县（市、区）？",
            choices=_choices((counties | set(rows)) - set(lost)),
        )

    def _ask_narrower(self, rows: tuple[AreaRow, ...]) -> PlaceAnswer:
        """Ask for the city or county: a whole province is asked for nothing."""
        cities = {
            row
            for row in self.table.rows
            for upper in rows
            if row.end is None
            and row.level == ("县级" if upper.code[:2] in _MUNICIPALITIES else "地级")
            and row.code.startswith(upper.code[:2])
        }
        return PlaceAnswer(
            then=rows,
            reason=PLACE_TOO_WIDE,
            question=f"在{rows[0].name}的哪个市、县（市、区）？",
            choices=_choices(cities),
        )


def _choices(rows: Iterable[AreaRow]) -> tuple[str, ...]:
    return tuple(sorted({_choice(row) for row in rows}))[:MOST_CHOICES]


def _overlap(one: _Group, other: _Group) -> bool:
    return any(is_overlapping(a, b) for a in one.prefixes for b in other.prefixes)


def _merge(lineages: tuple[Lineage, ...]) -> tuple[AreaRow, ...]:
    found = {row.code: row for line in lineages for row in line.today}
    return tuple(found[code] for code in sorted(found))


def _choice(row: AreaRow) -> str:
    return f"{row.full_name}（{row.period}）" if row.end else row.full_name


def _clamp(row: AreaRow, year: int | None) -> int:
    """The year, moved into the row's own period."""
    at = row.start if year is None else max(year, row.start)
    return at if row.end is None else min(at, row.end)
