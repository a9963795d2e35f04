"""Statements that every call runs, built once: building one costs more than running it."""

from sqlalchemy import Connection, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from node.adapters import case_tables as t

_NEXT_NUMBER = (
    update(t.counters)
    .where(t.counters.c.name == bindparam("counter"))
    .values(value=t.counters.c.value + 1)
    .returning(t.counters.c.value)
)
_FIRST_NUMBER = insert(t.counters)
_ADD_TOKEN = {
    "sqlite": sqlite.insert(t.tokens).on_conflict_do_nothing().returning(t.tokens.c.jti),
    "postgresql": postgresql.insert(t.tokens).on_conflict_do_nothing().returning(t.tokens.c.jti),
}


def count_on(connection: Connection, name: str) -> int:
    """1, 2, 3 ... without gaps, per name."""
    value = connection.execute(_NEXT_NUMBER, {"counter": name}).scalar()
    if value is None:
        connection.execute(_FIRST_NUMBER, {"name": name, "value": 1})
        return 1
    return int(value)


def add_token(connection: Connection, issuer: str, jti: str, expires_ms: int) -> bool:
    """Whether the token is new; it is known from now on.

    One statement instead of a savepoint: the unique key decides.
    """
    values = {"issuer": issuer, "jti": jti, "expires_ms": expires_ms}
    statement = _ADD_TOKEN[connection.dialect.name]
    return connection.execute(statement, values).first() is not None
