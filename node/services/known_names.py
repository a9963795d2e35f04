"""What one search knows of names: their ids, how common they are, and which lie near to them.

Ids are those of one consistent view of the index and are forgotten with the search: a rebuilt
index numbers its names anew.
"""

from collections.abc import Collection, Iterable

from node.catalogue_ports import CatalogueReader
from node.domain.near_names import MOST_KEY_ROWS, NearNames
from node.domain.shelves import Shelf
from node.services.name_counts import COMMON, NameCounts
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
        counts: NameCounts,
    ) -> None:
        """Ask `index`; `counts` says how common names are, as far as it is known."""
        self._index, self._shelf = index, shelf
        self._likeness, self._counts = likeness, counts
        self._ids: dict[str, int] = {}
        self._asked: set[str] = set()
        self._expected: frozenset[str] = frozenset()
        self._chances: dict[str, float] = {}
        self._bearers: dict[str, int] = {}
        self.truncated = False
        """More names share a key than were looked at."""

    def look_up(self, texts: Collection[str]) -> None:
        """The ids of those names that the dictionary has are known."""
        new = [one for one in texts if one not in self._asked]
        if new:
            self._asked.update(new)
            self._ids.update(self._index.find_names(new))

    def look_up_borne(self, texts: Collection[str]) -> None:
        """The same, and how many bear each of them, as far as that is quickly counted."""
        new = [one for one in texts if one not in self._asked]
        if not new:
            return
        self._asked.update(new)
        found = self._index.find_borne_names(self._shelf, new, COMMON)
        for normal, (name_id, bearers) in found.items():
            self._ids[normal] = name_id
            if bearers < COMMON:
                self._bearers[normal] = bearers

    def expect(self, texts: Iterable[str]) -> None:
        """Whose chances will be asked for: their namesakes are counted in one go."""
        self._expected = frozenset(texts)

    def ids(self, spellings: Iterable[Spelling]) -> list[int]:
        """Ids of those spellings that were looked up and are there."""
        return [self._ids[one.normal] for one in spellings if one.normal in self._ids]

    def chance(self, normal: str) -> float:
        """Share of people who bear the name, by its characters and by its counted bearers."""
        if normal not in self._chances:
            self._count([one for one in self._expected | {normal} if one not in self._chances])
        return self._chances[normal]

    def bearers(self, normal: str) -> int:
        """People of the shelf who bear it, counted up to `MOST_BEARERS`; 0 = nobody."""
        self.chance(normal)
        return self._bearers.get(normal, 0)

    def _count(self, names: Collection[str]) -> None:
        self.look_up_borne(names)
        open_ = [one for one in names if one in self._ids and one not in self._bearers]
        for one in open_:
            count = self._counts.find(one)
            if count is not None:
                self._bearers[one] = count
        new = {one: self._ids[one] for one in open_ if one not in self._bearers}
        if new:
            counted = self._index.count_bearers(self._shelf, new.values(), MOST_BEARERS)
            for one, name_id in new.items():
                self._bearers[one] = counted[name_id]
                self._counts.keep(one, counted[name_id])
        for one in names:
            bearers = self._bearers.get(one, 0)
            self._chances[one] = self._counts.frequency.chance(one, bearers)

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
