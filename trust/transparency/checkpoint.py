"""Checkpoints: origin, size and root of a log as a signed note (C2SP tlog-checkpoint)."""

import base64
import re
from dataclasses import dataclass
from functools import lru_cache

from records.refusal import Refusal
from trust.envelope.suites import PublicKey, Signer
from trust.transparency import reasons
from trust.transparency.merkle import HASH_BYTES
from trust.transparency.note import Note, NoteKey, key_name, parse_note, sign_note, verify_note

_SIZE = re.compile(r"(?:0|[1-9][0-9]{0,18})\Z")
_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Tree head of one log."""

    origin: str
    """Names the log: `<trust domain>/log/<archive code>`."""
    size: int
    """Number of leaves."""
    root: bytes
    """32 bytes."""

    def text(self) -> str:
        """The note text: three lines; extension lines are never written."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@lru_cache(maxsize=4096)
def log_origin(trust_domain: str, archive_code: str) -> str:
    """Name of an archive's log, which is also its log id in the store and its key name."""
    return key_name(f"{trust_domain}/log/{archive_code}")


def sign_checkpoint_note(checkpoint: Checkpoint, signer: Signer) -> str:
    """The checkpoint as a note signed by the log's key, whose name is the origin."""
    return sign_note(checkpoint.text(), checkpoint.origin, signer)


def parse_checkpoint(note: Note) -> Checkpoint:
    """The tree head that the note's text spells; signatures are not checked here.

    Raises:
        Refusal: LOG_NOTE_MALFORMED.
    """
    lines = note.text.split("\n")
    if len(lines) != _LINES + 1 or not lines[0] or not _SIZE.match(lines[1]):
        raise Refusal(reasons.LOG_NOTE_MALFORMED, "checkpoint")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except ValueError as error:
        raise Refusal(reasons.LOG_NOTE_MALFORMED, "root") from error
    checkpoint = Checkpoint(origin=lines[0], size=int(lines[1]), root=root)
    if len(root) != HASH_BYTES or checkpoint.text() != note.text:
        raise Refusal(reasons.LOG_NOTE_MALFORMED, "root")
    return checkpoint


def verify_checkpoint(text: str, *, origin: str, log_key: PublicKey) -> tuple[Checkpoint, Note]:
    """The tree head of the log `origin`, signed by its key, and the note that says so.

    Raises:
        Refusal: LOG_NOTE_MALFORMED, LOG_PROOF_INVALID, SIGNATURE_INVALID.
    """
    note = parse_note(text)
    verify_note(note, NoteKey(name=origin, key=log_key))
    checkpoint = parse_checkpoint(note)
    if checkpoint.origin != origin:
        raise Refusal(reasons.LOG_PROOF_INVALID, "origin is another log's")
    return checkpoint, note
