"""The names of the dictionary that may have been meant when a name was asked for.

Keys bring names that share a sound, or all characters but one; each comes with the digits of its
slip (`records/name_likeness.py`), so that only the likeliest are looked for among the people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from records.name_keys import gap_key, heard_keys, sound_key
from records.name_likeness import NameLikeness, gaps_of

MOST_NEAR = 400
"""Names that are looked for among the people."""
MOST_KEY_ROWS = 8000

_OWN_SOUND, _OTHER_SOUND = -3.0, -3.6
_LEFT_OUT, _ADDED, _TURNED, _MARRIED = -3.3, -5.0, -2.5, -1.0


@dataclass(frozen=True, slots=True)
class _Gap:
    """A key with one character left out of `asked`; -1 = one too few was asked."""

    asked: str
    place: int


class NearNames:
    """What to ask the dictionary about one sought name, and what its answers weigh."""

    def __init__(self, asked: Sequence[str], likeness: NameLikeness, *, beside: str = "") -> None:
        """Near any of `asked`, names in normal form; `beside` is the other party's surname."""
        self._likeness = likeness
        self._asked = frozenset(asked)
        self._sounds: dict[int, float] = {}
        self._gaps: dict[int, _Gap] = {}
        self.texts: dict[str, float] = {}
        """Names to look up by their text, with their digits."""
        for name in asked:
            self._take_sounds(name)
            self._take_gaps(name)
            self._take_texts(name, beside)

    @property
    def keys(self) -> list[int]:
        """Keys to ask for."""
        return [*self._sounds, *self._gaps]

    def rank(
        self, rows: Iterable[tuple[int, int, int]], known: Mapping[str, int], least: float
    ) -> dict[int, float]:
        """Digits by name id, likeliest first, none under `least`, at most `MOST_NEAR`.

        `rows` are key, sign and name id; `known` are the ids of `texts` and of the asked names.
        """
        found: dict[int, float] = {}
        same = {known[name] for name in self._asked if name in known}
        for text, digits in self.texts.items():
            if text in known:
                found[known[text]] = digits
        for key, sign, name_id in rows:
            digits = self._digits(key, sign)
            if digits >= least and digits > found.get(name_id, least - 1):
                found[name_id] = digits
        kept = [(digits, one) for one, digits in found.items() if one not in same]
        kept.sort(reverse=True)
        return {one: digits for digits, one in kept[:MOST_NEAR] if digits >= least}

    def _digits(self, key: int, sign: int) -> float:
        if not sign:
            return self._sounds.get(key, -99.0)
        gap = self._gaps.get(key)
        if gap is None:
            return -99.0
        if gap.place < 0:
            return _LEFT_OUT
        own, other = gap.asked[gap.place], chr(sign)
        if own == other:
            return 0.0
        return self._likeness.slip(own, other, is_first=gap.place == 0).digits

    def _take_sounds(self, name: str) -> None:
        own = {sound_key(one) for one in self._likeness.sounds.sounds(name)}
        for key in heard_keys(name, self._likeness.sounds):
            self._sounds.setdefault(key, _OWN_SOUND if key in own else _OTHER_SOUND)

    def _take_gaps(self, name: str) -> None:
        for place in range(len(name)):
            if len(name) > 1:
                key = gap_key(name[:place], name[place + 1 :])
                self._gaps.setdefault(key, _Gap(name, place))
            if place:
                self._gaps.setdefault(gap_key(name[:place], name[place:]), _Gap(name, -1))

    def _take_texts(self, name: str, beside: str) -> None:
        if len(name) > 2:
            self.texts |= dict.fromkeys(gaps_of(name), _ADDED)
            turned = {name[1:] + name[0], name[-1] + name[:-1]}
            turned |= {
                name[:place] + name[place + 1] + name[place] + name[place + 2 :]
                for place in range(1, len(name) - 1)
            }
            self.texts |= dict.fromkeys(turned - {name}, _TURNED)
        elif len(name) == 2:
            self.texts[name[::-1]] = _TURNED
        if beside and name[-1] != "氏":
            self.texts |= dict.fromkeys((f"{beside}{name[0]}氏", f"{name[0]}氏"), _MARRIED)
