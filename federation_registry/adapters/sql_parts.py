"""The directory on SQL: SQLite or PostgreSQL, one replica or many.

Every writer first locks the one row of `directory`, so that versions rise one by one and a head
never covers half a change.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, RowMapping, delete, func, insert, select, update

from federation_registry.adapters.sql_tree import (
    list_part,
    prune_lists,
    unlist_part,
    write_contents,
)
from federation_registry.adapters.tables import acts, denials, directory, lists, parts
from federation_registry.domain.publishing import KEEP_DAYS, KeptPart
from federation_registry.domain.reasons import PART_UNKNOWN
from federation_registry.ports import Contents, Denial, KeptEnvelope, NewPart, StoredHead
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_from_json, envelope_to_json
from trust.store.engine import transaction

_ROW = 1


class SqlPartStore:
    """`PartStore` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Use tables that `ensure_schema` made."""
        self._engine = engine

    def version(self) -> int:
        """See `PartStore.version`."""
        with self._engine.connect() as connection:
            found = connection.execute(select(directory.c.version)).scalar_one_or_none()
        return found or 0

    def put(self, part: NewPart, decide: Callable[[KeptPart | None], bool], now: datetime) -> int:
        """See `PartStore.put`."""
        with transaction(self._engine) as connection:
            version = _lock(connection)
            same = (parts.c.kind == part.kind) & (parts.c.subject == part.subject)
            kept = (
                connection.execute(select(parts).where(same & parts.c.in_force)).mappings().first()
            )
            if not decide(_kept(kept)):
                return version
            if kept is not None:
                connection.execute(
                    update(parts).where(parts.c.sha256 == kept["sha256"]).values(in_force=False)
                )
                unlist_part(connection, kept["sha256"])
            list_part(connection, part.sha256, part.sections)
            connection.execute(
                insert(parts).values(
                    sha256=part.sha256,
                    kind=part.kind,
                    subject=part.subject,
                    sequence=part.sequence,
                    owner=part.owner,
                    envelope_id=part.envelope_id,
                    envelope=envelope_to_json(part.envelope),
                    in_force=True,
                    published_at=now,
                    version=version + 1,
                )
            )
            return _raise_version(connection, version)

    def changed_since(self, version: int) -> tuple[KeptEnvelope, ...]:
        """See `PartStore.changed_since`."""
        columns = (parts.c.sha256, parts.c.kind, parts.c.subject, parts.c.envelope)
        newer = parts.c.in_force & (parts.c.version > version)
        with self._engine.connect() as connection:
            rows = connection.execute(select(*columns).where(newer).order_by(parts.c.version)).all()
        return tuple(
            KeptEnvelope(
                sha256=row.sha256,
                kind=row.kind,
                subject=row.subject,
                envelope=envelope_from_json(row.envelope),
            )
            for row in rows
        )

    def counts(self) -> Mapping[str, int]:
        """See `PartStore.counts`."""
        wanted = select(parts.c.kind, func.count()).where(parts.c.in_force).group_by(parts.c.kind)
        with self._engine.connect() as connection:
            return {kind: count for kind, count in sorted(connection.execute(wanted).all())}

    def addresses(self) -> tuple[str, ...]:
        """See `PartStore.addresses`."""
        order = (parts.c.kind, parts.c.owner, parts.c.sha256)
        wanted = select(parts.c.sha256).where(parts.c.in_force).order_by(*order)
        with self._engine.connect() as connection:
            return tuple(connection.execute(wanted).scalars())

    def get_lists(self, sha256s: tuple[str, ...]) -> tuple[bytes, ...]:
        """See `PartStore.get_lists`."""
        wanted = select(lists.c.sha256, lists.c.body).where(lists.c.sha256.in_(sha256s))
        with self._engine.connect() as connection:
            found = {row.sha256: row.body for row in connection.execute(wanted)}
        for sha256 in sha256s:
            if sha256 not in found:
                raise Refusal(PART_UNKNOWN, sha256[:16])
        return tuple(found[sha256] for sha256 in sha256s)

    def prune(self, now: datetime) -> int:
        """See `PartStore.prune`."""
        with transaction(self._engine) as connection:
            _lock(connection)
            gone = prune_lists(connection, now)
            for kind, ending, days in KEEP_DAYS:
                old = (
                    ~parts.c.in_force
                    & (parts.c.kind == kind)
                    & parts.c.subject.endswith(ending, autoescape=True)
                    & (parts.c.published_at < now - timedelta(days=days))
                )
                gone += int(connection.execute(delete(parts).where(old)).rowcount)
        return gone

    def get(self, sha256s: tuple[str, ...]) -> tuple[Envelope, ...]:
        """See `PartStore.get`."""
        wanted = select(parts.c.sha256, parts.c.envelope).where(parts.c.sha256.in_(sha256s))
        with self._engine.connect() as connection:
            found = {row.sha256: row.envelope for row in connection.execute(wanted)}
        for sha256 in sha256s:
            if sha256 not in found:
                raise Refusal(PART_UNKNOWN, sha256[:16])
        return tuple(envelope_from_json(found[sha256]) for sha256 in sha256s)

    def of_kind(self, kind: str) -> tuple[Envelope, ...]:
        """See `PartStore.of_kind`."""
        wanted = select(parts.c.envelope).where((parts.c.kind == kind) & parts.c.in_force)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted.order_by(parts.c.subject)).all()
        return tuple(envelope_from_json(row.envelope) for row in rows)

    def find(self, kind: str, subject: str) -> Envelope | None:
        """See `PartStore.find`."""
        named = (parts.c.kind == kind) & (parts.c.subject == subject) & parts.c.in_force
        with self._engine.connect() as connection:
            row = connection.execute(select(parts.c.envelope).where(named)).first()
        return envelope_from_json(row.envelope) if row else None

    def deny(self, denial: Denial) -> int:
        """See `PartStore.deny`."""
        with transaction(self._engine) as connection:
            version = _lock(connection)
            who = denials.c.participant_id == denial.participant_id
            connection.execute(delete(denials).where(who))
            connection.execute(
                insert(denials).values(
                    participant_id=denial.participant_id,
                    reason=denial.reason,
                    ordered_by=denial.ordered_by,
                    ordered_at=denial.ordered_at,
                )
            )
            act = ("deny", denial.participant_id, denial.ordered_by)
            note_act(connection, act, denial.ordered_at)
            return _raise_version(connection, version)

    def allow(self, participant_id: str, ordered_by: str, now: datetime) -> int:
        """See `PartStore.allow`."""
        with transaction(self._engine) as connection:
            version = _lock(connection)
            who = denials.c.participant_id == participant_id
            if not connection.execute(delete(denials).where(who)).rowcount:
                return version
            note_act(connection, ("allow", participant_id, ordered_by), now)
            return _raise_version(connection, version)

    def denials(self) -> tuple[Denial, ...]:
        """See `PartStore.denials`."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(denials).order_by(denials.c.participant_id)).all()
        return tuple(
            Denial(
                participant_id=row.participant_id,
                reason=row.reason,
                ordered_by=row.ordered_by,
                ordered_at=as_utc(row.ordered_at),
            )
            for row in rows
        )

    def head(self) -> StoredHead | None:
        """See `PartStore.head`."""
        with self._engine.connect() as connection:
            return _head(connection.execute(select(directory)).mappings().first())

    def renew_head(
        self, make: Callable[[Contents], StoredHead | None], now: datetime
    ) -> StoredHead:
        """See `PartStore.renew_head`."""
        with transaction(self._engine) as connection:
            version = _lock(connection)
            trust = select(parts.c.sha256).where((parts.c.kind == "trust_list") & parts.c.in_force)
            contents = Contents(
                version=version,
                root=write_contents(connection, now),
                trust_list=connection.execute(trust).scalar_one_or_none() or "",
            )
            made = make(contents)
            if made is None:
                kept = _head(connection.execute(select(directory)).mappings().first())
                if kept is None:
                    message = "there is no head to keep"
                    raise ValueError(message)
                return kept
            connection.execute(
                update(directory).values(
                    head_version=made.version,
                    head_issued_at=made.issued_at,
                    head=envelope_to_json(made.envelope),
                )
            )
            return made


def note_act(connection: Connection, act: tuple[str, str, str], now: datetime) -> None:
    """Write (act, subject, officer) in the caller's transaction."""
    done, subject, officer = act
    connection.execute(insert(acts).values(at=now, act=done, subject=subject, officer=officer))


def as_utc(moment: datetime) -> datetime:
    """The instant as aware UTC: SQLite gives back what was written without its zone."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def prepare_directory(engine: Engine) -> None:
    """The one row of `directory` exists."""
    with transaction(engine) as connection:
        if connection.execute(select(directory.c.id)).first() is None:
            connection.execute(insert(directory).values(id=_ROW, version=0, head_version=0))


def _lock(connection: Connection) -> int:
    """The content version, with the row locked until the transaction ends."""
    wanted = select(directory.c.version).where(directory.c.id == _ROW).with_for_update()
    return int(connection.execute(wanted).scalar_one())


def _raise_version(connection: Connection, version: int) -> int:
    connection.execute(update(directory).values(version=version + 1))
    return version + 1


def _kept(row: RowMapping | None) -> KeptPart | None:
    if row is None:
        return None
    return KeptPart(sha256=row["sha256"], sequence=row["sequence"], envelope_id=row["envelope_id"])


def _head(row: RowMapping | None) -> StoredHead | None:
    if row is None or row["head"] is None:
        return None
    return StoredHead(
        version=row["head_version"],
        issued_at=as_utc(row["head_issued_at"]),
        envelope=envelope_from_json(row["head"]),
    )
