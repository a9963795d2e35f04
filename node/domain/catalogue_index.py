"""Under what an entry can be found: names, numbers and births in the forms that searches use."""

import re
from collections.abc import Iterator, Mapping

from node.domain.disclosure import is_restricted
from node.domain.shelves import IndexedEntry, PersonIndex
from records.certificate_numbers import certificate_key
from records.comparing import find_date, recorded_birth
from records.dates import PartialDate
from records.entries import CatalogueEntry, PageImage
from records.fields import PersonColumns
from records.id_numbers import find_id_number
from records.kinds import Kind, get_kind
from records.person_names import NameFolding, name_parts
from records.rosters import find_roster
from records.sought import QueryReader
from records.subject_words import subject_words
from records.weighing_facts import subject_texts

_BETWEEN_NAMES = re.compile(r"[、;；,，/／]")
LONGEST_NORMAL = 50
"""Longer names are not indexed."""
NOT_REVIEWED = "not_reviewed"


def entry_of_row(
    archive_code: str, kind: Kind, row: Mapping[str, str], images: tuple[PageImage, ...]
) -> CatalogueEntry:
    """The entry that a checked import row describes; texts as in the file, outer spaces gone."""
    cells = {code: value.strip() for code, value in row.items() if value}
    cell = cells.get
    year = cell("year")
    return CatalogueEntry(
        archive_code=archive_code,
        category=kind.code,
        reference_code=cell("reference_code", ""),
        fonds_no=cell("fonds_no", ""),
        catalog_no=cell("catalog_no", ""),
        file_no=cell("file_no", ""),
        item_no=cell("item_no", ""),
        page_from=cell("page_from", ""),
        page_to=cell("page_to", ""),
        year=int(year) if year else None,
        title=cell("title", ""),
        retention_period=cell("retention_period", ""),
        open_status=cell("open_status") or NOT_REVIEWED,
        secrecy_level=cell("secrecy_level", ""),
        damage=cell("damage", ""),
        remarks=cell("remarks", ""),
        values={code: value for code in kind.codes if (value := cell(code))},
        images=images,
    )


def index_entry(entry: CatalogueEntry, reader: QueryReader) -> IndexedEntry:
    """The entry with its index rows; what cannot be read is simply not indexed."""
    kind = get_kind(entry.category)
    event = _event(kind, entry, reader)
    folded = _Folded(reader.folding)
    people: list[PersonIndex] = []
    for person in kind.people:
        if person.is_sought:
            people += _person(person, kind, (entry, event), (folded, reader))
    return IndexedEntry(
        entry=entry,
        is_hidden=is_restricted(entry),
        year=_year(entry, event),
        people=tuple(people),
        id_numbers=tuple(_id_numbers(kind, entry)),
        number_keys=tuple(_number_keys(kind, entry)),
        words=_words(kind, entry, reader),
        spans_years=len(kind.event_dates) > 1 and _spans_years(kind, entry, reader),
    )


class _Folded(dict[str, str]):
    """Normal forms of the names of one entry: each party's stands at the other's side too."""

    def __init__(self, folding: NameFolding) -> None:
        super().__init__()
        self._folding = folding

    def __missing__(self, name: str) -> str:
        normal = self[name] = self._folding.normal(name)
        return normal


def _person(
    person: PersonColumns,
    kind: Kind,
    recorded: tuple[CatalogueEntry, PartialDate | None],
    known: tuple[_Folded, QueryReader],
) -> list[PersonIndex]:
    (entry, event), (folded, reader) = recorded, known
    values = entry.values
    columns = (person.birth, person.age, person.id_no)
    birth = recorded_birth(values, columns, event, reader.calendar)
    other = ""
    for one in kind.people:
        if one is not person and not one.is_roster and (other := values.get(one.name, "")):
            break
    other_normal = folded[other][:LONGEST_NORMAL] if other else ""
    found: list[PersonIndex] = []
    for name, is_former in _names(person, values):
        normal = folded[name] if name else ""
        if not normal or "□" in normal or len(normal) > LONGEST_NORMAL:
            continue
        found.append(
            PersonIndex(
                normal=normal,
                role=person.role,
                is_former_name=is_former,
                other_normal=other_normal,
                birth_from=birth.earliest if birth else None,
                birth_to=birth.latest if birth else None,
            )
        )
    return found


def _names(person: PersonColumns, values: dict[str, str]) -> Iterator[tuple[str, bool]]:
    if person.is_roster:
        for line in find_roster(values.get(person.name, "")):
            yield line.name, False
            yield from ((former, True) for former in line.former_names)
        return
    name = values.get(person.name, "")
    yield name, False
    yield from ((part, True) for part in name_parts(name))
    former = values.get(person.former_name, "")
    for name in _BETWEEN_NAMES.split(former) if former else ():
        yield name, True


def _id_numbers(kind: Kind, entry: CatalogueEntry) -> Iterator[tuple[str, str]]:
    for person in kind.people:
        number = find_id_number(entry.values.get(person.id_no, "")) if person.id_no else None
        if number is not None:
            yield number.normal, person.role


def _words(kind: Kind, entry: CatalogueEntry, reader: QueryReader) -> tuple[str, ...]:
    """What a record about a thing is found by; records about people are found by people."""
    if kind.people:
        return ()
    return subject_words(reader.folding.normal(text) for text in subject_texts(entry).values())


def _number_keys(kind: Kind, entry: CatalogueEntry) -> Iterator[str]:
    for code in kind.numbers:
        text = entry.values.get(code, "")
        if text.strip():
            yield certificate_key(text, volume_year=entry.year)


def _event(kind: Kind, entry: CatalogueEntry, reader: QueryReader) -> PartialDate | None:
    for code in kind.event_dates:
        found = find_date(entry.values.get(code, ""), reader.calendar, entry.year)
        if found is not None:
            return found
    return find_date(str(entry.year), reader.calendar) if entry.year else None


def _spans_years(kind: Kind, entry: CatalogueEntry, reader: QueryReader) -> bool:
    found = (
        find_date(entry.values.get(code, ""), reader.calendar, entry.year)
        for code in kind.event_dates
    )
    years = {one.earliest.year for one in found if one} | ({entry.year} if entry.year else set())
    return len(years) > 1


def _year(entry: CatalogueEntry, event: PartialDate | None) -> int:
    if event is not None and event.year is not None:
        return event.year
    return entry.year or 0
