"""Certificate numbers: archive, year, running number, e.g. "361100-2026-000123".

One series per archive and year; the holder gives the serial. Digits and hyphens only, so that a
person without a camera can type it.
"""

import re
from dataclasses import dataclass

from certificate_service.domain.reasons import NUMBER_MALFORMED
from records.refusal import Refusal

_FORM = re.compile(r"(\d{6})-(\d{4})-(\d{6})", re.ASCII)
_UNIT_ENDINGS = ("市档案馆", "区档案馆", "县档案馆", "省档案馆", "档案馆")
HIGHEST_SERIAL = 999_999


@dataclass(frozen=True, slots=True, order=True)
class CertificateNumber:
    """A parsed certificate number."""

    archive_code: str
    year: int
    serial: int

    def __str__(self) -> str:
        return f"{self.archive_code}-{self.year:04d}-{self.serial:06d}"

    def symbol(self, archive_name: str) -> str:
        """发文字号 as printed under the title: 「上饶档证〔2026〕第000123号」."""
        short = archive_name
        for ending in _UNIT_ENDINGS:
            if archive_name.endswith(ending) and len(archive_name) > len(ending):
                short = archive_name.removesuffix(ending)
                break
        return f"{short}档证〔{self.year}〕第{self.serial:06d}号"


def parse_number(text: str) -> CertificateNumber:
    """The number as typed or printed; surrounding blanks are ignored.

    Raises:
        Refusal: NUMBER_MALFORMED.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise Refusal(NUMBER_MALFORMED)
    return CertificateNumber(match[1], int(match[2]), int(match[3]))
