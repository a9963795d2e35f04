"""What is carried between archives whose networks may not meet, and the list of one carriage.

An item is signed by the node that sends it and then sealed for the one that receives it: whoever
carries it can read nothing, and whoever receives it can prove who sent it. Items travel one by
one through a relay or many at once in a batch file, with the same ids either way.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

SUBMIT = "submit"
"""An AssistRequest or its Withdrawal, with the officer's act token."""
DELIVER = "deliver"
"""An AssistAnswer, with the officer's act token."""
RECEIPT = "receipt"
"""The Receipt for what came; `in_reply_to` names it."""
REFUSAL = "refusal"
"""What came was refused with `code`; nothing was stored."""
FETCH = "fetch"
"""Asks for a released file by its hash."""
PIECE = "piece"
"""One piece of a file that was asked for."""
KINDS = (SUBMIT, DELIVER, RECEIPT, REFUSAL, FETCH, PIECE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostItem:
    """One item as its sender signed it, before it was sealed."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.post-item.v1+json"

    message_id: str
    """UUID text; the same on every retry and on every way."""
    sender: str
    """Node slug."""
    recipient: str
    """Node slug; whoever else opens it knows that it is not meant."""
    sealed_at: datetime
    kind: str
    """submit, deliver, receipt, refusal, fetch or piece."""
    in_reply_to: str = ""
    """message_id of the item that this one answers; empty for submit, deliver and fetch."""
    case_no: str = ""
    envelope: str = ""
    """The statement's envelope as DSSE JSON; empty for refusal, fetch and piece."""
    act_token: str = ""
    """Who acts and why; for submit, deliver and fetch."""
    code: str = ""
    """Reason code of a refusal."""
    file_sha256: str = ""
    """The file that is asked for, or whose piece this is, hex."""
    offset: int = 0
    """Where the piece begins in the file, bytes."""
    last: bool = False
    """Whether the piece is the last one."""
    data: str = ""
    """The piece, base64; at most 256 KiB of bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedMessage:
    """One sealed message of a batch."""

    message_id: str
    sender: str
    recipient: str
    suite: str
    kid: str
    """Of the recipient's key that it is sealed for."""
    sha256: str
    """Of the sealed bytes, hex: also the name of the member in the file."""
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchManifest:
    """What a batch file holds, signed by whoever wrote it."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.post-batch.v1+json"

    written_by: str
    """Participant id of the node or relay that wrote the file."""
    meant_for: str
    """Participant id of the node or relay that is to read it."""
    sequence: int
    """Counts the batches of this writer for this reader, from 1: a gap is a lost carriage."""
    created_at: datetime
    messages: tuple[CarriedMessage, ...]
    acknowledged: tuple[str, ...] = ()
    """message_ids that the writer has stored durably; whoever kept them may let them go."""
