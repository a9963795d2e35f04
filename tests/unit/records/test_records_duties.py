"""Posts, acts and the separation of duties."""

from datetime import date

import pytest

from records.duties import (
    FORBIDDEN_PAIRS,
    HOLDERS,
    POST_NAMES,
    Act,
    PerformedAct,
    Post,
    verify_case_acts,
    verify_may,
    verify_pledge,
    verify_posts,
    verify_separation,
)
from records.outcomes import LABELS, Outcome, has_no_record_proof, merge_negative
from records.refusal import Refusal


def refused_code(call: object, *args: object) -> str:
    with pytest.raises(Refusal) as refused:
        call(*args)  # type: ignore[operator]
    return refused.value.code


def test_every_act_belongs_to_a_post_and_every_post_has_a_name() -> None:
    assert set(HOLDERS) == set(Act)
    assert set(POST_NAMES) == set(Post)


def test_the_post_that_allows_the_act_is_named() -> None:
    assert verify_may(["leader", "seal_keeper"], Act.SEAL) is Post.SEAL_KEEPER


@pytest.mark.parametrize(
    ("post", "act"),
    [
        ("repository_master", Act.RELEASE),
        ("release_dispatcher", Act.SEAL),
        ("release_dispatcher", Act.PROPOSE_CORRECTION),
        ("correction_clerk", Act.APPROVE_CORRECTION),
        ("submission_reviewer", Act.PROPOSE_CORRECTION),
        ("window_clerk", Act.REVIEW_REQUEST),
        ("supervisor", Act.RELEASE),
        ("citizen", Act.SEARCH_CATALOGUE),
        ("root", Act.SEAL),
    ],
)
def test_other_posts_may_not(post: str, act: Act) -> None:
    assert refused_code(verify_may, [post], act) == "DUTY_NOT_HELD"


@pytest.mark.parametrize("pair", sorted(FORBIDDEN_PAIRS, key=sorted))
def test_one_person_never_performs_both_sides_whatever_the_order(pair: frozenset[Act]) -> None:
    first, second = sorted(pair)
    for one, other in ((first, second), (second, first)):
        done = (PerformedAct(act=one, person_id="p1"),)
        assert refused_code(verify_separation, other, "p1", done) == "DUTY_CONFLICT"
        verify_separation(other, "p2", done)


def test_an_unknown_person_counts_as_the_same_person() -> None:
    done = (PerformedAct(act=Act.RELEASE, person_id=""),)
    assert refused_code(verify_separation, Act.SEAL, "p1", done) == "DUTY_CONFLICT"
    assert refused_code(verify_separation, Act.SEAL, "", done) == "DUTY_CONFLICT"


def test_unrelated_acts_of_one_person_are_fine() -> None:
    done = (PerformedAct(act=Act.COMPARE_FIELDS, person_id="p1"),)
    verify_separation(Act.RELEASE, "p1", done)


def test_an_order_with_two_signatures_of_one_person_is_refused() -> None:
    verify_case_acts({Act.RELEASE: "p1", Act.SEAL: "p2"})
    assert refused_code(verify_case_acts, {Act.RELEASE: "p1", Act.SEAL: "p1"}) == "DUTY_CONFLICT"


def test_posts_that_check_each_other_are_not_joined() -> None:
    assert verify_posts(["window_clerk", "release_dispatcher"]) == (
        Post.WINDOW_CLERK,
        Post.RELEASE_DISPATCHER,
    )
    bad = ["correction_clerk", "submission_reviewer"]
    assert refused_code(verify_posts, bad) == "POST_CONFLICT"
    assert refused_code(verify_posts, ["emperor"]) == "POST_CONFLICT"


def test_the_pledge_counts_on_its_first_and_last_day_only_inside() -> None:
    signed, expires = date(2026, 1, 1), date(2026, 12, 31)
    verify_pledge(signed, expires, signed)
    verify_pledge(signed, expires, expires)
    for day in (date(2025, 12, 31), date(2027, 1, 1)):
        assert refused_code(verify_pledge, signed, expires, day) == "PLEDGE_NOT_VALID"


def test_only_a_covered_no_may_be_certified() -> None:
    assert [one for one in Outcome if has_no_record_proof(one)] == [Outcome.NO_RECORD_COVERED]
    assert set(LABELS) == set(Outcome)


@pytest.mark.parametrize(("restricted", "sampled"), [(True, False), (False, True), (True, True)])
def test_a_restricted_hit_reads_like_a_sampled_miss(restricted: bool, sampled: bool) -> None:
    outcome = merge_negative(Outcome.NO_RECORD_COVERED, restricted_hit=restricted, sampled=sampled)
    assert outcome is Outcome.PENDING_MANUAL


def test_other_outcomes_are_left_alone() -> None:
    for outcome in set(Outcome) - {Outcome.NO_RECORD_COVERED}:
        assert merge_negative(outcome, restricted_hit=True, sampled=True) is outcome
    plain = merge_negative(Outcome.NO_RECORD_COVERED, restricted_hit=False, sampled=False)
    assert plain is Outcome.NO_RECORD_COVERED
