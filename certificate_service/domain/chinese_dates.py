"""Dates in Chinese numerals, as they stand under a seal."""

from datetime import date

_DIGITS = "〇一二三四五六七八九"


def chinese_date(day: date) -> str:
    """The date as a seal demands it: 二〇二六年十一月二十一日."""
    year = "".join(_DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{_count(day.month)}月{_count(day.day)}日"


def _count(number: int) -> str:
    tens, ones = divmod(number, 10)
    words = "" if tens == 0 else ("十" if tens == 1 else _DIGITS[tens] + "十")
    return words + (_DIGITS[ones] if ones else "")
