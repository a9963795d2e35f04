"""Engines that read the frames, and how sure a share of hits is."""

import base64
import io
import math
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import zxingcpp
from PIL import Image, ImageFilter, ImageMath
from playwright.sync_api import Page, sync_playwright

from certificate_service.document.qr import Matrix, qr_matrix
from certificate_service.domain.digits import to_digits
from certificate_service.domain.token import MOST_BYTES
from tests.bench.qr_frames import Picture

PREFIX = "https://v.example-11.cn/v#"
"""As long as the service allows, with the largest token: the densest symbol that is printed."""
_Z95 = 1.96
_TILES = 64
_READ = """async (encoded) => {
  await load("scan"); await openReader();
  const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const pixels = pixelsOf(picture, picture.width, picture.height), began = performance.now();
  return [await readPixels(pixels), performance.now() - began];
}"""


def largest_text(rng: random.Random) -> tuple[str, Matrix]:
    """The text of a QR code with a token of 300 bytes, and its modules."""
    text = PREFIX + to_digits(rng.randbytes(MOST_BYTES))
    return text, qr_matrix(text)


def read_with_zxing(picture: Picture) -> str:
    """What zxing-cpp reads, at the second look with the light evened out."""
    for look in (lambda one: one, evened):
        found = zxingcpp.read_barcodes(look(picture), formats=zxingcpp.BarcodeFormat.QRCode)
        if found:
            return str(found[0].text)
    return ""


def evened(picture: Picture) -> Picture:
    """Each pixel against the brightest of its neighbourhood: paper becomes white."""
    step = max(8, math.ceil(max(picture.size) / _TILES))
    tiles = tuple(math.ceil(side / step) for side in picture.size)
    # The brightest pixel within a tile around each tile's middle, as scan.js takes it.
    brightest = picture.filter(ImageFilter.MaxFilter(step | 1))
    paper = brightest.resize((tiles[0], tiles[1]), Image.Resampling.NEAREST)
    light = paper.resize(picture.size, Image.Resampling.BILINEAR)

    def divided(words: dict[str, ImageMath._Operand]) -> ImageMath._Operand:
        value = words["min"](words["ink"] * 255 / words["light"], 255)
        return words["convert"](value, "L")

    return ImageMath.lambda_eval(divided, ink=picture, light=light.point(lambda v: max(v, 1)))


class PageReader:
    """The verify page's own scanner in Chromium."""

    def __init__(self, page: Page) -> None:
        """`page` shows /verify."""
        self._page = page

    def read(self, picture: Picture) -> tuple[str, float]:
        """What it reads, and in how many milliseconds."""
        file = io.BytesIO()
        picture.save(file, "PNG", compress_level=1)
        text, took = self._page.evaluate(_READ, base64.b64encode(file.getvalue()).decode())
        return str(text), float(took)


@contextmanager
def page_reader(url: str) -> Iterator[PageReader]:
    """Chromium with the verify page open."""
    chromium = next(
        str(one)
        for one in map(Path, ("/usr/bin/chromium", "/usr/bin/chromium-browser"))
        if one.exists()
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(url)
        yield PageReader(page)
        browser.close()


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % Wilson score interval of a share."""
    share, n = hits / of, of
    centre = share + _Z95**2 / (2 * n)
    half = _Z95 * math.sqrt(share * (1 - share) / n + _Z95**2 / (4 * n * n))
    scale = 1 + _Z95**2 / n
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)
