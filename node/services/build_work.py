"""What the processes of a build do with one bin each: name, order, and make rows of it.

Every function here is a pure step between files of the build's folder: run again after a crash,
it writes the same file again.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import chain, pairwise
from operator import itemgetter

from node.build_ports import BuildFiles, Row
from node.domain.catalogue_reasons import INDEX_BUILD_DAMAGED
from node.domain.index_builds import Step, key_bin, name_bin
from node.domain.index_rows import (
    FORMER_NAME,
    CertificateFact,
    IndexRows,
    NumberFact,
    PersonFact,
)
from records.name_keys import count_signs, stored_keys
from records.name_sounds import SoundTable
from records.refusal import Refusal

# Sections of a part: the tally, identity numbers, and by bin people, other parties' names and
# certificate numbers.
_TALLY, _NUMBERS, _BY_BIN = range(3)
_PARTS_OF_BIN = 3
# Sections of a named bin.
_NAMES, _PEOPLE, _HASHES, _RANKS, _SIGNS = range(5)
_RankedPerson = tuple[int, int, int, int, int, str, int, int]
ShelfTally = tuple[int, int, int, int, int]
"""Shelf, entries, people, first year, last year."""


@dataclass(frozen=True, slots=True)
class BuildWork:
    """What every process of a build knows."""

    files: BuildFiles
    sounds: SoundTable
    bins: int
    bounds: tuple[str, ...]


def write_part(work: BuildWork, name: str, rows: IndexRows, tally: Sequence[ShelfTally]) -> None:
    """The rows of some entries lie in the part of that name, sorted into bins."""
    people: list[list[PersonFact]] = [[] for _ in range(work.bins)]
    known = dict[str, int]()
    for fact in rows.people:
        place = known.get(fact[0])
        if place is None:
            place = known[fact[0]] = name_bin(work.bounds, fact[0])
        people[place].append(fact)
    others: list[list[str]] = [[] for _ in range(work.bins)]
    for other in sorted({fact[5] for fact in rows.people} - known.keys() - {""}):
        others[name_bin(work.bounds, other)].append(other)
    certificates: list[list[CertificateFact]] = [[] for _ in range(work.bins)]
    for one in rows.certificates:
        certificates[key_bin(work.bins, one[0])].append(one)
    by_bin = chain.from_iterable(zip(people, others, certificates, strict=True))
    work.files.write(name, [list(tally), rows.id_numbers, *by_bin])


def read_tally(files: BuildFiles, part: str) -> list[ShelfTally]:
    """What the part says about its shelves."""
    return files.read(part, _TALLY, list[ShelfTally])


def name_one(work: BuildWork, place: int) -> int:
    """The names of one bin are ranked and their people sorted; how many names there are."""
    files, parts = work.files, work.files.names("part-")
    target = f"named-{place:02d}"
    # A build that an older program began may have its keys in another form: named again.
    if not (files.has(target) and files.has(_keys_name(place))):
        facts: list[PersonFact] = []
        names = set[str]()
        for part in parts:
            facts += files.read(part, _section(place, 0), list[PersonFact])
            names.update(files.read(part, _section(place, 1), list[str]))
        facts.sort()
        names.update(map(itemgetter(0), facts))
        ranks = {normal: rank for rank, normal in enumerate(sorted(names))}
        _write_keys(work, place, ranks)
        hashed = sorted((hash_name(normal), rank) for normal, rank in ranks.items())
        _verify_distinct([one for one, _ in hashed])
        people = [(ranks[fact[0]], *fact[1:]) for fact in facts]
        files.write(
            target,
            [
                list(ranks),
                people,
                [one for one, _ in hashed],
                [rank for _, rank in hashed],
                _signs(facts),
            ],
        )
    return len(files.read(target, _RANKS, list[int]))


def _write_keys(work: BuildWork, place: int, ranks: dict[str, int]) -> None:
    # Key, sign and rank one after the other: read in half the time that triples take.
    keys: list[list[int]] = [[] for _ in range(work.bins)]
    for normal, rank in ranks.items():
        for key, sign in stored_keys(normal, work.sounds):
            keys[key_bin(work.bins, key)] += (key, sign, rank)
    work.files.write(_keys_name(place), keys)


def _keys_name(place: int) -> str:
    return f"flat-keys-{place:02d}"


def _signs(facts: Sequence[PersonFact]) -> list[Row]:
    bearers = Counter([fact[0] for fact in facts if fact[4] < FORMER_NAME])
    signs: Counter[tuple[int, int]] = Counter()
    for normal, people in bearers.items():
        for one in count_signs(normal):
            signs[one] += people
    return [(place, sign, people) for (place, sign), people in signs.items()]


@dataclass(slots=True)
class NameIds:
    """Ids of names, without the names: by hash, bin by bin."""

    work: BuildWork
    first_ids: Sequence[int]
    """Id of the first name of each bin."""
    _bins: dict[int, tuple[Sequence[int], Sequence[int]]] = field(default_factory=dict)

    def find(self, normal: str) -> int:
        """The id of that name, 0 for the empty one. Raises Refusal: INDEX_BUILD_DAMAGED."""
        if not normal:
            return 0
        place = name_bin(self.work.bounds, normal)
        hashes, ranks = self._bins.get(place) or self._load(place)
        wanted = hash_name(normal)
        there = bisect_left(hashes, wanted)
        if there == len(hashes) or hashes[there] != wanted:
            raise Refusal(INDEX_BUILD_DAMAGED, f"bin {place}")
        return self.first_ids[place] + ranks[there]

    def _load(self, place: int) -> tuple[Sequence[int], Sequence[int]]:
        files, name = self.work.files, f"named-{place:02d}"
        hashes = array("Q", files.read(name, _HASHES, list[int]))
        ranks = array("I", files.read(name, _RANKS, list[int]))
        self._bins[place] = hashes, ranks
        return hashes, ranks


def order_one(ids: NameIds, step: Step) -> Step:
    """The rows of that step lie in a file, in the order of their table."""
    makers = {
        "person": _people,
        "name_key": _keys,
        "certificate_number": _certificates,
        "id_number": _numbers,
        "name_sign": _all_signs,
    }
    ids.work.files.write_rows(step, makers[step.table](ids, step.bin))
    return step


def read_names(files: BuildFiles, place: int, first_id: int) -> Iterator[tuple[int, str]]:
    """Ids and names of one bin."""
    return enumerate(files.read(f"named-{place:02d}", _NAMES, list[str]), start=first_id)


def hash_name(normal: str) -> int:
    """64 bits that stand for a name inside one build."""
    return int.from_bytes(blake2b(normal.encode(), digest_size=8).digest(), "big")


def _verify_distinct(hashes: Sequence[int]) -> None:
    if any(one == other for one, other in pairwise(hashes)):
        raise Refusal(INDEX_BUILD_DAMAGED, "two names with one hash")


def _people(ids: NameIds, place: int) -> Iterator[Row]:
    first, find = ids.first_ids[place], ids.find
    found = ids.work.files.read(f"named-{place:02d}", _PEOPLE, list[_RankedPerson])
    for rank, shelf_id, born, entry_id, role, other, days, year in found:
        yield (first + rank, shelf_id, born, entry_id, role, find(other), days, year)


def _keys(ids: NameIds, place: int) -> Iterable[Row]:
    rows: list[tuple[int, int, int]] = []
    for names, first in enumerate(ids.first_ids):
        found = iter(ids.work.files.read(_keys_name(names), place, list[int]))
        rows += zip(found, found, map(first.__add__, found), strict=True)
    # They lie in the order of their names. Sorting by one number is quicker than by three, and
    # what is equal by it stays in its order.
    rows.sort(key=itemgetter(1))
    rows.sort(key=itemgetter(0))
    return rows


def _certificates(ids: NameIds, place: int) -> Iterable[Row]:
    rows: list[Row] = []
    for part in ids.work.files.names("part-"):
        rows += ids.work.files.read(part, _section(place, 2), list[CertificateFact])
    rows.sort()
    return rows


def _numbers(ids: NameIds, place: int) -> Iterable[Row]:
    rows: list[Row] = []
    for part in ids.work.files.names("part-"):
        rows += ids.work.files.read(part, _NUMBERS, list[NumberFact])
    rows.sort()
    return rows


def _all_signs(ids: NameIds, place: int) -> Iterable[Row]:
    signs: Counter[tuple[int, int]] = Counter()
    for names in range(ids.work.bins):
        for at, sign, people in ids.work.files.read(
            f"named-{names:02d}", _SIGNS, list[tuple[int, int, int]]
        ):
            signs[at, sign] += people
    return [(at, sign, people) for (at, sign), people in sorted(signs.items())]


def _section(place: int, which: int) -> int:
    return _BY_BIN + place * _PARTS_OF_BIN + which
