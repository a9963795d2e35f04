"""The statements of a search, built once: `driver_statements` runs them by their text.

People are clustered by name, shelf and birth: each statement about them is a range of that order,
or several after one another, so that a common name costs what is asked of it and not all its
bearers.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    union_all,
)

from node.adapters.catalogue_tables import (
    batch,
    certificate_number,
    entry,
    id_number,
    name,
    name_key,
    name_sign,
    person,
    shelf,
)

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

ENTRY = (
    select(entry.c.body)
    .join(shelf, shelf.c.shelf_id == entry.c.shelf_id)
    .where(
        entry.c.reference_code == bindparam("reference_code"),
        shelf.c.archive_code == bindparam("archive_code"),
        entry.c.entry_id <= shelf.c.last_entry_id,
    )
)
PRESENT = select(entry.c.reference_code).where(
    entry.c.reference_code.in_(bindparam("codes", expanding=True)),
    entry.c.shelf_id.in_(
        select(shelf.c.shelf_id).where(shelf.c.archive_code == bindparam("archive_code"))
    ),
)
BY_REFERENCE = select(entry.c.entry_id).where(
    entry.c.reference_code.in_(bindparam("codes", expanding=True)),
    entry.c.shelf_id == bindparam("shelf"),
    entry.c.entry_id <= bindparam("last"),
)
BATCH = select(batch).where(
    batch.c.archive_code == bindparam("archive_code"),
    batch.c.category == bindparam("category"),
    batch.c.file_sha256 == bindparam("sha256"),
)
BY_ID_NUMBER = select(id_number.c.entry_id, id_number.c.role).where(
    id_number.c.number == bindparam("number"),
    id_number.c.shelf_id == bindparam("shelf"),
    id_number.c.entry_id <= bindparam("last"),
)
BY_NUMBER = select(certificate_number.c.entry_id).where(
    certificate_number.c.number_key == bindparam("number"),
    certificate_number.c.shelf_id == bindparam("shelf"),
    certificate_number.c.entry_id <= bindparam("last"),
)

_ON_SHELF = and_(person.c.shelf_id == bindparam("shelf"), person.c.entry_id <= bindparam("last"))
_PEOPLE = select(
    person.c.name_id,
    person.c.entry_id,
    person.c.role,
    person.c.other_name_id,
    person.c.born,
    person.c.born_days,
    person.c.year,
).where(person.c.name_id.in_(bindparam("names", expanding=True)), _ON_SHELF)

COUPLES = _PEOPLE.where(person.c.other_name_id.in_(bindparam("others", expanding=True))).limit(
    bindparam("most")
)


def _bearers(of: ColumnElement[int]) -> ScalarSelect[int]:
    some = (
        select(person.c.entry_id)
        .where(person.c.name_id == of, _ON_SHELF)
        .limit(bindparam("most"))
        .correlate(name)
        .subquery()
    )
    return select(func.count()).select_from(some).scalar_subquery()


BEARERS = select(_bearers(bindparam("one")), _bearers(bindparam("other")))
"""Of two names at once: a search counts both parties' namesakes."""
BORNE_NAMES = select(name.c.normal, name.c.name_id, _bearers(name.c.name_id)).where(
    name.c.normal.in_(bindparam("normals", expanding=True))
)
"""Names with their bearers, counted no further than to `most`."""


@lru_cache(maxsize=32)
def people_statement(
    with_born: bool,
    with_days: bool,
    with_unknown: bool,
    with_years: bool,
) -> Select[Any] | CompoundSelect[Any]:
    """People by name, narrowed by whichever clues there are."""
    people = _PEOPLE
    if with_years:
        between = person.c.year.between(bindparam("year_from"), bindparam("year_to"))
        people = people.where(or_(between, person.c.year == 0))
    if not with_born and not with_days:
        return people.limit(bindparam("most"))
    ranges: list[Select[Any]] = []
    if with_born:
        ranges.append(
            people.where(
                person.c.born.between(bindparam("earliest"), bindparam("last_day")),
                person.c.born + person.c.born_days >= bindparam("first", type_=Integer),
            )
        )
    if with_days:
        ranges.append(people.where(person.c.born.in_(bindparam("days", expanding=True))))
    if with_unknown:
        ranges.append(people.where(person.c.born == 0))
    return union_all(*ranges).limit(bindparam("most"))
