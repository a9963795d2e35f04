"""F1 to F6 and F36: processes that die."""

import time
from random import Random

from tests.faults.run import Run
from tests.faults.world import CERTIFICATES, HOLDER, WINDOW, Setup, World

_POINTS = Setup(crash_points=True)


def _die_at_each(run: Run, points: list[tuple[str, str]]) -> None:
    points = [(name, point) for name, point in points if not run.moments or point in run.moments]
    with run.world(_POINTS) as world:
        for name, point in points:
            run.die_at(world, name, point)
        run.note(points=len(points))


def f00(run: Run) -> None:
    """Nothing happens."""
    with run.world() as world:
        run.file(6)
        run.driver.carry(40 * run.patience)
        run.note(processes=len(world.processes))


def f01(run: Run) -> None:
    """The window dies before and after the commits of filing and of review."""
    officers = f"officers-{WINDOW}"
    moments = ("file:commit", "file:committed", "review:commit", "review:committed")
    _die_at_each(run, [(officers, moment) for moment in moments])


def f02(run: Run) -> None:
    """The window's node dies before sending, after the reply, and before it is kept."""
    moments = ("lease:committed", "send:start", "arrived:start", "arrived:commit")
    _die_at_each(run, [(WINDOW, moment) for moment in moments])


def f03(run: Run) -> None:
    """The holder dies before and after the request is kept, and before it replies."""
    moments = ("receive:commit", "receive:committed", "submit_reply:end", "search:commit")
    _die_at_each(run, [(HOLDER, moment) for moment in moments])


def f04(run: Run) -> None:
    """Holder, its officers and the issuer die around order, leaf, seal and push."""
    points = [
        (f"officers-{HOLDER}", "release:committed"),
        (f"officers-{HOLDER}", "seal:commit"),
        (f"officers-{HOLDER}", "seal:end"),
        (HOLDER, "enter:commit"),
        (HOLDER, "enter:committed"),
        (CERTIFICATES, "certify_issue:commit"),
        (HOLDER, "enter_file:committed"),
        (HOLDER, "fulfil:commit"),
        (HOLDER, "send:start"),
    ]
    _die_at_each(run, points)


def f05(run: Run) -> None:
    """The window dies around keeping the answer, before its receipt, and while it fetches."""
    moments = ("answer:commit", "answer:committed", "deliver_reply:end", "collect:commit")
    _die_at_each(run, [(WINDOW, moment) for moment in moments])


def f06(run: Run) -> None:
    """kill -9 of a random process, supervisor included, eight times."""
    rng = Random(f"f06/{run.seed}")
    with run.world() as world:
        run.file(3)
        killed = []
        for _ in range(8):
            name = rng.choice((WINDOW, HOLDER, CERTIFICATES, f"officers-{HOLDER}"))
            run.work(rng.uniform(0.2, 1.0))
            kill_and_start(world, name)
            killed.append(name)
            if len(killed) % 4 == 0:
                run.file(1)
        run.over()
        run.note(kills=len(killed))


def kill_and_start(world: World, name: str) -> None:
    """kill -9 of all of it; what serves is started again, officers when they are needed."""
    process = world.processes[name]
    process.kill()
    if not name.startswith("officers"):
        process.spawn()
        # The next kill may come while it starts.
        time.sleep(0.1)
