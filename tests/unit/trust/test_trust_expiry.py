"""Notices 60, 30 and 7 days before something ends, each with its remedy."""

from datetime import UTC, datetime, timedelta

import pytest

from trust.identity.expiry import Expiry, due_notices

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def within(days: float, what: str = "sign_key") -> list[int]:
    expiry = Expiry(what=what, subject="jiaxing", not_after=NOW + timedelta(days=days))
    return [notice.within_days for notice in due_notices([expiry], NOW)]


@pytest.mark.parametrize(
    ("days", "notice"),
    [(61, []), (60, [60]), (31, [60]), (30, [30]), (8, [30]), (7, [7]), (0.1, [7]), (-1, [0])],
)
def test_the_nearest_of_sixty_thirty_and_seven_days_is_said(days: float, notice: list[int]) -> None:
    assert within(days) == notice


@pytest.mark.parametrize(("days", "notice"), [(6.9, []), (2.1, []), (1.9, [7]), (-0.1, [0])])
def test_a_leaf_is_announced_when_its_renewal_has_been_failing(
    days: float, notice: list[int]
) -> None:
    assert within(days, "tls_certificate") == notice


def test_the_nearest_end_comes_first_and_says_what_to_do() -> None:
    expiries = [
        Expiry(what="trust_list", subject="demo.invalid", not_after=NOW + timedelta(days=20)),
        Expiry(what="authority_key", subject="361100", not_after=NOW + timedelta(days=3)),
    ]
    first, second = due_notices(expiries, NOW)
    assert (first.expiry.subject, first.code) == ("361100", "AUTHORITY_KEY_EXPIRES")
    assert "7 日内" in first.sentence() and "理事会" in first.sentence()
    assert "30 日内" in second.sentence()
