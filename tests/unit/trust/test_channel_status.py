"""Reasons survive the wire; texts and numbers of persons do not."""

from typing import Any

import grpc
import pytest

from records.refusal import Kind, Reason, Refusal
from trust.channel import reasons
from trust.channel.status import (
    CODE_KEY,
    DETAIL_KEY,
    kind_of,
    reasons_by_code,
    restore,
    status_of,
    trailing_metadata,
)
from trust.identity import reasons as identity_reasons


class Failed(grpc.RpcError, grpc.Call):
    """A failed call as the library gives it."""

    def __init__(
        self, code: grpc.StatusCode, trailing: tuple[Any, ...] = (), details: str = ""
    ) -> None:
        self._code, self._trailing, self._details = code, trailing, details

    def code(self) -> grpc.StatusCode:
        return self._code

    def trailing_metadata(self) -> tuple[Any, ...]:
        return self._trailing

    def details(self) -> str:
        return self._details

    def initial_metadata(self) -> tuple[()]:
        return ()

    def add_callback(self, callback: object) -> bool:
        return False

    def cancel(self) -> bool:
        return False

    def is_active(self) -> bool:
        return False

    def time_remaining(self) -> None:
        return None


Failed.__abstractmethods__ = frozenset()


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_a_status_and_comes_back(kind: Kind) -> None:
    reason = Reason("ANY_CODE", kind, "甲", "a", "乙", "b")
    assert kind_of(status_of(reason)) is kind


@pytest.mark.parametrize("status", [code for code in grpc.StatusCode if code.name != "OK"])
def test_every_status_has_a_kind(status: grpc.StatusCode) -> None:
    assert isinstance(kind_of(status), Kind)


def test_statuses_of_kinds_are_distinct() -> None:
    made = {status_of(Reason("ANY_CODE", kind, "甲", "a", "乙", "b")) for kind in Kind}
    assert len(made) == len(Kind)


@pytest.mark.parametrize(
    "status",
    ["UNAVAILABLE", "DEADLINE_EXCEEDED", "ABORTED", "CANCELLED", "UNKNOWN", "INTERNAL"],
)
def test_unknown_outcomes_may_be_sent_again(status: str) -> None:
    refusal = restore(Failed(grpc.StatusCode[status]), {})
    assert refusal.reason.kind is Kind.UNAVAILABLE


@pytest.mark.parametrize("code", sorted(reasons_by_code(identity_reasons)))
def test_every_reason_is_restored_with_its_sentence(code: str) -> None:
    reason = reasons_by_code(identity_reasons)[code]
    sent = trailing_metadata(Refusal(reason, "field reference_code"))
    back = restore(Failed(status_of(reason), sent), reasons_by_code(identity_reasons))
    assert back.reason is reason
    assert back.detail == "field reference_code"


def test_an_unknown_code_keeps_its_code_and_kind() -> None:
    newer = ((CODE_KEY, "SOMETHING_NEWER"),)
    refusal = restore(Failed(grpc.StatusCode.FAILED_PRECONDITION, newer), {})
    assert refusal.code == "SOMETHING_NEWER"
    assert refusal.reason.kind is Kind.UNDECIDED


@pytest.mark.parametrize("code", ["", "lower", "A" * 41, "A B", "张三", "A\n", "../A"])
def test_a_code_of_another_form_is_not_repeated(code: str) -> None:
    failed = Failed(grpc.StatusCode.PERMISSION_DENIED, ((CODE_KEY, code),), details="张三")
    refusal = restore(failed, {})
    assert refusal.reason is reasons.PARTNER_REFUSED
    assert refusal.detail == ""


@pytest.mark.parametrize(
    "detail",
    [
        "330402196201011234",
        "id 33040219620101123X",
        "330402 19620101 1234",
        "3304-0219-6201-0112-34",
    ],
)
def test_a_detail_with_a_long_number_stays_here(detail: str) -> None:
    sent = dict(trailing_metadata(Refusal(reasons.MESSAGE_MALFORMED, detail)))
    assert DETAIL_KEY not in sent


def test_hostile_metadata_is_bounded_and_printable() -> None:
    trailing = (
        (CODE_KEY, "QUOTA_EXCEEDED"),
        (DETAIL_KEY, b"\xff\x00\x1b[31m" + b"a" * 5000),
        ("retry-after-ms", "-5"),
        ("lantai-incident", "x" * 500),
    )
    refusal = restore(Failed(grpc.StatusCode.RESOURCE_EXHAUSTED, trailing), reasons_by_code())
    assert refusal.detail.isprintable()
    assert len(refusal.detail) <= 512
    assert refusal.retry_after_ms == 0
    assert len(refusal.incident) == 64


def test_codes_are_unique_and_of_one_form() -> None:
    for module in (reasons, identity_reasons):
        named = {name: value for name, value in vars(module).items() if isinstance(value, Reason)}
        assert all(name == reason.code for name, reason in named.items())
        assert all(reason.code.isupper() and len(reason.code) <= 40 for reason in named.values())
    assert not set(reasons_by_code()) - {
        value.code for value in vars(reasons).values() if isinstance(value, Reason)
    }
