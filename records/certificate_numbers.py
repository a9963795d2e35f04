"""Marriage certificate numbers (结婚证字号) of all periods, in any typing (domain.md §2.1).

The forms are tried in this order: 2010 and later (`J330402-2012-000123`), 2003 (`嘉秀结字
010500123`), free text of the years before (`(82)嘉郊结字第37号`). The raw string is what is
printed; `key` is what is compared. Full-width and traditional characters, 叁拾柒 and 三七, any
brackets and dashes are read; a number without its year is read as far as it goes.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from records.numerals import NUMERAL, parse_numeral
from records.reasons import CERTIFICATE_NUMBER_MALFORMED
from records.refusal import Refusal

MOST_CHARACTERS = 60
_TELLING_DIGITS = 5

_CLASSES = {
    "J": "marriage", "L": "divorce", "BJ": "marriage_reissue", "BL": "divorce_reissue",
    "结": "marriage", "婚": "marriage", "离": "divorce", "补结": "marriage_reissue",
    "补离": "divorce_reissue", "政": "", "": "",
}  # fmt: skip
_NATIONAL = re.compile(r"(J|L|BJ|BL)(\d{6})-?(\d{4})-?(\d{6})")
_NATIONAL_SHORT = re.compile(r"(J|L|BJ|BL)(\d{6})-(\d{4})-(\d{1,5})")
"""Typed without the zeros before the serial: the dashes then say where it begins."""
_OF_2003 = re.compile(r"([\u4e00-\u9fff]{1,4}?)(补结|补离|结|离)字?第?(\d{2})-?(\d{2})-?(\d{5})号?")
_OPEN, _CLOSE = r"[(\[〔【{<《]", r"[)\]〕】}>》]"
_KIND = r"(?P<kind>补结|补离|结|离|婚|政)?"
_FREE = re.compile(
    rf"{_OPEN}?(?P<year>\d{{4}}|\d{{2}})年?{_CLOSE}?-?"
    rf"(?P<office>[\u4e00-\u9fff]{{1,8}}?){_KIND}字?-?第?(?P<serial>\d{{1,7}})号?"
)
_OFFICE_FIRST = re.compile(
    rf"(?P<office>[\u4e00-\u9fff]{{1,8}}?){_KIND}字?"
    rf"(?:{_OPEN}(?P<year>\d{{4}}|\d{{2}})年?{_CLOSE}|(?P<bare>\d{{4}}|\d{{2}})年?(?=[第-]))"
    r"-?第?(?P<serial>\d{1,7})号?"
)
_YEAR_LAST = re.compile(
    rf"(?P<office>[\u4e00-\u9fff]{{1,8}}?){_KIND}字?第?(?P<serial>\d{{1,7}})号?"
    rf"{_OPEN}(?P<year>\d{{4}}|\d{{2}})年?{_CLOSE}"
)
_USUAL = re.compile(
    r"\(([0-9]{4})\)([\u4e00-\u9fff]{1,8}?)(补结|补离|结|离|婚|政)字第([0-9]{1,7})号"
)
"""How most numbers of the years before 2003 are typed: the free form, as it needs no folding."""
_YEARLESS = re.compile(rf"(?P<office>[\u4e00-\u9fff]{{0,8}}?){_KIND}字?第?(?P<serial>\d{{1,4}})号?")
_SPACES = re.compile(r"\s+")
_DASHES = re.compile(r"[‐‑–—―－_/]+")
_NUMERALS = re.compile(rf"{NUMERAL}+")
_TRADITIONAL = str.maketrans(
    "結離補號縣區鄉鎮婦證權發農業廳勞動軍學轉遷產許準國東興寧饒豐嶺龍灣橋塘嘉廣華陽慶蘇",
    "结离补号县区乡镇妇证权发农业厅劳动军学转迁产许准国东兴宁饶丰岭龙湾桥塘嘉广华阳庆苏",
)
"""What old certificates write in a number: its own words and common short names of offices."""
_FOLDED_SIGNS = frozenset(NUMERAL) | {chr(a) for a, b in _TRADITIONAL.items() if a != b}
"""Signs that stand for others: an office with none of them is its own plain form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateNumber:
    """One number, raw and understood."""

    original: str
    form: str
    """national, of_2003 or free."""
    kind: str
    """marriage, divorce, marriage_reissue, divorce_reissue; empty where it does not say."""
    office: str
    """Six-digit area code (national) or the short name of the office; 结, 字 left out."""
    year: int
    """Four digits; a two-digit year is resolved with the volume's year, else as 19xx."""
    serial: int

    @property
    def key(self) -> str:
        """Equal for all typings of the same number.

        The class counts in the two official forms only: in free wordings 结 is often left out.
        """
        kind = "" if self.form == "free" else f"{self.kind}/"
        return f"{kind}{self.office}/{self.year}/{self.serial}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberPart:
    """What is remembered of a number whose year is missing: 「嘉郊结字第37号」, 「37」."""

    office: str
    """Empty where only the serial is known."""
    serial: int


def parse_certificate_number(text: str, *, volume_year: int | None = None) -> CertificateNumber:
    """The parts of a number in any of the three forms.

    Args:
        text: as typed; brackets, dashes and full-width digits in any style.
        volume_year: year of the volume, which decides the century of two-digit years.

    Raises:
        Refusal: CERTIFICATE_NUMBER_MALFORMED.
    """
    usual = _usual(text)
    if usual is not None:
        year, office, kind, serial = usual.groups()
        return _number(text, "free", kind, office, int(year), serial)
    if not text.strip() or len(text) > MOST_CHARACTERS:
        raise Refusal(CERTIFICATE_NUMBER_MALFORMED, "empty or too long")
    plain = _plain(text)
    national = _NATIONAL.fullmatch(plain) or _NATIONAL_SHORT.fullmatch(plain)
    if national:
        letter, area, year, serial = national.groups()
        return _number(text, "national", letter, area, int(year), serial)
    of_2003 = _OF_2003.fullmatch(plain)
    if of_2003:
        short, kind, office, year, serial = of_2003.groups()
        full_year = 2000 + int(year)
        return _number(text, "of_2003", kind, short + office, full_year, serial)
    for form in (_FREE, _OFFICE_FIRST, _YEAR_LAST):
        free = form.fullmatch(plain)
        if free:
            parts = free.groupdict()
            year = parts["year"] or parts["bare"]
            kind = parts["kind"] or ""
            full_year = _century(int(year), volume_year)
            return _number(text, "free", kind, parts["office"], full_year, parts["serial"])
    raise Refusal(CERTIFICATE_NUMBER_MALFORMED, "form")


def is_of_old_form(text: str) -> bool:
    """A quick look tells that the number is of the free forms before 2003."""
    return _usual(text) is not None


def old_form_key(text: str) -> str | None:
    """What `certificate_key` says of a number of which `is_of_old_form` is true; else None."""
    usual = _usual(text)
    if usual is None:
        return None
    year, office, _, serial = usual.groups()
    return f"{office}/{int(year)}/{int(serial)}"


def find_number_part(text: str) -> NumberPart | None:
    """Office and serial of a number without its year; None where it is no such number."""
    yearless = _YEARLESS.fullmatch(_plain(text[:MOST_CHARACTERS]))
    if yearless is None:
        return None
    return NumberPart(office=yearless["office"], serial=int(yearless["serial"]))


def certificate_key(text: str, *, volume_year: int | None = None) -> str:
    """What two typings are compared by; for free wordings the characters that carry meaning."""
    try:
        return parse_certificate_number(text, volume_year=volume_year).key
    except Refusal:
        bare = re.sub(r"[^0-9A-Z\u4e00-\u9fff]|[第号字]", "", _plain(text[:MOST_CHARACTERS]))
        return bare[:MOST_CHARACTERS]


def is_telling(text: str) -> bool:
    """Whether the number by itself leads to one record: whole, or at least five digits long.

    「37」 and 「嘉郊结字第37号」 stand on a page of every year: they narrow a search by name and
    open nothing by themselves.
    """
    try:
        parse_certificate_number(text)
    except Refusal:
        if find_number_part(text) is not None:
            return False
        return sum(sign.isdigit() for sign in _plain(text[:MOST_CHARACTERS])) >= _TELLING_DIGITS
    return True


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """Remembered: a check and an import look at the same number one after the other."""
    plain = _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()
    plain = _DASHES.sub("-", plain).translate(_TRADITIONAL)
    return _NUMERALS.sub(_arabic, plain)


def _arabic(match: re.Match[str]) -> str:
    """Chinese numerals as digits; what reads as none (一 in a place name …) stays as it is."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    value = parse_numeral(match[0])
    if value is None or match[0].isascii():
        return match[0]
    is_year = not before.strip("([〔【{<《") or after[:1] in tuple(")]〕】}>》年")
    is_serial = before.endswith(("第", "字", "号", "-")) or after[:1] == "号"
    return str(value) if is_year or is_serial or not before else match[0]


def _usual(text: str) -> re.Match[str] | None:
    match = _USUAL.fullmatch(text)
    if match is None or match[1] < "0100" or not _FOLDED_SIGNS.isdisjoint(match[2]):
        return None
    return match


def _number(
    text: str, form: str, kind: str, office: str, year: int, serial: str
) -> CertificateNumber:
    return CertificateNumber(
        original=text,
        form=form,
        kind=_CLASSES[kind],
        office=office,
        year=year,
        serial=int(serial),
    )


def _century(year: int, volume_year: int | None) -> int:
    if year >= 100:
        return year
    if volume_year is None:
        return 1900 + year if year >= 49 else 2000 + year
    nearest = (volume_year // 100 * 100 + year + shift for shift in (-100, 0, 100))
    return min(nearest, key=lambda candidate: abs(candidate - volume_year))
