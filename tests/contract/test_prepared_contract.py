"""Prepared statements do what Core would do with them, on both stores."""

import pytest
from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from trust.store.engine import open_engine, transaction
from trust.store.prepared import Prepared

metadata = MetaData()
sample = Table(
    "prepared_sample",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Integer, nullable=False),
    Column("body", LargeBinary),
)
ADD = Prepared(insert(sample))
RAISE = Prepared(
    update(sample)
    .where(sample.c.name == bindparam("who"))
    .values(value=sample.c.value + bindparam("more"))
    .returning(sample.c.value)
)
FIND = Prepared(select(sample.c.value, sample.c.body).where(sample.c.name == bindparam("who")))
ALL = Prepared(select(sample.c.name).where(sample.c.value > 0).order_by(sample.c.name))


@pytest.fixture
def engine(database_url):
    engine = open_engine(database_url)
    metadata.drop_all(engine)
    metadata.create_all(engine)
    yield engine
    metadata.drop_all(engine)
    engine.dispose()


def test_values_go_in_and_come_out_as_they_were(engine) -> None:
    with transaction(engine) as conn:
        ADD.run_each(
            conn,
            [
                {"name": name, "value": value, "body": body}
                for name, value, body in (
                    ("甲", 1, b"\x00\xff"),
                    ("b'; --", 2, b""),
                    ("c", 0, None),
                )
            ],
        )
        assert RAISE.row(conn, {"who": "甲", "more": 41}) == (42,)
        assert RAISE.row(conn, {"who": "nobody", "more": 1}) is None
    with engine.connect() as conn:
        assert FIND.row(conn, {"who": "甲"}) == (42, b"\x00\xff")
        assert FIND.row(conn, {"who": "c"}) == (0, None)
        assert ALL.rows(conn, {}) == [("b'; --",), ("甲",)]


def test_nothing_stays_of_a_transaction_that_fails(engine) -> None:
    with pytest.raises(RuntimeError), transaction(engine) as conn:
        assert ADD.run(conn, {"name": "a", "value": 1, "body": None}) == 1
        raise RuntimeError
    with engine.connect() as conn:
        assert FIND.row(conn, {"who": "a"}) is None


def test_errors_are_those_of_core_and_say_no_values(engine) -> None:
    with pytest.raises(IntegrityError) as caught, transaction(engine) as conn:
        for _ in range(2):
            ADD.run(conn, {"name": "周金水", "value": 1, "body": b"secret"})
    # The driver's own sentence is behind it, and nobody prints that (sanitising.py).
    assert "secret" not in str(caught.value)
    assert caught.value.hide_parameters


def test_a_reader_sees_one_moment(engine) -> None:
    with transaction(engine) as conn:
        ADD.run(conn, {"name": "a", "value": 1, "body": None})
    with engine.connect() as reader:
        assert FIND.row(reader, {"who": "a"}) == (1, None)
        assert reader.in_transaction()
