"""A slice of the simulation in every run of the suite; the long one is in `make faults`.

A seed that fails here is run again with `python -m tests.simulation exchange --seed N`.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import SystemRandom

from tests.simulation.exchange import ExchangeRun
from tests.simulation.network import Weather
from tests.simulation.parallel import Total, run_many

STORM = Weather(lost=0.1, reply_lost=0.1, doubled=0.1, stale=0.1)
MET = ("lost", "reply_lost", "doubled", "stale", "died", "miss", "hit", "ask")
"""The weather has to be bad indeed, and each kind of ending met."""


def test_nothing_is_lost_or_doubled_by_a_bad_network_and_dying_nodes(
    tmp_path, table_folder
) -> None:
    met: Counter[str] = Counter()
    # A hundred requests meet every kind of weather and of ending in nine runs of ten.
    for turn in range(6):
        seed = SystemRandom().randrange(10**6)
        run = ExchangeRun(tmp_path / str(turn), table_folder, seed, STORM, crash_rate=0.01)
        try:
            done = run.run(100)
        finally:
            run.close()
        print(f"seed {seed}: {done}")
        assert not done.findings, f"seed {seed}: {done.findings}"
        assert done.requests == 100
        met.update(done.network)
        met.update(done.kinds)
        met["crashes"] += done.crashes
        if met["crashes"] > 5 and all(met[what] for what in MET):
            break
    assert met["crashes"] > 5
    assert all(met[what] for what in MET), met


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


def test_a_long_job_goes_on_where_it_was_killed(tmp_path) -> None:
    asked: list[int] = []

    def run(requests: int, seed: int) -> dict[str, object]:
        asked.append(seed)
        counts = dict.fromkeys(("crashes", "leaves", "lost", "duplicated"), 2)
        said = {"seed": seed, "requests": requests, "kinds": {"hit": 1}, "network": {"lost": 1}}
        return said | counts | {"findings": []}

    def job(requests: int) -> Iterator[Total]:
        with ThreadPoolExecutor(1) as pool:
            yield from run_many(requests, 5, run, per_run=3, pool=pool, kept=tmp_path / "kept")

    *_, first = job(6)
    *_, whole = job(10)
    assert asked == [5000, 5001, 5002, 5003]
    assert (whole.requests, whole.runs, whole.crashes) == (10, 4, 8)
    assert whole.kinds["hit"] == 4 and whole.seconds >= first.seconds
    *_, longer = job(11)
    assert asked[4:] == [5003], "a run of another size is run anew"
    assert longer.requests == 11
