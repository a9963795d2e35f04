"""`python -m tests.document_gallery`: one sheet of pictures of what the scenarios print.

Looks at the files that `make test` left in var/documents, tells by their words which scenario of
domain.md §7 each of them is, and lays their pages side by side, captioned, for a person to look at:
var/documents/scenarios.png. A scenario without a file is named.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

DOCUMENTS = Path(__file__).resolve().parents[1] / "var" / "documents"
FONT = DOCUMENTS.parent / "parts" / "fonts" / "NotoSerifSC_400Regular.ttf"
SCENARIOS: dict[str, tuple[str, ...]] = {
    "E01 and E16: 周金水, T1": ("周金水", "旭日镇"),
    "E04: 蕭鳳英 as the record writes it, with the note": ("蕭鳳英", "不一致"),
    "E07: nothing found, T3 of one holder": ("未查见档案记录证明",),
    "E12: a roster page, others covered, T2": ("复制件证明", "X051"),
    "E17: wrong birth": ("周水根", "1962"),
    "E17: T8": ("更正公告",),
    "E24: 1982 alone": ("沈建根", "1982"),
    "E27: □□ and the damage": ("□□", "残损"),
}
"""Caption → words that all stand in the file, without spaces."""
_DPI, _COLUMNS, _CAPTION = 60, 4, 34


def words_of(path: Path) -> str:
    """All words of the file, without spaces."""
    done = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, text=True)
    return "".join(done.stdout.split())


def pages_of(path: Path) -> Iterator[Image.Image]:
    """Every page as poppler draws it, with the seal that is the signature's appearance."""
    with tempfile.TemporaryDirectory() as folder:
        stem = Path(folder) / "page"
        subprocess.run(["pdftoppm", "-r", str(_DPI), "-png", path, stem], check=True)
        for picture in sorted(Path(folder).glob("page*.png")):
            yield Image.open(picture).convert("RGB")


def find(files: Sequence[Path]) -> Iterator[tuple[str, Path | None]]:
    """Each scenario with its newest file."""
    read = {path: words_of(path) for path in sorted(files, key=lambda one: one.stat().st_mtime)}
    for caption, wanted in SCENARIOS.items():
        fitting = [path for path, words in read.items() if all(one in words for one in wanted)]
        yield caption, fitting[-1] if fitting else None


def main() -> int:
    """0 when every scenario has its file."""
    files = [one for one in DOCUMENTS.glob("*.pdf") if not one.name.startswith("gallery-")]
    tiles: list[tuple[str, Image.Image]] = []
    missing = 0
    for caption, path in find(files):
        print(f"{caption}: {path.name if path else 'no file'}")
        missing += path is None
        if path is not None:
            tiles += [(f"{caption} ({path.name})", page) for page in pages_of(path)]
    if tiles:
        _sheet(tiles).save(DOCUMENTS / "scenarios.png")
    return 1 if missing else 0


def _sheet(tiles: Sequence[tuple[str, Image.Image]]) -> Image.Image:
    width = max(page.width for _, page in tiles) + 12
    height = max(page.height for _, page in tiles) + _CAPTION + 12
    rows = -(-len(tiles) // _COLUMNS)
    sheet = Image.new("RGB", (width * _COLUMNS, height * rows), (90, 90, 90))
    pen, font = ImageDraw.Draw(sheet), ImageFont.truetype(str(FONT), 13)
    for place, (caption, page) in enumerate(tiles):
        x, y = (place % _COLUMNS) * width + 6, (place // _COLUMNS) * height + 6
        pen.text((x, y), caption, (255, 255, 255), font)
        sheet.paste(page, (x, y + _CAPTION))
    return sheet


if __name__ == "__main__":
    sys.exit(main())
