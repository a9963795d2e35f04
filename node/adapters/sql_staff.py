"""Officers and their sessions in the database. The TOTP seed is stored encrypted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from node.adapters import case_tables as t
from node.adapters.row_values import from_ms, to_ms
from node.adapters.sealed_rows import SealedRows
from node.domain.citizens import filer_as_officer, is_filer
from node.domain.officers import Officer
from node.domain.reasons import OFFICER_EXISTS, OFFICER_NOT_FOUND
from node.ports import Credentials, Random, SessionRow
from records.refusal import Refusal
from trust.store.engine import transaction
from trust.store.sealed_fields import SealedFields

_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredOfficer:
    """What the body column holds; `totp` is nonce and AES-GCM ciphertext."""

    officer: Officer
    password_hash: str
    totp: bytes


class SqlStaffBook:
    """`StaffBook` on SQL.

    Signing in goes on while the restore guard is shut: somebody must be able to put things right.
    """

    def __init__(self, engine: Engine, key: bytes, fields: SealedFields, random: Random) -> None:
        """Use `key` (32 bytes, from the node's key folder) for TOTP seeds at rest."""
        self._engine = engine
        self._rows = SealedRows(fields, (t.officers,))
        self._cipher = AESGCM(key)
        self._random = random

    def add(self, credentials: Credentials) -> None:
        """The officer is stored. Raises Refusal: OFFICER_EXISTS."""
        officer = credentials.officer
        row = insert(t.officers).values(
            officer_id=officer.officer_id,
            archive_code=officer.archive_code,
            user_name=officer.user,
            code_step=0,
            body=self._close(credentials),
        )
        try:
            with transaction(self._engine) as connection:
                connection.execute(row)
        except IntegrityError as error:
            raise Refusal(OFFICER_EXISTS) from error

    def save(self, credentials: Credentials) -> None:
        """Replaces what is kept for the officer."""
        with transaction(self._engine) as connection:
            connection.execute(
                update(t.officers)
                .where(t.officers.c.officer_id == credentials.officer.officer_id)
                .values(body=self._close(credentials))
            )

    def use_code(self, officer_id: str, step: int) -> bool:
        """Whether the code of that step was still unused; from now on it is used."""
        c = t.officers.c
        claim = update(t.officers).where(c.officer_id == officer_id, c.code_step < step)
        with transaction(self._engine, guarded=False) as connection:
            return bool(connection.execute(claim.values(code_step=step)).rowcount)

    def count_try(
        self, officer_id: str, now: datetime, lock: Callable[[int], timedelta]
    ) -> datetime | None:
        """One more try is counted, or none because the officer is locked until then."""
        c = t.officers.c
        this = c.officer_id == officer_id
        one_more = update(t.officers).where(this, c.locked_ms <= to_ms(now))
        with transaction(self._engine, guarded=False) as connection:
            # The database adds: two tries at one moment are two.
            failures = connection.execute(
                one_more.values(failures=c.failures + 1).returning(c.failures)
            ).scalar()
            if failures is None:
                locked = connection.execute(select(c.locked_ms).where(this)).scalar()
                return from_ms(locked) if locked else None
            locked_ms = to_ms(now + lock(failures))
            connection.execute(update(t.officers).where(this).values(locked_ms=locked_ms))
        return None

    def clear_tries(self, officer_id: str) -> None:
        """The officer has no failures and is not locked."""
        c = t.officers.c
        clean = update(t.officers).where(c.officer_id == officer_id, c.failures > 0)
        with transaction(self._engine, guarded=False) as connection:
            connection.execute(clean.values(failures=0, locked_ms=0))

    def find(self, archive_code: str, user: str) -> Credentials | None:
        """By sign-in name; empty archive = any, when the name is unique."""
        query = self._rows.select(t.officers).where(t.officers.c.user_name == user)
        if archive_code:
            query = query.where(t.officers.c.archive_code == archive_code)
        with self._engine.connect() as connection:
            found = connection.execute(query).all()
        return self._open(found[0]) if len(found) == 1 else None

    def get(self, officer_id: str) -> Credentials:
        """Raises Refusal: OFFICER_NOT_FOUND."""
        if is_filer(officer_id):
            # An applicant who filed by phone: known for the one case, on nobody's staff.
            return Credentials(
                officer=filer_as_officer(officer_id), password_hash="", totp_secret=b""
            )
        query = self._rows.select(t.officers).where(t.officers.c.officer_id == officer_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise Refusal(OFFICER_NOT_FOUND)
        return self._open(row)

    def list(self, archive_code: str) -> Sequence[Officer]:
        """By archive and user; empty = all."""
        query = self._rows.select(t.officers).order_by(
            t.officers.c.archive_code, t.officers.c.user_name
        )
        if archive_code:
            query = query.where(t.officers.c.archive_code == archive_code)
        with self._engine.connect() as connection:
            return [self._open(row).officer for row in connection.execute(query)]

    def add_session(self, row: SessionRow, most: int = 0) -> None:
        """A session is open; ended ones are cleared away, and the oldest beyond `most`."""
        with transaction(self._engine, guarded=False) as connection:
            connection.execute(
                delete(t.sessions).where(t.sessions.c.expires_ms < to_ms(row.seen_at))
            )
            connection.execute(
                insert(t.sessions).values(
                    token_sha256=row.token_sha256,
                    officer_id=row.officer_id,
                    seen_ms=to_ms(row.seen_at),
                    expires_ms=to_ms(row.expires_at),
                )
            )
            if most:
                self._end_oldest(connection, row, most)

    def _end_oldest(self, connection: Connection, row: SessionRow, most: int) -> None:
        c = t.sessions.c
        own = select(c.token_sha256).where(
            c.officer_id == row.officer_id, c.token_sha256 != row.token_sha256
        )
        newest = own.order_by(c.seen_ms.desc(), c.expires_ms.desc(), c.token_sha256)
        for token in connection.execute(newest.offset(most - 1)).scalars().all():
            connection.execute(delete(t.sessions).where(c.token_sha256 == token))

    def find_session(self, token_sha256: str) -> SessionRow | None:
        """The session with that token hash."""
        query = select(t.sessions).where(t.sessions.c.token_sha256 == token_sha256)
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return SessionRow(
            token_sha256=row.token_sha256,
            officer_id=row.officer_id,
            seen_at=from_ms(row.seen_ms),
            expires_at=from_ms(row.expires_ms),
        )

    def touch_session(self, token_sha256: str, seen_at: datetime) -> None:
        """Its idle time starts again."""
        with transaction(self._engine, guarded=False) as connection:
            connection.execute(
                update(t.sessions)
                .where(t.sessions.c.token_sha256 == token_sha256)
                .values(seen_ms=to_ms(seen_at))
            )

    def end_session(self, token_sha256: str) -> None:
        """It is gone."""
        with transaction(self._engine, guarded=False) as connection:
            connection.execute(delete(t.sessions).where(t.sessions.c.token_sha256 == token_sha256))

    def _close(self, credentials: Credentials) -> bytes:
        nonce = self._random(_NONCE_BYTES)
        owner = credentials.officer.officer_id.encode()
        sealed = nonce + self._cipher.encrypt(nonce, credentials.totp_secret, owner)
        stored = _StoredOfficer(
            officer=credentials.officer, password_hash=credentials.password_hash, totp=sealed
        )
        return self._rows.seal(t.officers, stored, credentials.officer.officer_id)

    def _open(self, row: Row[*tuple[Any, ...]]) -> Credentials:
        stored = self._rows.open(t.officers, row, _StoredOfficer)
        nonce, sealed = stored.totp[:_NONCE_BYTES], stored.totp[_NONCE_BYTES:]
        secret = self._cipher.decrypt(nonce, sealed, stored.officer.officer_id.encode())
        return Credentials(
            officer=stored.officer,
            password_hash=stored.password_hash,
            totp_secret=secret,
        )
