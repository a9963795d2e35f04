"""The doors of ZIP files that strangers send: bounds are checked on the list, before unpacking.

A member's stated size is a promise of the sender, so reading stops at it as well (trust.md §8:
a sheet of 58 kB that unpacks to 19.6 MB cost 11 s).
"""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from node.domain.catalogue_reasons import FILE_FORMAT, FILE_TOO_LARGE
from records.refusal import Refusal

ZIP_MAGIC = b"PK\x03\x04"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a ZIP file of one kind may hold."""

    most_bytes: int
    """Unpacked, all members together."""
    most_ratio: int
    """Unpacked bytes for each packed one, over the file; small files are not weighed."""
    most_members: int


SHEET_BOUNDS = Bounds(most_bytes=200 * 2**20, most_ratio=100, most_members=2_000)
PACKAGE_BOUNDS = Bounds(most_bytes=4 * 2**30, most_ratio=100, most_members=200_000)
_WEIGHED_FROM = 4 * 2**20
"""Unpacked bytes below which a ratio says nothing."""


@contextmanager
def open_archive(path: Path, bounds: Bounds) -> Iterator[zipfile.ZipFile]:
    """The ZIP file at that path, its list of members within the bounds.

    Raises:
        Refusal: FILE_FORMAT (no ZIP, encrypted, a name that leaves its folder or stands twice),
            FILE_TOO_LARGE.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Refusal(FILE_FORMAT, "ZIP") from None
    with archive:
        _verify_members(archive.infolist(), bounds, path.stat().st_size)
        yield archive


def read_member(archive: zipfile.ZipFile, name: str, most_bytes: int) -> bytes:
    """The bytes of one member.

    Raises:
        Refusal: FILE_FORMAT (not there, damaged), FILE_TOO_LARGE.
    """
    try:
        with archive.open(name) as member:
            data = member.read(most_bytes + 1)
    except (KeyError, zipfile.BadZipFile, EOFError, RuntimeError, OSError):
        raise Refusal(FILE_FORMAT, "ZIP member") from None
    if len(data) > most_bytes:
        raise Refusal(FILE_TOO_LARGE, f"{most_bytes >> 20} MiB")
    return data


def _verify_members(members: list[zipfile.ZipInfo], bounds: Bounds, packed: int) -> None:
    if len(members) > bounds.most_members:
        raise Refusal(FILE_TOO_LARGE, f"{bounds.most_members} members")
    unpacked = sum(member.file_size for member in members)
    if unpacked > bounds.most_bytes:
        raise Refusal(FILE_TOO_LARGE, f"{bounds.most_bytes >> 20} MiB")
    if unpacked > _WEIGHED_FROM and unpacked > bounds.most_ratio * packed:
        raise Refusal(FILE_TOO_LARGE, f"1:{bounds.most_ratio}")
    names = {member.filename for member in members}
    if len(names) != len(members) or not all(map(_is_plain, members)):
        raise Refusal(FILE_FORMAT, "ZIP members")


def _is_plain(member: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    inside = not path.is_absolute() and ".." not in path.parts and "\\" not in member.filename
    readable = member.compress_type in _METHODS and not member.flag_bits & _ENCRYPTED
    return inside and readable
