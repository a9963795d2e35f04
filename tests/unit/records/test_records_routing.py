"""Routing: which archives, why, and who may not be asked."""

import time
from dataclasses import replace
from datetime import date
from statistics import median

from records.agreements import Agreement
from records.coverage import HoldingsCoverage
from records.jurisdictions import Jurisdictions
from records.place_facts import PLACE_FACTS
from records.referrals import referrals_for
from records.route_index import RouteIndex
from records.route_terms import RouteAnswer, RouteQuery
from records.routing import route

TODAY = date(2026, 11, 21)
MARRIAGE = "marriage_registration"
PLACES = Jurisdictions(PLACE_FACTS)


def holds(
    node: str, archive: str, areas: tuple[str, ...], category: str = MARRIAGE
) -> HoldingsCoverage:
    return HoldingsCoverage(
        archive_code=archive,
        node_id=node,
        sequence=1,
        category=category,
        areas=areas,
        covered_from=1950,
        covered_to=2013,
        as_of=TODAY,
        referral="2014年起：当地民政局婚姻登记处",
    )


AGREEMENT = Agreement(
    agreement_id="jx-sr",
    version=2,
    asking_nodes=("jiaxing",),
    holding_nodes=("shangrao",),
    categories=(MARRIAGE, "educated_youth"),
    requester_types=("party",),
    purposes=(),
    year_from=1950,
    year_to=2015,
    granularity="extract",
    seal_mode="HOLDER_ELECTRONIC",
    minutes=15,
    legal_basis="档案法第二十八条",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    daily_quota=40,
    contacts={},
)
COVERAGE = (
    holds("jiaxing", "330400", ("330402", "330411")),
    holds("jiaxing", "330481", ("330481",)),
    holds("shangrao", "361100", ("361100",)),
    holds("pudong", "310115", ("310115",)),
    holds("shangrao", "361100", ("361100",), "educated_youth"),
    holds("pudong", "310115", ("310115",), "educated_youth"),
)
INDEX = RouteIndex(
    coverage=COVERAGE,
    agreements=(AGREEMENT,),
    active_nodes=("jiaxing", "shangrao", "pudong"),
    archive_names=(("361100", "上饶市档案馆"), ("310115", "浦东新区档案馆")),
)


def ask(**query: object) -> RouteAnswer:
    liveness = query.pop("liveness", {})
    return route(
        RouteQuery(**{"category": MARRIAGE, **query}),  # type: ignore[arg-type]
        index=INDEX,
        jurisdictions=PLACES,
        liveness=liveness,  # type: ignore[arg-type]
        today=TODAY,
    )


def test_e01_a_marriage_of_1985_in_shangrao_county_is_asked_of_shangrao() -> None:
    answer = ask(place="上饶县", year=1985, asking_node="jiaxing")
    assert [(one.node_id, one.archive_code, one.agreement_id) for one in answer.nodes] == [
        ("shangrao", "361100", "jx-sr")
    ]
    assert answer.ask is None
    assert [(one.code, one.name) for one in answer.jurisdictions] == [
        ("362321", "上饶县"),
        ("361104", "广信区"),
    ]
    assert "上饶县今属广信区" in answer.nodes[0].why
    assert "上饶市档案馆" in answer.nodes[0].why


def test_e02_a_national_number_names_area_and_year_by_itself() -> None:
    answer = ask(number="J330402-2012-000123")
    assert [one.archive_code for one in answer.nodes] == ["330400"]
    assert answer.jurisdictions[0].name == "南湖区"
    # The office wrote the number; memory may err.
    assert [
        one.archive_code for one in ask(number="J330402-2012-000123", place="上饶县").nodes
    ] == ["330400"]


def test_an_unknown_area_in_a_number_falls_back_to_the_place() -> None:
    answer = ask(number="J999999-2012-000123", place="上饶县")
    assert [one.node_id for one in answer.nodes] == ["shangrao"]


def test_an_old_number_lends_its_year_only() -> None:
    answer = ask(number="(82)嘉郊结字第37号", place="嘉兴市")
    assert {one.code for one in answer.jurisdictions} == {"332102", "330402", "330411"}


def test_e08_a_newer_year_is_not_covered_and_is_referred() -> None:
    answer = ask(place="南湖区", year=2023, asking_node="jiaxing")
    assert answer.nodes == ()
    assert [(one.node_id, one.code) for one in answer.refused] == [("jiaxing", "NOT_COVERED")]
    assert answer.referrals[0].name == "2014年起：当地民政局婚姻登记处"
    assert any("民政局" in one.name for one in answer.referrals[1:])


def test_a_period_that_begins_before_the_coverage_is_still_asked() -> None:
    answer = ask(place="上饶县", year=1948, year_to=1955, asking_node="jiaxing")
    assert [one.node_id for one in answer.nodes] == ["shangrao"]
    outside = ask(place="上饶县", year=1945, year_to=1949, asking_node="jiaxing")
    assert [one.code for one in outside.refused] == ["NOT_COVERED"]
    assert "1945–1949" in outside.refused[0].why
    # A national number says the year by itself: the remembered period no longer counts.
    number = ask(number="J330402-2012-000123", year=1990, year_to=1995)
    assert [one.archive_code for one in number.nodes] == ["330400"]


def test_e11_one_place_each_and_both_are_found() -> None:
    origin = ask(category="educated_youth", place="川沙县", year=1969)
    settled = ask(category="educated_youth", place="波阳县", year=1969)
    assert [one.node_id for one in origin.nodes + settled.nodes] == ["pudong", "shangrao"]


def test_e19_haining_goes_to_the_archive_that_the_same_node_hosts() -> None:
    assert [one.archive_code for one in ask(place="海宁", year=1988).nodes] == ["330481"]


def test_e21_without_an_agreement_the_archive_is_named_but_not_asked() -> None:
    answer = ask(place="川沙县", year=1990, asking_node="jiaxing")
    assert answer.nodes == ()
    assert [(one.node_id, one.code) for one in answer.refused] == [("pudong", "AGREEMENT_SCOPE")]


def test_an_ambiguous_place_asks_and_chooses_nobody() -> None:
    answer = ask(place="上饶", year=1985, asking_node="jiaxing")
    assert (answer.nodes, answer.refused) == ((), ())
    assert answer.ask is not None
    assert answer.ask.choices


def test_without_place_and_number_the_place_is_asked() -> None:
    answer = ask()
    assert answer.ask is not None
    assert answer.ask.code == "PLACE_MISSING"


def test_a_city_reaches_every_archive_beneath_it_and_the_own_one_is_first() -> None:
    answer = ask(place="嘉兴市", year=1990, asking_node="jiaxing")
    assert [one.archive_code for one in answer.nodes] == ["330400", "330481"]
    assert all(one.agreement_id == "" for one in answer.nodes)


def test_a_silent_archive_is_named_last_and_never_left_out() -> None:
    index = RouteIndex(
        coverage=(holds("a", "361101", ("361104",)), holds("b", "361102", ("361104",))),
        agreements=(),
        active_nodes=("a", "b"),
    )
    answer = route(
        RouteQuery(category=MARRIAGE, place="上饶县", year=1985),
        index=index,
        jurisdictions=PLACES,
        liveness={"a": "silent", "b": "slow"},
        today=TODAY,
    )
    assert [(one.node_id, one.state) for one in answer.nodes] == [("b", "slow"), ("a", "silent")]


def test_a_member_that_left_is_refused_by_name() -> None:
    index = RouteIndex(coverage=COVERAGE, agreements=(AGREEMENT,), active_nodes=("jiaxing",))
    answer = route(
        RouteQuery(category=MARRIAGE, place="上饶县", year=1985, asking_node="jiaxing"),
        index=index,
        jurisdictions=PLACES,
        liveness={},
        today=TODAY,
    )
    assert [(one.node_id, one.code) for one in answer.refused] == [("shangrao", "NODE_NOT_ACTIVE")]


def test_referrals_depend_on_category_and_year() -> None:
    assert any("学信网" in one.name for one in referrals_for("school_record", 2005))
    assert not any("学信网" in one.name for one in referrals_for("school_record", 1971))
    assert any("法院" in one.name for one in referrals_for(MARRIAGE, 1991))
    assert referrals_for("only_child") == ()


def test_a_decision_costs_the_same_among_ten_times_the_members() -> None:
    few, many = (_seconds_a_route(members) for members in (40, 400))
    # Measured side by side: a scan of the members would cost ten times as much.
    assert many < 6 * few


def _seconds_a_route(members: int) -> float:
    coverage = [
        replace(holds(f"n{n:04}", f"{100000 + n}", (f"{330000 + n:06}",)), category=category)
        for n in range(members)
        for category in (MARRIAGE, "educated_youth", "school_record")
    ]
    agreements = [
        replace(AGREEMENT, agreement_id=f"a{n}", holding_nodes=(f"n{n % members:04}",))
        for n in range(members * 10)
    ]
    active = [f"n{n:04}" for n in range(members)]
    index = RouteIndex(coverage=coverage, agreements=agreements, active_nodes=active)
    query = RouteQuery(category=MARRIAGE, place="海宁县", year=1985, asking_node="jiaxing")
    spans = []
    for _ in range(30):
        began = time.thread_time()
        route(query, index=index, jurisdictions=PLACES, liveness={}, today=TODAY)
        spans.append(time.thread_time() - began)
    return median(spans)
