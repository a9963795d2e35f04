"""The register on SQLAlchemy Core: SQLite and PostgreSQL alike."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from certificate_service.adapters import tables
from certificate_service.adapters.register_seal import RegisterSeal
from certificate_service.adapters.release_rows import from_row, to_row
from certificate_service.adapters.sql_status_journal import SQLStatusJournal
from certificate_service.domain.order_reasons import NUMBER_TAKEN
from certificate_service.domain.reasons import (
    CERTIFICATE_UNKNOWN,
    RELEASE_OUT_OF_ORDER,
    RELEASE_UNKNOWN,
    STATUS_FINAL,
)
from certificate_service.ports import Release
from records.refusal import Refusal
from trust.identity.statements import Appointment
from trust.store.engine import transaction
from trust.store.schema import ensure_schema
from trust.store.sealed_fields import SealedFields

_RELEASE = tables.release


class SQLRegister:
    """Releases in a database; see the port for what each method promises."""

    def __init__(self, engine: Engine, fields: SealedFields) -> None:
        """Make sure that the tables are there; `fields` seal what they say about people.

        Raises:
            Refusal: STORE_VERSION, STORE_BUSY.
        """
        ensure_schema(
            engine,
            tables.metadata,
            tables.SCHEMA_NAME,
            tables.SCHEMA_VERSION,
            {1: tables.add_release_leaf},
        )
        self._engine = engine
        self._seal = RegisterSeal(engine, fields)
        self._journal = SQLStatusJournal(engine)

    @property
    def journal(self) -> SQLStatusJournal:
        """Every status list that was signed."""
        return self._journal

    def find(self, release_id: str) -> Release | None:
        """The release of that id, if there is one."""
        with self._engine.connect() as connection:
            return _find(connection, self._seal, _RELEASE.c.release_id == release_id)

    def find_number(self, number: str) -> Release | None:
        """The release that bears the number, if there is one."""
        with self._engine.connect() as connection:
            return _find(connection, self._seal, _RELEASE.c.number == number)

    def prepare(self, release: Release, images: Sequence[bytes]) -> None:
        """Keep a prepared release; replaces one that is still `prepared` and without a proof.

        Raises:
            Refusal: NUMBER_TAKEN, RELEASE_OUT_OF_ORDER when it is being issued or was.
        """
        try:
            with transaction(self._engine) as connection:
                known = _find(
                    connection, self._seal, _RELEASE.c.release_id == release.release_id, lock=True
                )
                if known is not None and (known.state != "prepared" or known.certificate_proof):
                    raise Refusal(RELEASE_OUT_OF_ORDER, "already in the log")
                by_id = tables.image.c.release_id == release.release_id
                connection.execute(delete(tables.image).where(by_id))
                connection.execute(
                    delete(_RELEASE).where(_RELEASE.c.release_id == release.release_id)
                )
                connection.execute(insert(_RELEASE).values(to_row(self._seal, release)))
                for position, body in enumerate(images):
                    values = {
                        "release_id": release.release_id,
                        "position": position,
                        "body": self._seal.image.seal(body, release.release_id, position),
                    }
                    connection.execute(insert(tables.image).values(values))
        except IntegrityError as error:
            raise Refusal(NUMBER_TAKEN, release.number) from error

    def images(self, release_id: str) -> tuple[bytes, ...]:
        """Page images of a prepared release, in order."""
        table = tables.image
        query = (
            select(table.c.position, table.c.body)
            .where(table.c.release_id == release_id)
            .order_by(table.c.position)
        )
        with self._engine.connect() as connection:
            return tuple(
                self._seal.image.open(bytes(body), release_id, position)
                for position, body in connection.execute(query)
            )

    def hold_proof(self, release_id: str, token: bytes, proof: str) -> str:
        """Keep the proof that this token is sealed with; the one kept first is answered.

        Raises:
            Refusal: RELEASE_UNKNOWN; RELEASE_OUT_OF_ORDER when it has another token by now.
        """
        where = _RELEASE.c.release_id == release_id
        with transaction(self._engine) as connection:
            known = _find_token(connection, self._seal, release_id, token)
            if not known.certificate_proof:
                connection.execute(update(_RELEASE).where(where).values(certificate_proof=proof))
        return known.certificate_proof or proof

    def issue(
        self, release_id: str, *, token: bytes, proof: str, pdf: bytes, file_sha256: bytes
    ) -> None:
        """Keep the sealed file of that token; the first file wins. Drops the page images.

        Raises:
            Refusal: RELEASE_UNKNOWN; RELEASE_OUT_OF_ORDER when it has another token by now.
        """
        where = _RELEASE.c.release_id == release_id
        with transaction(self._engine) as connection:
            if _find_token(connection, self._seal, release_id, token).state != "prepared":
                return
            values = {"state": "issued", "certificate_proof": proof, "file_sha256": file_sha256}
            connection.execute(update(_RELEASE).where(where).values(values))
            sealed = self._seal.file.seal(pdf, release_id)
            connection.execute(insert(tables.file).values(release_id=release_id, body=sealed))
            connection.execute(delete(tables.image).where(tables.image.c.release_id == release_id))

    def file(self, release_id: str) -> bytes:
        """The sealed PDF of an issued release.

        Raises:
            Refusal: RELEASE_UNKNOWN.
        """
        query = select(tables.file.c.body).where(tables.file.c.release_id == release_id)
        with self._engine.connect() as connection:
            body = connection.execute(query).scalar_one_or_none()
        if body is None:
            raise Refusal(RELEASE_UNKNOWN)
        return self._seal.file.open(bytes(body), release_id)

    def confirm(self, release_id: str) -> None:
        """The file's digest is in the holder's log."""
        with transaction(self._engine) as connection:
            connection.execute(
                update(_RELEASE)
                .where(_RELEASE.c.release_id == release_id, _RELEASE.c.state == "issued")
                .values(state="confirmed")
            )

    def change_status(self, number: str, status: str, replaced_by: str, order: bytes) -> None:
        """Keep the new status with the order that demanded it; the same again changes nothing.

        Raises:
            Refusal: CERTIFICATE_UNKNOWN, STATUS_FINAL.
        """
        with transaction(self._engine) as connection:
            known = _find(connection, self._seal, _RELEASE.c.number == number)
            if known is None:
                raise Refusal(CERTIFICATE_UNKNOWN)
            if (known.status, known.replaced_by) == (status, replaced_by):
                return
            if known.status != "valid":
                raise Refusal(STATUS_FINAL, known.status)
            connection.execute(
                update(_RELEASE)
                .where(_RELEASE.c.number == number)
                .values(status=status, replaced_by=replaced_by)
            )
            sealed = self._seal.status_order.seal(order, number)
            connection.execute(insert(tables.status_order).values(number=number, order_json=sealed))

    def published(
        self, archive_code: str, *, log_from: int = 0, log_below: int = 1 << 62
    ) -> Iterator[Release]:
        """Confirmed releases whose leaf is in that range of the log, by log index."""
        query = (
            select(_RELEASE)
            .where(
                _RELEASE.c.archive_code == archive_code,
                _RELEASE.c.state == "confirmed",
                _RELEASE.c.leaf_index >= log_from,
                _RELEASE.c.leaf_index < log_below,
            )
            .order_by(_RELEASE.c.leaf_index)
        )
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                yield from_row(self._seal, row)

    def statuses(self, archive_code: str) -> Iterator[tuple[int, str]]:
        """Place and status of every confirmed certificate that is not valid any more."""
        query = select(_RELEASE.c.status_index, _RELEASE.c.status).where(
            _RELEASE.c.archive_code == archive_code, _RELEASE.c.status != "valid"
        )
        with self._engine.connect() as connection:
            for place, status in connection.execute(query):
                yield int(place), str(status)

    def is_status_index_taken(self, archive_code: str, index: int) -> bool:
        """Whether a certificate has that place in the status list."""
        query = select(_RELEASE.c.release_id).where(
            _RELEASE.c.archive_code == archive_code, _RELEASE.c.status_index == index
        )
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def remember_appointments(self, appointments: Sequence[tuple[Appointment, bytes]]) -> None:
        """Keep appointments that were verified; the higher sequence of an officer wins."""
        table = tables.appointment
        with transaction(self._engine) as connection:
            for said, envelope in appointments:
                where = table.c.officer_id == said.officer_id
                query = select(table.c.sequence).where(where)
                known = connection.execute(query).scalar_one_or_none()
                if known is not None and known >= said.sequence:
                    continue
                connection.execute(delete(table).where(where))
                connection.execute(
                    insert(table).values(
                        officer_id=said.officer_id,
                        archive_code=said.archive_code,
                        sequence=said.sequence,
                        envelope_json=envelope,
                    )
                )

    def appointments(self, archive_code: str) -> tuple[bytes, ...]:
        """Kept appointments of an archive, envelopes in JSON form."""
        table = tables.appointment
        query = select(table.c.envelope_json).where(table.c.archive_code == archive_code)
        with self._engine.connect() as connection:
            return tuple(bytes(one) for one in connection.execute(query).scalars())


def _find(
    connection: Connection,
    seal: RegisterSeal,
    where: Any,  # noqa: ANN401
    *,
    lock: bool = False,
) -> Release | None:
    query = select(_RELEASE).where(where)
    # SQLite holds its one write lock anyway; on PostgreSQL what is judged must stay as it is.
    row = connection.execute(query.with_for_update() if lock else query).first()
    return None if row is None else from_row(seal, row)


def _find_token(
    connection: Connection, seal: RegisterSeal, release_id: str, token: bytes
) -> Release:
    """The release, locked, while it still has the token that the caller works with."""
    known = _find(connection, seal, _RELEASE.c.release_id == release_id, lock=True)
    if known is None:
        raise Refusal(RELEASE_UNKNOWN)
    if known.token != token:
        raise Refusal(RELEASE_OUT_OF_ORDER, "prepared again meanwhile")
    return known
