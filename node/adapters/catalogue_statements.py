"""The statements of a search, built once: a search runs half a dozen of them in a millisecond.

Lists are expanding parameters, so that every call runs the same compiled statement.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, ScalarSelect, Select, and_, bindparam, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from node.adapters.catalogue_tables import entry, name, name_key, name_sign, person, shelf

WIDEST_BIRTH = 1900
"""Days: births that were worked out from an age are three years wide, "about" makes five; of wider
ones (a decade) those that begin later than so many days before are found."""

SHELF = select(shelf).where(
    shelf.c.archive_code == bindparam("archive_code"), shelf.c.category == bindparam("category")
)
NAMES = select(name.c.normal, name.c.name_id).where(
    name.c.normal.in_(bindparam("normals", expanding=True))
)
NAME_TEXTS = select(name.c.name_id, name.c.normal).where(
    name.c.name_id.in_(bindparam("ids", expanding=True))
)
NEAR_NAMES = (
    select(name_key.c.key, name_key.c.sign, name_key.c.name_id)
    .where(name_key.c.key.in_(bindparam("keys", expanding=True)))
    .limit(bindparam("most"))
)
SIGNS = select(name_sign.c.place, name_sign.c.sign, name_sign.c.people)
ENTRIES = select(entry.c.entry_id, entry.c.body, entry.c.is_hidden).where(
    entry.c.entry_id.in_(bindparam("ids", expanding=True))
)

_ON_SHELF = and_(person.c.shelf_id == bindparam("shelf"), person.c.entry_id <= bindparam("last"))
_PEOPLE = (
    select(
        person.c.name_id,
        person.c.entry_id,
        person.c.role,
        person.c.other_name_id,
        person.c.born,
        person.c.born_days,
        person.c.year,
    )
    .where(person.c.name_id.in_(bindparam("names", expanding=True)), _ON_SHELF)
    .limit(bindparam("most"))
)

COUPLES = _PEOPLE.where(person.c.other_name_id.in_(bindparam("others", expanding=True)))


def _bearers(key: str) -> ScalarSelect[int]:
    some = (
        select(person.c.entry_id)
        .where(person.c.name_id == bindparam(key), _ON_SHELF)
        .limit(bindparam("most"))
        .subquery()
    )
    return select(func.count()).select_from(some).scalar_subquery()


BEARERS = select(_bearers("one"), _bearers("other"))
"""Of two names at once: a search counts both parties' namesakes."""


@lru_cache(maxsize=32)
def people_statement(
    with_born: bool,
    with_days: bool,
    with_unknown: bool,
    with_years: bool,
) -> Select[Any]:
    """People by name, narrowed by whichever clues there are."""
    statement = _PEOPLE
    if with_born or with_days:
        statement = statement.where(_born(with_born, with_days, with_unknown))
    if with_years:
        between = person.c.year.between(bindparam("year_from"), bindparam("year_to"))
        statement = statement.where(or_(between, person.c.year == 0))
    return statement


def _born(with_born: bool, with_days: bool, with_unknown: bool) -> ColumnElement[bool]:
    fits: list[ColumnElement[bool]] = []
    if with_born:
        fits.append(
            and_(
                person.c.born >= bindparam("earliest", type_=Integer),
                person.c.born <= bindparam("last_day", type_=Integer),
                person.c.born + person.c.born_days >= bindparam("first", type_=Integer),
            )
        )
    if with_days:
        fits.append(person.c.born.in_(bindparam("days", expanding=True)))
    if with_unknown:
        fits.append(person.c.born == 0)
    return or_(*fits) if len(fits) > 1 else fits[0]
