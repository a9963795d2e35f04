"""Identity numbers that belong to nobody: valid in form, with area codes never assigned."""

from datetime import date
from random import Random

from records.id_numbers import check_character

UNASSIGNED_AREAS = {
    "330400": "330499",
    "330481": "330499",
    "361100": "361199",
    "310115": "310199",
}
"""Area code used around each archive; none occurs in the list 1981-2025 (domain.md §4.6)."""


def with_check_digit(body: str) -> str:
    """The 18 characters for 17 digits."""
    return body + check_character(body)


def draw_id_number(rng: Random, archive_code: str, born: date, sex: str) -> str:
    """An 18-character number: birth and sex as given, an unassigned area."""
    sequence = rng.randrange(20, 980) // 2 * 2 + (1 if sex == "男" else 0)
    return with_check_digit(f"{UNASSIGNED_AREAS[archive_code]}{born:%Y%m%d}{sequence:03d}")


def to_fifteen(number: str) -> str:
    """The 15-digit form in which a number was written before 1999."""
    return number[:6] + number[8:17]
