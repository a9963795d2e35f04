"""Which questions are narrow enough to ask: a query that could list many people is refused.

Needed is one strong clue (an identity number, a certificate number) or a name together with a
second field: birth, the other party, a number, a bounded period, or a further clue of the category
(school, guardian). A place narrows nothing by itself. Records about land or documents have no
person and need a clue of their own (domain.md E23).
"""

import re

from records.kinds import Kind, get_kind
from records.queries import Period, RecordQuery, SoughtPerson
from records.reasons import QUERY_MALFORMED, TOO_BROAD
from records.refusal import Refusal

LONGEST_NAME = 50
MOST_FORMER_NAMES = 8
LONGEST_PLACE = 100
LONGEST_NUMBER = 60
LONGEST_CLUE = 200
LONGEST_WORDS = 500
MOST_CLUES = 12
MOST_CANDIDATES = 50
LONGEST_DATE = 40

WIDEST_PERIOD_YEARS = 15
"""A period wider than that does not narrow a name."""

_WILDCARDS = re.compile(r"[*?%_\[\]^$\\]")
_YEAR = re.compile(r"(?:1[89]|20)\d{2}")
_ID = re.compile(r"\d{15}|\d{17}[\dXx]")
_DIGITS = re.compile(r"\d")
_STRONG_DIGITS = 5


def verify_query(query: RecordQuery) -> Kind:
    """Return the category when the question may be asked.

    Raises:
        Refusal: CATEGORY_UNKNOWN, QUERY_MALFORMED with the field, or TOO_BROAD.
    """
    kind = get_kind(query.category)
    _verify_form(query)
    if not _is_narrow(query, kind):
        raise Refusal(TOO_BROAD, query.category)
    return kind


def _verify_form(query: RecordQuery) -> None:
    """Bounds of every field, in the order of the form."""
    _verify_person("subject", query.subject)
    _verify_person("other_party", query.other_party)
    _within("place", query.place, LONGEST_PLACE)
    _within("period", query.period.start + query.period.end, 2 * LONGEST_DATE)
    _within("number", query.number, LONGEST_NUMBER)
    if len(query.free) > MOST_CLUES:
        raise Refusal(QUERY_MALFORMED, "free")
    for clue in query.free.values():
        _within("free", clue, LONGEST_CLUE)
    _within("words", query.words, LONGEST_WORDS)
    if not 1 <= query.limit <= MOST_CANDIDATES:
        raise Refusal(QUERY_MALFORMED, "limit")


def _verify_person(field: str, person: SoughtPerson) -> None:
    if len(person.former_names) > MOST_FORMER_NAMES:
        detail = f"{field}.former_names"
        raise Refusal(QUERY_MALFORMED, detail)
    for name in (person.name, *person.former_names):
        _within(f"{field}.name", name, LONGEST_NAME)
        if _WILDCARDS.search(name):
            detail = f"{field}.name"
            raise Refusal(QUERY_MALFORMED, detail)
    if person.sex not in ("", "男", "女"):
        detail = f"{field}.sex"
        raise Refusal(QUERY_MALFORMED, detail)
    _within(f"{field}.birth", person.birth, LONGEST_DATE)
    _within(f"{field}.id_no", person.id_no, LONGEST_DATE)


def _within(field: str, value: str, longest: int) -> None:
    if len(value) > longest or any(not sign.isprintable() for sign in value):
        raise Refusal(QUERY_MALFORMED, field)


def _is_narrow(query: RecordQuery, kind: Kind) -> bool:
    clues = any(len(clue.strip()) >= 2 for clue in query.free.values())
    if not kind.people:
        return clues or _has_number(query) or _is_named(query.subject)
    if _has_number(query) or any(
        _ID.fullmatch(person.id_no.strip()) for person in (query.subject, query.other_party)
    ):
        return True
    people = (query.subject, query.other_party)
    named = [person for person in people if _is_named(person)]
    if not named:
        return False
    second = (
        len(named) == len(people)
        or any(person.birth.strip() or person.id_no.strip() for person in people)
        or bool(_DIGITS.search(query.number))
        or _is_bounded(query.period)
        or clues
    )
    return second


def _is_named(person: SoughtPerson) -> bool:
    """A name of two characters or more; a surname alone names nobody."""
    return any(len("".join(name.split())) >= 2 for name in (person.name, *person.former_names))


def _has_number(query: RecordQuery) -> bool:
    """A number that could not be a guess: five digits or more, or letters and digits with words."""
    return len(_DIGITS.findall(query.number)) >= _STRONG_DIGITS


def _is_bounded(period: Period) -> bool:
    """Both ends are given and near to each other; a wording without a year counts as near."""
    if not (period.start.strip() and period.end.strip()):
        return False
    years = [int(year) for year in _YEAR.findall(f"{period.start} {period.end}")]
    return not years or max(years) - min(years) <= WIDEST_PERIOD_YEARS
