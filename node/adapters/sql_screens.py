"""Locked screens and paired devices in the node's database."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, Row, delete, insert, select, update

from node.adapters import desk_tables as t
from node.adapters.row_values import from_ms, to_ms
from node.domain.devices import Device
from trust.store.engine import transaction

_LONGEST_SESSION = timedelta(days=1)


class SqlLockedScreens:
    """`LockedScreens` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """The tables exist."""
        self._engine = engine

    def lock(self, token_sha256: str, now: datetime) -> None:
        """It is locked; locks of sessions that ended long ago are gone."""
        c = t.locked.c
        old = c.locked_ms < to_ms(now - _LONGEST_SESSION)
        with transaction(self._engine) as connection:
            connection.execute(delete(t.locked).where(old | (c.token_sha256 == token_sha256)))
            row = {"token_sha256": token_sha256, "locked_ms": to_ms(now)}
            connection.execute(insert(t.locked).values(**row))

    def is_locked(self, token_sha256: str) -> bool:
        """Whether it is."""
        query = select(t.locked.c.locked_ms).where(t.locked.c.token_sha256 == token_sha256)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar() is not None

    def unlock(self, token_sha256: str) -> None:
        """It is not locked any more."""
        this = t.locked.c.token_sha256 == token_sha256
        with transaction(self._engine) as connection:
            connection.execute(delete(t.locked).where(this))


class SqlDevices:
    """`DeviceBook` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """The tables exist."""
        self._engine = engine

    def add(self, device: Device) -> None:
        """It is paired, instead of any pairing of the same device before."""
        with transaction(self._engine) as connection:
            this = t.devices.c.device_id == device.device_id
            connection.execute(delete(t.devices).where(this))
            connection.execute(
                insert(t.devices).values(
                    device_id=device.device_id,
                    archive_code=device.archive_code,
                    name=device.name,
                    public_key=device.public_key,
                    paired_by=device.paired_by,
                    paired_ms=to_ms(device.paired_at),
                    ended_ms=0,
                )
            )

    def find(self, device_id: str) -> Device | None:
        """The pairing in force."""
        c = t.devices.c
        query = select(t.devices).where(c.device_id == device_id, c.ended_ms == 0)
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _device(row)

    def list(self, archive_code: str) -> Sequence[Device]:
        """Pairings in force, newest first."""
        c = t.devices.c
        query = (
            select(t.devices)
            .where(c.archive_code == archive_code, c.ended_ms == 0)
            .order_by(c.paired_ms.desc())
        )
        with self._engine.connect() as connection:
            return [_device(row) for row in connection.execute(query)]

    def end(self, device_id: str, archive_code: str, now: datetime) -> bool:
        """The pairing ended; False where the archive had none."""
        c = t.devices.c
        mine = update(t.devices).where(
            c.device_id == device_id, c.archive_code == archive_code, c.ended_ms == 0
        )
        with transaction(self._engine) as connection:
            return bool(connection.execute(mine.values(ended_ms=to_ms(now))).rowcount)

    def ask(self, challenge: str, officer_id: str, expires_at: datetime) -> None:
        """A question is open for that officer; expired ones are gone."""
        c = t.challenges.c
        old = c.expires_ms < to_ms(expires_at - _LONGEST_SESSION)
        with transaction(self._engine) as connection:
            connection.execute(delete(t.challenges).where(old))
            connection.execute(
                insert(t.challenges).values(
                    challenge=challenge,
                    officer_id=officer_id,
                    expires_ms=to_ms(expires_at),
                    used=0,
                )
            )

    def answer(self, challenge: str, officer_id: str, now: datetime) -> bool:
        """True where the question was open: it is not any more."""
        c = t.challenges.c
        open_one = update(t.challenges).where(
            c.challenge == challenge,
            c.officer_id == officer_id,
            c.expires_ms > to_ms(now),
            c.used == 0,
        )
        with transaction(self._engine) as connection:
            return bool(connection.execute(open_one.values(used=1)).rowcount)


def _device(row: Row[tuple[object, ...]]) -> Device:
    return Device(
        device_id=row.device_id,
        archive_code=row.archive_code,
        name=row.name,
        public_key=row.public_key,
        paired_by=row.paired_by,
        paired_at=from_ms(row.paired_ms),
        ended_at=from_ms(row.ended_ms) if row.ended_ms else None,
    )
