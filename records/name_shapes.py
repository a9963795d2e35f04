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

    similar: Mapping[str, str]
    """Neighbours of each character, nearest first."""

    def rank(self, one: str, other: str) -> int:
        """How many characters look more alike than these two; -1 where they are no neighbours.

        Seen from the side that has fewer in between: 囻 is 国's neighbour before 国 is 囻's.
        """
        ranks = (self.similar.get(one, "").find(other), self.similar.get(other, "").find(one))
        return min((rank for rank in ranks if rank >= 0), default=-1)


def parse_shape_table(content: Mapping[str, object]) -> ShapeTable:
    """The shapes out of the decoded `shapes.json` of `deploy.tables`.

    Raises:
        Refusal: TABLE_DAMAGED.
    """
    similar = content.get("similar")
    if not isinstance(similar, Mapping) or not similar:
        raise Refusal(TABLE_DAMAGED, "shapes")
    if not all(isinstance(neighbours, str) for neighbours in similar.values()):
        raise Refusal(TABLE_DAMAGED, "shapes")
    return ShapeTable(similar)
