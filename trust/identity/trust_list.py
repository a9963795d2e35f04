"""The trust list: members, their long-lived sign keys, roots, suites.

Signed by two of three council keys and changed rarely (architecture.md 4). Everything else is
believed because it hangs from here: node statements by a sign key, officers, QR keys and seal
certificates by an archive's authority key.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedKey:
    """A public key that the council vouches for."""

    kid: str
    """16 lower-case hex digits: head of SHA-256 over the raw public key."""
    suite: str
    """"LT-1" (Ed25519)."""
    public_key: str
    """Raw public key, base64."""
    not_before: datetime
    not_after: datetime
    revoked_at: datetime | None = None
    """Signatures made after this instant are refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedArchive:
    """An archive hosted by a member node."""

    archive_code: str
    """Six digits; issuer in the QR token."""
    name: str
    city_code: str
    """First four digits of its GB/T 2260 city + "00": same city = the 10-minute clock."""
    authority_key: ListedKey
    """Signs appointments of officers and statements of QR keys and seal certificates. Kept
    offline by the archive's leader: a thief of the node's keys cannot appoint officers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A participant of the federation."""

    participant_id: str
    """Slug, e.g. "jiaxing"."""
    kind: str
    """node, registry, certificate_service or time_stamp."""
    name: str
    state: str
    """active, suspended or left."""
    since: datetime
    sign_keys: tuple[ListedKey, ...]
    archives: tuple[ListedArchive, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenAlgorithm:
    """From that instant a signature by it proves nothing, unless it is known to be older."""

    name: str
    """P-256, P-384, RSA-2048 …, Ed25519, ML-DSA-65, SM2, SHA-256, SM3."""
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustList:
    """One version of the list."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.trust-list.v1+json"
    MAX_BYTES: ClassVar[int] = 8 * 1024 * 1024

    trust_domain: str
    """e.g. "demo.invalid" (a sample domain, refused in production mode)."""
    version: int
    issued_at: datetime
    expires_at: datetime
    previous_sha256: str
    """SHA-256 of the payload of version - 1, hex; empty for version 1."""
    suites: tuple[str, ...]
    tls_roots_pem: str
    seal_roots_pem: str
    members: tuple[Member, ...]
    witness_quorum: int = 0
    broken: tuple[BrokenAlgorithm, ...] = ()
