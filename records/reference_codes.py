"""档号 (reference code): DA/T 13-2022 by volume and by piece, and the form before it.

Read are `J012-WS·2011·D30-0001-003/015` (fonds, category, file, item / page), the by-piece form
`J012-WS·2011·Y-BGS-0001`, and the old `J012-003-0456-078` (fonds, catalogue, file, item). The
original is printed; `key` is compared, so that 003 and 3, － and - are the same code.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import islice, product

from records.reasons import REFERENCE_CODE_MALFORMED
from records.refusal import Refusal

MOST_CHARACTERS = 64
CATEGORY_CODES = (
    "WS", "KJ", "RS", "KU", "ZY", "ZP", "LY", "LX", "SJ", "YJ", "WY", "MT", "SW",
)  # fmt: skip
"""门类代码 of DA/T 13-2022."""

_MOST_FORMS = 1024
_USUAL = re.compile(r"[0-9A-Z./-]+")
"""What nearly every code consists of: its own plain form."""
_OLD = re.compile(r"[A-Z]{0,2}[0-9]{1,4}(?:-[0-9A-Z.]{1,20}){2,5}")
"""Codes that are well formed whatever their category says."""
_FONDS = re.compile(r"[A-Z]{0,2}\d{1,4}")
_CATEGORY = re.compile(rf"(?:{'|'.join(CATEGORY_CODES)})(?:·[0-9A-Z\u4e00-\u9fff]+)*")
_RETENTION = re.compile(r"Y|D\d{1,3}")
_SEGMENT = re.compile(r"[0-9A-Z\u4e00-\u9fff·.]{1,20}")
_PAGE = re.compile(r"\d{1,5}(?:-\d{1,5})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceCode:
    """One code, raw and in parts; parts that the form lacks are empty."""

    original: str
    form: str
    """volume, piece or old."""
    fonds_no: str
    category: str = ""
    """类别号 with its sub-levels, e.g. "WS·2011·D30"."""
    retention: str = ""
    """Y or D and years, where the category says it."""
    catalog_no: str = ""
    file_no: str = ""
    item_no: str = ""
    page: str = ""

    @property
    def key(self) -> str:
        """Equal for all typings of the same code."""
        parts = (self.fonds_no, self.category, self.catalog_no, self.file_no, self.item_no)
        return "-".join(_short(part) for part in parts if part) + (
            f"/{_short(self.page)}" if self.page else ""
        )


def is_well_formed(text: str) -> bool:
    """Whether `parse_reference_code` reads it; quicker for the usual codes."""
    if _OLD.fullmatch(text) and len(text) <= MOST_CHARACTERS:
        return True
    try:
        parse_reference_code(text)
    except Refusal:
        return False
    return True


def parse_reference_code(text: str) -> ReferenceCode:
    """The parts of a 档号.

    Raises:
        Refusal: REFERENCE_CODE_MALFORMED.
    """
    plain = text if _USUAL.fullmatch(text) else _plain(text)
    if not plain or len(text) > MOST_CHARACTERS:
        raise Refusal(REFERENCE_CODE_MALFORMED, "empty or too long")
    body, slash, page = plain.partition("/")
    segments = body.split("-")
    if slash and not _PAGE.fullmatch(page):
        raise Refusal(REFERENCE_CODE_MALFORMED, "page")
    if not _FONDS.fullmatch(segments[0]):
        raise Refusal(REFERENCE_CODE_MALFORMED, "fonds")
    if not 3 <= len(segments) <= 6 or not all(_SEGMENT.fullmatch(one) for one in segments[1:]):
        raise Refusal(REFERENCE_CODE_MALFORMED, "segments")
    if _CATEGORY.fullmatch(segments[1]):
        return _of_da_t_13(text, segments, page)
    return ReferenceCode(
        original=text,
        form="old",
        fonds_no=segments[0],
        catalog_no=segments[1],
        file_no=segments[2],
        item_no="-".join(segments[3:]),
        page=page,
    )


def stored_forms(text: str) -> tuple[str, ...]:
    """How the code may stand in a catalogue, as typed first; empty where it is none.

    Catalogues keep codes as they were written, with or without zeros before a number; the usual
    widths are tried, at most `_MOST_FORMS` of them.
    """
    try:
        code = parse_reference_code(text)
    except Refusal:
        return ()
    plain = _plain(code.original)
    body, slash, page = plain.partition("/")
    fonds, *rest = body.split("-")
    ways = [_widths(fonds, (3, 4))]
    for place, segment in enumerate(rest):
        is_number = segment.isdigit() and (code.form == "old" or place > 0)
        widest = (3, 4, 2, 5, 6) if place == 1 or code.form != "old" else (3, 4, 2)
        ways.append(_widths(segment, widest) if is_number else (segment,))
    tail = slash + page
    forms = (("-".join(one) + tail) for one in islice(product(*ways), _MOST_FORMS))
    return tuple(dict.fromkeys((text, plain, *forms)))


def _widths(part: str, widths: tuple[int, ...]) -> tuple[str, ...]:
    """The part as typed, without zeros, and with zeros up to each width."""
    letters = part.rstrip("0123456789")
    bare = part[len(letters) :].lstrip("0") or "0"
    wider = (bare.zfill(width) for width in widths)
    return tuple(dict.fromkeys(letters + one for one in (part[len(letters) :], *wider, bare)))


def reference_key(text: str) -> str:
    """What two typings are compared by; the plain text itself where no form fits."""
    try:
        return parse_reference_code(text).key
    except Refusal:
        return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()


def _of_da_t_13(text: str, segments: list[str], page: str) -> ReferenceCode:
    category = segments[1]
    levels = category.split("·")
    retention = next((level for level in levels[1:] if _RETENTION.fullmatch(level)), "")
    by_volume = len(segments) == 4 and segments[2].isdigit()
    return ReferenceCode(
        original=text,
        form="volume" if by_volume else "piece",
        fonds_no=segments[0],
        category=category,
        retention=retention,
        file_no="-".join(segments[2:-1]),
        item_no=segments[-1],
        page=page,
    )


def _short(part: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", part)


def _plain(text: str) -> str:
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
    return re.sub(r"[‐‑–—―－]", "-", plain).replace("•", "·").replace("・", "·")
