"""Page fingerprint (页指纹): eight bytes that name the words of one page.

Input: the page's words without QR block and footer, joined as documented in docs/certificate.md.
It catches a swapped page; an edit inside a page is caught by comparing the facts or the file.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

SIZE = 8
_CONTEXT = "lantai/page/1"
_SEPARATE_AT_MOST = 3
"""Pages whose fingerprints the QR token carries one by one; beyond that, one over all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWords:
    """What stands on one page."""

    kind: str
    """text or image."""
    lines: tuple[str, ...]
    """Text: title, paragraphs, rows as label TAB value, remarks, in print order. Image: caption
    and SHA-256 of the embedded image file, hex."""


def page_fingerprint(number: str, position: int, count: int, words: PageWords) -> bytes:
    """Eight bytes of SHA-256 over context, certificate number, position, kind and lines.

    `position` counts from 1. Parts are joined by LF; LF never occurs inside a printed line.
    """
    parts = (_CONTEXT, number, f"{position}/{count}", words.kind, *words.lines)
    return hashlib.sha256("\n".join(parts).encode()).digest()[:SIZE]


def fingerprints(number: str, pages: Sequence[PageWords]) -> tuple[bytes, ...]:
    """Fingerprint of every page, in order."""
    return tuple(
        page_fingerprint(number, position, len(pages), words)
        for position, words in enumerate(pages, start=1)
    )


def token_digests(each: Sequence[bytes]) -> bytes:
    """What the QR token carries: all fingerprints up to three pages, else eight bytes over all."""
    joined = b"".join(each)
    if len(each) <= _SEPARATE_AT_MOST:
        return joined
    return hashlib.sha256(joined).digest()[:SIZE]


def printed(fingerprint: bytes) -> str:
    """Fingerprint as the footer prints it: four groups of four hex digits."""
    text = fingerprint.hex().upper()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
