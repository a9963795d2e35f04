"""Checkpoints and cosignatures on SQL."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, RowMapping, Select, func, insert, select
from sqlalchemy.exc import IntegrityError

from federation_registry.adapters.sql_parts import as_utc
from federation_registry.adapters.witness_tables import (
    SCHEMA,
    VERSION,
    checkpoints,
    contradictions,
    cosignatures,
    metadata,
)
from federation_registry.witness_ports import KeptCosignature, KeptStep
from trust.envelope.dsse import envelope_from_json, envelope_to_json
from trust.store.engine import transaction
from trust.store.schema import ensure_schema
from trust.transparency.merkle import HASH_BYTES
from trust.transparency.witness import Step


class SqlWitnessStore:
    """`WitnessStore` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """The tables exist from now on."""
        self._engine = engine
        ensure_schema(engine, metadata, SCHEMA, VERSION)

    def newest(self, origin: str) -> KeptStep | None:
        """See `WitnessStore.newest`."""
        return self._first(_of(origin).order_by(checkpoints.c.size.desc()))

    def add(self, kept: KeptStep) -> bool:
        """See `WitnessStore.add`."""
        newest = select(func.max(checkpoints.c.size)).where(checkpoints.c.origin == kept.origin)
        try:
            with transaction(self._engine) as connection:
                if (connection.execute(newest).scalar_one() or 0) != kept.step.old_size:
                    return False
                connection.execute(insert(checkpoints).values(**_values(kept)))
        except IntegrityError:
            return False
        return True

    def origins(self) -> Sequence[str]:
        """See `WitnessStore.origins`."""
        wanted = select(checkpoints.c.origin).distinct().order_by(checkpoints.c.origin)
        with self._engine.connect() as connection:
            return list(connection.execute(wanted).scalars())

    def steps_from(self, origin: str, size: int, limit: int) -> Sequence[KeptStep]:
        """See `WitnessStore.steps_from`."""
        wanted = (
            _of(origin)
            .where(checkpoints.c.old_size >= size)
            .order_by(checkpoints.c.size)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [_kept(row) for row in connection.execute(wanted).mappings()]

    def find(self, origin: str, size: int) -> KeptStep | None:
        """See `WitnessStore.find`."""
        return self._first(_of(origin).where(checkpoints.c.size == size))

    def cosign(self, origin: str, size: int, cosignature: KeptCosignature, now: datetime) -> bool:
        """See `WitnessStore.cosign`."""
        values = {
            "origin": origin,
            "size": size,
            "witness": cosignature.witness,
            "line": cosignature.line,
            "witness_key": envelope_to_json(cosignature.witness_key),
            "at": now,
        }
        try:
            with transaction(self._engine) as connection:
                connection.execute(insert(cosignatures).values(values))
        except IntegrityError:
            return False
        return True

    def cosignatures(self, origin: str, size: int) -> Sequence[KeptCosignature]:
        """See `WitnessStore.cosignatures`."""
        same = (cosignatures.c.origin == origin) & (cosignatures.c.size == size)
        wanted = select(cosignatures).where(same).order_by(cosignatures.c.witness)
        with self._engine.connect() as connection:
            return [
                KeptCosignature(
                    witness=row["witness"],
                    line=row["line"],
                    witness_key=envelope_from_json(bytes(row["witness_key"])),
                )
                for row in connection.execute(wanted).mappings()
            ]

    def newest_cosigned(self, origin: str, count: int) -> KeptStep | None:
        """See `WitnessStore.newest_cosigned`."""
        enough = (
            select(cosignatures.c.size)
            .where(cosignatures.c.origin == origin)
            .group_by(cosignatures.c.size)
            .having(func.count() >= count)
        )
        wanted = _of(origin).where(checkpoints.c.size.in_(enough))
        return self._first(wanted.order_by(checkpoints.c.size.desc()))

    def contradict(self, origin: str, notes: tuple[str, str], by: str, now: datetime) -> None:
        """See `WitnessStore.contradict`."""
        known, other = notes
        values = {
            "origin": origin,
            "sha256": hashlib.sha256("\0".join(sorted(notes)).encode()).hexdigest(),
            "known": known,
            "other": other,
            "reported_by": by,
            "at": now,
        }
        try:
            with transaction(self._engine) as connection:
                connection.execute(insert(contradictions).values(values))
        except IntegrityError:
            return

    def contradictions(self, origin: str) -> Sequence[tuple[str, str]]:
        """See `WitnessStore.contradictions`."""
        wanted = select(contradictions.c.known, contradictions.c.other)
        if origin:
            wanted = wanted.where(contradictions.c.origin == origin)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted.order_by(contradictions.c.id))
            return [(str(known), str(other)) for known, other in rows]

    def _first(self, wanted: Select[tuple[object, ...]]) -> KeptStep | None:
        with self._engine.connect() as connection:
            row = connection.execute(wanted.limit(1)).mappings().first()
        return _kept(row) if row else None


def _of(origin: str) -> Select[tuple[object, ...]]:
    return select(checkpoints).where(checkpoints.c.origin == origin)


def _values(kept: KeptStep) -> dict[str, object]:
    return {
        "origin": kept.origin,
        "size": kept.size,
        "old_size": kept.step.old_size,
        "proof": b"".join(kept.step.proof),
        "note": kept.step.note,
        "log_key": envelope_to_json(kept.step.log_key),
        "received_at": kept.received_at,
    }


def _kept(row: RowMapping) -> KeptStep:
    proof = bytes(row["proof"])
    hashes = range(0, len(proof), HASH_BYTES)
    step = Step(
        old_size=int(row["old_size"]),
        proof=tuple(proof[start : start + HASH_BYTES] for start in hashes),
        note=row["note"],
        log_key=envelope_from_json(bytes(row["log_key"])),
    )
    return KeptStep(
        origin=row["origin"],
        size=int(row["size"]),
        step=step,
        received_at=as_utc(row["received_at"]),
    )
