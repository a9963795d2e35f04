"""What a real-name provider signs: who somebody proved to be, for which box, and when.

The pages that carry it stand in the internet zone and could say anything; the archive believes
the provider's signature alone (docs/decisions/1290).
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from records.eligibility_terms import ASSURANCE_ORDER

UNPROVEN = ASSURANCE_ORDER[0]
"""How well an identity is proven that nobody signed for."""
LEVELS_BY_PHONE = frozenset(ASSURANCE_ORDER) - {"chip_read"}
"""A card is read at a counter, never through a letter box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RealNameWord:
    """One proof of identity; stays between provider, letter box and archive."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.real-name.v1+json"

    audience: str
    """The letter box it was given for: `audience_of` its node."""
    name: str = field(repr=False)
    id_type: str
    id_no: str = field(repr=False)
    mobile: str = field(repr=False)
    assurance: str
    """A word of `LEVELS_BY_PHONE`."""
    proven_at: datetime


def audience_of(node_id: str, trust_domain: str) -> str:
    """Name of a node's letter box, e.g. "jiaxing.citizens.demo.invalid"."""
    return f"{node_id}.citizens.{trust_domain}"
