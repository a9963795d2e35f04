"""Witnessing on SQL: what was cosigned, alarms, how our own logs stand; and our logs themselves."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from node.adapters.witness_tables import (
    SCHEMA,
    VERSION,
    alarms,
    cosigned,
    metadata,
    standings,
)
from node.witness_ports import Alarm, Standing
from trust.envelope.suites import Signer
from trust.store.engine import transaction
from trust.store.schema import ensure_schema
from trust.transparency.checkpoint import Checkpoint, log_origin, parse_checkpoint
from trust.transparency.log import TransparencyLog
from trust.transparency.note import parse_note


class SqlWitnessBook:
    """`WitnessBook` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """The tables exist from now on."""
        self._engine = engine
        ensure_schema(engine, metadata, SCHEMA, VERSION)

    def cosigned(self) -> Mapping[str, Checkpoint]:
        """See `WitnessBook.cosigned`."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(cosigned.c.origin, cosigned.c.note)).all()
        return {str(origin): parse_checkpoint(parse_note(str(note))) for origin, note in rows}

    def cosigned_note(self, origin: str) -> str:
        """See `WitnessBook.cosigned_note`."""
        wanted = select(cosigned.c.note).where(cosigned.c.origin == origin)
        with self._engine.connect() as connection:
            return connection.execute(wanted).scalar_one_or_none() or ""

    def advance(self, known: Checkpoint | None, new: Checkpoint, note: str, now: datetime) -> bool:
        """See `WitnessBook.advance`."""
        values = {"size": new.size, "note": note, "at_ms": _ms(now)}
        try:
            with transaction(self._engine) as connection:
                if known is None:
                    connection.execute(insert(cosigned).values(origin=new.origin, **values))
                    return True
                same = (cosigned.c.origin == new.origin) & (cosigned.c.size == known.size)
                moved = connection.execute(update(cosigned).where(same).values(values))
                return moved.rowcount == 1
        except IntegrityError:
            return False

    def alarm(self, alarm: Alarm) -> bool:
        """See `WitnessBook.alarm`."""
        # One alarm for each thing that was known: a log that goes on wrong is not a new alarm.
        pair = "\0".join((alarm.code, alarm.known or alarm.shown))
        values = {
            "sha256": hashlib.sha256(pair.encode()).hexdigest(),
            "origin": alarm.origin,
            "code": alarm.code,
            "known": alarm.known,
            "shown": alarm.shown,
            "at_ms": _ms(alarm.at),
        }
        try:
            with transaction(self._engine) as connection:
                connection.execute(insert(alarms).values(values))
        except IntegrityError:
            return False
        return True

    def alarms(self) -> Sequence[Alarm]:
        """See `WitnessBook.alarms`."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(alarms).order_by(alarms.c.id)).all()
        return [
            Alarm(
                origin=row.origin,
                code=row.code,
                known=row.known,
                shown=row.shown,
                at=datetime.fromtimestamp(row.at_ms / 1000, UTC),
            )
            for row in rows
        ]

    def standing(self, origin: str) -> Standing:
        """See `WitnessBook.standing`."""
        wanted = select(standings).where(standings.c.origin == origin)
        with self._engine.connect() as connection:
            row = connection.execute(wanted).first()
        if row is None:
            return Standing(origin=origin)
        return Standing(
            origin=origin,
            sent_size=row.sent_size,
            sent_at=_instant(row.sent_ms),
            witnessed_size=row.witnessed_size,
            witnessed_at=_instant(row.witnessed_ms),
            note=row.note,
            alarm=row.alarm,
        )

    def stand(self, standing: Standing) -> None:
        """See `WitnessBook.stand`."""
        with transaction(self._engine) as connection:
            connection.execute(delete(standings).where(standings.c.origin == standing.origin))
            connection.execute(
                insert(standings).values(
                    origin=standing.origin,
                    sent_size=standing.sent_size,
                    sent_ms=_ms(standing.sent_at) if standing.sent_at else 0,
                    witnessed_size=standing.witnessed_size,
                    witnessed_ms=_ms(standing.witnessed_at) if standing.witnessed_at else 0,
                    note=standing.note,
                    alarm=standing.alarm,
                )
            )


class SqlOwnLogs:
    """`OwnLogs` on SQL."""

    def __init__(self, engine: Engine, trust_domain: str, signers: Mapping[str, Signer]) -> None:
        """`signers` by archive code."""
        self._engine = engine
        self._trust_domain = trust_domain
        self._signers = signers
        self._log = TransparencyLog()

    def sign(self, archive_code: str, now: datetime) -> str:
        """See `OwnLogs.sign`."""
        with transaction(self._engine) as connection:
            origin = log_origin(self._trust_domain, archive_code)
            return self._log.sign_checkpoint(connection, origin, self._signers[archive_code], now)

    def consistency(self, archive_code: str, old_size: int, size: int) -> Sequence[bytes]:
        """See `OwnLogs.consistency`."""
        origin = log_origin(self._trust_domain, archive_code)
        with self._engine.connect() as connection:
            return self._log.consistency_proof(connection, origin, old_size, size)

    def size(self, archive_code: str) -> int:
        """See `OwnLogs.size`."""
        with self._engine.connect() as connection:
            return self._log.size(connection, log_origin(self._trust_domain, archive_code))


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _instant(milliseconds: int) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None
