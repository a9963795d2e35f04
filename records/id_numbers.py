"""Citizen identity numbers (公民身份号码, GB 11643): 15 and 18 characters, read and masked.

A record is never rejected for a bad number, only flagged: registers hold 15-digit numbers,
mistyped ones and borrowed ones (domain.md §4.6). What is compared is the 18-character form.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from records.reasons import ID_NUMBER_MALFORMED
from records.refusal import Refusal

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_FORM = re.compile(r"\d{17}[\dX]|\d{15}")
_OVER_A_HUNDRED = range(996, 1000)
"""Sequence numbers 996-999 of 15-digit numbers marked people born in the 1800s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IDNumber:
    """One number: what was written and what follows from it."""

    original: str
    normal: str
    """18 characters, upper case; a 15-digit number with century and check character added."""
    area: str
    """First six digits: place of first issue, not of residence; may be an obsolete code."""
    birth: date | None
    """None where the digits are no day."""
    sex: str
    """男 or 女, by the parity of the sequence number."""
    checksum_holds: bool
    """True for a 15-digit number, which has no check character."""
    was_short: bool
    """15 digits were written."""


def check_character(first_17: str) -> str:
    """The eighteenth character for 17 digits (GB 11643 / ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def number_of(normal: str) -> int:
    """What an index holds of an 18-character number: its first seventeen digits."""
    return int(normal[:17])


def parse_id_number(text: str) -> IDNumber:
    """The parts of a number; a wrong check character is reported, not refused.

    Raises:
        Refusal: ID_NUMBER_MALFORMED where it is not 15 digits or 17 and a digit or X.
    """
    plain = re.sub(r"[\s\-·.]", "", unicodedata.normalize("NFKC", text)).upper()
    if len(text) > 40 or not _FORM.fullmatch(plain) or not plain.isascii():
        raise Refusal(ID_NUMBER_MALFORMED, "form")
    was_short = len(plain) == 15
    if was_short:
        century = "18" if int(plain[12:15]) in _OVER_A_HUNDRED else "19"
        body = plain[:6] + century + plain[6:]
        plain = body + check_character(body)
    return IDNumber(
        original=text,
        normal=plain,
        area=plain[:6],
        birth=_parse_birth(plain[6:14]),
        sex="男" if int(plain[16]) % 2 else "女",
        checksum_holds=check_character(plain[:17]) == plain[17],
        was_short=was_short,
    )


def find_id_number(text: str) -> IDNumber | None:
    """The same for values that may hold anything: None where no number can be read."""
    if not text:
        return None
    try:
        return parse_id_number(text)
    except Refusal:
        return None


def mask_id_number(text: str) -> str:
    """First and last four characters; everything between is hidden: 3612**********0313.

    Shorter values (passports, damaged numbers) keep at most a quarter at each end.
    """
    plain = "".join(text.split())
    shown = min(4, len(plain) // 4)
    hidden = len(plain) - 2 * shown
    return plain[:shown] + "*" * hidden + (plain[-shown:] if shown else "")


def _parse_birth(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
