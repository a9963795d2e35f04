"""What the node's use cases need from the outside, as protocols.

One contract test suite per port runs on every adapter (architecture.md, Stores).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from node.domain.cases import OutboxMessage
from node.domain.commands import Box
from node.domain.officers import Officer
from records.entries import CatalogueEntry, SearchResult
from records.exchange import Applicant
from records.own_record import Standing
from records.queries import RecordQuery
from records.route_terms import RouteAnswer, RouteQuery
from trust.envelope.dsse import Envelope
from trust.envelope.suites import PublicKey, Signer
from trust.identity.directory import DirectorySnapshot

Clock = Callable[[], datetime]
"""Aware, UTC."""
Random = Callable[[int], bytes]
"""That many bytes from a source fit for secrets."""


class Catalogue(Protocol):
    """The searchable index of the archives that this node hosts."""

    def search(self, archive_code: str, query: RecordQuery) -> SearchResult:
        """Candidates of one archive, best first.

        Raises:
            Refusal: QUERY_TOO_BROAD, QUERY_UNKNOWN_CATEGORY, QUERY_MALFORMED.
        """
        ...

    def get_entry(self, archive_code: str, reference_code: str) -> CatalogueEntry:
        """The entry with that 档号.

        Raises:
            Refusal: ENTRY_NOT_FOUND.
        """
        ...


class ImageStore(Protocol):
    """Page images, addressed by content."""

    def put(self, data: bytes) -> str:
        """Store durably and return the SHA-256, hex."""
        ...

    def get(self, sha256: str) -> bytes:
        """The bytes, after their digest was checked again.

        Raises:
            Refusal: IMAGE_NOT_FOUND, IMAGE_DAMAGED.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What the store keeps to recognise an officer at sign-in."""

    officer: Officer
    password_hash: str
    """argon2id."""
    totp_secret: bytes
    """20 bytes; at rest it is encrypted under the node's own key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """An open session as stored."""

    token_sha256: str
    officer_id: str
    seen_at: datetime
    expires_at: datetime


class StaffBook(Protocol):
    """The node's officers and their open sessions."""

    def add(self, credentials: Credentials) -> None:
        """Raises Refusal: OFFICER_EXISTS."""
        ...

    def save(self, credentials: Credentials) -> None:
        """Replaces what is kept for the officer."""
        ...

    def use_code(self, officer_id: str, step: int) -> bool:
        """Whether the one-time code of that 30-second step was still unused; it is used now."""
        ...

    def count_try(
        self, officer_id: str, now: datetime, lock: Callable[[int], timedelta]
    ) -> datetime | None:
        """One more try is counted, atomically; or until when the officer is locked.

        `lock` says for how long that many tries in a row lock the officer.
        """
        ...

    def clear_tries(self, officer_id: str) -> None:
        """The last try was right: nothing is counted and nobody locked."""
        ...

    def find(self, archive_code: str, user: str) -> Credentials | None:
        """By sign-in name; empty archive = any, when the name is unique."""
        ...

    def get(self, officer_id: str) -> Credentials:
        """Raises Refusal: OFFICER_NOT_FOUND."""
        ...

    def list(self, archive_code: str) -> Sequence[Officer]:
        """By archive and user; empty = all."""
        ...

    def add_session(self, row: SessionRow, most: int = 0) -> None:
        """A session is open; of more than `most` of the officer the oldest end (0 = any)."""
        ...

    def find_session(self, token_sha256: str) -> SessionRow | None:
        """The session with that token hash."""
        ...

    def touch_session(self, token_sha256: str, seen_at: datetime) -> None:
        """Its idle time starts again."""
        ...

    def end_session(self, token_sha256: str) -> None:
        """It is gone."""
        ...


class OfficerKeys(Protocol):
    """Officers' own signing keys, each encrypted under its owner's password."""

    def create(self, archive_code: str, user: str, password: str) -> PublicKey:
        """A new key. Raises Refusal: KEY_FILE_EXISTS."""
        ...

    def unlock(self, archive_code: str, user: str, password: str) -> Signer:
        """The signer. Raises Refusal: PASSWORD_WRONG."""
        ...


class PageCovers(Protocol):
    """Covers parts of page images."""

    def cover(self, data: bytes, media_type: str, boxes: Sequence[Box]) -> bytes:
        """The picture with the boxes burnt in, in the same format.

        Raises:
            Refusal: COVERS_MALFORMED, FILE_DAMAGED.
        """
        ...


class NodeKeys(Protocol):
    """Statements about the node's own keys, signed by its sign key."""

    def log_key_statement(self, archive_code: str) -> Envelope:
        """The statement of that archive's log key, in force now."""
        ...


class StatedKeys(Protocol):
    """What the node has ever stated about its log keys."""

    def log_key_statements(
        self, archive_code: str, first: datetime, last: datetime
    ) -> Sequence[Envelope]:
        """Statements of that archive's log key that were in force between the two instants."""
        ...


class EventLog(Protocol):
    """Structured lines for the operator. Only named, allowed fields exist: never a person."""

    def note(
        self, event: str, *, case_no: str = "", code: str = "", peer: str = "", count: int = 0
    ) -> None:
        """One line."""
        ...


class DirectoryCache(Protocol):
    """The federation's directory as last fetched and verified; survives a dead registry."""

    def current(self) -> DirectorySnapshot:
        """Raises Refusal: DIRECTORY_MISSING before the first fetch."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedToken:
    """What the certificate service will print; the hash in hex."""

    token_sha256: str
    number: str


class Partner(Protocol):
    """Another node of the federation (or this one, for two archives under one roof)."""

    def send(self, message: OutboxMessage) -> Envelope:
        """Deliver the signed statement; returns the receipt as it came, unverified.

        Raises:
            Refusal: as the partner answered; PARTNER_UNAVAILABLE kinds when it did not.
        """
        ...

    def fetch_file(self, node_id: str, case_no: str, sha256: str) -> Iterator[bytes]:
        """The file's bytes in order; the caller checks the digest."""
        ...

    def locate(
        self, node_id: str, question: Envelope, act: Mapping[str, str], seconds: float = 10.0
    ) -> Envelope:
        """The signed LocateAnswer as it came, unverified, within so many seconds."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareInput:
    """Everything that the certificate service re-checks before it draws anything."""

    order: Envelope
    appointments: tuple[Envelope, ...]
    request: Envelope | None
    agreement: Envelope | None
    release_proof: str
    log_key: Envelope
    leaf_index: int
    serial: int


class Certificates(Protocol):
    """The certificate service."""

    def prepare(self, head: PrepareInput, pages: Sequence[bytes]) -> PreparedToken:
        """Step 1; idempotent by release_id."""
        ...

    def issue(self, release_id: str, proof: str, keys: Sequence[Envelope] = ()) -> bytes:
        """Step 2: the sealed PDF; `keys` state who cosigned the proof's checkpoint."""
        ...

    def confirm(self, release_id: str, file_sha256: str, file_proof: str) -> str:
        """Step 3: the certificate's status."""
        ...

    def withdraw(self, order: Envelope, status: str) -> str:
        """A certificate is revoked or superseded; the status as it stands. Idempotent."""
        ...

    def typeset(self, paper: Envelope) -> bytes:
        """An office paper of ours as PDF: no seal, no number."""
        ...


class Clues(Protocol):
    """What a citizen remembers, understood: old place names, old calendars, where to ask."""

    def check(self, query: RecordQuery) -> None:
        """Return only if the query can be searched; the detail of a refusal names the field.

        Raises:
            Refusal: QUERY_MALFORMED, TOO_BROAD and the refusals of names, dates and numbers.
        """
        ...

    def areas(self, query: RecordQuery, year: int | None) -> Sequence[str]:
        """Area codes of today that its places lead to; empty = not known or ambiguous."""
        ...

    def places(self, query: RecordQuery) -> Sequence[str]:
        """The places of the matter, the one remembered first; empty where none is said."""
        ...

    def years(self, query: RecordQuery) -> tuple[int | None, int | None]:
        """First and last year in question; (None, None) = not said or not understood."""
        ...

    def stands_in(self, applicant: Applicant, entry: CatalogueEntry) -> Standing:
        """Whether the record can be about the applicant, by the document that they showed."""
        ...

    def route(self, query: RouteQuery, directory: DirectorySnapshot, today: date) -> RouteAnswer:
        """Which archives may hold it, and which of them may be asked."""
        ...
