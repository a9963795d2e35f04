"""What a seal signer must not forget: which document a release sealed, and who was appointed last.

A small database in the archive's own folder, `seal.db`, written by the signer's process alone:
durable before the key moves, and shared where two signers run on one folder.
"""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, String, Table, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from certificate_service.domain.order_reasons import SEAL_REFUSED
from records.refusal import Refusal
from trust.store.engine import open_engine, transaction
from trust.store.schema import ensure_schema

SEAL_MEMORY = "seal.db"
_NAME, _VERSION = "seal_memory", 1

_metadata = MetaData()
_sealed = Table(
    "sealed_release",
    _metadata,
    Column("release_id", String(36), primary_key=True),
    Column("digest", LargeBinary, nullable=False),
)
_floor = Table(
    "appointment_floor",
    _metadata,
    Column("officer_id", String(23), primary_key=True),
    Column("sequence", BigInteger, nullable=False),
)


class SealMemory:
    """One archive's memory; every method is one durable transaction."""

    def __init__(self, folder: Path) -> None:
        """Open or make the database in the archive's folder.

        Raises:
            Refusal: STORE_UNSUPPORTED, STORE_VERSION, STORE_BUSY.
        """
        self._engine = open_engine(f"sqlite:///{folder / SEAL_MEMORY}")
        ensure_schema(self._engine, _metadata, _NAME, _VERSION)

    def bind(self, release_id: str, digest: bytes) -> None:
        """The release stands for this message digest, now and for ever.

        Raises:
            Refusal: SEAL_REFUSED when it already stands for another.
        """
        query = select(_sealed.c.digest).where(_sealed.c.release_id == release_id)
        with transaction(self._engine) as connection:
            known = connection.execute(query).scalar_one_or_none()
            if known is None:
                values = {"release_id": release_id, "digest": digest}
                connection.execute(insert(_sealed).values(values))
            elif bytes(known) != digest:
                raise Refusal(SEAL_REFUSED, "another document was sealed for this release")

    def sealed(self) -> frozenset[str]:
        """Release ids that a document was ever sealed for."""
        with self._engine.connect() as connection:
            return frozenset(connection.execute(select(_sealed.c.release_id)).scalars())

    def raise_floors(self, sequences: Mapping[str, int]) -> Mapping[str, int]:
        """The highest sequence ever seen of each of these officers, these included."""
        if not sequences:
            return {}
        with transaction(self._engine) as connection:
            for officer_id, sequence in sequences.items():
                row = upsert(_floor).values(officer_id=officer_id, sequence=sequence)
                connection.execute(
                    row.on_conflict_do_update(
                        index_elements=[_floor.c.officer_id],
                        set_={"sequence": row.excluded.sequence},
                        where=_floor.c.sequence < row.excluded.sequence,
                    )
                )
            query = select(_floor.c.officer_id, _floor.c.sequence).where(
                _floor.c.officer_id.in_(list(sequences))
            )
            return {str(one): int(kept) for one, kept in connection.execute(query)}
