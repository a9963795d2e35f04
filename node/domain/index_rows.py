"""What one entry puts into the tables of the index, as plain rows.

The same rows come of an import of ten entries and of a build of sixteen million: only how they
reach the tables differs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from node.domain.shelves import IndexedEntry, PersonIndex
from records.id_numbers import number_of
from records.kinds import Kind, get_kind
from records.name_keys import hash_key

FORMER_NAME = 100
"""Added to a role's position where the person stands under a former name."""
MOST_BORN_DAYS = 32_000
"""Wider windows of birth (some "about" in a century) are cut to what the column holds."""

PersonFact = tuple[str, int, int, int, int, str, int, int]
"""Name, shelf, born, entry, role, other name, days of birth, year: sorted, the order of the table
`person`, whose ids of names follow the order of the names."""
NumberFact = tuple[int, int, int, int]
"""First seventeen digits, shelf, entry, role."""
CertificateFact = tuple[int, int, int]
"""Key of the number, shelf, entry."""


@dataclass(slots=True)
class IndexRows:
    """Rows collected from entries of any shelves."""

    people: list[PersonFact] = field(default_factory=list)
    id_numbers: list[NumberFact] = field(default_factory=list)
    certificates: list[CertificateFact] = field(default_factory=list)

    def add(self, one: IndexedEntry, entry_id: int, shelf_id: int) -> None:
        """The entry's rows are among them, each once."""
        roles = _ROLES.get(one.entry.category) or _remember(get_kind(one.entry.category))
        self.people += _once(
            _person(one, who, (entry_id, shelf_id), roles[who.role]) for who in one.people
        )
        numbers = ((number_of(n), shelf_id, entry_id, roles[r]) for n, r in one.id_numbers)
        self.id_numbers += dict.fromkeys(numbers)
        keys = ((hash_key(text), shelf_id, entry_id) for text in one.number_keys)
        self.certificates += dict.fromkeys(keys)


def _person(one: IndexedEntry, who: PersonIndex, place: tuple[int, int], role: int) -> PersonFact:
    entry_id, shelf_id = place
    born = days = 0
    if who.birth_from is not None:
        born = who.birth_from.toordinal()
        if who.birth_to is not None:
            days = min((who.birth_to - who.birth_from).days, MOST_BORN_DAYS)
    role += FORMER_NAME if who.is_former_name else 0
    return (who.normal, shelf_id, born, entry_id, role, who.other_normal, days, one.people_year)


def _once(facts: Iterable[PersonFact]) -> Iterable[PersonFact]:
    """One row for a name in a role of one entry, the last."""
    return {(fact[0], fact[4]): fact for fact in facts}.values()


_ROLES: dict[str, dict[str, int]] = {}
"""Positions of the roles by category; kinds never change while a program runs."""


def _remember(kind: Kind) -> dict[str, int]:
    _ROLES[kind.code] = {one.role: place for place, one in enumerate(kind.people)}
    return _ROLES[kind.code]
