"""Statements that every call runs, built once: building one costs more than running it."""

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from node.adapters import case_tables as t
from trust.store.prepared import Prepared, Values

_NEXT_NUMBER = Prepared(
    update(t.counters)
    .where(t.counters.c.name == bindparam("counter"))
    .values(value=t.counters.c.value + 1)
    .returning(t.counters.c.value)
)
_FIRST_NUMBER = Prepared(insert(t.counters))
_ADD_TOKEN = {
    "sqlite": Prepared(sqlite.insert(t.tokens).on_conflict_do_nothing().returning(t.tokens.c.jti)),
    "postgresql": Prepared(
        postgresql.insert(t.tokens).on_conflict_do_nothing().returning(t.tokens.c.jti)
    ),
}
_ADD_EVENT = Prepared(insert(t.events))
_FIND_STATEMENT = Prepared(
    select(t.statements.c.idx).where(
        t.statements.c.archive_code == bindparam("archive"),
        t.statements.c.envelope_id == bindparam("envelope"),
    )
)
_ADD_STATEMENT = Prepared(insert(t.statements))
_SAVE_CASE = Prepared(
    update(t.cases)
    .where(t.cases.c.case_no == bindparam("of_case"), t.cases.c.version == bindparam("before"))
    .values({name: bindparam(name) for name in ("state", "version", "body")})
)
_SAVE_WORK = Prepared(
    update(t.work)
    .where(
        t.work.c.case_no == bindparam("of_case"),
        t.work.c.holder_archive == bindparam("at"),
        t.work.c.version == bindparam("before"),
    )
    .values({name: bindparam(name) for name in ("state", "version", "deadline_ms", "body")})
)


def count_on(connection: Connection, name: str) -> int:
    """1, 2, 3 ... without gaps, per name."""
    raised = _NEXT_NUMBER.row(connection, {"counter": name})
    if raised is None:
        _FIRST_NUMBER.run(connection, {"name": name, "value": 1})
        return 1
    return int(raised[0])


def add_token(connection: Connection, issuer: str, jti: str, expires_ms: int) -> bool:
    """Whether the token is new; it is known from now on.

    One statement instead of a savepoint: the unique key decides.
    """
    values = {"issuer": issuer, "jti": jti, "expires_ms": expires_ms}
    return _ADD_TOKEN[connection.dialect.name].row(connection, values) is not None


def add_event(connection: Connection, values: Values) -> None:
    """The event is durable with the caller's transaction; `values` by column."""
    _ADD_EVENT.run(connection, values)


def is_kept(connection: Connection, archive_code: str, envelope_id: str) -> bool:
    """Whether the archive keeps that statement."""
    values = {"archive": archive_code, "envelope": envelope_id}
    return _FIND_STATEMENT.row(connection, values) is not None


def add_statement(connection: Connection, values: Values) -> None:
    """The statement is kept; `values` by column."""
    _ADD_STATEMENT.run(connection, values)


def set_case(connection: Connection, case_no: str, before: int, values: Values) -> bool:
    """Whether the window's case was still at version `before`; then it has these values."""
    return _SAVE_CASE.run(connection, {"of_case": case_no, "before": before, **values}) == 1


def set_work(
    connection: Connection, case_no: str, archive_code: str, before: int, values: Values
) -> bool:
    """As `set_case`, for the holder's case."""
    key = {"of_case": case_no, "at": archive_code, "before": before}
    return _SAVE_WORK.run(connection, {**key, **values}) == 1
