"""Officers: who they are to the node, which posts they hold, what one person may not do twice."""

from dataclasses import dataclass
from datetime import datetime

from trust.envelope.dsse import Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """A member of staff as the node knows them."""

    officer_id: str
    """Pseudonym "<archive_code>/<16 hex>"."""
    person_id: str
    """The same for every post of one person; salted, says nothing by itself."""
    archive_code: str
    user: str
    """Sign-in name (工号), unique in the archive, [a-z0-9._-]{2,32}."""
    display_name: str
    posts: tuple[str, ...]
    """Codes of records/duties.py."""
    kid: str
    """Signing key of the officer; empty for posts that sign nothing."""
    public_key: str
    """Raw Ed25519 key, base64; empty as above."""
    active: bool = True
    appointment: Envelope | None = None
    """Signed by the archive's authority key; without it nothing is released or sealed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """An officer with an open session: what every use case is given."""

    officer_id: str
    person_id: str
    archive_code: str
    user: str
    display_name: str
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """An opened session. `token` is shown once; the database keeps its hash."""

    token: str
    """43 URL-safe characters."""
    actor: Actor
    expires_at: datetime
    """Ends here, or after 30 minutes without use."""
