"""Two nodes, whatever the order: filing, working, storms, deaths, old messages coming again.

hypothesis chooses what happens next and shrinks what breaks. The nodes are the real ones of
tests/simulation (own code, own databases, own signatures) under a network that loses, duplicates
and reorders; every example ends in calm weather and must then have lost and doubled nothing.
"""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.simulation.checks import HOLDER, WINDOW, check
from tests.simulation.exchange import ExchangeRun
from tests.simulation.network import Weather

CHANCE = st.sampled_from((0.0, 0.3, 1.0))
SEED = 20261122


class ExchangeMachine(RuleBasedStateMachine):
    """One run goes through all examples: each adds its own requests to the same two databases."""

    run: ExchangeRun
    filed = 0

    @rule()
    def file(self) -> None:
        number = ExchangeMachine.filed
        ExchangeMachine.filed += 1
        self.run._insist(lambda: self.run._file(number))

    @rule(times=st.integers(1, 3))
    def work(self, times: int) -> None:
        for _ in range(times):
            self.run._round()

    @rule(lost=CHANCE, reply_lost=CHANCE, doubled=CHANCE, stale=CHANCE)
    def change_weather(self, lost: float, reply_lost: float, doubled: float, stale: float) -> None:
        self.run.network.weather = Weather(
            lost=lost, reply_lost=reply_lost, doubled=doubled, stale=stale
        )

    @rule(rate=st.sampled_from((0.0, 0.05, 0.2)))
    def change_how_often_nodes_die(self, rate: float) -> None:
        self.run.dice.rate = rate

    @rule(node=st.sampled_from((WINDOW[0], HOLDER[0])))
    def die(self, node: str) -> None:
        self.run._restart(node)

    @invariant()
    def nothing_arrives_twice(self) -> None:
        with self.run.network.nodes[HOLDER[0]].base.house.book.read() as book:
            for work in book.list_work(HOLDER[1], ("dispatched", "searching", "candidates"), 50):
                events = book.case_events(work.case_no, "holder", HOLDER[1])
                assert sum(event.state == "dispatched" for event in events) == 1

    def teardown(self) -> None:
        self.run._settle()
        nodes = self.run.network.nodes
        found = check({name: node.base for name, node in nodes.items()}, self.run.acknowledged)
        assert found == []


@pytest.mark.timeout(300)
def test_nothing_is_lost_or_doubled_in_any_order(tmp_path, table_folder) -> None:
    run = ExchangeRun(tmp_path, table_folder, SEED)
    ExchangeMachine.run = run
    try:
        run_state_machine_as_test(
            ExchangeMachine,
            settings=settings(
                max_examples=8,
                stateful_step_count=12,
                deadline=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
        assert len(run.acknowledged) > 2
        assert run.network.counts
    finally:
        run.close()
