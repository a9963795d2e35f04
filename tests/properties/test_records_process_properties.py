"""Whatever a citizen writes or an operator imports, the process rules answer with a code."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from records.area_table import parse_area_table
from records.case_states import (
    CLOCK_STOPPED,
    HOLDER_EDGES,
    HOLDER_START,
    WINDOW_EDGES,
    CaseState,
)
from records.eligibility import evaluate_eligibility
from records.eligibility_terms import DOCUMENTS, FACTS, Application, Effect, Limit, Requester
from records.jurisdictions import Jurisdictions
from records.kinds import KINDS
from records.place_facts import HEADER, PLACE_FACTS
from records.refusal import Refusal
from records.route_index import RouteIndex
from records.route_terms import RouteQuery
from records.routing import route

PLACES = Jurisdictions(PLACE_FACTS)
EMPTY = RouteIndex(coverage=(), agreements=(), active_nodes=())
PIECES = (
    "浙江",
    "省",
    "嘉兴",
    "市",
    "县",
    "区",
    "海宁",
    "上饶",
    "地区",
    "南湖",
    "市区",
    "公社",
    "1985",
    " ",
    "",
)


@given(st.text(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_any_place_text_is_resolved_or_asked(place: str) -> None:
    for year in (None, 1900, 1985, 2100):
        answer = PLACES.resolve(place, year)
        assert bool(answer.reason) != bool(answer.today)
        assert bool(answer.reason) == bool(answer.question)


@given(st.text(max_size=60), st.text(max_size=60), st.none() | st.integers(1900, 2100))
def test_any_question_is_routed(place: str, number: str, year: int | None) -> None:
    answer = route(
        RouteQuery(category="marriage_registration", place=place, number=number, year=year),
        index=EMPTY,
        jurisdictions=PLACES,
        liveness={},
        today=date(2026, 11, 21),
    )
    assert answer.nodes == ()


@given(st.text(max_size=200))
def test_any_table_is_read_or_refused_by_its_code(text: str) -> None:
    for content in (text, HEADER + text):
        try:
            assert parse_area_table(content)
        except Refusal as refusal:
            assert refusal.code == "AREA_TABLE_MALFORMED"


@given(st.data())
def test_a_case_that_walks_at_random_meets_no_seal_without_a_release(data: st.DataObject) -> None:
    state, seen = HOLDER_START, [HOLDER_START]
    for _ in range(30):
        targets = sorted(HOLDER_EDGES[state])
        if not targets:
            break
        state = data.draw(st.sampled_from(targets))
        seen.append(state)
    for place, reached in enumerate(seen):
        if reached is CaseState.SEALED:
            assert seen[place - 1] is CaseState.RELEASED


@given(st.data())
def test_a_window_case_never_leaves_a_stopped_clock_but_by_appeal_or_late_papers(
    data: st.DataObject,
) -> None:
    state = data.draw(st.sampled_from(sorted(CLOCK_STOPPED)))
    onward = WINDOW_EDGES[state] - CLOCK_STOPPED
    assert onward <= {CaseState.APPEAL, CaseState.RELEASED, CaseState.SEALED}


@settings(max_examples=300)
@given(
    st.sampled_from([*Requester, "nobody"]),
    st.sampled_from(sorted(KINDS)),
    st.frozensets(st.sampled_from(sorted(DOCUMENTS)), max_size=6),
    st.frozensets(st.sampled_from(sorted(FACTS)), max_size=3),
    st.sampled_from(["open", "restricted", "deferred", "not_reviewed"]),
    st.sampled_from(["", "秘密"]),
    st.sampled_from(["asserted", "document_photo", "national_net_id", "chip_read"]),
)
def test_every_decision_is_whole(
    requester: str,
    category: str,
    documents: frozenset[str],
    facts: frozenset[str],
    open_status: str,
    secrecy_level: str,
    assurance: str,
) -> None:
    decided = evaluate_eligibility(
        Application(
            requester=requester,
            category=category,
            documents=documents,
            facts=facts,
            open_status=open_status,
            secrecy_level=secrecy_level,
            identity_assurance=assurance,
        )
    )
    allowed = decided.effect in (Effect.ALLOW, Effect.LEADER)
    assert allowed == (decided.reason is None)
    assert allowed or decided.limit is Limit.NOTHING
    assert decided.rule
    assert decided.basis
    assert bool(decided.missing) == (decided.effect is Effect.SUPPLEMENT)
    if (
        secrecy_level
        or "bulk" in facts
        or (requester == "nobody" and category != "policy_document")
    ):
        assert not allowed
    if category == "marriage_registration" and assurance == "asserted":
        assert not allowed
