"""A query made ready for comparison: normal forms, windows of days, keys of numbers.

Refuses what is malformed by field name, and what could list many people (`TOO_BROAD`): a name
needs a second clue, and a period alone is none unless it is short.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from records.certificate_numbers import certificate_key, is_telling
from records.characters import check_characters
from records.date_text import parse_date
from records.dates import Calendar, PartialDate, Precision
from records.id_numbers import IDNumber, parse_id_number
from records.jurisdictions import Jurisdictions
from records.kinds import Kind, get_kind
from records.lunar import LunarTable
from records.name_likeness import NameLikeness
from records.name_sounds import SoundTable
from records.person_names import NameFolding, Spelling, check_name, plain_form
from records.queries import Period, RecordQuery, SoughtPerson
from records.reasons import ID_NUMBER_MALFORMED, QUERY_MALFORMED, TOO_BROAD
from records.refusal import Refusal

MOST_FORMER_NAMES = 8
MOST_FREE_FIELDS = 12
MOST_CHARACTERS = 200
SUBJECT = "subject"
"""Free clue of records about things: words that stand anywhere in the record."""
SHORTEST_PHRASE = 2
_BETWEEN_PHRASES = re.compile(r"[\s,，、;；。]+")
LONGEST_PERIOD_YEARS = 3
"""A longer period is no second clue beside a bare name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One person of the query, ready for comparison."""

    name: str = ""
    plain: frozenset[str] = frozenset()
    """Plain forms of the names given: equality with one of them is tier `exact`."""
    spellings: tuple[Spelling, ...] = ()
    sex: str = ""
    birth: PartialDate | None = None
    """As said, or else by the identity number."""
    id_number: IDNumber | None = None

    @property
    def is_surname_only(self) -> bool:
        """One character was given: enough to tell candidates apart, too little to search by."""
        return len(self.name) == 1 if self.name else False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """The whole query, ready for comparison."""

    kind: Kind
    subject: Wanted
    other: Wanted
    place: str = ""
    """Normal form."""
    period: PartialDate | None = None
    number: str = ""
    """As typed."""
    number_key: str = ""
    """Empty where the number by itself leads to nothing, e.g. 「37」."""
    free: Mapping[str, str] = field(default_factory=dict)
    """Normal forms by column; a column of one party stands without its prefix."""
    other_forms: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By the same columns, other names of the institution that is meant (records/institutions)."""
    limit: int = 5


@dataclass(frozen=True, slots=True)
class QueryReader:
    """Reads queries with the tables that set-up generated."""

    folding: NameFolding
    calendar: LunarTable
    likeness: NameLikeness
    areas: Jurisdictions | None = None
    """The area table against which an import holds offices and codes; None = not at hand."""

    @property
    def sounds(self) -> SoundTable:
        """Readings, and what the ears of the place do not tell apart."""
        return self.likeness.sounds

    def read(self, query: RecordQuery) -> Sought:
        """The query, ready for comparison.

        Raises:
            Refusal: CATEGORY_UNKNOWN, QUERY_MALFORMED, TOO_BROAD, and the refusals of names,
                dates and numbers with the field in the detail.
        """
        kind = get_kind(query.category)
        if not 1 <= query.limit <= 50:
            raise Refusal(QUERY_MALFORMED, "limit")
        sought = Sought(
            kind=kind,
            subject=self._wanted(query.subject, "subject"),
            other=self._wanted(query.other_party, "other_party"),
            place=self.folding.normal(_text(query.place, "place")),
            period=self._period(query.period),
            number=_text(query.number, "number"),
            number_key=_number_key(kind, query.number),
            free=self._free(kind, query.free),
            limit=query.limit,
        )
        _verify_narrow(sought)
        return sought

    def _wanted(self, person: SoughtPerson, where: str) -> Wanted:
        if len(person.former_names) > MOST_FORMER_NAMES or person.sex not in ("", "男", "女"):
            raise Refusal(QUERY_MALFORMED, f"{where}.former_names or sex")
        names = [name for name in (person.name, *person.former_names) if name.strip()]
        for name in names:
            _verify_name(name, where)
        number = self._number(person.id_no, where)
        birth = self._date(person.birth, f"{where}.birth") or _birth_of(number)
        return Wanted(
            name=plain_form(person.name),
            plain=frozenset(plain_form(name) for name in names),
            spellings=self._spellings(person, names),
            sex=person.sex or (number.sex if number else ""),
            birth=birth,
            id_number=number,
        )

    def _spellings(self, person: SoughtPerson, names: list[str]) -> tuple[Spelling, ...]:
        found: dict[str, Spelling] = {}
        for name in names:
            for spelling in self.folding.spellings(name):
                former = name != person.name and spelling.how == "equal"
                how = "former_name" if former else spelling.how
                found.setdefault(spelling.normal, Spelling(spelling.normal, how, spelling.weight))
        return tuple(found.values())

    def _number(self, text: str, where: str) -> IDNumber | None:
        if not text.strip():
            return None
        try:
            return parse_id_number(text)
        except Refusal:
            raise Refusal(ID_NUMBER_MALFORMED, f"{where}.id_no") from None

    def _date(self, text: str, where: str) -> PartialDate | None:
        if not text.strip():
            return None
        try:
            return parse_date(text, self.calendar)
        except Refusal as refusal:
            raise Refusal(refusal.reason, where) from None

    def _period(self, period: Period) -> PartialDate | None:
        start = self._date(period.start, "period.from")
        end = self._date(period.end, "period.to")
        if start is None and end is None:
            return None
        earliest = start.earliest if start else date(1800, 1, 1)
        latest = end.latest if end else date(2100, 12, 31)
        if latest < earliest:
            raise Refusal(QUERY_MALFORMED, "period runs backwards")
        precision = Precision.DAY if earliest == latest else Precision.RANGE
        original = f"{period.start}–{period.end}" if end != start else period.start
        return PartialDate(original=original, earliest=earliest, latest=latest, precision=precision)

    def _free(self, kind: Kind, free: Mapping[str, str]) -> dict[str, str]:
        if len(free) > MOST_FREE_FIELDS:
            raise Refusal(QUERY_MALFORMED, "free")
        prefixes = ("", *(f"{person.role}_" for person in kind.people))
        for code in free:
            by_subject = code == SUBJECT and not kind.people
            if not by_subject and not any(prefix + code in kind.columns for prefix in prefixes):
                shown = "".join(filter(str.isprintable, code))[:40]
                raise Refusal(QUERY_MALFORMED, f"free.{shown}")
        texts = {code: self._normal_phrases(code, text) for code, text in free.items()}
        return {code: text for code, text in texts.items() if text}

    def _normal_phrases(self, code: str, text: str) -> str:
        """Normal form; the phrases of a subject stay apart, by one space."""
        text = _text(text, "free")
        parts = _BETWEEN_PHRASES.split(text) if code == SUBJECT else [text]
        return " ".join(normal for part in parts if (normal := self.folding.normal(part)))


def _verify_narrow(sought: Sought) -> None:
    """The query cannot list many people."""
    subject, other = sought.subject, sought.other
    if subject.id_number or other.id_number or sought.number_key:
        return
    period = sought.period
    short = period is not None and (
        period.latest.year - period.earliest.year < LONGEST_PERIOD_YEARS
    )
    second = bool(sought.free or sought.number) or short
    if not sought.kind.people:
        if not any(len(text) >= SHORTEST_PHRASE for text in (sought.place, *sought.free.values())):
            raise Refusal(TOO_BROAD, "place, subject, free or number")
        return
    if not subject.name or subject.is_surname_only:
        raise Refusal(TOO_BROAD, "subject.name")
    if not (subject.birth or other.name or second):
        raise Refusal(TOO_BROAD, "birth, other_party, number, free or a short period")


def _number_key(kind: Kind, number: str) -> str:
    """What the number is looked up by; a weak one opens records about things only."""
    if not number.strip() or (kind.people and not is_telling(number)):
        return ""
    return certificate_key(number)


def _birth_of(number: IDNumber | None) -> PartialDate | None:
    if number is None or number.birth is None:
        return None
    return PartialDate(
        original=number.birth.isoformat(),
        earliest=number.birth,
        latest=number.birth,
        precision=Precision.DAY,
        calendar=Calendar.SOLAR,
    )


def _text(text: str, where: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise Refusal(QUERY_MALFORMED, where)
    try:
        check_characters(text)
    except Refusal as refusal:
        raise Refusal(refusal.reason, f"{where}: {refusal.detail}") from None
    return text.strip()


def _verify_name(name: str, where: str) -> None:
    try:
        check_name(name)
    except Refusal as refusal:
        raise Refusal(refusal.reason, f"{where}.name {refusal.detail}".strip()) from None
