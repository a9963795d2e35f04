"""Which characters look alike, or lie beside each other under a typist's fingers.

The table is worked out at set-up (`deploy.shapes`) from components, four-corner numbers and Wubi
codes: 末 and 未, 峰 and 锋. It is a list of neighbours for each character, nearest first.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from records.reasons import TABLE_DAMAGED
from records.refusal import Refusal


@dataclass(frozen=True, slots=True)
class ShapeTable:
    """Neighbours of characters."""

    similar: Mapping[str, tuple[str, str]]
    """Neighbours, nearest first, and as many digits: 9 = hardly to be told apart, 1 = a part in
    common."""

    def grade(self, one: str, other: str) -> float:
        """0-1: how much alike the two look; 0 where neither is the other's neighbour."""
        return max(self._grade(one, other), self._grade(other, one))

    def _grade(self, one: str, other: str) -> float:
        neighbours, digits = self.similar.get(one, ("", ""))
        place = neighbours.find(other)
        return int(digits[place]) / 10 if place >= 0 else 0.0


def parse_shape_table(content: Mapping[str, object]) -> ShapeTable:
    """The shapes out of the decoded `shapes.json` of `deploy.tables`.

    Raises:
        Refusal: TABLE_DAMAGED.
    """
    similar = content.get("similar")
    if not isinstance(similar, Mapping) or not similar:
        raise Refusal(TABLE_DAMAGED, "shapes")
    table: dict[str, tuple[str, str]] = {}
    for character, (neighbours, digits) in similar.items():
        if len(neighbours) != len(digits) or not digits.isdecimal():
            raise Refusal(TABLE_DAMAGED, "shapes")
        table[character] = (neighbours, digits)
    return ShapeTable(table)
