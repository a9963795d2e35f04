"""Bodies of rows: domain values as JSON, sealed to the row that they lie in (trust.md §6).

The columns that a query needs stay readable: numbers, states, times, archives. Everything about a
person is in `body`, which opens only in its own row with the node's field keys.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Row, Select, Table, bindparam, select, tuple_, update

from node.adapters.row_values import read_body, write_body
from trust.store.prepared import Prepared
from trust.store.sealed_fields import SealedFields

T = TypeVar("T")
BODY = "body"
_CHUNK = 500


class SealedRows:
    """Seals and opens the `body` column of tables."""

    def __init__(self, fields: SealedFields, tables: Iterable[Table]) -> None:
        """Of these tables, whose primary keys name their rows."""
        self._bodies = {table.name: _Body(fields, table) for table in tables}

    def seal(self, table: Table, value: object, *row: str | int) -> bytes:
        """The value for the row with that primary key."""
        return self._bodies[table.name].column.seal(write_body(value), *row)

    def seal_bytes(self, table: Table, value: bytes, *row: str | int) -> bytes:
        """As `seal`, for what is bytes already."""
        return self._bodies[table.name].column.seal(value, *row)

    def select(self, table: Table) -> Select[Any]:
        """Primary key and body: what `open` needs."""
        body = self._bodies[table.name]
        return select(*body.keys, table.c[BODY])

    def find(
        self, connection: Connection, table: Table, type_: type[T], *row: str | int
    ) -> T | None:
        """The value in the row with that primary key; None where there is none.

        Raises:
            Refusal: FIELD_SEAL_BROKEN, FIELD_KEY_MISSING.
        """
        body = self._bodies[table.name]
        values = {column.name: part for column, part in zip(body.keys, row, strict=True)}
        found = body.by_key.row(connection, values)
        return None if found is None else read_body(body.column.open(bytes(found[0]), *row), type_)

    def open(self, table: Table, row: Row[*tuple[Any, ...]], type_: type[T]) -> T:
        """The value in that row.

        Raises:
            Refusal: FIELD_SEAL_BROKEN, FIELD_KEY_MISSING.
        """
        return read_body(self.open_bytes(table, row), type_)

    def open_bytes(self, table: Table, row: Row[*tuple[Any, ...]]) -> bytes:
        """As `open`, for what is bytes."""
        body = self._bodies[table.name]
        values = row._mapping
        key = [values[column.name] for column in body.keys]
        return body.column.open(bytes(values[BODY]), *key)

    def seal_what_is_plain(self, connection: Connection) -> None:
        """Every body of a database that was written before bodies were sealed is sealed."""
        self._rewrite(connection, lambda body, value, key: body.column.seal(value, *key))

    def reseal(self, connection: Connection) -> int:
        """Every body is under the newest key; how many were not."""
        done = 0

        def renew(body: "_Body", value: bytes, key: tuple[str | int, ...]) -> bytes | None:
            nonlocal done
            if body.column.is_newest(value):
                return None
            done += 1
            return body.column.seal(body.column.open(value, *key), *key)

        self._rewrite(connection, renew)
        return done

    def uses(self, connection: Connection, kid: int) -> bool:
        """Whether a body is still sealed under that key."""
        head = kid.to_bytes(2, "big")
        return any(
            value[1:3] == head
            for body in self._bodies.values()
            for _, value in body.values(connection)
        )

    def check(self, connection: Connection) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        """Table and key of every body that does not open where it lies."""
        for body in self._bodies.values():
            for key, value in body.values(connection):
                if not body.column.opens(value, *key):
                    yield body.table.name, key

    def _rewrite(
        self,
        connection: Connection,
        change: Callable[["_Body", bytes, tuple[str | int, ...]], bytes | None],
    ) -> None:
        for body in self._bodies.values():
            for key, value in body.values(connection):
                changed = change(body, value, key)
                if changed is not None:
                    body.put(connection, key, changed)


class _Body:
    """The body column of one table."""

    def __init__(self, fields: SealedFields, table: Table) -> None:
        self.table = table
        self.keys: tuple[Column[Any], ...] = tuple(table.primary_key.columns)
        self.column = fields.column(table.name, BODY)
        here = [column == bindparam(column.name) for column in self.keys]
        self.by_key = Prepared(select(table.c[BODY]).where(*here))

    def values(self, connection: Connection) -> Iterator[tuple[tuple[str | int, ...], bytes]]:
        """Key and body of every row that has one, in the order of the key, a page at a time."""
        every = select(*self.keys, self.table.c[BODY]).where(self.table.c[BODY].is_not(None))
        ordered = every.order_by(*self.keys).limit(_CHUNK)
        after: tuple[str | int, ...] = ()
        while True:
            page = ordered.where(_follows(self.keys, after)) if after else ordered
            rows = connection.execute(page).all()
            for row in rows:
                yield tuple(row[:-1]), bytes(row[-1])
            if len(rows) < _CHUNK:
                return
            after = tuple(rows[-1][:-1])

    def put(self, connection: Connection, key: tuple[str | int, ...], value: bytes) -> None:
        here = [column == part for column, part in zip(self.keys, key, strict=True)]
        connection.execute(update(self.table).where(*here).values(body=value))


def _follows(keys: tuple[Column[Any], ...], after: tuple[str | int, ...]) -> Any:  # noqa: ANN401
    """`key > after` for keys of several columns."""
    return tuple_(*keys) > tuple_(*after)
