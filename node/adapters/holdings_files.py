"""Catalogue files on disk: CSV in UTF-8 (with or without BOM) or GB18030, read row by row.

The encoding is decided by the bytes, not by a guess at words: UTF-8 is tried first because GB18030
text is hardly ever valid UTF-8, while the reverse is common.
"""

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from node.domain.catalogue_reasons import (
    COLUMN_MISSING,
    COLUMN_UNKNOWN,
    FILE_ENCODING,
    FILE_FORMAT,
    FILE_TOO_LARGE,
    HOLDINGS_UNREADABLE,
    IMAGE_NOT_FOUND,
    ROW_MALFORMED,
)
from node.domain.four_checks import Finding
from node.domain.shelves import FilePiece, PageFile
from records.kinds import Kind
from records.refusal import Refusal

MOST_BYTES = 16 * 2**30
MOST_IMAGE_BYTES = 64 * 2**20
MOST_CELL_CHARACTERS = 131_072

_CHUNK = 1 << 20
_PIECE = 3 << 20
"""Bytes of a large file that are checked together: some twenty thousand rows."""
_FOREIGN = {b"PK\x03\x04": "XLSX or ZIP", b"%PDF": "PDF", b"\xd0\xcf\x11\xe0": "XLS"}
_IMAGE_TYPES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


class CSVHoldings:
    """One CSV file whose header fits the category."""

    def __init__(self, path: Path, kind: Kind) -> None:
        """Decide the encoding, take the digest and check the header.

        Raises:
            Refusal: HOLDINGS_UNREADABLE, FILE_FORMAT, FILE_TOO_LARGE, FILE_ENCODING,
                COLUMN_UNKNOWN, COLUMN_MISSING, ROW_MALFORMED.
        """
        self._path = path
        self.sha256, self._encoding, self.lines = _inspect(path)
        self.size = path.stat().st_size
        self._header = self._read_header(kind)

    def rows(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        """Line number and cells of each row, blank lines left out.

        Raises:
            Refusal: ROW_MALFORMED.
        """
        with self._text() as file:
            yield from self._rows(file, 1)

    def pieces(self, offset: int, line: int) -> Iterator[FilePiece]:
        """The file from that byte, which begins that line, in pieces of whole rows."""
        with self._path.open("rb") as file:
            file.seek(offset)
            while data := file.read(_PIECE):
                data += file.readline()
                while data.count(b'"') % 2 and (more := file.readline()):
                    data += more  # A line break inside quotes ends no row.
                offset += len(data)
                lines = data.count(b"\n") + (not data.endswith(b"\n"))
                yield FilePiece(data=data, first_line=line, lines=lines, end=offset)
                line += lines

    def rows_of(self, piece: FilePiece) -> Iterator[tuple[int, Mapping[str, str]]]:
        """Line number and cells of each row of a piece. Raises Refusal: ROW_MALFORMED."""
        text = piece.data.decode(self._encoding)
        yield from self._rows(io.StringIO(text, newline=""), piece.first_line)

    def read_image(self, name: str) -> PageFile:
        """The image that a row names, relative to the file and inside its folder.

        Raises:
            Refusal: IMAGE_NOT_FOUND, FILE_FORMAT (JPEG and PNG are taken), FILE_TOO_LARGE.
        """
        return self._read_beside(self._path, name)

    def _read_beside(self, source: Path, name: str) -> PageFile:
        folder = source.parent.resolve()
        path = (folder / name).resolve()
        if not path.is_relative_to(folder) or "\x00" in name or not path.is_file():
            raise Refusal(IMAGE_NOT_FOUND, "")
        if path.stat().st_size > MOST_IMAGE_BYTES:
            raise Refusal(FILE_TOO_LARGE, "image")
        return page_of(path.read_bytes())

    def _rows(self, file: TextIO, first: int) -> Iterator[tuple[int, Mapping[str, str]]]:
        cells = csv.reader(file, strict=True)
        line = first
        for row in _checked(cells):
            first_line, line = line, first + cells.line_num
            if first_line == 1 or not any(map(str.strip, row)):
                continue
            if len(row) != len(self._header):
                detail = f"line {first_line}: {len(row)} cells, {len(self._header)} columns"
                raise Refusal(ROW_MALFORMED, detail)
            yield first_line, dict(zip(self._header, row, strict=True))

    def _read_header(self, kind: Kind) -> list[str]:
        with self._text() as file:
            header = next(_checked(csv.reader(file, strict=True)), [])
        columns = [cell.strip() for cell in header]
        unknown = [cell for cell in columns if cell not in kind.columns]
        missing = [spec.code for spec in kind.columns.values() if spec.required]
        missing = [code for code in missing if code not in columns]
        if unknown:
            shown = ", ".join("".join(filter(str.isprintable, cell))[:40] for cell in unknown[:8])
            raise Refusal(COLUMN_UNKNOWN, shown or "an empty name")
        if missing:
            raise Refusal(COLUMN_MISSING, ", ".join(missing))
        if len(set(columns)) != len(columns):
            raise Refusal(COLUMN_UNKNOWN, "a column stands twice")
        return columns

    @contextmanager
    def _text(self) -> Iterator[TextIO]:
        with self._path.open(encoding=self._encoding, newline="") as file:
            yield file


def page_of(data: bytes) -> PageFile:
    """Those bytes as a page image. Raises Refusal: FILE_FORMAT (JPEG and PNG are taken)."""
    for magic, media_type in _IMAGE_TYPES.items():
        if data.startswith(magic):
            return PageFile(data, media_type)
    raise Refusal(FILE_FORMAT, "image")


class FindingsFile:
    """The four-properties report of one batch, a CSV that a spreadsheet opens (UTF-8 with BOM)."""

    def __init__(self, file: TextIO) -> None:
        """Write the header row."""
        self._rows = csv.writer(file)
        self._rows.writerow(["行号", "检测项", "结果", "字段", "说明"])

    def add(self, finding: Finding) -> None:
        """The finding is in the report."""
        verdict = {"warn": "警告", "fail": "不通过"}[finding.verdict]
        self._rows.writerow([finding.line, finding.item, verdict, finding.field, finding.detail])


@contextmanager
def open_findings(path: Path) -> Iterator[FindingsFile]:
    """A new report at that path, private to the owner of the data directory."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        path.chmod(0o600)
        yield FindingsFile(file)


def _inspect(path: Path) -> tuple[str, str, int]:
    """SHA-256, encoding and number of lines, in one pass over the file."""
    lines = 0
    digest = hashlib.sha256()
    decoders = {name: codecs.getincrementaldecoder(name)("strict") for name in ("utf-8", "gb18030")}
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Refusal(FILE_TOO_LARGE, f"{MOST_BYTES >> 30} GiB")
        with path.open("rb") as file:
            head = file.read(8)
            _verify_text(head)
            file.seek(0)
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                lines += chunk.count(b"\n")
                _decode(decoders, chunk, final=False)
    except OSError:
        raise Refusal(HOLDINGS_UNREADABLE, path.name[:80]) from None
    _decode(decoders, b"", final=True)
    encoding = next(iter(decoders))
    return digest.hexdigest(), "utf-8-sig" if encoding == "utf-8" else encoding, lines


def _verify_text(head: bytes) -> None:
    for magic, what in _FOREIGN.items():
        if head.startswith(magic):
            raise Refusal(FILE_FORMAT, what)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Refusal(FILE_ENCODING, "UTF-16")


def _decode(decoders: dict[str, codecs.IncrementalDecoder], chunk: bytes, *, final: bool) -> None:
    """Drop the decoders that the bytes rule out."""
    if b"\x00" in chunk:
        raise Refusal(FILE_FORMAT, "NUL bytes")
    for name, decoder in list(decoders.items()):
        try:
            decoder.decode(chunk, final)
        except UnicodeDecodeError:
            del decoders[name]
    if not decoders:
        raise Refusal(FILE_ENCODING, "")


def _checked(cells: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from cells
    except csv.Error as error:
        line = getattr(cells, "line_num", 0)
        raise Refusal(ROW_MALFORMED, f"line {line}: {error}") from None
