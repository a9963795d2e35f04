"""The table of moves: what is allowed, what is not, and that nobody can get stuck."""

from itertools import pairwise

import pytest

from records.case_states import (
    CLOCK_STOPPED,
    FINAL,
    HOLDER_EDGES,
    HOLDER_START,
    MAIN_LINE,
    WINDOW_EDGES,
    CaseState,
    PublicStage,
    public_stage,
    verify_holder_move,
    verify_window_move,
)
from records.refusal import Refusal

S = CaseState


def reachable(edges: dict[CaseState, frozenset[CaseState]], start: CaseState) -> set[CaseState]:
    seen, waiting = set(), [start]
    while waiting:
        state = waiting.pop()
        if state not in seen:
            seen.add(state)
            waiting += edges[state]
    return seen


def test_the_main_line_is_walked_step_by_step_at_the_window() -> None:
    for state, to in pairwise(MAIN_LINE):
        assert verify_window_move(state, to) is to


def test_the_holder_walks_its_part_step_by_step() -> None:
    line = MAIN_LINE[MAIN_LINE.index(HOLDER_START) :]
    for state, to in pairwise(line):
        assert verify_holder_move(state, to) is to


@pytest.mark.parametrize("edges", [HOLDER_EDGES, WINDOW_EDGES])
def test_every_state_leads_to_an_end(edges: dict[CaseState, frozenset[CaseState]]) -> None:
    for state in edges:
        if state not in FINAL:
            assert reachable(edges, state) & FINAL, state


@pytest.mark.parametrize("edges", [HOLDER_EDGES, WINDOW_EDGES])
def test_every_target_has_a_row_and_nothing_moves_to_itself(
    edges: dict[CaseState, frozenset[CaseState]],
) -> None:
    for state, targets in edges.items():
        assert targets <= set(edges), state
        assert state not in targets


def test_every_state_is_known_at_the_window() -> None:
    assert set(WINDOW_EDGES) == set(CaseState)


@pytest.mark.parametrize(
    ("state", "to"),
    [
        (S.DRAFT, S.REGISTERED),
        (S.SUBMITTED, S.DISPATCHED),
        (S.SEALED, S.RELEASED),
        (S.DELIVERED, S.SEARCHING),
        (S.CLOSED, S.SEARCHING),
        (S.WITHDRAWN, S.SUBMITTED),
        (S.REFUSED, S.SEALED),
        (S.NODE_UNAVAILABLE, S.CLOSED),
    ],
)
def test_forbidden_moves_at_the_window_are_refused(state: CaseState, to: CaseState) -> None:
    with pytest.raises(Refusal) as refused:
        verify_window_move(state, to)
    assert refused.value.code == "CASE_MOVE_FORBIDDEN"


@pytest.mark.parametrize("to", [S.SEALED, S.DELIVERED, S.NOT_FOUND_CONFIRMED])
def test_nothing_is_sealed_before_it_was_reviewed_and_released(to: CaseState) -> None:
    with pytest.raises(Refusal):
        verify_holder_move(S.DISPATCHED, to)


def test_a_sealed_case_is_never_called_back() -> None:
    assert HOLDER_EDGES[S.SEALED] == {S.DELIVERED}


def test_a_silent_node_never_becomes_a_confirmed_no_without_its_answer() -> None:
    # The edge exists because a late answer may be "not found"; an ending by time alone does not.
    assert S.CLOSED not in WINDOW_EDGES[S.NODE_UNAVAILABLE]
    assert S.DISPATCHED in WINDOW_EDGES[S.NODE_UNAVAILABLE]


def test_the_citizen_sees_four_stages() -> None:
    assert [public_stage(state) for state in (S.DRAFT, S.REGISTERED, S.SEARCHING, S.DELIVERED)] == [
        PublicStage.APPLICATION,
        PublicStage.REVIEW,
        PublicStage.ASSIST,
        PublicStage.DELIVERY,
    ]
    assert {public_stage(state) for state in CaseState} == set(PublicStage)


def test_the_clock_stops_with_the_delivery_and_with_every_refusal() -> None:
    assert {S.DELIVERED, S.REFUSED, S.REFERRED} <= CLOCK_STOPPED
    assert S.NODE_UNAVAILABLE not in CLOCK_STOPPED
