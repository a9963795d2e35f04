"""Agreements and coverage: deny by default, and the rule that decided is named."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.agreement_rules import (
    GRANULARITY,
    AgreementQuestion,
    evaluate_agreements,
    is_named_after_parties,
    require_agreement,
)
from records.agreement_standing import standing
from records.agreements import Agreement
from records.refusal import Refusal

TODAY = date(2026, 11, 21)
AGREEMENT = Agreement(
    agreement_id="jiaxing-shangrao-2026",
    version=1,
    asking_nodes=("jiaxing", "shangrao"),
    holding_nodes=("jiaxing", "shangrao"),
    categories=("marriage_registration", "educated_youth"),
    requester_types=("party", "agent"),
    purposes=("pension", "property"),
    year_from=1950,
    year_to=2015,
    granularity="extract",
    seal_mode="HOLDER_ELECTRONIC",
    minutes=15,
    legal_basis="档案法第二十八条",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    daily_quota=40,
    contacts={"jiaxing": "0573-0000000"},
)
QUESTION = AgreementQuestion(
    asking_node="jiaxing",
    holding_node="shangrao",
    category="marriage_registration",
    requester="party",
    purpose="pension",
    year=1985,
)


def test_an_agreement_that_fits_allows_and_is_named() -> None:
    decision = evaluate_agreements([AGREEMENT], QUESTION, TODAY)
    assert decision.allowed
    assert decision.agreement is AGREEMENT
    assert "jiaxing-shangrao-2026" in decision.why


def test_without_any_agreement_the_answer_is_out_of_scope() -> None:
    decision = evaluate_agreements([], QUESTION, TODAY)
    assert (decision.code, decision.rule, decision.agreement) == (
        "AGREEMENT_SCOPE",
        "missing",
        None,
    )


@pytest.mark.parametrize(
    ("change", "rule", "code"),
    [
        ({"category": "only_child"}, "category", "AGREEMENT_SCOPE"),
        ({"requester": "lawyer"}, "requester", "AGREEMENT_SCOPE"),
        ({"purpose": "notary"}, "purpose", "AGREEMENT_SCOPE"),
        ({"year": 1949}, "years", "AGREEMENT_SCOPE"),
        ({"year": 2016}, "years", "AGREEMENT_SCOPE"),
        ({"granularity": "image"}, "granularity", "AGREEMENT_SCOPE"),
        ({"granularity": "everything"}, "granularity", "AGREEMENT_SCOPE"),
        ({"used_today": 40}, "quota", "AGREEMENT_QUOTA"),
        ({"holding_node": "pudong"}, "missing", "AGREEMENT_SCOPE"),
        ({"asking_node": "pudong"}, "missing", "AGREEMENT_SCOPE"),
    ],
)
def test_each_rule_refuses_by_itself(change: dict[str, object], rule: str, code: str) -> None:
    decision = evaluate_agreements([AGREEMENT], replace(QUESTION, **change), TODAY)
    assert (decision.rule, decision.code) == (rule, code)
    assert not decision.allowed


@pytest.mark.parametrize(
    "change", [{"year": 1950}, {"year": 2015}, {"used_today": 39}, {"year": None}]
)
def test_bounds_are_inclusive(change: dict[str, object]) -> None:
    assert evaluate_agreements([AGREEMENT], replace(QUESTION, **change), TODAY).allowed


@pytest.mark.parametrize(
    ("first", "last", "allowed"),
    [(1948, 1950, True), (2015, 2020, True), (1940, 2020, True), (1940, 1949, False)],
)
def test_a_period_may_be_asked_when_it_overlaps(first: int, last: int, allowed: bool) -> None:
    asked = replace(QUESTION, year=first, year_to=last)
    assert evaluate_agreements([AGREEMENT], asked, TODAY).allowed is allowed


@pytest.mark.parametrize("today", [date(2025, 12, 31), date(2027, 1, 1)])
def test_outside_its_days_it_is_not_in_force(today: date) -> None:
    decision = evaluate_agreements([AGREEMENT], QUESTION, today)
    assert (decision.code, decision.rule) == ("AGREEMENT_EXPIRED", "validity")


def test_e21_an_expired_agreement_that_would_fit_is_the_nearer_miss() -> None:
    expired = replace(
        AGREEMENT,
        agreement_id="old",
        categories=("only_child",),
        valid_to=TODAY - timedelta(days=1),
    )
    asked = replace(QUESTION, category="only_child")
    assert evaluate_agreements([AGREEMENT], asked, TODAY).code == "AGREEMENT_SCOPE"
    for order in ([AGREEMENT, expired], [expired, AGREEMENT]):
        decision = evaluate_agreements(order, asked, TODAY)
        assert decision.code == "AGREEMENT_EXPIRED"
        assert decision.agreement is expired


def test_direction_counts() -> None:
    one_way = replace(AGREEMENT, asking_nodes=("shangrao",), holding_nodes=("jiaxing",))
    assert not evaluate_agreements([one_way], QUESTION, TODAY).allowed
    back = replace(QUESTION, asking_node="shangrao", holding_node="jiaxing")
    assert evaluate_agreements([one_way], back, TODAY).allowed


def test_an_amendment_replaces_what_it_amends() -> None:
    narrowed = replace(AGREEMENT, version=2, categories=("educated_youth",))
    for order in ([AGREEMENT, narrowed], [narrowed, AGREEMENT]):
        assert evaluate_agreements(order, QUESTION, TODAY).rule == "category"


def test_own_holdings_need_no_agreement() -> None:
    own = replace(QUESTION, holding_node="jiaxing")
    decision = evaluate_agreements([], own, TODAY)
    assert (decision.allowed, decision.rule) == (True, "own_holdings")


def test_require_raises_the_reason_with_the_rule() -> None:
    assert require_agreement([AGREEMENT], QUESTION, TODAY) is AGREEMENT
    with pytest.raises(Refusal) as refused:
        require_agreement([AGREEMENT], replace(QUESTION, category="adoption"), TODAY)
    assert (refused.value.code, refused.value.detail) == ("AGREEMENT_SCOPE", "category")


@given(
    st.sampled_from(GRANULARITY),
    st.sampled_from(GRANULARITY),
    st.integers(1900, 2100),
    st.dates(date(2025, 1, 1), date(2028, 1, 1)),
)
def test_an_agreement_never_allows_beyond_any_of_its_terms(
    wanted: str, most: str, year: int, today: date
) -> None:
    agreement = replace(AGREEMENT, granularity=most)
    decision = evaluate_agreements(
        [agreement], replace(QUESTION, granularity=wanted, year=year), today
    )
    within = (
        GRANULARITY.index(wanted) <= GRANULARITY.index(most)
        and 1950 <= year <= 2015
        and date(2026, 1, 1) <= today <= date(2026, 12, 31)
    )
    assert decision.allowed == within


def test_standing_says_when_an_agreement_is_about_to_end() -> None:
    assert standing(AGREEMENT, date(2025, 12, 31)) == "upcoming"
    assert standing(AGREEMENT, TODAY) == "in_force"
    assert standing(AGREEMENT, date(2026, 12, 1)) == "expiring"
    assert standing(AGREEMENT, date(2026, 12, 31)) == "expiring"
    assert standing(AGREEMENT, date(2027, 1, 1)) == "expired"


@pytest.mark.parametrize(
    ("name", "parties", "belongs"),
    [
        ("jiaxing-shangrao-2026", ("jiaxing", "shangrao"), True),
        ("shangrao-jiaxing", ("jiaxing", "shangrao"), True),
        ("a-a-b-1", ("a", "a-b"), True),
        ("jiaxing-shangrao-2026", ("jiaxing", "pudong"), False),
        ("jiaxing-shangrao-2026", ("jiaxing", "pudong", "shangrao"), False),
        ("jiaxingshangrao", ("jiaxing", "shangrao"), False),
        ("yangtze-delta", ("jiaxing", "pudong"), False),
    ],
)
def test_an_agreement_is_named_after_those_who_sign_it(
    name: str, parties: tuple[str, ...], belongs: bool
) -> None:
    agreement = replace(AGREEMENT, agreement_id=name, asking_nodes=parties, holding_nodes=parties)
    assert is_named_after_parties(agreement) is belongs


def test_two_nameless_nodes_are_not_one_node() -> None:
    nobody = replace(QUESTION, asking_node="", holding_node="")
    assert not evaluate_agreements([AGREEMENT], nobody, TODAY).allowed
