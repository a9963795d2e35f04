"""The store behaves the same on SQLite and PostgreSQL."""

import threading

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, update
from sqlalchemy.exc import OperationalError

from records.refusal import Refusal
from trust.store.engine import open_engine, transaction
from trust.store.schema import ensure_schema

metadata = MetaData()
counter = Table("counter", metadata, Column("n", Integer, nullable=False))


def test_work_commits_at_the_end_of_the_block_or_not_at_all(database_url: str) -> None:
    engine = open_engine(database_url)
    ensure_schema(engine, metadata, "counter", 1)
    with transaction(engine) as connection:
        connection.execute(insert(counter).values(n=1))
    with pytest.raises(ZeroDivisionError), transaction(engine) as connection:
        connection.execute(update(counter).values(n=99))
        raise ZeroDivisionError
    with engine.connect() as connection:
        assert connection.execute(select(counter.c.n)).scalar_one() == 1
    engine.dispose()


def test_schema_appears_once_however_many_start_together(database_url: str) -> None:
    engine = open_engine(database_url)
    failures: list[Refusal] = []

    def start() -> None:
        try:
            ensure_schema(engine, metadata, "counter", 1)
        except Refusal as error:
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    engine.dispose()


def test_schema_moves_forward_by_its_migrations_only(database_url: str) -> None:
    engine = open_engine(database_url)
    ensure_schema(engine, metadata, "counter", 1)
    with pytest.raises(Refusal, match="STORE_VERSION"):
        ensure_schema(engine, metadata, "counter", 3, {1: lambda _c: None})
    steps: list[int] = []
    ensure_schema(
        engine,
        metadata,
        "counter",
        3,
        {1: lambda _c: steps.append(1), 2: lambda _c: steps.append(2)},
    )
    assert steps == [1, 2]
    with pytest.raises(Refusal, match="STORE_VERSION"):
        ensure_schema(engine, metadata, "counter", 2)
    engine.dispose()


def test_values_never_appear_in_database_errors(database_url: str) -> None:
    engine = open_engine(database_url)
    ensure_schema(engine, metadata, "counter", 1)
    with pytest.raises(Exception) as caught, transaction(engine) as connection:
        connection.execute(insert(counter).values(n=None))
        connection.exec_driver_sql("select 周小水 from nowhere")
    assert "parameters" not in str(caught.value) or "hidden" in str(caught.value)
    engine.dispose()


def test_sqlite_writers_take_turns_and_lose_nothing(tmp_path: object) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/a.db")
    ensure_schema(engine, metadata, "counter", 1)
    with transaction(engine) as connection:
        connection.execute(insert(counter).values(n=0))

    def add() -> None:
        for _ in range(20):
            with transaction(engine) as connection:
                n = connection.execute(select(counter.c.n)).scalar_one()
                connection.execute(update(counter).values(n=n + 1))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        assert connection.execute(select(counter.c.n)).scalar_one() == 80
    engine.dispose()


def test_sqlite_is_durable_private_and_says_when_it_is_busy_or_full(tmp_path: object) -> None:
    import os
    import stat

    path = f"{tmp_path}/a.db"
    engine = open_engine(f"sqlite:///{path}")
    ensure_schema(engine, metadata, "counter", 1)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
    holder = open_engine(f"sqlite:///{path}")
    with transaction(holder), engine.connect() as waiting:
        waiting.exec_driver_sql("PRAGMA busy_timeout=50")
        waiting.rollback()
        with pytest.raises(OperationalError):
            waiting.execution_options(lantai_immediate=True).begin()
    with pytest.raises(Refusal, match="STORE_FULL"), transaction(engine) as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=10")
        for n in range(10_000):
            connection.execute(insert(counter).values(n=n))
    with engine.connect() as connection:
        assert connection.execute(select(counter.c.n)).all() == []
    engine.dispose()
    holder.dispose()


@pytest.mark.parametrize(
    "url", ["", "sqlite://", "sqlite:///:memory:", "mysql://x/y", "sqlite:////nowhere/at/all.db"]
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(Refusal, match="STORE_UNSUPPORTED"):
        open_engine(url)


def test_an_unreachable_server_is_unavailable_not_a_crash() -> None:
    engine = open_engine("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(Refusal, match="STORE_BUSY"), transaction(engine):
        pass


def test_redis_is_a_real_server(redis_url: str) -> None:
    import redis

    client = redis.Redis.from_url(redis_url)
    client.set("lt:test", "1")
    assert client.get("lt:test") == b"1"
    client.close()
