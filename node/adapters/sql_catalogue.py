"""The catalogue index on SQL: the same statements on SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from node.adapters.catalogue_tables import SCHEMA_NAME, SCHEMA_VERSION, metadata
from node.adapters.driver_statements import driver_reading
from node.adapters.import_log import ImportLog
from node.adapters.sql_catalogue_reader import SqlCatalogueReader
from node.adapters.sql_catalogue_writer import SqlCatalogueWriter
from node.adapters.sql_subjects import prepare_subjects
from records.name_sounds import SoundTable
from trust.store.engine import transaction
from trust.store.schema import ensure_schema


def prepare_catalogue(engine: Engine) -> None:
    """The tables of the catalogue exist. Raises Refusal: STORE_VERSION, STORE_BUSY."""
    ensure_schema(engine, metadata, SCHEMA_NAME, SCHEMA_VERSION)
    prepare_subjects(engine)


class SqlCatalogue:
    """The index of one node's archives in its own database."""

    def __init__(self, engine: Engine, sounds: SoundTable, log: ImportLog | None = None) -> None:
        """Make sure that the tables exist; names get the keys of their `sounds`.

        Imports leave their leaves in `log`; a bench directory has none.
        """
        self._log = log
        self._engine = engine
        self._sounds = sounds
        prepare_catalogue(engine)

    @contextmanager
    def reading(self) -> Iterator["SqlCatalogueReader"]:
        """A view for one search."""
        with driver_reading(self._engine) as cursor:
            yield SqlCatalogueReader(self._engine.dialect.name, cursor)

    @contextmanager
    def writing(self) -> Iterator[SqlCatalogueWriter]:
        """A transaction: everything or nothing."""
        with transaction(self._engine) as connection:
            yield SqlCatalogueWriter(connection, self._sounds, self._log)
