"""How likely one name is written where another was meant: the slips of ears, hands and keyboards.

A likeness says how (the word of the match reason) and how seldom, in decimal digits: -3 means that
of a thousand people of the recorded name one is asked for under this spelling. Against it stands
how common the asked name is by itself (`records/name_frequency.py`): 王秀英 asked for is hardly
ever somebody else's slip, 王锈英 nearly always.

The digits are our estimates: one name in fifty heard wrongly and one in a hundred mistyped, spread
over the characters that come into question; one in two thousand said without a character of it; one
in a thousand with a character for which neither ear nor eye has a reason, out of three thousand.
They order candidates; what they amount to is measured (`tests/bench/search`), on errors drawn from
sources that are not used here.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from records.name_shapes import ShapeTable
from records.name_sounds import SoundTable, fold_syllable

HOMOPHONE, NEAR_SOUND, DIALECT = "homophone", "near_sound", "dialect"
SIMILAR_SHAPE, ONE_CHARACTER = "similar_shape", "one_character"
MISSING, SWAPPED, MARRIED = "missing_character", "swapped", "married_form"

TIERS = {
    HOMOPHONE: "homophone", NEAR_SOUND: "dialect", DIALECT: "dialect", SIMILAR_SHAPE: "shape",
    ONE_CHARACTER: "shape", MISSING: "shape", SWAPPED: "shape", MARRIED: "shape",
}  # fmt: skip
"""Tier of the interface, for every way in which names are near without being the same."""

_DIGITS = {HOMOPHONE: -3.0, NEAR_SOUND: -3.6, DIALECT: -4.1, ONE_CHARACTER: -6.5}
_MISSING, _ADDED, _SWAPPED, _TURNED = -3.3, -5.0, -2.5, -3.0
_SHAPE, _SHAPE_FALL, _SHAPE_FIRST = -2.4, 1.3, 4
"""Mistaken shapes are spread over a character's neighbours by their rank, as words are over a
vocabulary: the first few take most."""
_ORDER = tuple(TIERS)
_MOST_REMEMBERED = 200_000
_GUESSED = {SIMILAR_SHAPE: 1, ONE_CHARACTER: 2}
"""Of the characters that do not sound like what was meant a name may have two that look like it
(a bad scan blurs its neighbours too), or one that does neither."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """That a name was written for another."""

    how: str
    digits: float
    """Never above 0."""


class NameLikeness:
    """Compares names in normal form by sound and shape; safe to share between threads."""

    def __init__(self, sounds: SoundTable, shapes: ShapeTable) -> None:
        """Compare by these tables."""
        self.sounds = sounds
        self._shapes = shapes
        self._known: dict[tuple[str, str, bool], Likeness] = {}

    def compare(self, asked: str, recorded: str) -> Likeness | None:
        """How `asked` may have been written for `recorded`; None where it was not, or is equal."""
        if asked == recorded or not asked or not recorded:
            return None
        if "氏" in (asked[-1], recorded[-1]) and (found := _compare_married(asked, recorded)):
            return found
        if len(asked) == len(recorded):
            return self._compare_signs(asked, recorded) if len(asked) > 1 else None
        if abs(len(asked) - len(recorded)) == 1 and min(len(asked), len(recorded)) > 1:
            return _compare_lengths(asked, recorded)
        return None

    def slip(self, asked: str, recorded: str, *, is_first: bool) -> Likeness:
        """How one character was written for another that differs from it."""
        key = (asked, recorded, is_first)
        found = self._known.get(key)
        if found is None:
            if len(self._known) > _MOST_REMEMBERED:
                self._known.clear()
            found = self._known[key] = self._slip(asked, recorded, 0 if is_first else 1)
        return found

    def _slip(self, asked: str, recorded: str, place: int) -> Likeness:
        heard, meant = (set(self.sounds.readings_of(one, place)) for one in (asked, recorded))
        if heard & meant:
            return Likeness(HOMOPHONE, _DIGITS[HOMOPHONE])
        found = [Likeness(ONE_CHARACTER, _DIGITS[ONE_CHARACTER])]
        if {fold_syllable(one) for one in heard} & {fold_syllable(one) for one in meant}:
            found.append(Likeness(NEAR_SOUND, _DIGITS[NEAR_SOUND]))
        elif any(self.sounds.profile.alike(one) & meant for one in heard):
            found.append(Likeness(DIALECT, _DIGITS[DIALECT]))
        rank = self._shapes.rank(asked, recorded)
        if rank >= 0:
            digits = _SHAPE - _SHAPE_FALL * math.log10(rank + _SHAPE_FIRST)
            found.append(Likeness(SIMILAR_SHAPE, digits))
        return max(found, key=lambda one: one.digits)

    def _compare_signs(self, asked: str, recorded: str) -> Likeness | None:
        differing = [place for place, sign in enumerate(asked) if sign != recorded[place]]
        if len(differing) > 1 and sorted(asked) == sorted(recorded):
            if len(differing) == 2 and differing[0] > 0:
                return Likeness(SWAPPED, _SWAPPED)
            if asked in (recorded[1:] + recorded[0], recorded[-1] + recorded[:-1]):
                return Likeness(SWAPPED, _TURNED)
        slips: list[Likeness] = []
        for place in differing:
            slips.append(self.slip(asked[place], recorded[place], is_first=place == 0))
            if _guesses(slips) > 2:
                return None
        if len(differing) == len(asked) and any(one.how in _GUESSED for one in slips):
            return None
        how = max((one.how for one in slips), key=_ORDER.index)
        return Likeness(how, sum(one.digits for one in slips))


def _guesses(slips: Sequence[Likeness]) -> int:
    return sum(_GUESSED.get(one.how, 0) for one in slips)


def _compare_lengths(asked: str, recorded: str) -> Likeness | None:
    """One name has a character more, after its first: 王英 for 王秀英, 王阿毛 for 王毛."""
    longer, shorter = (asked, recorded) if len(asked) > len(recorded) else (recorded, asked)
    if longer[0] != shorter[0] or shorter not in gaps_of(longer):
        return None
    return Likeness(MISSING, _MISSING if longer is recorded or "阿" in longer[1:2] else _ADDED)


def gaps_of(name: str) -> set[str]:
    """The name with each of its characters after the first left out in turn."""
    return {name[:place] + name[place + 1 :] for place in range(1, len(name))}


def _compare_married(asked: str, recorded: str) -> Likeness | None:
    """张王氏 and 王氏 are what registers wrote for a wife born 王; which 王 they do not say."""
    written, other = (asked, recorded) if asked[-1] == "氏" else (recorded, asked)
    if len(written) not in (2, 3) or other[-1] == "氏":
        return None
    return Likeness(MARRIED, 0.0) if other[0] == written[-2] else None
