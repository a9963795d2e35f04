"""The evidence pack as a file: a zip with one spelling, and a manifest that lists all of it.

Stored, sorted, without times, owners or comments, so that equal contents are equal bytes and any
changed byte is found. Nothing in it is believed here: see `evidence.py`.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from records.refusal import Refusal
from trust.envelope.statement import decode, encode
from trust.transparency import reasons

MAX_PACK_BYTES = 64 * 1024 * 1024
MAX_FILES = 200
MANIFEST = "manifest.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PATH = re.compile(r"(?:[a-z]{1,12}/)?[a-z0-9-]{1,60}\.(?:json|txt|tlog-proof|tsr)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedFile:
    """One file of the pack."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Salt:
    """Opens the commitment of one statement's leaf."""

    name: str
    """Name of the statement."""
    salt: str
    """16 bytes, hex."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedStatement:
    """A statement whose body is gone by law; its name and its proof stay."""

    name: str
    payload_type: str
    """As its leaf notes it; empty where the leaf is older than such notes."""
    envelope_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What is in the pack, and what was erased before it was made."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.evidence-manifest.v1+json"

    files: tuple[PackedFile, ...]
    salts: tuple[Salt, ...]
    erased: tuple[ErasedStatement, ...] = ()


def write_pack(
    files: Mapping[str, bytes],
    *,
    salts: Mapping[str, bytes],
    erased: tuple[ErasedStatement, ...] = (),
) -> bytes:
    """The pack's bytes: the files and a manifest that lists them.

    Raises:
        Refusal: EVIDENCE_MALFORMED (a path or a size).
    """
    manifest = Manifest(
        files=tuple(
            PackedFile(path=path, sha256=hashlib.sha256(data).hexdigest())
            for path, data in sorted(files.items())
        ),
        salts=tuple(Salt(name=name, salt=salt.hex()) for name, salt in sorted(salts.items())),
        erased=erased,
    )
    return _zip({**files, MANIFEST: encode(manifest)})


def read_pack(data: bytes) -> tuple[Manifest, Mapping[str, bytes]]:
    """The manifest and the files that it lists, whole and unaltered; nothing is believed yet.

    Raises:
        Refusal: EVIDENCE_MALFORMED.
    """
    files = _unzip(data)
    # One spelling: what a tolerant unzip would overlook (a gap, a comment, a second directory
    # entry, another order) makes other bytes than ours.
    if _zip(files) != data:
        raise Refusal(reasons.EVIDENCE_MALFORMED, "another spelling of the zip")
    manifest_bytes = files.pop(MANIFEST, None)
    if manifest_bytes is None:
        raise Refusal(reasons.EVIDENCE_MALFORMED, "no manifest")
    try:
        manifest = decode(manifest_bytes, Manifest)
    except Refusal as refusal:
        raise Refusal(reasons.EVIDENCE_MALFORMED, "manifest") from refusal
    found = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
    listed = {entry.path: entry.sha256 for entry in manifest.files}
    if found != listed or len(listed) != len(manifest.files) or encode(manifest) != manifest_bytes:
        raise Refusal(reasons.EVIDENCE_MALFORMED, "manifest and files differ")
    return manifest, files


def _zip(files: Mapping[str, bytes]) -> bytes:
    if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_PACK_BYTES:
        raise Refusal(reasons.EVIDENCE_MALFORMED, "size")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files):
            if not _PATH.match(path):
                raise Refusal(reasons.EVIDENCE_MALFORMED, "path")
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[path])
    return buffer.getvalue()


def _unzip(data: bytes) -> dict[str, bytes]:
    if len(data) > MAX_PACK_BYTES:
        raise Refusal(reasons.EVIDENCE_MALFORMED, "size")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            stored = all(entry.compress_type == zipfile.ZIP_STORED for entry in entries)
            if len(entries) > MAX_FILES or not stored:
                raise Refusal(reasons.EVIDENCE_MALFORMED, "entries")
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise Refusal(reasons.EVIDENCE_MALFORMED, "not a zip") from error
    except (OSError, OverflowError, KeyError) as error:
        raise Refusal(reasons.EVIDENCE_MALFORMED, "not a zip") from error
