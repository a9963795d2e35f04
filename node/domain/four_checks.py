"""四性检测 (four-properties check) of one import row, as far as a catalogue row can be checked.

Codes and their meaning are those of domain.md §5; a failed item rejects the row, a warning asks
the reviewer. Findings name line, field and code, never a value that could be a person's.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import chain

from node.domain.four_checks_livelihood import check_livelihood
from node.domain.four_checks_people import check_people
from records.characters import check_characters, find_private_use, is_plain
from records.comparing import find_date
from records.fields import ROSTER_COLUMN, FieldForm, FieldSpec
from records.id_numbers import find_id_number
from records.jurisdictions import Jurisdictions
from records.kinds import Kind
from records.lunar import LunarTable
from records.reference_codes import is_well_formed
from records.refusal import Refusal
from records.rosters import parse_roster


class Verdict(StrEnum):
    """Result of one item."""

    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the report."""

    line: int
    """Line of the file where the row begins, from 1; the header is line 1."""
    item: str
    """Code of the check, e.g. "A07"."""
    verdict: Verdict
    field: str
    detail: str
    """What is wrong, without the value."""


Row = Mapping[str, str]
Report = Callable[[str, Verdict, str, str], Finding]
"""Item, verdict, field, detail → finding of the row at hand."""

FIRST_YEAR = 1800
"""Of the volumes of an archive."""


def check_row(
    line: int,
    row: Row,
    kind: Kind,
    calendar: LunarTable,
    latest: date,
    areas: Jurisdictions | None = None,
) -> list[Finding]:
    """Findings of one row; an empty list means that nothing was found wrong.

    `latest` is the day of the import: nothing in a catalogue happens after it. `areas` is the
    table that offices, codes and places are held against.
    """

    def report(item: str, verdict: Verdict, field: str, detail: str) -> Finding:
        return Finding(line=line, item=item, verdict=verdict, field=field, detail=detail)

    found = [
        one
        for code in _to_look_at(row, kind)
        for one in _field(row, code, kind.columns[code], report)
    ]
    found += _roster(row, kind, report)
    failed = {finding.field for finding in found if finding.verdict is Verdict.FAIL}
    found += _reference_code(row, report)
    found += _dates(row, kind, calendar, latest, report)
    doubts = chain(
        check_people(row, kind, calendar), check_livelihood(row, kind, calendar, areas, latest)
    )
    for item, field, detail in doubts:
        if field not in failed:
            found.append(report(item, Verdict.WARN, field, detail))
    return found


@dataclass(frozen=True, slots=True)
class _Columns:
    """What a quick look at a row of one category goes by."""

    required: tuple[str, ...]
    limits: Mapping[str, int]
    """Most characters by column."""
    choices: Mapping[str, frozenset[str]]
    """Allowed values of the columns that have such."""
    numbers: tuple[str, ...]
    """Columns of identity numbers."""


_known: dict[str, _Columns] = {}
"""By category; kinds never change while a program runs."""


def _columns_of(kind: Kind) -> _Columns:
    found = _known.get(kind.code)
    if found is None:
        found = _known[kind.code] = _read_columns(kind)
    return found


def _read_columns(kind: Kind) -> _Columns:
    specs = kind.columns.values()
    choices = {spec.code: frozenset(allowed_values(spec)) for spec in specs if allowed_values(spec)}
    return _Columns(
        required=kind.required,
        limits={spec.code: spec.most_characters for spec in specs},
        choices=choices,
        numbers=tuple(spec.code for spec in specs if spec.form is FieldForm.ID_NO),
    )


def allowed_values(spec: FieldSpec) -> Sequence[str]:
    """What the column may hold; empty where anything."""
    if spec.form is FieldForm.SEX:
        return ("男", "女")
    return [choice for choice, _ in spec.choices]


def _to_look_at(row: Row, kind: Kind) -> list[str]:
    """The columns in which something may be wrong, as far as a quick look tells."""
    columns, cell = _columns_of(kind), row.get
    found = [code for code in columns.required if not (cell(code) or "").strip()]
    limits, known = columns.limits, kind.columns
    if not is_plain("".join(row.values())):
        return [*found, *(code for code in row if code in known and code not in found)]
    found += [code for code, value in row.items() if len(value) > limits.get(code, len(value))]
    for code, allowed in columns.choices.items():
        value = cell(code)
        if value and value not in allowed:
            found.append(code)
    found += [code for code in columns.numbers if cell(code)]
    return list(dict.fromkeys(found)) if len(found) > 1 else found


def _field(row: Row, code: str, spec: FieldSpec, report: Report) -> Iterator[Finding]:
    value = row.get(code, "")
    if not value.strip():
        if spec.required:
            yield report("I03", Verdict.FAIL, code, "必填项为空")
        return
    if len(value) > spec.most_characters:
        yield report("A02", Verdict.FAIL, code, f"超过 {spec.most_characters} 字")
    yield from _characters(value, code, report)
    allowed = allowed_values(spec)
    if allowed and value not in allowed:
        yield report("A04", Verdict.FAIL, code, f"只能是：{'、'.join(allowed)}")
    if spec.form is FieldForm.ID_NO and find_id_number(value) is None:
        yield report("A03", Verdict.WARN, code, "不是 15 或 18 位公民身份号码")


def _characters(value: str, code: str, report: Report) -> Iterator[Finding]:
    if is_plain(value):
        return
    try:
        check_characters(value)
    except Refusal as refusal:
        yield report("A06", Verdict.FAIL, code, f"不能保存的字符 {refusal.detail}")
        return
    private = find_private_use(value)
    if private:
        detail = f"自造字 {'、'.join(sorted(set(private))[:5])}，请核对原件"
        yield report("A06", Verdict.WARN, code, detail)


def _roster(row: Row, kind: Kind, report: Report) -> Iterator[Finding]:
    """A page of a roster names its people; any other row of such a category names one."""
    rosters = [person for person in kind.people if person.is_roster]
    if not rosters:
        return
    listed = row.get(ROSTER_COLUMN, "")
    subject = next(person for person in kind.people if person.is_subject)
    if not listed.strip() and not row.get(subject.name, "").strip():
        yield report("I03", Verdict.FAIL, subject.name, "姓名和名册所列姓名都为空")
        return
    try:
        parse_roster(listed)
    except Refusal as refusal:
        yield report("A02", Verdict.FAIL, ROSTER_COLUMN, f"{refusal.reason.zh} {refusal.detail}")


def _reference_code(row: Row, report: Report) -> Iterator[Finding]:
    value = row.get("reference_code", "")
    if not value.strip():
        return
    if not is_well_formed(value):
        yield report("A07", Verdict.FAIL, "reference_code", "档号不合 DA/T 13 或原编号规则")


def _dates(
    row: Row, kind: Kind, calendar: LunarTable, latest: date, report: Report
) -> Iterator[Finding]:
    year = row.get("year", "").strip()
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        yield report("A03", Verdict.FAIL, "year", "年度不是四位数字")
    elif year and not FIRST_YEAR <= int(year) <= latest.year:
        yield report("A05", Verdict.FAIL, "year", "年度不在可能的范围")
    hint = int(year) if year.isascii() and year.isdigit() else None
    for code in kind.dates:
        value = row.get(code, "")
        if not value or value.isspace():
            continue
        understood = find_date(value, calendar, hint)
        if understood is None:
            yield report("A03", Verdict.WARN, code, "日期无法识别，仅按原文保存")
        elif understood.earliest > latest:
            yield report("A05", Verdict.FAIL, code, "日期在导入日之后")
