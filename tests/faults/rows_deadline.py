"""FD: a partner that never comes back before the business deadline, beyond the matrix."""

import time
from datetime import timedelta

from node.services.house import MESSAGE_LIFE
from tests.faults.child import Plan
from tests.faults.run import Run
from tests.faults.world import CERTIFICATES, HOLDER, WINDOW, Setup

_MARGIN = timedelta(hours=1)


def fd(run: Run) -> None:
    """The holder is gone until the message's deadline: a dead letter that a person sees."""
    clock = run.folder.parent / f"{run.folder.name}.clock"
    clock.write_text("0", encoding="ascii")
    names = (WINDOW, HOLDER, CERTIFICATES, f"officers-{WINDOW}", f"officers-{HOLDER}")
    with run.world(Setup(plans={name: Plan(clock=str(clock)) for name in names})) as world:
        run.file(1)
        run.driver.carry(30 * run.patience)
        world.kill(HOLDER)
        (asked,) = run.file(1)
        case_no = run.driver.case_of(asked)
        run.work(4)
        clock.write_text(str((MESSAGE_LIFE + _MARGIN).total_seconds()), encoding="ascii")

        def is_dead() -> bool:
            told = world.officers[WINDOW].tell("waiting")
            return bool(told["dead"] == 1 and told["messages"] == 0)

        run.expect(run.work(30 * run.patience, is_dead), "no dead letter after the deadline")
        run.driver.look()
        shown = run.driver.seen.get(case_no, {})
        legs = shown.get("legs", [["", "", ""]])
        run.expect(legs[0][1] == "NODE_UNAVAILABLE", f"the window shows {shown}")
        run.driver.give_up(case_no)
        clock.write_text("0", encoding="ascii")
        time.sleep(0.5)
        world.revive(HOLDER)
        run.over()
    clock.unlink()
