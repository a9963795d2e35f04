"""Tables of builds: what was built when, and the side tables of the build at hand.

A side table is its original under another name (`person_g7`), made from the same columns; the flip
renames it in the transaction that makes the import visible. Searches keep their table names, and
one that is running keeps its snapshot.
"""

from collections.abc import Mapping

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Connection
from sqlalchemy.sql.type_api import TypeEngine

from node.adapters.build_folder import RowFormat
from node.adapters.catalogue_tables import (
    certificate_number,
    id_number,
    name,
    name_key,
    name_sign,
    person,
)
from node.domain.index_builds import Build, Purpose, Stage

SCHEMA_NAME = "node-index-builds"
SCHEMA_VERSION = 1

metadata = MetaData()

builds = Table(
    "index_build",
    metadata,
    Column("generation", Integer, primary_key=True, autoincrement=True),
    Column("purpose", String(10), nullable=False),
    Column("stage", String(10), nullable=False),
    Column("batch_id", String(40), nullable=False),
    Column("archive_code", String(6), nullable=False),
    Column("category", String(40), nullable=False),
    Column("file_sha256", String(64), nullable=False),
    Column("bins", Integer, nullable=False),
    Column("first_entry_id", BigInteger, nullable=False),
    Column("next_entry_id", BigInteger, nullable=False),
    Column("file_offset", BigInteger, nullable=False),
    Column("file_line", BigInteger, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("warned", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("filled", Integer, nullable=False),
    Column("bytes_stored", BigInteger, nullable=False),
    Column("seconds", Integer, nullable=False),
)

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "person": ("name_id", "shelf_id", "born", "entry_id", "role", "other_name_id", "born_days",
               "year"),
    "name_key": ("key", "sign", "name_id"),
    "certificate_number": ("number_key", "shelf_id", "entry_id"),
    "id_number": ("number", "shelf_id", "entry_id", "role"),
    "name_sign": ("place", "sign", "people"),
    "name": ("name_id", "normal"),
}  # fmt: skip
"""Columns of each table in the order of a build's rows."""

INDEX_TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (name, person, name_key, certificate_number, id_number, name_sign)
}


def row_formats(dialect: str) -> Mapping[str, RowFormat]:
    """How the rows of each table of integers are packed for that store."""
    return {
        table: RowFormat(
            "".join(_code(INDEX_TABLES[table].c[column].type) for column in columns),
            for_copy=dialect == "postgresql",
        )
        for table, columns in COLUMNS.items()
        if table != "name"
    }


def side_table(table: str, generation: int) -> Table:
    """The table under its name in that generation."""
    return INDEX_TABLES[table].to_metadata(MetaData(), name=f"{table}_g{generation}")


def read_current(connection: Connection) -> Build | None:
    """The build that is not done, if any."""
    open_stages = (Stage.LOADING.value, Stage.BUILDING.value)
    statement = select(builds).where(builds.c.stage.in_(open_stages))
    row = connection.execute(statement).mappings().one_or_none()
    if row is None:
        return None
    return Build(**{**row, "purpose": Purpose(row["purpose"]), "stage": Stage(row["stage"])})


def read_builds(connection: Connection) -> list[Build]:
    """All builds, oldest first."""
    rows = connection.execute(select(builds).order_by(builds.c.generation)).mappings()
    return [
        Build(**{**row, "purpose": Purpose(row["purpose"]), "stage": Stage(row["stage"])})
        for row in rows
    ]


def insert_build(connection: Connection, build: Build) -> int:
    """The build is remembered; its generation."""
    values = {key: value for key, value in _values(build).items() if key != "generation"}
    inserted = connection.execute(insert(builds).values(**values)).inserted_primary_key
    return int(inserted[0]) if inserted else 0


def update_build(connection: Connection, build: Build) -> None:
    """The build's row says this."""
    connection.execute(
        update(builds).where(builds.c.generation == build.generation).values(**_values(build))
    )


def _values(build: Build) -> dict[str, object]:
    return {column.name: getattr(build, column.name) for column in builds.c} | {
        "purpose": build.purpose.value,
        "stage": build.stage.value,
    }


def _code(column_type: TypeEngine[object]) -> str:
    if isinstance(column_type, SmallInteger):
        return "h"
    return "q" if isinstance(column_type, BigInteger) else "i"
