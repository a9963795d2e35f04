"""May this order be sealed? Pure rules over statements whose signatures were verified."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from certificate_service.domain.order_reasons import (
    AGREEMENT_MISSING,
    AGREEMENT_NOT_IN_FORCE,
    LOG_LEAF,
    ORDER_FOREIGN_NODE,
    ORDER_MALFORMED,
    ORDER_STALE,
    REQUEST_MISMATCH,
    REQUEST_MISSING,
    TEMPLATE_UNKNOWN,
)
from records.agreement_rules import AgreementQuestion, evaluate_agreements
from records.agreements import Agreement
from records.exchange import AssistRequest
from records.process_reasons import AGREEMENT_SCOPE
from records.refusal import Refusal
from records.release import ReleaseOrder
from trust.transparency.leaf import Leaf

OFFERED = ("T1", "T2", "T3", "T4", "T5", "T6")
MOST_AGE = timedelta(hours=24)
"""Between the officers' signing and the seal."""
CLOCK_SKEW = timedelta(seconds=60)
MOST_PAGES = 30
_MOST_ROWS = 60
_MOST_TEXT = 4_000
_MOST_SHORT = 200
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MEDIA = ("image/jpeg", "image/png")
_CHINA = timezone(timedelta(hours=8))
_GRANULARITY = {"T1": "extract", "T2": "image"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The window's request behind an order, its signature verified."""

    request: AssistRequest
    envelope_id: str
    node: str
    """Member that signed it."""


def check_order(order: ReleaseOrder, now: datetime) -> None:
    """Return only if the order is well formed and fresh.

    Raises:
        Refusal: ORDER_MALFORMED naming the field, TEMPLATE_UNKNOWN, ORDER_STALE.
    """
    if order.template not in OFFERED:
        raise Refusal(TEMPLATE_UNKNOWN)
    shown = (
        order.holder_name,
        order.title,
        order.handler_line,
        order.window_name,
        order.purpose_text,
    )
    texts = (order.opening, *order.closing, *order.notes, *(row.value for row in order.rows))
    checks = (
        ("release_id", _UUID.fullmatch(order.release_id) is not None),
        ("holder_name", bool(order.holder_name)),
        ("title", bool(order.title)),
        ("length", all(len(text) <= _MOST_SHORT for text in shown)),
        ("text", all(len(text) <= _MOST_TEXT for text in texts)),
        ("rows", len(order.rows) <= _MOST_ROWS and _rows_are_whole(order)),
        ("content", bool(order.opening or order.rows or order.closing)),
        ("pages", len(order.pages) <= MOST_PAGES and _pages_are_named(order)),
        ("masked_names", len(order.masked_names) <= 60),
        ("issued_on", _is_today(order.issued_on, now)),
    )
    for field, holds in checks:
        if not holds:
            raise Refusal(ORDER_MALFORMED, field)
    if not now - MOST_AGE <= order.ordered_at <= now + CLOCK_SKEW:
        raise Refusal(ORDER_STALE)


def _rows_are_whole(order: ReleaseOrder) -> bool:
    compared = ("same", "corrected", "not_recorded")
    labels = (row.label for row in order.rows)
    return all(row.compared in compared for row in order.rows) and all(
        0 < len(label) <= 20 for label in labels
    )


def _pages_are_named(order: ReleaseOrder) -> bool:
    return all(
        _SHA256.fullmatch(page.sha256) and page.media_type in _MEDIA and len(page.caption) <= 120
        for page in order.pages
    )


def _is_today(issued_on: date, now: datetime) -> bool:
    today = now.astimezone(_CHINA).date()
    return abs((issued_on - today).days) <= 1


def check_caller(host: str, caller: str) -> None:
    """Return only if the calling node hosts the archive whose seal is asked for.

    Raises:
        Refusal: ORDER_FOREIGN_NODE.
    """
    if caller != host:
        raise Refusal(ORDER_FOREIGN_NODE)


def check_request(order: ReleaseOrder, asked: Asked | None, *, host: str) -> None:
    """Return only if the order answers exactly this request.

    Raises:
        Refusal: REQUEST_MISSING, REQUEST_MISMATCH.
    """
    if not order.request_envelope_id:
        # At the holder's own window nobody else asked.
        if order.window_archive != order.holder_archive or asked is not None:
            raise Refusal(REQUEST_MISSING)
        return
    if asked is None:
        raise Refusal(REQUEST_MISSING)
    request = asked.request
    checks = (
        ("envelope", asked.envelope_id == order.request_envelope_id),
        ("sender", request.header.sender == asked.node),
        ("recipient", request.header.recipient == host),
        ("case_no", request.header.case_no == order.case_no),
        ("holder", request.holder_archive == order.holder_archive),
        ("window", request.window_archive == order.window_archive),
        ("category", request.query.category == order.category),
    )
    for field, holds in checks:
        if not holds:
            raise Refusal(REQUEST_MISMATCH, field)


def check_agreement(
    order: ReleaseOrder, asked: Asked | None, agreement: Agreement | None, *, host: str, today: date
) -> None:
    """Return only if the agreement in force covers what is released.

    Raises:
        Refusal: AGREEMENT_MISSING, AGREEMENT_NOT_IN_FORCE, AGREEMENT_SCOPE.
    """
    if asked is None or asked.node == host:
        # Two archives on one node, or the holder's own window, need no contract with themselves.
        return
    if agreement is None:
        raise Refusal(AGREEMENT_MISSING)
    named = (agreement.agreement_id, agreement.version)
    if named != (order.agreement_id, order.agreement_version):
        raise Refusal(AGREEMENT_SCOPE, "another agreement")
    question = AgreementQuestion(
        asking_node=asked.node,
        holding_node=host,
        category=order.category,
        requester=asked.request.applicant.relation,
        purpose=asked.request.purpose,
        granularity=_GRANULARITY.get(order.template, "index"),
    )
    decision = evaluate_agreements([agreement], question, today)
    if not decision.allowed:
        ended = decision.rule == "validity"
        raise Refusal(AGREEMENT_NOT_IN_FORCE if ended else AGREEMENT_SCOPE, decision.rule)


def check_release_leaf(leaf: Leaf, order: ReleaseOrder, envelope_id: str) -> None:
    """Return only if the proven leaf says that this order was given.

    Raises:
        Refusal: LOG_LEAF.
    """
    if leaf.kind != "release" or leaf.order != envelope_id:
        raise Refusal(LOG_LEAF, "release")
    if leaf.case and leaf.case != order.case_no:
        raise Refusal(LOG_LEAF, "case")


def check_certificate_leaf(leaf: Leaf, number: str, token_sha256: bytes) -> None:
    """Return only if the proven leaf binds this number to this token.

    Raises:
        Refusal: LOG_LEAF.
    """
    if leaf.kind != "certificate" or leaf.number != number:
        raise Refusal(LOG_LEAF, "number")
    if leaf.token_sha256 != token_sha256.hex():
        raise Refusal(LOG_LEAF, "token")


def check_file_leaf(leaf: Leaf, number: str, file_sha256: bytes) -> None:
    """Return only if the proven leaf binds this number to this file.

    Raises:
        Refusal: LOG_LEAF.
    """
    if leaf.kind != "certificate_file" or leaf.number != number:
        raise Refusal(LOG_LEAF, "number")
    if leaf.file_sha256 != file_sha256.hex():
        raise Refusal(LOG_LEAF, "file")
