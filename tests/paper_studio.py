"""Draws papers with the product's own code, keeps the files, and measures what is on them."""

import hashlib
import io
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pikepdf
from certificate_papers import order_fields
from certificate_world import paper
from PIL import Image

from certificate_service.document.archival import About, to_archival
from certificate_service.document.fonts import FontBook, installed_chains
from certificate_service.document.layout import DESIGNS
from certificate_service.document.office import OfficeSheets
from certificate_service.document.paper import Printed
from certificate_service.document.qr import qr_matrix
from certificate_service.domain.fingerprint import fingerprints
from records.papers import OfficePaper
from records.release import ReleasedPage, ReleaseOrder
from records.templates import DocumentText

AT = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)
NUMBER, CASE = "361100-2026-000123", "LT-330400-20261121-0042"
OUT = Path(__file__).resolve().parents[1] / "var" / "documents"
DPI = 100
BASIS = "《中华人民共和国档案法》第三十七条、《中华人民共和国档案法实施条例》第三十二条"


@dataclass(frozen=True)
class Word:
    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


class Studio:
    """Draws and keeps."""

    def __init__(self, parts: Path) -> None:
        self.parts = parts
        self.sheets = OfficeSheets(FontBook(installed_chains(parts / "fonts")), DESIGNS)

    def certificate(
        self, name: str, images: tuple[bytes, ...] = (), *, sample: bool = True, **changes: Any
    ) -> Path:
        bilingual = changes.pop("bilingual", False)
        base = order_fields(AT, images[0] if images else b"") | {
            "dispatcher": "x", "seal_keeper": "y", "request_envelope_id": "", "pages": (),
        }  # fmt: skip
        pages = tuple(
            ReleasedPage(
                page_no=number,
                sha256=hashlib.sha256(image).hexdigest(),
                media_type="image/jpeg",
                caption=f"档号J107-9-0119-003 第{number}页",
            )
            for number, image in enumerate(images, start=1)
        )
        order = ReleaseOrder(**(base | {"pages": pages} | changes))
        drawer = paper(self.parts / "fonts")
        composition = drawer.compose(order)
        extra = Printed(
            number=NUMBER,
            symbol="上饶档证〔2026〕第000123号",
            code="K7M2-9QXD-4T",
            site="v.lantai.example",
            qr=qr_matrix("https://v.lantai.example/v#" + "1234567890" * 69),
            fingerprints=fingerprints(NUMBER, composition.words),
            sample=sample,
            legal_basis=BASIS,
            bilingual=bilingual,
        )
        drawn = drawer.draw(order, composition, images, extra)
        with pikepdf.open(io.BytesIO(drawn.pdf)) as pdf:
            seal = pikepdf.open(io.BytesIO(drawn.seal_pdf))
            # The seal is the signature's appearance: laid on the page here, to be looked at.
            box = pikepdf.Rectangle(*drawn.seal_box)
            pdf.pages[drawn.seal_page].add_overlay(seal.pages[0], box)
            made = io.BytesIO()
            pdf.save(made)
        return self.keep(name, made.getvalue())

    def office(self, name: str, text: DocumentText, **more: Any) -> Path:
        said = OfficePaper(
            paper_id="1" * 36,
            template=text.template,
            case_no=CASE,
            archive_code="330400",
            archive_name=more.pop("archive_name", "嘉兴市档案馆"),
            title=text.title,
            symbol=more.pop("symbol", f"受理号 {CASE}"),
            opening=text.opening,
            closing=text.closing,
            handler_line="经办人：王敏　签发人：周国梁",
            written_on=date(2026, 11, 21),
            written_at=AT,
            **more,
        )
        return self.keep(name, self.sheets.draw(said, "ab12cd34ef567890" * 4, sample=True))

    def keep(self, name: str, pdf: bytes) -> Path:
        OUT.mkdir(parents=True, exist_ok=True)
        path = OUT / f"gallery-{name}.pdf"
        about = About(title=name, author="样本", subject=name, document_id="1" * 36, made_at=AT)
        path.write_bytes(to_archival(pdf, about, ()))
        run("pdftoppm", "-r", str(DPI), "-png", str(path), str(path.with_suffix("")))
        return path


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    return done.stdout.decode()


def words_of(path: Path) -> list[Word]:
    found, page = [], 0
    pattern = re.compile(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>')
    for line in run("pdftotext", "-bbox", str(path), "-").splitlines():
        page += "<page " in line
        if match := pattern.search(line):
            left, top, right, bottom = (float(match[n]) / 72 * 25.4 for n in range(1, 5))
            found.append(Word(page, left, top, right, bottom, match[5]))
    return found


def text_of(path: Path) -> str:
    return "".join(run("pdftotext", "-raw", str(path), "-").split())


def overlaps(words: list[Word]) -> Iterator[tuple[str, str]]:
    """Pairs whose ink boxes share more than a hair: boxes are higher than the ink by a third."""
    for index, one in enumerate(words):
        for other in words[index + 1 :]:
            across = min(one.right, other.right) - max(one.left, other.left)
            down = min(one.bottom, other.bottom) - max(one.top, other.top)
            lower = min(one.bottom - one.top, other.bottom - other.top)
            if one.page == other.page and across > 0.3 and down > 0.45 * lower:
                yield one.text, other.text


def box_of(left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
    """A box in millimetres as pixels of the pictures."""
    edges = [round(edge / 25.4 * DPI) for edge in (left, top, right, bottom)]
    return edges[0], edges[1], edges[2], edges[3]


def count_pixels(picture: Image.Image, holds: Any) -> int:
    colours = picture.getcolors(1 << 24) or []
    return sum(count for count, colour in colours if holds(*colour))
