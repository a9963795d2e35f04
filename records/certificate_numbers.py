"""Marriage certificate numbers (结婚证字号) of all periods, in any typing (domain.md §2.1).

The forms are tried in this order: 2010 and later (`J330402-2012-000123`), 2003 (`嘉秀结字
010500123`), free text of the years before (`(82)嘉郊结字第37号`). The raw string is what is
printed; `key` is what is compared.
"""

import re
import unicodedata
from dataclasses import dataclass

from records.numerals import NUMERAL, parse_numeral
from records.reasons import CERTIFICATE_NUMBER_MALFORMED
from records.refusal import Refusal

MOST_CHARACTERS = 60

_CLASSES = {
    "J": "marriage", "L": "divorce", "BJ": "marriage_reissue", "BL": "divorce_reissue",
    "结": "marriage", "婚": "marriage", "离": "divorce", "补结": "marriage_reissue",
    "补离": "divorce_reissue", "政": "", "": "",
}  # fmt: skip
_NATIONAL = re.compile(r"(J|L|BJ|BL)(\d{6})-?(\d{4})-?(\d{6})")
_OF_2003 = re.compile(r"([\u4e00-\u9fff]{1,4}?)(补结|补离|结|离)字第?(\d{2})(\d{2})(\d{5})号?")
_FREE = re.compile(
    r"[(\[〔【]?(?P<year>\d{2,4})年?[)\]〕】]?"
    r"(?P<office>[\u4e00-\u9fff]{1,8}?)(?P<kind>补结|补离|结|离|婚|政)?字?第?(?P<serial>\d{1,7})号?"
)
_OFFICE_FIRST = re.compile(
    r"(?P<office>[\u4e00-\u9fff]{1,8}?)(?P<kind>补结|补离|结|离|婚|政)?字?"
    r"[(\[〔【](?P<year>\d{2,4})年?[)\]〕】]第?(?P<serial>\d{1,7})号?"
)
_SERIAL_NUMERALS = re.compile(rf"第({NUMERAL}+)号")


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


def parse_certificate_number(text: str, *, volume_year: int | None = None) -> CertificateNumber:
    """The parts of a number in any of the three forms.

    Args:
        text: as typed; brackets, dashes and full-width digits in any style.
        volume_year: year of the volume, which decides the century of two-digit years.

    Raises:
        Refusal: CERTIFICATE_NUMBER_MALFORMED.
    """
    if not text.strip() or len(text) > MOST_CHARACTERS:
        raise Refusal(CERTIFICATE_NUMBER_MALFORMED, "empty or too long")
    plain = _plain(text)
    national = _NATIONAL.fullmatch(plain)
    if national:
        letter, area, year, serial = national.groups()
        return _number(text, "national", letter, area, int(year), serial)
    of_2003 = _OF_2003.fullmatch(plain)
    if of_2003:
        short, kind, office, year, serial = of_2003.groups()
        full_year = 2000 + int(year)
        return _number(text, "of_2003", kind, short + office, full_year, serial)
    free = _FREE.fullmatch(plain) or _OFFICE_FIRST.fullmatch(plain)
    if free:
        full_year = _century(int(free["year"]), volume_year)
        return _number(text, "free", free["kind"] or "", free["office"], full_year, free["serial"])
    raise Refusal(CERTIFICATE_NUMBER_MALFORMED, "form")


def certificate_key(text: str, *, volume_year: int | None = None) -> str:
    """What two typings are compared by; for free wordings the characters that carry meaning."""
    try:
        return parse_certificate_number(text, volume_year=volume_year).key
    except Refusal:
        bare = re.sub(r"[^0-9A-Z\u4e00-\u9fff]|[第号字]", "", _plain(text[:MOST_CHARACTERS]))
        return bare[:MOST_CHARACTERS]


def _plain(text: str) -> str:
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
    plain = re.sub(r"[‐‑–—―－_]", "-", plain)
    return _SERIAL_NUMERALS.sub(_arabic_serial, plain)


def _arabic_serial(match: re.Match[str]) -> str:
    value = parse_numeral(match[1])
    return match[0] if value is None else f"第{value}号"


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
