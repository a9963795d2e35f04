"""Card readers and document cameras: what their helper signs, and what the window makes of it.

The helper is a small program on the clerk's own computer (docs/devices.md). Each has an Ed25519
key; the archive keeps its public half. A reading counts as read by a device only where its
signature, its age and its purpose are right; whatever is typed stays `asserted`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

PROTOCOL = "lantai-helper/1"
FRESH_FOR = timedelta(minutes=2)
"""How long a question to a device waits for its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A helper that is paired with one archive."""

    device_id: str
    """16 hex: the beginning of the SHA-256 of its public key."""
    archive_code: str
    name: str
    """As its owner calls it, e.g. 「1号窗口」."""
    public_key: str
    """Raw Ed25519 key, base64."""
    paired_by: str
    """officer_id."""
    paired_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """What a helper says of itself when it is paired; signed by its key."""

    protocol: str
    purpose: str
    """Always "pair"."""
    device_id: str
    name: str
    public_key: str
    origin: str
    """The one site that it will answer, e.g. "https://desk.example"."""
    challenge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a device read; signed by the helper's key over exactly these bytes."""

    protocol: str
    purpose: str
    """"id_card" or "camera"."""
    device_id: str
    origin: str
    challenge: str
    """From the page; each is accepted once."""
    name: str = ""
    id_no: str = ""
    sha256: str = ""
    """Of the picture that a camera took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRead:
    """A card that was read for one draft."""

    name: str
    id_no: str
    device_id: str
    read_at: datetime
