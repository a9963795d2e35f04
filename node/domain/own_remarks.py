"""Our own remarks on an extract, set apart from the archive's words (domain.md §4.4, rules).

The wording of the page is printed untouched: a lunar day, an old county, □ for what water took.
What it means today is said here, in the archive's name, and never instead of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from node.domain.cases import Comparison
from node.domain.comparison import NOT_RECORDED
from records.comparing import find_date
from records.dates import Calendar, PartialDate
from records.entries import CatalogueEntry
from records.fields import FieldForm, FieldSpec
from records.kinds import get_kind
from records.lunar import LunarTable
from records.place_evidence import PlaceEvidence
from records.templates import UNREADABLE, print_date

_MOST_REMARKS = 12


@dataclass(frozen=True, slots=True)
class OwnRemarks:
    """What an archive knows beside its pages."""

    calendar: LunarTable
    places: PlaceEvidence | None = None

    def of(self, entry: CatalogueEntry, comparison: Comparison) -> list[str]:
        """The remarks on what will be printed, in print order, each once; at most 12."""
        found = list(_damage(entry, comparison))
        kind = get_kind(entry.category)
        for row in comparison.fields:
            if row.compared == NOT_RECORDED:
                continue
            spec = kind.get_field(row.field)
            if spec.form is FieldForm.DATE:
                found += self._date(spec, row.value, entry)
            elif spec.form is FieldForm.PLACE:
                found += self._place(row.value, entry)
        return list(dict.fromkeys(found))[:_MOST_REMARKS]

    def _date(self, spec: FieldSpec, value: str, entry: CatalogueEntry) -> Iterator[str]:
        """The solar day of a lunar one; as a condition where the page leaves it open."""
        read = find_date(value, self.calendar, entry.year)
        if read is None:
            return
        indexed = find_date(entry.values.get(spec.code, ""), self.calendar, entry.year)
        solar, is_sure = _solar_of(read, indexed)
        if not solar:
            return
        said = "为农历日期，折合公历" if is_sure else "未注明历法，如为农历，折合公历"
        yield f"{spec.label}“{value}”{said}{solar}（本馆推算，非档案原文）。"

    def _place(self, value: str, entry: CatalogueEntry) -> Iterator[str]:
        """（今…）: what an old county is called today."""
        if self.places is None:
            return
        then, today = self.places.renamed(value, entry.year)
        if today:
            yield f"{then}今为{'、'.join(today)}。"


def _damage(entry: CatalogueEntry, comparison: Comparison) -> Iterator[str]:
    unreadable = any(UNREADABLE in row.value for row in comparison.fields)
    if entry.damage.strip():
        yield f"档案原件残损：{entry.damage.strip().rstrip('。')}。"
    if unreadable:
        yield f"不能辨认的文字以“{UNREADABLE}”代替，未作推补。"


def _solar_of(read: PartialDate, indexed: PartialDate | None) -> tuple[str, bool]:
    """The solar day of a lunar reading, and whether the page leaves no other one."""
    if read.calendar is Calendar.LUNAR and read.day:
        return f"{read.day.isoformat()}（{print_date(read.day)}）", True
    if read.calendar is not Calendar.SOLAR_OR_LUNAR or not read.candidates:
        return "", False
    known = indexed.day if indexed and indexed.calendar is Calendar.LUNAR else None
    if known in read.candidates:
        return f"{known.isoformat()}（{print_date(known)}）", True
    lunar = read.candidates[-1]
    return f"{lunar.isoformat()}（{print_date(lunar)}）", False
