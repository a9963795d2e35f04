"""Whether a record can be the applicant's own, by the document that they showed.

A citizen who asks as party or as spouse is one of the people whom the record is about. Somebody
who merely knows them (a sibling, a former spouse, a stranger with the same name) can type their
name, the other party's and the date; the number and the birth on the applicant's own card they
cannot change (architecture.md 6). An equal number is the same person; a different number, or a
birth that does not fit, is another person, whatever the name. A person decides in the end; a
machine never says "unique" to somebody who is not in the record (decision 1057).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from records.comparing import compare_births, find_date, recorded_birth
from records.dates import PartialDate
from records.fields import PersonColumns
from records.id_numbers import find_id_number
from records.kinds import Kind
from records.lunar import LunarTable
from records.person_names import NameFolding

IN_THE_RECORD = frozenset({"party", "spouse"})
"""Capacities in which the applicant is one of the people of the record."""
ASK = "请核对申请人证件：所查记录中的人与申请人不一致"
_SLIPS = frozenset({"one_digit", "near"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the applicant's document says."""

    name: str
    id_no: str
    """As on the card; not every document has a resident's number."""


class Standing(StrEnum):
    """What the applicant's card and the record say of each other."""

    PROVEN = "proven"
    """The same number, or the same name and day of birth."""
    POSSIBLE = "possible"
    """The same name, and a record that says too little to tell two namesakes apart."""
    ABSENT = "absent"
    """Everybody in the record is somebody else."""


def stands_in(
    card: Card,
    kind: Kind,
    values: Mapping[str, str],
    *,
    folding: NameFolding,
    calendar: LunarTable,
) -> Standing:
    """Whether one of the people whom the record is about can be the holder of the card."""
    event = next(
        (
            found
            for code in kind.event_dates
            if (found := find_date(values.get(code, ""), calendar))
        ),
        None,
    )
    seen = {
        _standing(card, person, values, event, folding, calendar)
        for person in kind.people
        if person.is_sought
    }
    order = (Standing.PROVEN, Standing.POSSIBLE)
    return next((one for one in order if one in seen), Standing.ABSENT)


def _standing(
    card: Card,
    person: PersonColumns,
    values: Mapping[str, str],
    event: PartialDate | None,
    folding: NameFolding,
    calendar: LunarTable,
) -> Standing:
    number = find_id_number(card.id_no)
    recorded = find_id_number(values.get(person.id_no, "")) if person.id_no else None
    if number is not None and recorded is not None:
        same = number.normal == recorded.normal
        return Standing.PROVEN if same else Standing.ABSENT
    if not _is_named(card.name, values, person, folding):
        return Standing.ABSENT
    born = recorded_birth(values, (person.birth, person.age, person.id_no), event, calendar)
    if number is None or number.birth is None or born is None:
        return Standing.POSSIBLE
    return _by_birth(number.birth, born, calendar)


def _is_named(
    name: str, values: Mapping[str, str], person: PersonColumns, folding: NameFolding
) -> bool:
    columns = (person.name, person.former_name)
    recorded = [values.get(column, "") for column in columns if column]
    wanted = folding.normal(name)
    if person.is_roster:
        return any(wanted in folding.normal(text) for text in recorded)
    return any(text.strip() and folding.normal(text) == wanted for text in recorded)


def _by_birth(birth: date, born: PartialDate, calendar: LunarTable) -> Standing:
    """A day that agrees proves; a year, an age or a lunar day does not; a slip is for a person."""
    day = find_date(birth.isoformat(), calendar)
    if day is None:
        return Standing.POSSIBLE
    agreement = compare_births(day, born, calendar)
    if agreement.conflicts or agreement.how in _SLIPS:
        return Standing.ABSENT
    return Standing.PROVEN if agreement.how == "equal" else Standing.POSSIBLE
