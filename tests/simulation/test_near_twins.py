"""A slice of the near twins in every run of the suite; 300,000 are in `make faults`."""

import json
from dataclasses import replace
from random import SystemRandom

import pytest

from records.kinds import get_kind
from records.own_record import Card, Standing, stands_in
from tests.simulation.near_twins import run_twins

REGISTER = {
    "event_date": "1985-05-20",
    "a_name": "周金水",
    "a_birth": "1962-11-05",
    "b_name": "吴桂兰",
    "b_birth": "1964-02-09",
    "b_id_no": "361199196402090422",
}
ZHOU = Card(name="周金水", id_no="361199196211050313")
WU = Card(name="吴桂兰", id_no="361199196402090422")


def test_no_near_twin_sibling_or_former_spouse_is_released_by_machine(table_folder) -> None:
    seed = SystemRandom().randrange(10**6)
    found = run_twins(3000, seed, table_folder)
    print(found.text())
    assert found.released == 0, f"seed {seed}: {found.seeds}"
    assert set(found.attempts.values()) == {1000}
    # The rules are not simply deaf: most people get their own, and every attacker was judged.
    assert found.own > 0.8 * found.own_asked
    assert found.ended["not the applicant's"] > 500
    assert json.loads(json.dumps(found.figures()))["ended"] == dict(found.ended)


@pytest.mark.parametrize(
    ("card", "changes", "standing"),
    [
        (ZHOU, {}, Standing.PROVEN),
        (WU, {}, Standing.PROVEN),
        (replace(WU, name="吴桂英"), {}, Standing.PROVEN),
        (replace(ZHOU, id_no="361199196311050313"), {}, Standing.ABSENT),
        (replace(ZHOU, name="周金山"), {}, Standing.ABSENT),
        (replace(ZHOU, name="周金山"), {"a_former_name": "周金山"}, Standing.PROVEN),
        (replace(WU, id_no="361199196402090449"), {}, Standing.ABSENT),
        (ZHOU, {"a_birth": ""}, Standing.POSSIBLE),
        (ZHOU, {"a_birth": "1962"}, Standing.POSSIBLE),
        (ZHOU, {"a_birth": "1963"}, Standing.ABSENT),
        (ZHOU, {"a_birth": "", "a_age_recorded": "24"}, Standing.POSSIBLE),
        (ZHOU, {"a_birth": "农历一九六二年十月初九"}, Standing.POSSIBLE),
        (Card(name="周金水", id_no="E12345678"), {}, Standing.POSSIBLE),
    ],
)
def test_the_card_says_who_stands_in_the_record(card, changes, standing, table_folder) -> None:
    from node.adapters.reference_tables import load_query_reader

    reader = load_query_reader(table_folder)
    kind = get_kind("marriage_registration")
    found = stands_in(
        card, kind, REGISTER | changes, folding=reader.folding, calendar=reader.calendar
    )
    assert found is standing
