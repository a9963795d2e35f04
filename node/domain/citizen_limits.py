"""What the letter box takes in a day: of one person, from one address, and in all.

A count is found by a keyed digest of the door, the day and whoever is counted: the store shows how
often, never who, and two days of one person are two digests that nobody can put together.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from ipaddress import IPv6Address, IPv6Network, ip_address

from node.domain.citizen_keys import BoxKeys
from node.domain.citizen_reasons import (
    CITIZEN_BOX_FULL,
    CITIZEN_DRAFTS_FULL,
    CITIZEN_LETTERS_FULL,
    CITIZEN_PAPERS_FULL,
    CITIZEN_TOO_MANY,
)
from node.domain.citizens import ProvenPerson
from records.refusal import Reason

_CHINA = timezone(timedelta(hours=8))
_KIB = 1024
_NETWORK_BITS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLimits:
    """How much of each in one day of the archive's calendar; each at least 1."""

    filings: int = 8
    """Applications and questions of one person."""
    letters: int = 20
    """Additions and withdrawals of one person."""
    drafts: int = 100
    """Applications that are begun from one address: nobody is known yet."""
    papers: int = 150
    """Photographs of papers from one address."""
    megabytes: int = 4096
    """MiB of photographs in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What an act adds to the counts of its day; taken with the act or not at all."""

    day: str
    """"2026-11-22", by the archive's calendar."""
    marks: tuple[str, ...]
    """Digests that are counted together, 64 signs each; the first is the one that grows."""
    most: int
    amount: int = 1
    reason: Reason
    """What is said where it would be more than `most`."""


class DayCounts:
    """Which counts an act adds to."""

    def __init__(self, keys: BoxKeys, limits: DayLimits) -> None:
        """Digests under the box's own keys."""
        self._keys, self._limits = keys, limits

    def of_filing(self, person: ProvenPerson, now: datetime) -> tuple[Tally, ...]:
        """One more application or question of that person."""
        return (self._of_person("filing", person, now, self._limits.filings, CITIZEN_TOO_MANY),)

    def of_letter(self, person: ProvenPerson, now: datetime) -> tuple[Tally, ...]:
        """One more addition or withdrawal of that person."""
        most = self._limits.letters
        return (self._of_person("letter", person, now, most, CITIZEN_LETTERS_FULL),)

    def of_draft(self, address: str, now: datetime) -> tuple[Tally, ...]:
        """One more application that is begun from that address."""
        day = day_of(now)
        marks = (self._keys.of_count("draft", day, network_of(address)),)
        most, reason = self._limits.drafts, CITIZEN_DRAFTS_FULL
        return (Tally(day=day, marks=marks, most=most, reason=reason),)

    def of_paper(self, address: str, size: int, now: datetime) -> tuple[Tally, ...]:
        """One more photograph of `size` bytes from that address."""
        day, limits = day_of(now), self._limits
        from_there = (self._keys.of_count("paper", day, network_of(address)),)
        return (
            Tally(day=day, marks=from_there, most=limits.papers, reason=CITIZEN_PAPERS_FULL),
            Tally(
                day=day,
                marks=(self._keys.of_count("kibibytes", day, ""),),
                most=limits.megabytes * _KIB,
                amount=-(-size // _KIB),
                reason=CITIZEN_BOX_FULL,
            ),
        )

    def _of_person(
        self, door: str, person: ProvenPerson, now: datetime, most: int, reason: Reason
    ) -> Tally:
        day = day_of(now)
        marks = self._keys.every_count_of_person(door, day, person.id_type, person.id_no)
        return Tally(day=day, marks=marks, most=most, reason=reason)


def day_of(now: datetime) -> str:
    """The day of the archive's calendar, e.g. "2026-11-22"."""
    return now.astimezone(_CHINA).date().isoformat()


def network_of(address: str) -> str:
    """Whom an address stands for: an IPv4 address itself, of an IPv6 address its /64.

    One customer has a whole /64 of IPv6 addresses. What is no address is counted as one.
    """
    try:
        read = ip_address(address)
    except ValueError:
        return ""
    if not isinstance(read, IPv6Address):
        return str(read)
    if read.ipv4_mapped is not None:
        return str(read.ipv4_mapped)
    return str(IPv6Network((int(read), _NETWORK_BITS), strict=False))
