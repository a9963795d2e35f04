"""Statements run by their text give what the toolkit gives, for lists of any length."""

import sqlite3
from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, bindparam, select, text, union_all

from node.adapters.driver_statements import DriverStatements

numbers = Table("numbers", MetaData(), Column("n", Integer), Column("half", Integer))
AMONG = (
    select(numbers.c.n)
    .where(numbers.c.n.in_(bindparam("wanted", expanding=True)), numbers.c.half != 3)
    .order_by(numbers.c.n)
    .limit(bindparam("most"))
)
TWO_RANGES = union_all(
    select(numbers.c.n).where(numbers.c.n < bindparam("low")),
    select(numbers.c.n).where(numbers.c.half == 0),
).limit(bindparam("most"))


@pytest.fixture
def cursor() -> Iterator[sqlite3.Cursor]:
    """A hundred numbers and their halves."""
    store = sqlite3.connect(":memory:")
    store.execute("CREATE TABLE numbers (n INTEGER, half INTEGER)")
    store.executemany("INSERT INTO numbers VALUES (?, ?)", ((n, n // 2) for n in range(100)))
    yield store.cursor()
    store.close()


@pytest.mark.parametrize("length", [1, 2, 3, 7, 8, 9, 60])
def test_lists_of_every_length_are_asked_for(cursor: sqlite3.Cursor, length: int) -> None:
    wanted = list(range(length))
    rows = DriverStatements("sqlite").ask(cursor, AMONG, {"wanted": wanted, "most": 100})
    assert [n for (n,) in rows] == [n for n in wanted if n // 2 != 3]


def test_each_call_has_its_own_values(cursor: sqlite3.Cursor) -> None:
    statements = DriverStatements("sqlite")
    for wanted, most in (([4, 5], 2), ([9, 8], 1), ([40, 41], 2)):
        rows = statements.ask(cursor, AMONG, {"wanted": wanted, "most": most})
        assert [n for (n,) in rows] == sorted(wanted)[:most]


def test_ranges_and_plain_text_are_run_too(cursor: sqlite3.Cursor) -> None:
    statements = DriverStatements("sqlite")
    rows = statements.ask(cursor, TWO_RANGES, {"low": 3, "most": 10})
    assert sorted(n for (n,) in rows) == [0, 0, 1, 1, 2]
    plain = text("SELECT n FROM numbers WHERE n > :low AND half = :half")
    assert list(statements.ask(cursor, plain, {"low": 8, "half": 4})) == [(9,)]


def test_postgresql_gets_its_own_marks_and_types() -> None:
    class Said:
        def execute(self, said: str, values: list[object]) -> None:
            self.said, self.values = said, values

        def fetchall(self) -> list[tuple[int]]:
            return []

    said = Said()
    asked = {"wanted": [1, 2, 3], "most": 7}
    DriverStatements("postgresql").ask(said, AMONG, asked)  # type: ignore[arg-type]
    assert said.said.count("%s") == len(said.values) == 6
    assert said.values == [1, 2, 3, 3, 3, 7]
