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
from trust.identity.directory_snapshot import SavedDirectory

_MAX_FILE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class _Floor:
    kind: str
    subject: str
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Current:
    """What `current.json` says."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.directory-files.v2+json"
    MAX_BYTES: ClassVar[int] = 64 * 1024 * 1024

    head: str
    """SHA-256 of the head's file."""
    heard: str
    """The same of the newest head heard."""
    trust: str
    parts: tuple[str, ...]
    lists: tuple[str, ...]
    unlisted: tuple[str, ...]
    """Parts in use that the lists do not name."""
    ignored: tuple[str, ...]
    """Parts that the lists name and that are not in use."""
    floors: tuple[_Floor, ...]
    judged_at: datetime
    accepted_at: datetime


def save_snapshot(folder: Path, snapshot: DirectorySnapshot, now: datetime) -> None:
    """The snapshot is in `folder`, durably; files that it does not need are gone.

    Raises:
        OSError: The disk says no; the former directory is still in place.
    """
    parts_folder = folder / "parts"
    parts_folder.mkdir(parents=True, exist_ok=True)
    present = {path.name for path in parts_folder.iterdir()}
    parts = snapshot.parts()
    envelopes = {part.sha256: part.envelope for part in parts}
    singles = (snapshot.head_envelope, snapshot.heard.envelope, snapshot.trust_envelope)
    head, heard, trust = (part_sha256(envelope) for envelope in singles)
    envelopes |= dict(zip((head, heard, trust), singles, strict=True))
    for sha256 in envelopes.keys() - present:
        _write(parts_folder / sha256, envelope_to_json(envelopes[sha256]))
    for sha256 in snapshot.lists.keys() - present:
        _write(parts_folder / sha256, snapshot.lists[sha256])
    _sync(parts_folder)
    used = frozenset(part.sha256 for part in parts)
    current = _Current(
        head=head,
        heard=heard,
        trust=trust,
        parts=tuple(part.sha256 for part in parts),
        lists=tuple(snapshot.lists),
        unlisted=tuple(sorted(used - snapshot.listed)),
        ignored=tuple(sorted(snapshot.listed - used)),
        floors=tuple(
            _Floor(kind=kind, subject=subject, sequence=sequence)
            for (kind, subject), sequence in sorted(snapshot.floors.items())
        ),
        judged_at=snapshot.judged_at,
        accepted_at=now,
    )
    _write(folder / "current.json", encode(current))
    _sync(folder)
    for name in present - envelopes.keys() - snapshot.lists.keys():
        (parts_folder / name).unlink()


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
    head, heard, trust = (
        envelope_from_json(_read_part(folder, sha256))
        for sha256 in (current.head, current.heard, current.trust)
    )
    saved = SavedDirectory(
        head=head,
        heard=heard,
        trust=trust,
        parts=tuple(envelope_from_json(_read_part(folder, sha256)) for sha256 in current.parts),
        lists=tuple(_read_part(folder, sha256) for sha256 in current.lists),
        listed=frozenset({*current.parts, *current.ignored} - set(current.unlisted)),
        floors={(floor.kind, floor.subject): floor.sequence for floor in current.floors},
        judged_at=current.judged_at,
        accepted_at=current.accepted_at,
    )
    return restore_snapshot(saved, council)


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


def _write(path: Path, data: bytes) -> None:
    """The file is whole and on disk; its name is after `_sync` of the folder."""
    partial = path.with_name(f".{path.name}.new")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
