"""Kinds of error that a name suffers between a mouth, a clerk's hand and a keyboard.

Each kind draws from one named source; the surname only ever turns into another surname, because
nobody writes down a family name that does not exist.
"""

from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.bench.search import sources
from tests.bench.search.sources import Alternatives


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """One kind of error."""

    name: str
    source: str
    alternatives: Alternatives
    surnames: frozenset[str]
    """Family names that may replace one."""
    goal: float
    """Least recall@5 with name and birth year at 200,000 people."""
    whole: bool = False
    """Every character changes, not one."""
    surname_only: bool = False
    any_surname: bool = False
    """Forms of the same character: the surname's form need not be listed."""

    def make(self, name: str, rng: Random) -> str | None:
        """The name with the error, or None where this kind cannot befall it."""
        places = range(1 if self.surname_only else len(name))
        choices = {place: self._choices(name, place) for place in places}
        open_places = [place for place, others in choices.items() if others]
        if not open_places:
            return None
        chosen = open_places if self.whole else [rng.choice(open_places)]
        signs = list(name)
        for place in chosen:
            signs[place] = rng.choice(choices[place])
        return "".join(signs)

    def _choices(self, name: str, place: int) -> tuple[str, ...]:
        others = self.alternatives.get(name[place], ())
        if place or self.any_surname or self.surname_only:
            return others
        return tuple(one for one in others if one in self.surnames)


def read_kinds(data: Path) -> tuple[ErrorKind, ...]:
    """Every kind whose source is there."""
    readings = sources.read_readings(data)
    surnames = sources.known_surnames(data)
    kinds = (
        ErrorKind("none", "-", {}, surnames, 0.98),
        ErrorKind("traditional", "Unihan kTraditionalVariant", sources.traditional(data), surnames,
                  0.98, whole=True, any_surname=True),
        ErrorKind("surname form", "surname_second_round.tsv", sources.surname_forms(data), surnames,
                  0.98, surname_only=True),
        ErrorKind("homophone", "pycorrector same_pinyin.txt", sources.homophones(data, readings),
                  surnames, 0.98),
        ErrorKind("n/l zh/z ng", "Unihan kHanyuPinlu", sources.accents(readings), surnames, 0.98),
        ErrorKind("variant", "Unihan kSemantic/kZVariant", sources.variants(data), surnames, 0.93,
                  any_surname=True),
        ErrorKind("OCR shape", "SimilarCharacter shapes, same_stroke.txt", sources.shapes(data),
                  surnames, 0.93),
        ErrorKind("typing", "SIGHAN-15 observed pairs", sources.typing(data), surnames, 0.93),
        ErrorKind("Wu homophone", "Debian rime-data-wugniu", sources.wu(data, readings), surnames,
                  0.88),
    )  # fmt: skip
    return tuple(kind for kind in kinds if kind.alternatives or kind.name == "none")
