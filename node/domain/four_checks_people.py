"""The livelihood part of 四性检测: what the fields of a person say about each other (L01-L06)."""

from collections.abc import Iterator, Mapping

from records.comparing import find_date, recorded_birth
from records.dates import PartialDate
from records.fields import PersonColumns
from records.id_numbers import find_id_number
from records.kinds import Kind
from records.lunar import LunarTable

YOUNGEST_PARTY = 15
"""Years of age at the event below which a row is doubtful."""

_Doubt = tuple[str, str, str]
"""Item, field, detail."""


def check_people(row: Mapping[str, str], kind: Kind, calendar: LunarTable) -> Iterator[_Doubt]:
    """Warnings about the people of one row."""
    event = _event(row, kind, calendar)
    subjects = [person for person in kind.people if person.is_subject]
    for person in subjects:
        yield from _number(row, person)
        yield from _age(row, kind, person, event, calendar)
    if len(subjects) == 2:
        missing = [person for person in subjects if not row.get(person.name, "").strip()]
        if len(missing) == 1:
            yield "L06", missing[0].name, "只有一方当事人"
        elif missing:
            yield "L06", missing[0].name, "没有当事人姓名，不能按人查找"


def _number(row: Mapping[str, str], person: PersonColumns) -> Iterator[_Doubt]:
    number = find_id_number(row.get(person.id_no, "")) if person.id_no else None
    if number is None:
        return
    if not number.checksum_holds:
        yield "L01", person.id_no, "公民身份号码校验位不符"
    sex = row.get(person.sex, "")
    if sex in ("男", "女") and sex != number.sex:
        yield "L02", person.sex, "性别与公民身份号码顺序码不符"
    if number.birth is None:
        yield "L01", person.id_no, "公民身份号码中的出生日期不存在"


def _age(
    row: Mapping[str, str],
    kind: Kind,
    person: PersonColumns,
    event: PartialDate | None,
    calendar: LunarTable,
) -> Iterator[_Doubt]:
    columns = (person.birth, person.age, person.id_no)
    born = recorded_birth(row, columns, event, calendar) if person.birth else None
    if born is None or event is None or kind.concerns_minors:
        return
    if born.earliest > event.latest:
        yield "A05", person.birth, "出生日期在事由日期之后"
    elif event.latest.year - born.earliest.year < youngest_party(kind):
        yield "L03", person.birth, f"登记时不满 {YOUNGEST_PARTY} 岁"


def youngest_party(kind: Kind) -> int:
    """Years of age at the event below which a row is doubtful; 0 where none is."""
    return YOUNGEST_PARTY if kind.code == "marriage_registration" else 0


def _event(row: Mapping[str, str], kind: Kind, calendar: LunarTable) -> PartialDate | None:
    year = row.get("year", "").strip()
    hint = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None
    for code in kind.event_dates:
        found = find_date(row.get(code, ""), calendar, hint)
        if found is not None:
            return found
    return find_date(year, calendar)
