"""The directory on disk: a node starts from what it knew, also when the registry is dead.

Parts are files named by their hash; `current.json` names the ones in use and is replaced as a
whole, so a crash leaves the old directory or the new one, never a mixture. Everything is verified
again on loading, as of the instant at which it was accepted: age shows in `freshness`, and an old
directory still forbids a rollback.
"""

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from records.refusal import Refusal
from trust.envelope.dsse import envelope_from_json, envelope_to_json
from trust.envelope.statement import decode, encode
from trust.identity import reasons
from trust.identity.council import CouncilKeys
from trust.identity.directory import DirectorySnapshot, restore_snapshot
from trust.identity.directory_parts import part_sha256

_MAX_FILE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class _Floor:
    kind: str
    subject: str
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Current:
    """What `current.json` says."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.directory-files.v1+json"
    MAX_BYTES: ClassVar[int] = 8 * 1024 * 1024

    head: str
    """SHA-256 of the head's file."""
    trust: str
    parts: tuple[str, ...]
    floors: tuple[_Floor, ...]
    accepted_at: datetime


def save_snapshot(folder: Path, snapshot: DirectorySnapshot, now: datetime) -> None:
    """The snapshot is in `folder`, durably; files that it does not need are gone.

    Raises:
        OSError: The disk says no; the former directory is still in place.
    """
    parts_folder = folder / "parts"
    parts_folder.mkdir(parents=True, exist_ok=True)
    envelopes = (
        snapshot.head_envelope,
        snapshot.trust_envelope,
        *(part.envelope for part in snapshot.parts()),
    )
    kept = {part_sha256(envelope): envelope_to_json(envelope) for envelope in envelopes}
    for sha256, data in kept.items():
        if not (parts_folder / sha256).exists():
            _write_durably(parts_folder / sha256, data)
    current = _Current(
        head=part_sha256(snapshot.head_envelope),
        trust=part_sha256(snapshot.trust_envelope),
        parts=tuple(part.sha256 for part in snapshot.parts()),
        floors=tuple(
            _Floor(kind=kind, subject=subject, sequence=sequence)
            for (kind, subject), sequence in sorted(snapshot.floors.items())
        ),
        accepted_at=now,
    )
    _write_durably(folder / "current.json", encode(current))
    for path in parts_folder.iterdir():
        if path.name not in kept:
            path.unlink()


def load_snapshot(folder: Path, council: CouncilKeys) -> DirectorySnapshot | None:
    """The snapshot that was saved there, verified again; None when there is none.

    Raises:
        Refusal: DIRECTORY_INCOMPLETE (a file is missing or damaged), and the refusals of
            `restore_snapshot`.
    """
    try:
        current = decode(_read(folder / "current.json"), _Current)
    except FileNotFoundError:
        return None
    return restore_snapshot(
        envelope_from_json(_read_part(folder, current.head)),
        envelope_from_json(_read_part(folder, current.trust)),
        [envelope_from_json(_read_part(folder, sha256)) for sha256 in current.parts],
        {(floor.kind, floor.subject): floor.sequence for floor in current.floors},
        council,
        current.accepted_at,
    )


def _read_part(folder: Path, sha256: str) -> bytes:
    try:
        data = _read(folder / "parts" / sha256)
    except OSError as error:
        raise Refusal(reasons.DIRECTORY_INCOMPLETE, "a stored part is missing") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Refusal(reasons.DIRECTORY_INCOMPLETE, "a stored part is damaged")
    return data


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_MAX_FILE_BYTES)


def _write_durably(path: Path, data: bytes) -> None:
    partial = path.with_name(f".{path.name}.new")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
