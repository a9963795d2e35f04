"""The file that a person or a one-way line carries: a signed list, then the sealed messages.

A stored zip whose first member is the list (`manifest.json`, DSSE) and whose others are named by
the hash of their bytes. The list is verified before anything that it names is read; nothing is
ever unpacked to a path.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from records.post import BatchManifest, CarriedMessage
from records.refusal import Refusal
from trust.envelope.dsse import envelope_from_json, envelope_to_json
from trust.envelope.statement import open_statement, sign_statement
from trust.envelope.suites import Signer
from trust.identity.verified_list import TrustView
from trust.post import reasons
from trust.post.sealing import MAX_SEALED_BYTES, Address, Sealed, check_form

SUFFIX = ".lantai-post"
MOST_MESSAGES = 500
MOST_BYTES = 256 * 1024 * 1024
_MANIFEST = "manifest.json"
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_MOST_MANIFEST_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch whose list was signed by its writer and whose every message is the listed one."""

    manifest: BatchManifest
    messages: tuple[Sealed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriage:
    """Who carries to whom, for the how manieth time."""

    written_by: str
    meant_for: str
    sequence: int
    created_at: datetime


def write_batch(
    carriage: Carriage,
    messages: Sequence[Sealed],
    acknowledged: Iterable[str],
    signer: Signer,
) -> bytes:
    """The file; the same messages give the same bytes but for time and signature."""
    manifest = BatchManifest(
        written_by=carriage.written_by,
        meant_for=carriage.meant_for,
        sequence=carriage.sequence,
        created_at=carriage.created_at,
        messages=tuple(_listed(sealed) for sealed in messages),
        acknowledged=tuple(sorted(acknowledged)),
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        signed = envelope_to_json(sign_statement(manifest, signer))
        archive.writestr(zipfile.ZipInfo(_MANIFEST, _FIXED_TIME), signed)
        for name, content in {_sha256(one.ciphertext): one.ciphertext for one in messages}.items():
            archive.writestr(zipfile.ZipInfo(name, _FIXED_TIME), content)
    return buffer.getvalue()


def read_batch(data: bytes, reader: str, view: TrustView, now: datetime) -> Batch:
    """The batch, written by a member for `reader`; nothing in it was opened.

    Raises:
        Refusal: BATCH_MALFORMED, BATCH_MISADDRESSED, MEMBER_UNKNOWN, MEMBER_NOT_ACTIVE, SEAL_*
            and the refusals of envelopes.
    """
    if len(data) > MOST_BYTES:
        raise Refusal(reasons.BATCH_MALFORMED, "size")
    files = _read_members(data)
    # 1. The list, by the member that it names as its writer.
    envelope = envelope_from_json(files.pop(_MANIFEST))
    keys = view.keys_among((one.kid for one in envelope.signatures), now)
    opened = open_statement(envelope, BatchManifest, keys, suites=view.suites)
    manifest = opened.statement
    if not view.sign_keys(manifest.written_by, now).keys() & set(opened.kids):
        raise Refusal(reasons.BATCH_MALFORMED, "not signed by its writer")
    # 2. Meant for us.
    if manifest.meant_for != reader:
        raise Refusal(reasons.BATCH_MISADDRESSED, manifest.meant_for)
    # 3. Exactly what is listed lies in it.
    if files.keys() != {one.sha256 for one in manifest.messages}:
        raise Refusal(reasons.BATCH_MALFORMED, "members")
    messages = tuple(_sealed(one, files) for one in manifest.messages)
    return Batch(manifest=manifest, messages=messages)


def _listed(sealed: Sealed) -> CarriedMessage:
    return CarriedMessage(
        message_id=sealed.address.message_id,
        sender=sealed.address.sender,
        recipient=sealed.address.recipient,
        suite=sealed.suite,
        kid=sealed.kid,
        sha256=_sha256(sealed.ciphertext),
        size_bytes=len(sealed.ciphertext),
    )


def _sealed(listed: CarriedMessage, files: Mapping[str, bytes]) -> Sealed:
    content = files[listed.sha256]
    if _sha256(content) != listed.sha256 or len(content) != listed.size_bytes:
        raise Refusal(reasons.BATCH_MALFORMED, "a message was changed")
    sealed = Sealed(
        address=Address(
            message_id=listed.message_id, sender=listed.sender, recipient=listed.recipient
        ),
        suite=listed.suite,
        kid=listed.kid,
        ciphertext=content,
    )
    check_form(sealed)
    return sealed


def _read_members(data: bytes) -> dict[str, bytes]:
    """Stored members by name, each of bounded size; no path of the file system is touched."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as fault:
        raise Refusal(reasons.BATCH_MALFORMED, "container") from fault


def _check_entries(entries: Sequence[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if not names or names[0] != _MANIFEST or len(set(names)) != len(names):
        raise Refusal(reasons.BATCH_MALFORMED, "members")
    if len(names) > MOST_MESSAGES + 1:
        raise Refusal(reasons.BATCH_MALFORMED, "too many members")
    for entry in entries:
        most = _MOST_MANIFEST_BYTES if entry.filename == _MANIFEST else MAX_SEALED_BYTES
        is_stored = entry.compress_type == zipfile.ZIP_STORED
        if not is_stored or entry.file_size > most or entry.compress_size != entry.file_size:
            raise Refusal(reasons.BATCH_MALFORMED, "a member is packed or too large")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
