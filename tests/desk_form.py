"""One form of the desks: who sends it, about which case, with which words, and what is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from desk_world import FORM
from fake_office import PASSWORD, World

Fields = Mapping[str, object]
NOTHING: Fields = {}
FILING: Fields = FORM | {"words": "公社在桥头"}
TERMS: Fields = {
    "partner": "xiaoshan",
    "direction": "both",
    "our_phone": "0573-82521000",
    "their_phone": "0571-82900000",
    "categories": ["marriage_registration"],
    "requester_types": ["party"],
    "year_from": "1949",
    "year_to": "2013",
    "granularity": "extract",
    "seal_mode": "HOLDER_ELECTRONIC",
    "delivery": ["window"],
    "minutes": "15",
    "daily_quota": "200",
    "valid_from": "2027-01-01",
    "valid_to": "2029-12-31",
    "notice_days": "30",
    "legal_basis": "档案法第二十八条",
    "action": "sign",
    "password": PASSWORD,
}


@dataclass(frozen=True)
class Row:
    """One form."""

    path: str
    user: str = "zhoumin"
    about: str = ""
    """The case that is copied for this form alone; empty = none."""
    sent: Fields = field(default_factory=dict)
    typed: tuple[str, ...] = ()
    """Fields of `sent` that somebody typed: they must never be lost."""
    wrong: Fields | None = None
    """What makes the form one that is asked for again; None = nothing on it can be wrong."""
    good: int = 303
    """Status of the form as `sent`."""
    places: Mapping[str, str] = field(default_factory=dict)
    make: Callable[[World, str], Mapping[str, str]] | None = None
    """Prepares the world and names places of the path."""
