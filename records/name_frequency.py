"""How common a name is, from how many people of the index bear its characters.

A namesake of 王秀英 says little, one of 单翊 nearly everything. Names that nobody bears yet have a
frequency too: surname and given characters are taken as independent, which makes common pairs look
rarer than they are; where people bear the whole name, their number corrects it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

_UNSEEN = 1.0
"""A character that no name has counts as if one person bore it."""
_FEWEST = 2_000
"""In an index of fewer people every character counts as a little rarer and a little commoner."""
_TRUSTED = 10_000
"""People of an index up to which the counted namesakes weigh less than the characters."""


@dataclass(frozen=True, slots=True)
class NameFrequency:
    """People by character: first in the name, and after it."""

    first: Mapping[str, int]
    other: Mapping[str, int]
    people: int
    """People counted; one person has one first character."""
    others: int
    """Characters after the first, of all of them."""

    def chance(self, normal: str, bearers: int = 0) -> float:
        """How likely a person met by chance bears the name, 0-1.

        `bearers` of `people` are known to bear it; 0 = none or not counted.
        """
        if not normal:
            return 1.0
        spelled = self.of_first(normal[0]) * prod(self.of_other(sign) for sign in normal[1:])
        return min(
            1.0, (bearers + _TRUSTED * spelled) / (_TRUSTED + (self.people if bearers else 0))
        )

    def of_first(self, sign: str) -> float:
        """Share of people whose name begins with it."""
        return (self.first.get(sign, 0) + _UNSEEN) / (self.people + _FEWEST)

    def of_other(self, sign: str) -> float:
        """Share of it among the characters after the first."""
        return (self.other.get(sign, 0) + _UNSEEN) / (self.others + _FEWEST)


def count_frequency(people: Mapping[tuple[int, int], int]) -> NameFrequency:
    """The frequencies out of the counts of `name_keys.count_signs`."""
    first = {chr(sign): count for (place, sign), count in people.items() if place == 0}
    other = {chr(sign): count for (place, sign), count in people.items() if place == 1}
    return NameFrequency(first, other, sum(first.values()), sum(other.values()))
