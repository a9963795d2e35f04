"""A slice of `make faults`: on a copy of the sample federation, the holder dies at two commits.

The whole matrix takes its time; this says every day that the harness itself works: processes die at
their points, the attack list is fired and refused, and the criteria find nothing.
"""

from random import SystemRandom

from deploy.localnet.federation import LocalFederation
from tests.faults.run import Run
from tests.faults.world import HOLDER, Setup


def test_a_holder_that_dies_loses_nothing_and_lets_nobody_in(
    local: LocalFederation, tmp_path
) -> None:
    seed = SystemRandom().randrange(10**6)
    run = Run(local.layout.root, tmp_path / "w", "slice", seed)
    with run.world(Setup(crash_points=True)) as world:
        for point in ("receive:committed", "enter:commit"):
            run.die_at(world, HOLDER, point)
    print(f"seed {seed}: {run.outcome.figures}")
    assert run.outcome.findings == [], f"seed {seed}"
    assert run.outcome.figures["requests"] == run.outcome.figures["ended"] == 2
    assert run.outcome.figures["attacks"] > 40
    assert run.outcome.figures["let_in"] == 0
