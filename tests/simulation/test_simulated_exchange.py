"""A slice of the simulation in every run of the suite; the long one is in `make faults`.

A seed that fails here is run again with `python -m tests.simulation exchange --seed N`.
"""

from random import SystemRandom

from tests.simulation.exchange import ExchangeRun
from tests.simulation.network import Weather

STORM = Weather(lost=0.1, reply_lost=0.1, doubled=0.1, stale=0.1)


def test_nothing_is_lost_or_doubled_by_a_bad_network_and_dying_nodes(
    tmp_path, table_folder
) -> None:
    seed = SystemRandom().randrange(10**6)
    run = ExchangeRun(tmp_path, table_folder, seed, STORM, crash_rate=0.01)
    try:
        done = run.run(100)
    finally:
        run.close()
    print(f"seed {seed}: {done}")
    assert not done.findings, f"seed {seed}: {done.findings}"
    assert done.requests == 100
    # The weather was bad indeed, and each kind of ending was met.
    assert done.crashes > 5
    assert all(done.network[what] for what in ("lost", "reply_lost", "doubled", "stale", "died"))
    assert done.kinds["miss"] and done.kinds["hit"] and done.kinds["ask"]


def test_the_same_seed_is_the_same_run(tmp_path, table_folder) -> None:
    seen = []
    for turn in range(2):
        run = ExchangeRun(tmp_path / str(turn), table_folder, 7, STORM, crash_rate=0.02)
        try:
            done = run.run(20)
        finally:
            run.close()
        seen.append((done.crashes, done.leaves, done.kinds, done.network, done.findings))
    assert seen[0] == seen[1]
    assert not seen[0][-1]
