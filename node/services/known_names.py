"""What one search knows of names: their ids, how common they are, and which lie near to them.

Ids are those of one consistent view of the index and are forgotten with the search: a rebuilt
index numbers its names anew.
"""

from collections.abc import Collection, Iterable

from node.catalogue_ports import CatalogueReader
from node.domain.near_names import MOST_KEY_ROWS, NearNames
from node.domain.shelves import Shelf
from records.name_frequency import NameFrequency
from records.name_likeness import NameLikeness
from records.person_names import Spelling
from records.sought import Wanted

MOST_BEARERS = 20_000
"""Namesakes are counted no further."""
NO_BOUND = -99.0
"""For `near_ids`: however rare the slip."""


class KnownNames:
    """Names of the dictionary, asked for no more than once."""

    def __init__(
        self,
        index: CatalogueReader,
        shelf: Shelf,
        likeness: NameLikeness,
        frequency: NameFrequency,
    ) -> None:
        """Ask `index`; `frequency` says how common the characters of names are."""
        self._index, self._shelf = index, shelf
        self._likeness, self._frequency = likeness, frequency
        self._ids: dict[str, int] = {}
        self._asked: set[str] = set()
        self._expected: frozenset[str] = frozenset()
        self._chances: dict[str, float] = {}
        self.truncated = False
        """More names share a key than were looked at."""

    def look_up(self, texts: Collection[str]) -> None:
        """The ids of those names that the dictionary has are known."""
        new = [one for one in texts if one not in self._asked]
        if new:
            self._asked.update(new)
            self._ids.update(self._index.find_names(new))

    def expect(self, texts: Iterable[str]) -> None:
        """Whose chances will be asked for: their namesakes are counted in one go."""
        self._expected = frozenset(texts)

    def ids(self, spellings: Iterable[Spelling]) -> list[int]:
        """Ids of those spellings that were looked up and are there."""
        return [self._ids[one.normal] for one in spellings if one.normal in self._ids]

    def chance(self, normal: str) -> float:
        """Share of people who bear the name, by its characters and by its counted bearers."""
        if normal not in self._chances:
            new = [one for one in self._expected | {normal} if one not in self._chances]
            self.look_up(new)
            there = {one: self._ids[one] for one in new if one in self._ids}
            counted = self._index.count_bearers(self._shelf, there.values(), MOST_BEARERS)
            for one in new:
                bearers = counted[there[one]] if one in there else 0
                self._chances[one] = self._frequency.chance(one, bearers)
        return self._chances[normal]

    def near_to(self, wanted: Wanted, name_ids: Collection[int]) -> set[int]:
        """Those of the names that are the wanted one, or near to it."""
        texts = self._index.name_texts([one for one in name_ids if one])
        asked = {one.normal for one in wanted.spellings}
        compare = self._likeness.compare
        return {
            name_id
            for name_id, text in texts.items()
            if text in asked or any(compare(one, text) for one in asked)
        }

    def near_ids(self, wanted: Wanted, surname: str, least: float) -> dict[int, float]:
        """Ids of the names in the dictionary that may have been meant, with their digits.

        None of less than `least` digits; `surname` is the other party's, for 张王氏.
        """
        asked = [one.normal for one in wanted.spellings if one.how != "popular"]
        names = NearNames(asked, self._likeness, beside=surname)
        rows = self._index.find_near_names(names.keys, MOST_KEY_ROWS)
        self.truncated = self.truncated or len(rows) >= MOST_KEY_ROWS
        self.look_up([*names.texts, *asked])
        return names.rank(rows, self._ids, least)
