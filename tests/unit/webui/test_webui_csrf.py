"""Form tokens: only a page of the same session can send a form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.refusal import Refusal
from webui.csrf import issue_token, verify_token


def counting(start: int = 0):
    state = [start]

    def random(length: int) -> bytes:
        state[0] += 1
        return state[0].to_bytes(length, "big")

    return random


def test_a_token_is_good_for_its_session_alone() -> None:
    token = issue_token("session-a", counting())
    verify_token(token, "session-a")
    with pytest.raises(Refusal, match="FORM_EXPIRED"):
        verify_token(token, "session-b")


def test_tokens_of_one_session_differ() -> None:
    random = counting()
    assert issue_token("s", random) != issue_token("s", random)


@given(st.text(max_size=120))
def test_whatever_else_is_sent_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="FORM_EXPIRED"):
        verify_token(text, "session-a")


@given(st.integers(0, 95), st.integers(1, 15))
def test_one_changed_digit_is_refused(place: int, change: int) -> None:
    token = issue_token("session-a", counting())
    digit = f"{int(token[place], 16) ^ change:x}"
    with pytest.raises(Refusal, match="FORM_EXPIRED"):
        verify_token(token[:place] + digit + token[place + 1 :], "session-a")


def test_nobody_has_a_session_without_a_name() -> None:
    with pytest.raises(Refusal, match="FORM_EXPIRED"):
        verify_token(issue_token("", counting()), "")
