"""Which clues a category asks for on the filing form, from the category's own fields.

The words come from records/kinds.py, so a new category needs no page of its own.
"""

from dataclasses import dataclass

from records.fields import FieldForm, FieldSpec, OnExtract
from records.kinds import KINDS, Kind
from records.sought import SUBJECT

MAIN_CATEGORIES = ("marriage_registration", "school_record", "educated_youth")
"""Large buttons; the others are in a list."""

_PLACES = {
    "marriage_registration": "registration_office",
    "school_record": "school_place",
    "educated_youth": "destination_place",
}
_SUBJECT = FieldSpec(code=SUBJECT, label="主题词", most_characters=100)
"""Words that stand anywhere in a record about a thing, e.g. 「四至 调解」."""
_FREE_FORMS = (FieldForm.TEXT, FieldForm.CHOICE, FieldForm.PLACE)
_MOST_FREE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """The boxes of block 2 for one category."""

    category: str
    other_party: str
    """Role of the second person, a key of the words `who.*`; empty where there is none."""
    place_key: str
    """Key of the word for the place box."""
    has_number: bool
    free: tuple[FieldSpec, ...]
    """Boxes for further clues, by field code."""


def clues_of(category: str) -> Clues:
    """The boxes for a category that exists; the marriage form for any other text."""
    kind = KINDS.get(category) or KINDS[MAIN_CATEGORIES[0]]
    asked_place = _PLACES.get(kind.code, "")
    free = [
        spec
        for spec in kind.fields
        if not spec.party
        and spec.form in _FREE_FORMS
        and spec.on_extract is not OnExtract.NEVER
        and spec.code != asked_place
    ]
    if not kind.people:
        free.insert(0, _SUBJECT)
    return Clues(
        category=kind.code,
        other_party=_other_party(kind),
        place_key=f"file.place_{kind.code}" if kind.code in _PLACES else "file.place",
        has_number=bool(kind.numbers),
        free=tuple(free[:_MOST_FREE]),
    )


def _other_party(kind: Kind) -> str:
    if kind.code == "marriage_registration":
        return "spouse"
    others = [person for person in kind.people[1:] if not person.is_roster]
    return others[0].role if others else ""
