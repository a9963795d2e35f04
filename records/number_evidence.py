"""Holds a number that a citizen remembers against the number of a record (domain.md §4.6).

A whole number identifies; 「37」 or 「嘉郊结字第37号」 stands on a page of every year and only
narrows; two whole numbers that differ exclude each other.
"""

from records.certificate_numbers import (
    CertificateNumber,
    NumberPart,
    certificate_key,
    find_number_part,
    parse_certificate_number,
)
from records.comparing import CONFLICT, Agreement
from records.reference_codes import reference_key
from records.refusal import Refusal

WHOLE_CHANCE = 1e-6
"""Another record with the same whole number: two offices with one short name."""
_OFFICE_AND_SERIAL_CHANCE = 1e-3
_SERIAL_CHANCE = 5e-3


def compare_numbers(asked: str, recorded: str, volume_year: int | None) -> Agreement | None:
    """How the two agree: equal, same_number, serial, conflicts; None where one says nothing.

    Args:
        asked: As the citizen gave it.
        recorded: As the index has it.
        volume_year: Year of the recorded volume: the century of two-digit years.
    """
    if not asked.strip() or not recorded.strip():
        return None
    if asked == recorded and _find(asked, volume_year) is not None:
        return Agreement("equal", WHOLE_CHANCE)
    part = None if _find(asked, volume_year) else find_number_part(asked)
    if part is not None:
        return _compare_part(part, recorded, volume_year)
    there = certificate_key(recorded, volume_year=volume_year)
    if there in (certificate_key(asked, volume_year=volume_year), certificate_key(asked)):
        return Agreement("equal" if asked == recorded else "same_number", WHOLE_CHANCE)
    return CONFLICT


def compare_references(asked: str, recorded: str) -> Agreement | None:
    """Two 档号 in any typing; None where one is missing."""
    if not asked.strip() or not recorded.strip():
        return None
    if reference_key(asked) != reference_key(recorded):
        return CONFLICT
    return Agreement("equal" if asked == recorded else "same_number", WHOLE_CHANCE)


def _compare_part(part: NumberPart, recorded: str, volume_year: int | None) -> Agreement:
    """An office and a serial, or a serial alone, against whatever the record has of them."""
    there = _find(recorded, volume_year) or find_number_part(recorded)
    if there is None or there.serial != part.serial:
        return CONFLICT
    if part.office and there.office:
        same = part.office in there.office or there.office in part.office
        return Agreement("serial", _OFFICE_AND_SERIAL_CHANCE) if same else CONFLICT
    return Agreement("serial", _SERIAL_CHANCE)


def _find(text: str, volume_year: int | None) -> CertificateNumber | None:
    try:
        return parse_certificate_number(text, volume_year=volume_year)
    except Refusal:
        return None
