"""Log proofs of sealed files, on SQLAlchemy Core; a table of its own beside the register's."""

from sqlalchemy import Column, Engine, MetaData, String, Table, Text, insert, select

from trust.store.engine import transaction
from trust.store.schema import ensure_schema

SCHEMA_NAME, SCHEMA_VERSION = "certificate_file_proofs", 1
_metadata = MetaData()
_proof = Table(
    "certificate_file_proof",
    _metadata,
    Column("release_id", String(36), primary_key=True),
    Column("proof", Text, nullable=False),
)


class SQLFileProofs:
    """`FileProofs` in a database."""

    def __init__(self, engine: Engine) -> None:
        """Make sure that the table is there.

        Raises:
            Refusal: STORE_VERSION, STORE_BUSY.
        """
        ensure_schema(engine, _metadata, SCHEMA_NAME, SCHEMA_VERSION)
        self._engine = engine

    def keep(self, release_id: str, proof: str) -> None:
        """The proof is kept; the one kept first stays."""
        query = select(_proof.c.release_id).where(_proof.c.release_id == release_id)
        with transaction(self._engine) as connection:
            if connection.execute(query).first() is None:
                connection.execute(insert(_proof).values(release_id=release_id, proof=proof))

    def find(self, release_id: str) -> str | None:
        """The proof, if there is one."""
        query = select(_proof.c.proof).where(_proof.c.release_id == release_id)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one_or_none()
