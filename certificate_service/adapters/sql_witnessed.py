"""Proofs under witnessed checkpoints, on SQLAlchemy Core; tables of their own."""

import hashlib
import json

from sqlalchemy import (
    Column,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
)

from certificate_service.long_term_ports import WitnessedProof
from trust.store.engine import transaction
from trust.store.schema import ensure_schema

SCHEMA_NAME, SCHEMA_VERSION = "certificate_witnessed", 1
_metadata = MetaData()
_held = Table(
    "certificate_held_witnesses",
    _metadata,
    Column("proof_sha256", String(64), primary_key=True),
    Column("statements", Text, nullable=False),
)
_kept = Table(
    "certificate_witnessed_proof",
    _metadata,
    Column("release_id", String(36), primary_key=True),
    Column("certificate_proof", Text, nullable=False),
    Column("file_proof", Text, nullable=False),
    Column("statements", Text, nullable=False),
    Column("cosignatures", Integer, nullable=False),
)


class SQLWitnessedProofs:
    """`WitnessedProofs` in a database."""

    def __init__(self, engine: Engine) -> None:
        """Make sure that the tables are there.

        Raises:
            Refusal: STORE_VERSION, STORE_BUSY.
        """
        ensure_schema(engine, _metadata, SCHEMA_NAME, SCHEMA_VERSION)
        self._engine = engine

    def hold(self, proof: str, keys: tuple[bytes, ...]) -> None:
        """See `WitnessedProofs.hold`."""
        digest = _digest(proof)
        known = select(_held.c.proof_sha256).where(_held.c.proof_sha256 == digest)
        with transaction(self._engine) as connection:
            if connection.execute(known).first() is None:
                values = {"proof_sha256": digest, "statements": _packed(keys)}
                connection.execute(insert(_held).values(values))

    def held(self, proof: str) -> tuple[bytes, ...]:
        """See `WitnessedProofs.held`."""
        query = select(_held.c.statements).where(_held.c.proof_sha256 == _digest(proof))
        with self._engine.connect() as connection:
            found = connection.execute(query).scalar_one_or_none()
        return () if found is None else _unpacked(found)

    def keep(self, release_id: str, witnessed: WitnessedProof) -> None:
        """See `WitnessedProofs.keep`."""
        query = select(_kept.c.cosignatures).where(_kept.c.release_id == release_id)
        with transaction(self._engine) as connection:
            known = connection.execute(query).scalar_one_or_none()
            if known is not None and known >= witnessed.cosignatures:
                return
            connection.execute(delete(_kept).where(_kept.c.release_id == release_id))
            connection.execute(
                insert(_kept).values(
                    release_id=release_id,
                    certificate_proof=witnessed.certificate_proof,
                    file_proof=witnessed.file_proof,
                    statements=_packed(witnessed.witness_keys),
                    cosignatures=witnessed.cosignatures,
                )
            )

    def find(self, release_id: str) -> WitnessedProof | None:
        """See `WitnessedProofs.find`."""
        query = select(_kept).where(_kept.c.release_id == release_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return WitnessedProof(
            certificate_proof=row.certificate_proof,
            file_proof=row.file_proof,
            witness_keys=_unpacked(row.statements),
            cosignatures=row.cosignatures,
        )


def _digest(proof: str) -> str:
    return hashlib.sha256(proof.encode()).hexdigest()


def _packed(statements: tuple[bytes, ...]) -> str:
    return json.dumps([one.decode() for one in statements])


def _unpacked(text: str) -> tuple[bytes, ...]:
    return tuple(str(one).encode() for one in json.loads(text))
