"""The catalogue index on SQL: the same statements on SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from node.adapters.catalogue_tables import SCHEMA_NAME, SCHEMA_VERSION, metadata
from node.adapters.sql_catalogue_reader import SqlCatalogueReader
from node.adapters.sql_catalogue_writer import SqlCatalogueWriter
from trust.store.engine import transaction
from trust.store.schema import ensure_schema


class SqlCatalogue:
    """The index of one node's archives in its own database."""

    def __init__(self, engine: Engine) -> None:
        """Make sure that the tables exist."""
        self._engine = engine
        ensure_schema(engine, metadata, SCHEMA_NAME, SCHEMA_VERSION)

    @contextmanager
    def reading(self) -> Iterator["SqlCatalogueReader"]:
        """A view for one search."""
        with self._engine.connect() as connection:
            yield SqlCatalogueReader(connection)

    @contextmanager
    def writing(self) -> Iterator[SqlCatalogueWriter]:
        """A transaction: everything or nothing."""
        with transaction(self._engine) as connection:
            yield SqlCatalogueWriter(connection)
