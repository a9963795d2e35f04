"""Short-lived statements that hang from the trust list.

A participant states its own TLS and log keys; an archive's authority key appoints officers and
names QR keys and seal certificates. A higher `sequence` replaces a lower one.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyStatement:
    """A participant says: this is my key for this use, from then until then.

    Signed by the participant's sign key (uses tls, log, hpke, witness) or by the archive's
    authority key (uses qr, seal).
    """

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.key-statement.v1+json"

    participant_id: str
    archive_code: str = ""
    """Set for uses log, qr and seal; empty for tls, hpke and witness."""
    use: str
    """tls, log, hpke (X25519, for sealed messages), witness (cosigns others' logs), qr or seal."""
    sequence: int
    spki_sha256: str
    """SHA-256 over the DER SubjectPublicKeyInfo, hex."""
    public_key: str = ""
    """DER SubjectPublicKeyInfo, base64; empty for tls (the certificate carries it)."""
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a participant listens; signed by its sign key."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.endpoint.v1+json"

    participant_id: str
    sequence: int
    grpc: str
    """host:port."""
    min_version: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """任命: an archive's authority key says who may act in which posts, with which key."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.appointment.v1+json"

    officer_id: str
    """Pseudonym, "<archive_code>/<16 hex>": never a name."""
    person_id: str
    """Salted commitment to the person: two posts of one person carry the same value."""
    archive_code: str
    sequence: int
    posts: tuple[str, ...]
    """Role codes of domain.md §3.3."""
    kid: str
    public_key: str
    """Raw Ed25519 key of the officer, base64; empty for posts that sign nothing."""
    pledge_signed_on: date
    """Confidentiality pledge (保密承诺书)."""
    pledge_expires_on: date
    not_before: datetime
    not_after: datetime
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryHead:
    """The registry's freshness stamp: under which root the parts in force are listed now.

    `denied` can only take rights away: a member that left, or one stolen key, is refused at once.
    """

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.directory-head.v1+json"

    registry_id: str
    version: int
    issued_at: datetime
    trust_list: str
    """Address of the trust list: SHA-256 over the JSON form of its envelope, hex."""
    root: str
    """SHA-256 of the root list (`directory_tree.RootList`), hex."""
    denied: tuple[str, ...] = ()
    """Participant ids, and SHA-256 (hex) of certificates or of public keys, sorted."""
    states: dict[str, str]
    """Liveness hint by node: slow, maintenance or silent; a node that is not named is ready."""
    notices: dict[str, str] = field(default_factory=dict)
    """What a node says about its maintenance, by node; never about a person."""
