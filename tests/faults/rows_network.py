"""F7 to F13 and F25: what lies between the processes."""

import socket
import time
from pathlib import Path

from tests.faults.child import Plan
from tests.faults.run import Run
from tests.faults.world import CERTIFICATES, HOLDER, REGISTRY, WINDOW, Setup, World

_BETWEEN = (WINDOW, HOLDER, CERTIFICATES)


def _weather(run: Run, seconds: float, **changes: float | bool | int) -> None:
    """Requests in a weather, then a fair day."""
    with run.world() as world:
        run.file(2)
        world.set_weather(_BETWEEN, **changes)
        for name in _BETWEEN:
            # Connections that stand are as old as the fair day: new ones meet the weather.
            world.proxies[name].cut_all()
        run.file(3)
        run.work(seconds * run.patience)
        harmed = sum(world.proxies[name].harmed for name in _BETWEEN)
        run.expect(harmed > 0, "the weather harmed nothing")
        world.set_weather()
        run.over()
        run.note(harmed=harmed)


def f07(run: Run) -> None:
    """Four connections of ten are refused; then all, until the window is told of the silence."""
    with run.world() as world:
        run.file(2)
        world.set_weather(_BETWEEN, refuse=0.4, cut=0.05)
        for name in _BETWEEN:
            world.proxies[name].cut_all()
        run.file(2)
        run.work(6)
        world.set_weather((HOLDER,), refuse=1.0)
        world.proxies[HOLDER].cut_all()
        (asked,) = run.file(1)
        case_no = run.driver.case_of(asked)

        def is_told() -> bool:
            return bool(run.driver.seen.get(case_no, {}).get("state") == "node_unavailable")

        run.expect(run.work(30 * run.patience, is_told), "the window was not told of the silence")
        harmed = sum(world.proxies[name].harmed for name in _BETWEEN)
        world.set_weather()
        run.over()
        run.note(harmed=harmed)


def f08(run: Run) -> None:
    """Replies are lost after the call was executed."""
    _weather(run, 10, lose_reply=0.08)


def f09(run: Run) -> None:
    """Streams are cut in the middle of a message; bits flip on the way."""
    _weather(run, 8, cut=0.06, flip=0.02)


def f10(run: Run) -> None:
    """Answers of the holder are swallowed; twenty minutes pass on every clock; it heals."""
    clock = run.folder.parent / f"{run.folder.name}.clock"
    clock.write_text("0", encoding="ascii")
    names = (WINDOW, HOLDER, f"officers-{WINDOW}", f"officers-{HOLDER}", CERTIFICATES)
    setup = Setup(plans={name: Plan(clock=str(clock)) for name in names})
    with run.world(setup) as world:
        # The seal's own process keeps the machine's time: these end without a certificate.
        run.file(1, hits=0)
        world.set_weather((HOLDER,), swallow_down=True)
        (asked,) = run.file(1, hits=0)
        case_no = run.driver.case_of(asked)

        def is_told() -> bool:
            return run.driver.seen.get(case_no, {}).get("state") == "node_unavailable"

        run.expect(run.work(60 * run.patience, is_told), "the window was not told of the silence")
        clock.write_text("1200", encoding="ascii")
        run.work(1.0)
        run.expect(run.driver.seen[case_no]["overdue"], "the clock does not say that it ran out")
        world.set_weather()
        run.over()
    clock.unlink()


def f11(run: Run) -> None:
    """A round trip takes 2 s with jitter; then a line of 1 kB/s; threads do not pile up."""
    with run.world() as world:
        run.file(2)
        run.work(4)
        threads = _threads(world.processes[HOLDER].serving())
        world.set_weather(_BETWEEN, delay_seconds=0.8, jitter_seconds=0.4)
        (asked,) = run.file(1)
        case_no = run.driver.case_of(asked)

        def arrived() -> bool:
            legs = run.driver.seen.get(case_no, {}).get("legs", [])
            return bool(legs) and legs[0][0] not in ("dispatched", "silent")

        run.expect(run.work(25 * run.patience, arrived), "nothing arrived over a slow line")
        world.set_weather(_BETWEEN, bytes_per_second=1000)
        run.file(2)
        run.work(10)
        grown = _threads(world.processes[HOLDER].serving()) - threads
        run.expect(grown < 40, f"{grown} more threads on a slow line")
        world.set_weather()
        run.over()
        run.note(more_threads=grown)


def _threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir())) if pid else 0


def f12(run: Run) -> None:
    """Every message comes again later and out of order; recorded bytes are played back."""
    twice = Setup(plans={name: Plan(twice=True) for name in (WINDOW, HOLDER)})
    with run.world(twice) as world:
        for name in (WINDOW, HOLDER):
            world.proxies[name].cut_all()
            world.proxies[name].record()
        run.file(4)
        run.driver.carry(30 * run.patience)
        time.sleep(1.5)
        replayed = sum(world.proxies[name].replay() for name in (WINDOW, HOLDER))
        run.expect(replayed > 0, "nothing was recorded to be replayed")
        said = [world.processes[name].lines() for name in (WINDOW, HOLDER)]
        again = sum(text.count('"sent_again"') for text in said)
        duplicates = sum(text.count('"DUPLICATE"') for text in said)
        run.expect(duplicates > 0, f"of {again} copies none was called a duplicate")
        run.note(replayed=replayed, sent_again=again, duplicates=duplicates)
        run.over()


def f13(run: Run) -> None:
    """The registry dies and never comes back; the window's node starts again without it."""
    with run.world() as world:
        run.file(1)
        run.work(1)
        world.kill(REGISTRY)
        run.file(2)
        run.work(2)
        world.kill(WINDOW)
        world.revive(WINDOW)
        run.file(2)
        run.over()


def f25(run: Run) -> None:
    """Two hundred half-open TLS connections at the holder, again and again."""
    with run.world() as world:
        run.file(2)
        pid = world.processes[HOLDER].serving()
        opened, slowest = 0, 0.0
        end = time.monotonic() + 8
        while time.monotonic() < end:
            sockets = [_half_open(world) for _ in range(200)]
            opened += len(sockets)
            began = time.monotonic()
            run.driver.round()
            slowest = max(slowest, time.monotonic() - began)
            for one in sockets:
                one.close()
        run.over()
        run.expect(world.processes[HOLDER].serving() == pid, "the holder's process died of it")
        run.note(half_open=opened, slowest_round=round(slowest, 2))


def _half_open(world: World) -> socket.socket:
    host, _, port = world.listens[HOLDER].rpartition(":")
    connection = socket.socket()
    connection.setblocking(False)
    connection.connect_ex((host, int(port)))
    time.sleep(0.0005)
    try:
        connection.send(b"\x16\x03\x01")
    except OSError:
        pass
    return connection
