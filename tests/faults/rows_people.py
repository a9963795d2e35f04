"""F33 and F34: people who click twice, and processes that hang."""

import threading
import time
from typing import Any

from tests.faults.officers_client import OfficersRefused
from tests.faults.run import Run
from tests.faults.world import ARCHIVES, CERTIFICATES, HOLDER, WINDOW, World


def f33(run: Run) -> None:
    """Ten clicks file one request; of two reviews and two seals at once one moves the case."""
    with run.world() as world:
        (asked,) = run.driver.draw(1)
        order = {
            "kind": asked.kind,
            "seed": run.seed,
            "number": asked.number,
            "key": asked.key,
        }
        said = _at_once(world, WINDOW, 10, "file", **order)
        cases = {one["case_no"] for one in said if "case_no" in one}
        run.expect(len(cases) == 1, f"ten clicks made {len(cases)} cases")
        (case_no,) = cases
        run.driver.journal.acknowledge(case_no, asked)
        reviews = _at_once(world, WINDOW, 4, "review", case_no=case_no)
        done = sum("refused" not in one for one in reviews)
        codes = sorted({one["refused"] for one in reviews if "refused" in one})
        run.expect(done == 1, f"{done} of four reviews moved the case")
        rounds = _at_once(world, HOLDER, 3, "holder")
        run.expect(rounds, "nobody worked")
        run.note(clicks=10, reviews_refused_with=codes)
        run.over()


def _at_once(world: World, node: str, times: int, act: str, **order: Any) -> list[dict[str, Any]]:
    """What each of several equal orders at one moment came to."""
    said: list[dict[str, Any]] = []

    def tell() -> None:
        try:
            said.append(dict(world.officers[node].tell(act, **order)))
        except OfficersRefused as refused:
            said.append({"refused": refused.code})

    threads = [threading.Thread(target=tell) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def f34(run: Run) -> None:
    """The issuer and then the holder stand still (SIGSTOP) in the middle of their work."""
    with run.world() as world:
        run.file(3)
        run.work(2)
        for name in (CERTIFICATES, HOLDER):
            world.processes[name].halt()
            run.file(1)
            run.work(5)
            world.processes[name].resume()
            time.sleep(0.5)
        run.over()
        run.note(archive=ARCHIVES[HOLDER])
