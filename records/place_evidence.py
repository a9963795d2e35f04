"""Holds a place as remembered against a place or office as recorded, through time.

上饶县 of 1985 and 广信区 of today are one place, 新丰公社 and 新丰镇 are one township, 波阳县 is
鄱阳县. Another name is never a conflict by itself: only two places whose ground of today is known
and lies apart exclude each other. The area table is the one that routing uses.
"""

import re
from dataclasses import dataclass

from records.comparing import Agreement
from records.coverage_rules import is_overlapping
from records.jurisdictions import Jurisdictions, PlaceAnswer
from records.process_reasons import PLACE_AMBIGUOUS

_SAME_TEXT = Agreement("equal", 0.3)
_WITHIN_TEXT = Agreement("contains", 0.3)
_SAME_TOWN = Agreement("same_place", 0.05)
_SAME_AREA = Agreement("same_area", 0.5)
_ELSEWHERE = Agreement("conflicts", 1.0)
_MOST_KEPT = 4096

_TOWN = re.compile(
    r"^(?:[\u3400-\u9fff\U00020000-\U0003ffff]{1,6}?区)??"
    r"([\u3400-\u9fff\U00020000-\U0003ffff]{2,6}?)"
    r"(?:人民公社|公社|民族乡|街道|区公所|乡|镇)"
)
"""Township of any period at the head of what follows the county."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A place text as understood for one year."""

    answer: PlaceAnswer
    town: str
    """Stem of the township: 新丰 for 新丰公社, 新丰乡, 新丰镇, 新丰街道."""
    local: str
    """What follows the county: township, village, hill."""


class PlaceEvidence:
    """Compares places on the area table of routing. Keeps what it has read; safe to share."""

    def __init__(self, jurisdictions: Jurisdictions) -> None:
        """Judge by this table."""
        self._jurisdictions = jurisdictions
        self._known: dict[tuple[str, int | None], _Read] = {}

    def compare(self, wanted: str, recorded: str, year: int | None) -> Agreement | None:
        """How two texts in normal form agree: equal, contains, same_place, same_area, conflicts.

        Args:
            wanted: As remembered; an ambiguous name agrees with nothing but its own letters.
            recorded: As the register has it, e.g. 「海宁县斜桥人民公社管理委员会」.
            year: Year of the record, None = not known.

        Returns:
            None where nothing can be said.
        """
        if not wanted or not recorded:
            return None
        if wanted == recorded:
            return _SAME_TEXT
        asked, there = self._read(wanted, year), self._read(recorded, year)
        same_town = bool(asked.town) and asked.town == there.town
        same_town = same_town or (len(asked.local) > 1 and asked.local in there.local)
        if asked.answer.reason or there.answer.reason:
            if wanted in recorded or recorded in wanted:
                return _WITHIN_TEXT
            return _SAME_TOWN if same_town else None
        apart = not any(
            is_overlapping(one, other)
            for one in asked.answer.prefixes
            for other in there.answer.prefixes
        )
        if apart:
            return _ELSEWHERE
        if same_town:
            return _SAME_TOWN
        return _WITHIN_TEXT if wanted in recorded or recorded in wanted else _SAME_AREA

    def local_name(self, place: str) -> str:
        """What a place text says beneath the county: a hill, a village; else the whole text."""
        return self._read(place, None).local if place else ""

    def renamed(self, recorded: str, year: int | None) -> tuple[str, tuple[str, ...]]:
        """The county of a recorded place and its names today; no names where nothing changed."""
        answer = self._read(recorded, year).answer
        then = {row.name for row in answer.then}
        today = tuple(dict.fromkeys(row.name for row in answer.today))
        if answer.reason or len(then) != 1 or not recorded or then == set(today):
            return "", ()
        (name,) = then
        return (name, today) if name in recorded else ("", ())

    def question(self, place: str, year: int | None) -> str:
        """What to ask where the name fits several places; empty where it does not."""
        answer = self._read(place, year).answer if place else PlaceAnswer()
        if answer.reason is not PLACE_AMBIGUOUS:
            return ""
        return f"{answer.question}（{'、'.join(answer.choices)}）"

    def _read(self, text: str, year: int | None) -> _Read:
        key = (text, year)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            local = self._jurisdictions.read(text).rest
            town = _TOWN.match(local)
            known = _Read(self._jurisdictions.resolve(text, year), town[1] if town else "", local)
            self._known[key] = known
        return known
