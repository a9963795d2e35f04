"""The archives' tables of institutions on SQL: schools, works and communes under all their names.

An import replaces an archive's whole table, so that it is always the edition of one file.
"""

from collections.abc import Sequence
from threading import Lock

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
)

from records.institutions import Institution, Lineages
from records.person_names import NameFolding
from trust.store.engine import transaction
from trust.store.schema import ensure_schema

SCHEMA_NAME = "node-institutions"
SCHEMA_VERSION = 1
_NAME = 100

_metadata = MetaData()
_institution = Table(
    "institution",
    _metadata,
    Column("archive_code", String(6), primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
    Column("name", String(_NAME), nullable=False),
    Column("from_year", Integer, nullable=False),
    Column("to_year", Integer),
    Column("successors", String(2000), nullable=False),
    Column("keeper", String(_NAME), nullable=False),
    Column("source", String(2000), nullable=False),
)
_edition = Table(
    "institution_edition",
    _metadata,
    Column("archive_code", String(6), primary_key=True),
    Column("edition", Integer, nullable=False),
    Column("imported_by", String(40), nullable=False),
)


class SqlInstitutions:
    """Tables of institutions by archive."""

    def __init__(self, engine: Engine, folding: NameFolding) -> None:
        """Make sure that the tables exist; names are compared as `folding` writes them."""
        self._engine = engine
        self._folding = folding
        self._lock = Lock()
        self._known: dict[str, tuple[int, Lineages]] = {}
        ensure_schema(engine, _metadata, SCHEMA_NAME, SCHEMA_VERSION)

    def replace(self, archive_code: str, rows: Sequence[Institution], imported_by: str) -> int:
        """The archive's table is these rows and no others; returns its edition, from 1."""
        with transaction(self._engine) as connection:
            edition = _edition_of(connection, archive_code) + 1
            for table in (_institution, _edition):
                connection.execute(delete(table).where(table.c.archive_code == archive_code))
            connection.execute(
                insert(_edition).values(
                    archive_code=archive_code, edition=edition, imported_by=imported_by
                )
            )
            connection.execute(
                insert(_institution),
                [
                    {
                        "archive_code": archive_code,
                        "line": line,
                        "kind": row.kind,
                        "name": row.name,
                        "from_year": row.from_year,
                        "to_year": row.to_year,
                        "successors": ";".join(row.successors),
                        "keeper": row.keeper,
                        "source": row.source,
                    }
                    for line, row in enumerate(rows, start=2)
                ],
            )
            return edition

    def rows(self, archive_code: str) -> tuple[Institution, ...]:
        """The archive's table as imported; empty where there is none."""
        with self._engine.connect() as connection:
            return _read(connection, archive_code)

    def lineages(self, archive_code: str) -> Lineages:
        """The archive's table with names in normal form; read anew after an import."""
        with self._lock, self._engine.connect() as connection:
            edition = _edition_of(connection, archive_code)
            known = self._known.get(archive_code)
            if known is None or known[0] != edition:
                known = (edition, Lineages(map(self._folded, _read(connection, archive_code))))
                self._known[archive_code] = known
            return known[1]

    def _folded(self, row: Institution) -> Institution:
        normal = self._folding.normal
        return Institution(
            kind=row.kind,
            name=normal(row.name),
            from_year=row.from_year,
            to_year=row.to_year,
            successors=tuple(normal(one) for one in row.successors),
            keeper=row.keeper,
            source=row.source,
        )


def _edition_of(connection: Connection, archive_code: str) -> int:
    statement = select(_edition.c.edition).where(_edition.c.archive_code == archive_code)
    return int(connection.execute(statement).scalar_one_or_none() or 0)


def _read(connection: Connection, archive_code: str) -> tuple[Institution, ...]:
    statement = (
        select(_institution)
        .where(_institution.c.archive_code == archive_code)
        .order_by(_institution.c.line)
    )
    return tuple(
        Institution(
            kind=row.kind,
            name=row.name,
            from_year=row.from_year,
            to_year=row.to_year,
            successors=tuple(one for one in row.successors.split(";") if one),
            keeper=row.keeper,
            source=row.source,
        )
        for row in connection.execute(statement)
    )
