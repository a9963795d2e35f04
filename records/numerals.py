"""Chinese numerals as registers write them: 一九五六, 三十五, 廿二, 卅, 〇, 零, ○, 元."""

_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {
    "零": 0, "○": 0, "Ο": 0, "O": 0, "o": 0, "两": 2, "壹": 1, "贰": 2, "貳": 2, "叁": 3,
    "參": 3, "肆": 4, "伍": 5, "陆": 6, "陸": 6, "柒": 7, "捌": 8, "玖": 9, "元": 1,
}  # fmt: skip
_TENS = {"十": 10, "拾": 10, "廿": 20, "念": 20, "卄": 20, "卅": 30, "卌": 40}

NUMERAL = "[" + "".join(_DIGITS) + "".join(_TENS) + r"百佰\d]"
"""Character class of one numeral sign, for the patterns of dates and ages."""


def parse_numeral(text: str) -> int | None:
    """The number that a Chinese or Arabic numeral below 10,000 says, or None.

    Digit by digit (一九五六), by place (三十五, 一百零二) and short tens (廿二, 卅) are read.
    """
    if text.isascii() and text.isdigit():
        return int(text)
    text = text.replace("佰", "百")
    if "百" in text:
        return _parse_hundreds(text)
    if any(sign in _TENS for sign in text):
        return _parse_tens(text)
    values = [int(sign) if sign.isdecimal() else _DIGITS.get(sign) for sign in text]
    if not values or None in values:
        return None
    return int("".join(str(value) for value in values))


def _parse_hundreds(text: str) -> int | None:
    head, _, tail = text.partition("百")
    hundreds = parse_numeral(head) if head else 1
    rest = parse_numeral(tail.lstrip("零〇")) if tail.strip("零〇") else 0
    return None if hundreds is None or rest is None else hundreds * 100 + rest


def _parse_tens(text: str) -> int | None:
    position = next(place for place, sign in enumerate(text) if sign in _TENS)
    head, tail = text[:position], text[position + 1 :]
    tens = _TENS[text[position]]
    if head:  # 三十: the head multiplies; 二廿 is nonsense.
        digit = _DIGITS.get(head)
        if digit is None or tens != 10:
            return None
        tens *= digit
    unit = _DIGITS.get(tail) if tail else 0
    return None if unit is None else tens + unit
