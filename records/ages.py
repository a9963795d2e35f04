"""Ages as registers give them: 廿四岁, 虚岁24, 二十三周岁."""

import re
import unicodedata

from records.numerals import NUMERAL, parse_numeral
from records.reasons import DATE_NOT_UNDERSTOOD
from records.refusal import Refusal

OLDEST = 120

_AGE = re.compile(rf"(?:虚岁|周岁|年龄|年|现年)?({NUMERAL}{{1,4}})(?:周岁|虚岁|岁|歲)?")


def parse_age(text: str) -> int:
    """The number of years that the wording says, 1-120.

    Raises:
        Refusal: DATE_NOT_UNDERSTOOD.
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    match = _AGE.fullmatch(plain)
    age = parse_numeral(match[1]) if match else None
    if age is None or not 1 <= age <= OLDEST:
        raise Refusal(DATE_NOT_UNDERSTOOD, "age")
    return age
