"""What the register keeps about people, sealed to its row: orders, page images, files.

A register that was written before is sealed when it is opened, once, and scrubbed.
"""

from typing import Any

from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, select, update

from certificate_service.adapters import tables
from trust.store.engine import transaction
from trust.store.schema import ensure_schema, read_version
from trust.store.scrubbing import scrub
from trust.store.sealed_fields import SealedColumn, SealedFields

_SCHEMA_NAME, _SCHEMA_VERSION = "certificate_sealing", 1
_metadata = MetaData()
_done = Table("certificate_sealed", _metadata, Column("version", Integer, primary_key=True))
_SEALED = (
    (tables.release, "order_json"),
    (tables.image, "body"),
    (tables.file, "body"),
    (tables.status_order, "order_json"),
)


class RegisterSeal:
    """The sealed columns of the register."""

    def __init__(self, engine: Engine, fields: SealedFields) -> None:
        """The register's tables exist; nothing in these columns is plain from now on."""
        self.order = fields.column(tables.release.name, "order_json")
        self.image = fields.column(tables.image.name, "body")
        self.file = fields.column(tables.file.name, "body")
        self.status_order = fields.column(tables.status_order.name, "order_json")
        if read_version(engine, _SCHEMA_NAME) is not None:
            return
        found = 0
        with transaction(engine) as connection:
            for (table, column), seal in zip(_SEALED, self._columns(), strict=True):
                found += _seal(connection, table, table.c[column], seal)
        ensure_schema(engine, _metadata, _SCHEMA_NAME, _SCHEMA_VERSION)
        if found:
            scrub(engine, [table for table, _ in _SEALED])

    def _columns(self) -> tuple[SealedColumn, ...]:
        return self.order, self.image, self.file, self.status_order


def _seal(connection: Connection, table: Table, column: Column[Any], seal: SealedColumn) -> int:
    """How many plain values were sealed; one that a crash had us seal before stays as it is."""
    keys = tuple(table.primary_key.columns)
    done = 0
    for row in connection.execute(select(*keys, column)).all():
        key, value = tuple(row[:-1]), bytes(row[-1])
        if seal.opens(value, *key):
            continue
        here = [one == part for one, part in zip(keys, key, strict=True)]
        sealed = {column.name: seal.seal(value, *key)}
        connection.execute(update(table).where(*here).values(**sealed))
        done += 1
    return done
