"""Holds one field of a query against one field of a record and says how they agree.

Each comparison gives the word that a clerk reads (`how`), and the chance that a record of
somebody else would agree as well by accident; where the two exclude each other, `conflicts`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from records.ages import parse_age
from records.date_text import parse_date, remembered_date
from records.dates import PartialDate, birth_from_age
from records.id_numbers import find_id_number
from records.lunar import LunarDate, LunarTable
from records.name_likeness import MARRIED, Likeness, NameLikeness
from records.person_names import NameFolding, name_parts, plain_form
from records.refusal import Refusal
from records.sought import Wanted

NameChance = Callable[[str], float]
"""Share of people in the index who bear a name in normal form, 0-1."""

NAME_PART = "name_part"
"""How a name with the dot agrees with one part of it."""
_BIRTH_SPAN_DAYS = 60 * 365.25
"""Births of the people in one catalogue spread over about sixty years."""
_SURNAME_CHANCE = 0.06
"""王, the commonest surname, is borne by seven people in a hundred."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two values agree."""

    how: str
    chance: float
    """How often another person's record would agree like this, against how often the right one
    would; 1 = says nothing, above it speaks against the record (an unlikely slip)."""

    @property
    def conflicts(self) -> bool:
        """Both say something and the two exclude each other."""
        return self.how == "conflicts"


CONFLICT = Agreement("conflicts", 1.0)


@dataclass(frozen=True, slots=True)
class NameScales:
    """What names are compared with."""

    folding: NameFolding
    chance: NameChance
    likeness: NameLikeness | None = None
    """Given: names that only sound or look alike agree too."""


def compare_names(
    wanted: Wanted, recorded: tuple[str, ...], scales: NameScales
) -> Agreement | None:
    """The wanted person's name against the recorded name and former names; None = silent."""
    known = [name for name in recorded if name.strip() and "□" not in name]
    if not wanted.name or not known:
        return None
    if wanted.is_surname_only:
        return _compare_surname(wanted, known[0], scales.folding)
    found = [
        agreement
        for place, name in enumerate(known)
        if (agreement := _compare_name(wanted, name, place > 0, scales))
    ]
    equal = [agreement for agreement in found if agreement.how == "equal"]
    return min(equal or found, key=lambda one: one.chance, default=CONFLICT)


def _compare_name(
    wanted: Wanted, recorded: str, is_former: bool, scales: NameScales
) -> Agreement | None:
    normal, plain = scales.folding.normal(recorded), plain_form(recorded)
    spelling = next((one for one in wanted.spellings if one.normal == normal), None)
    if spelling is None:
        near = _compare_near(wanted, normal, scales)
        return near or _compare_parts(wanted, recorded, scales)
    how = "variant" if spelling.how == "equal" else spelling.how
    if plain in wanted.plain:
        how = "former_name" if is_former or plain != wanted.name else "equal"
    # Of two spellings the commoner counts: a rare one written for it says no more.
    chance = max(scales.chance(normal), scales.chance(wanted.spellings[0].normal))
    return Agreement(how, min(1.0, chance / spelling.weight))


def _compare_near(wanted: Wanted, normal: str, scales: NameScales) -> Agreement | None:
    """The record's name, written as the wanted one by a slip."""
    if scales.likeness is None:
        return None
    best: tuple[float, Likeness] | None = None
    for one in wanted.spellings:
        found = scales.likeness.compare(one.normal, normal) if one.how != "popular" else None
        if found is None:
            continue
        chance = scales.chance(one.normal) / 10**found.digits
        if found.how == MARRIED:
            chance = _SURNAME_CHANCE
        if best is None or chance < best[0]:
            best = (chance, found)
    # Above 1 it speaks against the record: a common name is seldom another one's slip.
    return Agreement(best[1].how, best[0]) if best else None


def _compare_parts(wanted: Wanted, recorded: str, scales: NameScales) -> Agreement | None:
    """One part of a name with the dot was asked for, or is all that the record has."""
    normal = scales.folding.normal
    there = {normal(part) for part in name_parts(recorded)}
    own = {normal(part) for part in name_parts(wanted.name)}
    asked = {one.normal for one in wanted.spellings}
    same = (asked & there) | (own & {normal(recorded)})
    if not same:
        return None
    return Agreement(NAME_PART, max(scales.chance(one) for one in same))


def _compare_surname(wanted: Wanted, recorded: str, folding: NameFolding) -> Agreement:
    surname = folding.normal(recorded)[:1]
    if any(spelling.normal == surname for spelling in wanted.spellings):
        return Agreement("surname", _SURNAME_CHANCE)
    return CONFLICT


def compare_births(wanted: PartialDate, recorded: PartialDate, calendar: LunarTable) -> Agreement:
    """Two births: windows that meet, one of them lunar, or one digit apart."""
    one, other = wanted.day, recorded.day
    if wanted.overlaps(recorded):
        how = "equal" if one and other else "within"
        if recorded.calendar == "lunar" or wanted.calendar == "lunar":
            how = "lunar"
        if recorded.calendar == "age":
            how = "nominal_age"
        return Agreement(how, _window_chance(wanted, recorded))
    if one and other:
        if _is_lunar_twin(one, other, calendar):
            return Agreement("lunar", 2 / _BIRTH_SPAN_DAYS)
        if _is_one_slip_apart(one, other):
            return Agreement("one_digit", 30 / _BIRTH_SPAN_DAYS)
        return CONFLICT
    if wanted.years_apart(recorded) <= 1 and (recorded.calendar == "age" or recorded.about):
        return Agreement("near", 4 * 365 / _BIRTH_SPAN_DAYS)
    return CONFLICT


def recorded_birth(
    values: Mapping[str, str],
    columns: tuple[str, str, str],
    event: PartialDate | None,
    calendar: LunarTable,
) -> PartialDate | None:
    """When a recorded person was born: the birth field, else the age, else the number."""
    birth_column, age_column, id_column = columns
    written = find_date(values.get(birth_column, ""), calendar)
    if written is not None:
        return written
    age_text = values.get(age_column, "") if age_column else ""
    if age_text and event is not None:
        try:
            return birth_from_age(event, parse_age(age_text), original=age_text)
        except Refusal:
            return None
    number = find_id_number(values.get(id_column, "")) if id_column else None
    if number is None or number.birth is None:
        return None
    return parse_date(number.birth.isoformat(), calendar)


def find_date(text: str, calendar: LunarTable, year_hint: int | None = None) -> PartialDate | None:
    """The date that a recorded text says, or None where it says none."""
    known = remembered_date(text)
    if known is not None or not text or text.isspace():
        return known
    try:
        return parse_date(text, calendar, year_hint=year_hint)
    except Refusal:
        return None


def compare_texts(wanted: str, recorded: str, folding: NameFolding) -> Agreement | None:
    """Two free texts in normal form: equal, one inside the other, or conflicting."""
    there = folding.normal(recorded)
    if not wanted or not there:
        return None
    if wanted == there:
        return Agreement("equal", 0.01)
    if wanted in there or there in wanted:
        return Agreement("contains", 0.05)
    return CONFLICT


def _window_chance(one: PartialDate, other: PartialDate) -> float:
    widest = max((one.latest - one.earliest).days, (other.latest - other.earliest).days) + 1
    return min(1.0, widest / _BIRTH_SPAN_DAYS)


def _is_lunar_twin(one: date, other: date, calendar: LunarTable) -> bool:
    """One of the two is the lunar date of the other, written as if it were solar."""
    return _as_lunar(one, calendar) == other or _as_lunar(other, calendar) == one


def _as_lunar(day: date, calendar: LunarTable) -> date | None:
    try:
        return calendar.to_solar(LunarDate(year=day.year, month=day.month, day=day.day))
    except Refusal:
        return None


def _is_one_slip_apart(one: date, other: date) -> bool:
    """One digit differs, two neighbours are exchanged, or day and month are."""
    left, right = f"{one:%Y%m%d}", f"{other:%Y%m%d}"
    differing = [place for place in range(8) if left[place] != right[place]]
    if len(differing) == 1:
        return True
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return True
    if len(differing) == 2 and differing[1] == differing[0] + 1:
        first, second = differing
        return left[first] == right[second] and left[second] == right[first]
    return False
