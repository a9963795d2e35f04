"""What time-stamping needs: an authority, and a shelf for its tokens beside the logs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptStamp:
    """A verified token over a checkpoint of one of our logs."""

    archive_code: str
    size: int
    """Leaves that it covers."""
    note: str
    """The signed checkpoint; its text was stamped."""
    token: bytes
    """DER (RFC 3161)."""
    at: datetime
    """genTime."""
    leaf: int
    """Index of the leaf that names the token's SHA-256."""


class TimeStamps(Protocol):
    """A time-stamp authority."""

    def stamp(self, request: bytes) -> bytes:
        """DER TimeStampResp. Raises Refusal: TSA_SILENT."""
        ...


class StampShelf(Protocol):
    """Tokens, newest last; each call is one transaction."""

    def newest(self, archive_code: str) -> KeptStamp | None:
        """The token that covers the most leaves."""
        ...

    def covering(self, archive_code: str, index: int) -> KeptStamp | None:
        """The oldest token that covers the leaf: the one nearest to its time."""
        ...

    def keep(
        self, archive_code: str, note: str, token: bytes, stamped_at: datetime, now: datetime
    ) -> KeptStamp:
        """The token is kept, with a leaf that names its SHA-256."""
        ...

    def prove(self, stamp: KeptStamp, index: int) -> str:
        """C2SP tlog-proof of the leaf under the stamped checkpoint."""
        ...

    def pending_since(self, archive_code: str) -> datetime | None:
        """Time of the oldest leaf that no token covers; None = there is none."""
        ...

    def list(self, archive_code: str, limit: int) -> Sequence[KeptStamp]:
        """Newest first."""
        ...
