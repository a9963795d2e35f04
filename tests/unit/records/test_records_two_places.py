"""Matters with two ends, and the area of an identity number (domain.md §2.3, E11 and E19)."""

from datetime import date

import pytest

from records.coverage import HoldingsCoverage
from records.jurisdictions import Jurisdictions
from records.place_facts import PLACE_FACTS
from records.route_index import RouteIndex
from records.route_terms import RouteAnswer, RouteQuery
from records.routing import route

YOUTH = "educated_youth"


def coverage(archive: str, node: str, areas: tuple[str, ...], category: str) -> HoldingsCoverage:
    return HoldingsCoverage(
        archive_code=archive, node_id=node, sequence=1, category=category, areas=areas,
        covered_from=1962, covered_to=1999, as_of=date(2026, 1, 1),
    )  # fmt: skip


INDEX = RouteIndex(
    coverage=[
        coverage("310115", "pudong", ("310115",), YOUTH),
        coverage("361100", "shangrao", ("361100",), YOUTH),
        coverage("330481", "jiaxing", ("330481",), YOUTH),
    ],
    agreements=(),
    active_nodes=("pudong", "shangrao", "jiaxing"),
)


def ask(**facts: object) -> RouteAnswer:
    return route(
        RouteQuery(category=YOUTH, **facts),  # type: ignore[arg-type]
        index=INDEX,
        jurisdictions=Jurisdictions(PLACE_FACTS),
        liveness={},
        today=date(2026, 1, 1),
    )


def chosen(answer: RouteAnswer) -> list[str]:
    return sorted(one.archive_code for one in answer.nodes)


def test_where_they_came_from_and_where_they_were_sent_are_both_asked() -> None:
    answer = ask(place="川沙县", other_places=("江西省波阳县",), year=1969)
    assert chosen(answer) == ["310115", "361100"]
    assert {"川沙县", "波阳县"} <= {one.name for one in answer.jurisdictions}


def test_an_archive_of_both_ends_is_asked_once() -> None:
    assert chosen(ask(place="川沙县", other_places=("南汇县",), year=1969)) == ["310115"]


def test_an_end_that_is_not_understood_asks_before_anybody_is_chosen() -> None:
    answer = ask(place="川沙县", other_places=("某某公社",), year=1969)
    assert answer.ask is not None and answer.nodes == ()


@pytest.mark.parametrize(("area", "name"), [("339002", "海宁市"), ("330481", "海宁市")])
def test_the_area_of_the_number_is_offered_and_never_taken(area: str, name: str) -> None:
    answer = ask(issued_area=area, year=1988)
    assert answer.ask is not None and answer.nodes == ()
    assert any(name in choice for choice in answer.ask.choices)
    assert chosen(ask(place="海宁", issued_area="330402", year=1988)) == ["330481"]


def test_an_area_that_nobody_knows_offers_nothing() -> None:
    answer = ask(issued_area="330499")
    assert answer.ask is not None and answer.ask.choices == ()
