"""C2SP signed notes: text, a blank line, one line per signature (c2sp.org/signed-note).

Signature type 0x01 is Ed25519 over the text; 0x04 is a witness's time-stamped cosignature of a
checkpoint (c2sp.org/tlog-cosignature). Unknown lines are ignored, as the specification demands;
a wrong line of a known key refuses the note.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from records.refusal import Refusal
from trust.envelope.suites import PublicKey, Signer
from trust.transparency import reasons

NOTE_TYPE = 1
COSIGNATURE_TYPE = 4
MAX_NOTE_BYTES = 64 * 1024
MAX_SIGNATURES = 32
_DASH = "\u2014"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
_LINE = re.compile(f"{_DASH} ([^ +]+) ([A-Za-z0-9+/]+={{0,2}})\\Z")
_MAX_TIME = 2**63 - 1
_TIME_BYTES, _ED25519_BYTES = 8, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    """One signature line."""

    name: str
    """Key name; no spaces, no plus."""
    key_id: bytes
    """4 bytes: which key and which signature type."""
    value: bytes
    """What follows the key id; for cosignatures 8 bytes of time first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A parsed note; nothing in it may be believed before it is verified."""

    text: str
    """Ends in a newline."""
    signatures: tuple[NoteSignature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteKey:
    """A key under the name by which notes call it."""

    name: str
    key: PublicKey

    def key_id(self, kind: int = NOTE_TYPE) -> bytes:
        """SHA-256(name || newline || type || key), first 4 bytes."""
        material = self.name.encode() + b"\n" + bytes([kind]) + self.key.raw
        return hashlib.sha256(material).digest()[:4]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosignature:
    """Evidence that a witness saw the checkpoint at that time."""

    name: str
    at: datetime


def key_name(name: str) -> str:
    """The name, if notes can carry it.

    Raises:
        Refusal: LOG_NOTE_MALFORMED.
    """
    if not name or "+" in name or any(c.isspace() for c in name) or _CONTROL.search(name):
        raise Refusal(reasons.LOG_NOTE_MALFORMED, "key name")
    return name


def verifier_key(key: NoteKey, kind: int = NOTE_TYPE) -> str:
    """The vkey text `<name>+<id>+<base64>`, which public tools take."""
    material = base64.b64encode(bytes([kind]) + key.key.raw).decode()
    return f"{key.name}+{key.key_id(kind).hex()}+{material}"


def sign_note(text: str, name: str, signer: Signer) -> str:
    """The note: `text` and one signature of type 0x01.

    Raises:
        Refusal: LOG_NOTE_MALFORMED.
    """
    _check_text(text)
    key = NoteKey(name=key_name(name), key=PublicKey.from_raw(signer.public_raw, signer.suite))
    return f"{text}\n" + _line(name, key.key_id() + signer.sign(text.encode()))


def cosign(text: str, name: str, signer: Signer, now: datetime) -> str:
    """A witness's signature line over the checkpoint `text`, with newline (cosignature/v1)."""
    _check_text(text)
    key = NoteKey(name=key_name(name), key=PublicKey.from_raw(signer.public_raw, signer.suite))
    seconds = int(now.timestamp())
    value = seconds.to_bytes(8, "big") + signer.sign(_cosigned(text, seconds))
    return _line(name, key.key_id(COSIGNATURE_TYPE) + value)


def parse_note(note: str) -> Note:
    """The note's parts, if it is in its one form; no signature is checked here.

    Raises:
        Refusal: LOG_NOTE_MALFORMED.
    """
    if len(note) > MAX_NOTE_BYTES or _CONTROL.search(note):
        raise Refusal(reasons.LOG_NOTE_MALFORMED, "size or control character")
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise Refusal(reasons.LOG_NOTE_MALFORMED, "no signatures")
    signatures = tuple(_parse_line(line) for line in lines[:-1].split("\n"))
    if len(signatures) > MAX_SIGNATURES:
        raise Refusal(reasons.LOG_NOTE_MALFORMED, "too many signatures")
    if len({(entry.name, entry.key_id) for entry in signatures}) != len(signatures):
        raise Refusal(reasons.LOG_NOTE_MALFORMED, "one key signed twice")
    return Note(text=text + "\n", signatures=signatures)


def verify_note(note: Note, key: NoteKey) -> None:
    """Return only if `key` signed the text, and no line of it is wrong.

    Raises:
        Refusal: LOG_PROOF_INVALID (not signed by the key), SIGNATURE_INVALID.
    """
    lines = _lines_of(note, key, NOTE_TYPE)
    if not lines:
        raise Refusal(reasons.LOG_PROOF_INVALID, "not signed by the log's key")
    for line in lines:
        key.key.verify(line.value, note.text.encode())


def verify_cosignatures(
    note: Note, witnesses: Sequence[NoteKey], *, quorum: int, now: datetime | None = None
) -> tuple[Cosignature, ...]:
    """Who of `witnesses` cosigned, when; at least `quorum` different ones.

    Args:
        note: A checkpoint.
        witnesses: Known witnesses, each name once.
        quorum: 0 accepts a checkpoint that nobody has cosigned yet.
        now: Refuse cosignatures from the future of this instant, if given.

    Raises:
        Refusal: LOG_PROOF_INVALID (too few, or from the future), SIGNATURE_INVALID.
    """
    seen: dict[str, Cosignature] = {}
    for witness in witnesses:
        for line in _lines_of(note, witness, COSIGNATURE_TYPE):
            cosignature = _verify_cosignature(note.text, witness, line)
            if now is not None and cosignature.at > now:
                raise Refusal(reasons.LOG_PROOF_INVALID, "cosigned in the future")
            seen[witness.name] = cosignature
    if len(seen) < quorum:
        raise Refusal(reasons.LOG_PROOF_INVALID, f"{len(seen)} of {quorum} witnesses")
    return tuple(seen.values())


def cosigned_at(note: Note) -> tuple[datetime, ...]:
    """The instants that lines shaped like cosignatures name; nothing of them is verified."""
    found: list[datetime] = []
    for line in note.signatures:
        if len(line.value) == _TIME_BYTES + _ED25519_BYTES:
            with suppress(ValueError, OverflowError, OSError):
                seconds = int.from_bytes(line.value[:_TIME_BYTES], "big")
                found.append(datetime.fromtimestamp(seconds, UTC))
    return tuple(dict.fromkeys(found))


def _lines_of(note: Note, key: NoteKey, kind: int) -> list[NoteSignature]:
    key_id = key.key_id(kind)
    return [s for s in note.signatures if s.name == key.name and s.key_id == key_id]


def _verify_cosignature(text: str, witness: NoteKey, line: NoteSignature) -> Cosignature:
    seconds = int.from_bytes(line.value[:8], "big")
    if seconds > _MAX_TIME:
        raise Refusal(reasons.LOG_NOTE_MALFORMED, "time of a cosignature")
    witness.key.verify(line.value[8:], _cosigned(text, seconds))
    try:
        at = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Refusal(reasons.LOG_NOTE_MALFORMED, "time of a cosignature") from error
    return Cosignature(name=witness.name, at=at)


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _line(name: str, blob: bytes) -> str:
    return f"{_DASH} {name} {base64.b64encode(blob).decode()}\n"


def _parse_line(line: str) -> NoteSignature:
    match = _LINE.match(line)
    if match is None or any(c.isspace() for c in match[1]):
        raise Refusal(reasons.LOG_NOTE_MALFORMED, "signature line")
    try:
        blob = base64.b64decode(match[2], validate=True)
    except ValueError as error:
        raise Refusal(reasons.LOG_NOTE_MALFORMED, "base64 of a signature") from error
    if base64.b64encode(blob).decode() != match[2] or len(blob) < 5:
        raise Refusal(reasons.LOG_NOTE_MALFORMED, "base64 of a signature")
    return NoteSignature(name=match[1], key_id=blob[:4], value=blob[4:])


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _CONTROL.search(text) or len(text) > MAX_NOTE_BYTES:
        raise Refusal(reasons.LOG_NOTE_MALFORMED, "text")
