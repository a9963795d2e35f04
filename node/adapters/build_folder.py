"""The working folder of one build: files in sections, written whole or not at all.

Temporary and private to the node; nothing in it is read by any other program. A file is complete
when it has its name: it is written under another and renamed.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import starmap
from pathlib import Path
from struct import Struct
from typing import TypeVar, cast

import msgspec

from node.build_ports import Row
from node.domain.catalogue_reasons import INDEX_BUILD_DAMAGED
from node.domain.index_builds import Step
from records.refusal import Refusal

T = TypeVar("T")
_OFFSET = Struct(">Q")
_WRITE_BUFFER = 1 << 20


class BuildFolder:
    """Files of one build."""

    def __init__(self, path: Path, formats: Mapping[str, "RowFormat"]) -> None:
        """Work in that folder, packing the rows of each table in its format."""
        self._path = path
        self._formats = dict(formats)

    def has(self, name: str) -> bool:
        """That file is complete."""
        return (self._path / name).is_file()

    def names(self, prefix: str) -> Sequence[str]:
        """Complete files with that prefix, sorted."""
        found = (one.name for one in self._path.glob(f"{prefix}*"))
        return sorted(name for name in found if not name.endswith(".new"))

    def write(self, name: str, sections: Iterable[object]) -> None:
        """The file is there with these sections, all of them or none, durably."""
        encode = msgspec.msgpack.Encoder().encode
        blobs = [encode(one) for one in sections]
        ends, end = [], _OFFSET.size * (len(blobs) + 1)
        for blob in blobs:
            ends.append(end)
            end += len(blob)
        head = b"".join(map(_OFFSET.pack, [*ends, end]))
        self._replace(name, [head, *blobs])

    def read(self, name: str, section: int, type_: type[T]) -> T:
        """One section of a file. Raises Refusal: INDEX_BUILD_DAMAGED."""
        with (self._path / name).open("rb") as file:
            file.seek(section * _OFFSET.size)
            start, stop = (_OFFSET.unpack(file.read(_OFFSET.size))[0] for _ in range(2))
            file.seek(start)
            data = file.read(stop - start)
        try:
            return _decoder_of(type_).decode(data)
        except msgspec.DecodeError as error:
            raise Refusal(INDEX_BUILD_DAMAGED, name) from error

    def write_rows(self, step: Step, rows: Iterable[Row]) -> None:
        """The step's rows are in a file, in the form in which the store takes them."""
        packed = self._formats[step.table].pack(rows)
        self._replace(_rows_name(step), packed)

    def packed_rows(self, step: Step) -> bytes:
        """The step's rows as the store takes them."""
        return (self._path / _rows_name(step)).read_bytes()

    def rows(self, step: Step) -> Iterator[Row]:
        """The step's rows as numbers."""
        return self._formats[step.table].unpack(self.packed_rows(step))

    def drop(self, name: str) -> None:
        """That file is gone."""
        (self._path / name).unlink(missing_ok=True)

    def drop_rows(self, step: Step) -> None:
        """The step's rows are gone."""
        self.drop(_rows_name(step))

    def clear(self) -> None:
        """The folder is gone."""
        shutil.rmtree(self._path, ignore_errors=True)

    def _replace(self, name: str, data: Iterable[bytes]) -> None:
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._path / f"{name}.new"
        with new.open("wb", buffering=_WRITE_BUFFER) as file:
            file.writelines(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path / name)


@dataclass(frozen=True, slots=True)
class RowFormat:
    """Rows of integers of fixed width, with or without the lengths that COPY wants."""

    codes: str
    """Those of `struct`: h, i or q for each column."""
    for_copy: bool

    def pack(self, rows: Iterable[Row]) -> Iterator[bytes]:
        """The rows' bytes, one piece a row."""
        packer = _struct(self.codes, self.for_copy)
        if not self.for_copy:
            return starmap(packer.pack, rows)
        lengths = [_BYTES[code] for code in self.codes]
        return _pack_for_copy(packer, lengths, rows)

    def unpack(self, data: bytes) -> Iterator[tuple[int, ...]]:
        """The rows again, of a format that is not for COPY."""
        return _struct(self.codes, self.for_copy).iter_unpack(data)


_BYTES = {"h": 2, "i": 4, "q": 8}


@lru_cache(maxsize=32)
def _struct(codes: str, for_copy: bool) -> Struct:
    return Struct(">h" + "".join(f"i{code}" for code in codes) if for_copy else f"<{codes}")


def _pack_for_copy(packer: Struct, lengths: list[int], rows: Iterable[Row]) -> Iterator[bytes]:
    columns = len(lengths)
    for row in rows:
        cells = [columns]
        for length, value in zip(lengths, row, strict=True):
            cells += (length, value)
        yield packer.pack(*cells)


def _rows_name(step: Step) -> str:
    return f"rows-{step.table}-{step.bin:02d}"


_decoders: dict[str, msgspec.msgpack.Decoder[object]] = {}
"""Decoders by the type's text; making one costs more than a small section."""


def _decoder_of(type_: type[T]) -> msgspec.msgpack.Decoder[T]:
    found = _decoders.get(repr(type_))
    if found is None:
        found = _decoders[repr(type_)] = msgspec.msgpack.Decoder(type_)
    return cast("msgspec.msgpack.Decoder[T]", found)
