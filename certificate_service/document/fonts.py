"""Faces, tried in order for every character; a character that none of them has stops the issue.

reportlab prints an empty box without a word when a glyph is missing and refuses fonts with
PostScript outlines, so every face here is TrueType and every character is looked up first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from certificate_service.domain.reasons import FONT_MISSING, MISSING_GLYPH
from records.refusal import Refusal

_SYSTEM = Path("/usr/share/fonts/truetype")
_KAI = (_SYSTEM / "lxgw-wenkai/LXGWWenKai-Regular.ttf",)
_RARE = (
    _SYSTEM / "babelstone/BabelStoneHan.ttf",
    _SYSTEM / "hanazono/HanaMinA.ttf",
    _SYSTEM / "hanazono/HanaMinB.ttf",
)
_FIRST_CJK = 0x2E80


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring characters that one face draws."""

    face: str
    text: str


def installed_chains(parts_fonts: Path) -> dict[str, tuple[Path, ...]]:
    """Chains of font files: ours first, then those of the system that are installed.

    Raises:
        Refusal: FONT_MISSING when our own two faces were not fetched at set-up.
    """
    song = parts_fonts / "NotoSerifSC_400Regular.ttf"
    bold = parts_fonts / "NotoSerifSC_700Bold.ttf"
    for path in (song, bold):
        if not path.is_file():
            raise Refusal(FONT_MISSING, path.name)
    rare = tuple(path for path in _RARE if path.is_file())
    kai = tuple(path for path in _KAI if path.is_file())
    return {"song": (song, *rare), "song_bold": (bold, *rare), "kai": (*kai, song, *rare)}


class FontBook:
    """Chains of embedded faces by name: song (宋), song_bold, kai (楷, where installed)."""

    def __init__(self, chains: Mapping[str, Sequence[Path]]) -> None:
        """Load every face once, about 0.1 s each."""
        self._paths = {path.stem: path for paths in chains.values() for path in paths}
        self._faces = {name: _load(name, path) for name, path in self._paths.items()}
        self._chains = {name: tuple(path.stem for path in paths) for name, paths in chains.items()}
        self._kai_only = frozenset(path.stem for path in _KAI)

    @property
    def first_face(self) -> str:
        """Name of the face that an empty page may declare."""
        return self._chains["song"][0]

    def path_of(self, chain: str, character: str) -> Path:
        """File of the face that draws the character.

        Raises:
            Refusal: MISSING_GLYPH.
        """
        return self._paths[self._face_of(chain, character)]

    def runs(self, text: str, chain: str) -> Iterator[Run]:
        """The text cut where the face changes.

        Raises:
            Refusal: MISSING_GLYPH naming the code point, never the text around it.
        """
        face, start = "", 0
        for position, character in enumerate(text):
            wanted = self._face_of(chain, character)
            if wanted != face:
                if position:
                    yield Run(face, text[start:position])
                face, start = wanted, position
        if text:
            yield Run(face, text[start:])

    def width(self, text: str, chain: str, size: float) -> float:
        """Advance width in points, without extra spacing."""
        return sum(
            pdfmetrics.stringWidth(run.text, run.face, size) for run in self.runs(text, chain)
        )

    def _face_of(self, chain: str, character: str) -> str:
        code_point = ord(character)
        for name in self._chains[chain]:
            # Digits and Latin letters of a brush face look like another typewriter.
            if name in self._kai_only and code_point < _FIRST_CJK:
                continue
            if code_point in self._faces[name].face.charToGlyph:
                return name
        raise Refusal(MISSING_GLYPH, f"U+{code_point:04X}")


def _load(name: str, path: Path) -> TTFont:
    font = TTFont(name, str(path), asciiReadable=0, shapable=False)
    pdfmetrics.registerFont(font)
    return font
