"""F14, F24, F28, F29: clocks, and services that others rely on."""

from pathlib import Path

from tests.faults.child import Plan
from tests.faults.officers_client import OfficersRefused
from tests.faults.run import Run
from tests.faults.world import (
    CERTIFICATES,
    HOLDER,
    NODES,
    REGISTRY,
    WINDOW,
    WITNESS,
    Setup,
    World,
)

_EVERY = (WINDOW, HOLDER, CERTIFICATES, f"officers-{WINDOW}", f"officers-{HOLDER}")
_THREE_DAYS = 73 * 3600


def _clock(run: Run, name: str = "") -> Path:
    path = run.folder.parent / f"{run.folder.name}{name}.clock"
    path.write_text("0", encoding="ascii")
    return path


def f14(run: Run) -> None:
    """No registry for 73 hours: new requests are refused with the reason; then it is back."""
    clock = _clock(run)
    plans = {name: Plan(clock=str(clock)) for name in _EVERY}
    with run.world(Setup(plans=plans)) as world:
        run.file(2)
        # Whatever would be sent again under the moved clock would be due in three days.
        run.driver.carry(40 * run.patience)
        run.driver.settle(20 * run.patience)
        world.kill(REGISTRY)
        clock.write_text(str(_THREE_DAYS), encoding="ascii")
        code = _review_refusal(run)
        run.expect(code == "DIRECTORY_EXPIRED", f"after 73 hours a review said {code or 'nothing'}")
        # It comes back, with a head of the same day.
        clock.write_text("0", encoding="ascii")
        world.revive(REGISTRY)
        world.wait_directory()
        run.over()
        run.file(1)
        run.note(refused_with=code)
    clock.unlink()


def _review_refusal(run: Run) -> str:
    """What the window says when a request should leave it now."""
    run.file(1)
    case_no = max(run.driver.journal.cases)
    try:
        run.driver.world.officers[WINDOW].tell("review", case_no=case_no)
    except OfficersRefused as refused:
        return refused.code
    return ""


def f24(run: Run) -> None:
    """The holder's clock is ten minutes ahead, then behind: refused as skew, then right again."""
    clock = _clock(run)
    plans = {HOLDER: Plan(clock=str(clock))}
    with run.world(Setup(plans=plans)) as world:
        run.file(1)
        run.work(2)
        for ahead in (600, -600):
            clock.write_text(str(ahead), encoding="ascii")
            run.file(1)
            said = world.processes[WINDOW].lines().count("CLOCK_SKEW")

            def noticed(before: int = said) -> bool:
                return world.processes[WINDOW].lines().count("CLOCK_SKEW") > before

            run.expect(run.work(25 * run.patience, noticed), f"{ahead} s of skew were not named")
        clock.write_text("0", encoding="ascii")
        run.over()
    clock.unlink()


def f28(run: Run) -> None:
    """A witness is away: the exchange goes on, and it agrees with the logs when it is back."""
    with run.world(Setup(nodes=NODES)) as world:
        run.file(1)
        world.kill(WITNESS)
        run.file(2)
        run.work(6)
        world.revive(WITNESS)
        run.over()
        run.recover()
        seen = run.work(40 * run.patience, lambda: _has_cosigned(world))
        run.expect(seen, "the witness cosigned nothing when it was back")


def _has_cosigned(world: World) -> bool:
    import sqlite3

    path = world.data(WITNESS) / "lantai.db"
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        try:
            ((count,),) = database.execute("select count(*) from witness_cosigned")
        except sqlite3.OperationalError:
            return False
    return int(count) > 0


def f29(run: Run) -> None:
    """The time-stamp authority is silent: certificates are issued and wait for their stamp."""
    with run.world(Setup(time_stamp=True)) as world:
        run.file(3)
        run.driver.carry(40 * run.patience)
        run.over()
        run.note(time_stamp_at=world.federation.tsa.rpartition("/")[0][-5:])
