"""Reasons on the wire: one table to gRPC status and back.

A refusal travels as a status, a fixed English sentence and three pieces of trailing metadata: the
stable code, the detail (which names no person), and for quotas when to try again. The text of an
exception never reaches the peer: it may carry names (trust.md finding 6).
"""

import re
from collections.abc import Mapping
from types import ModuleType

import grpc

from records.refusal import Kind, Reason, Refusal
from trust.channel import reasons
from trust.channel.reasons import INTERNAL_FAULT, METHOD_UNKNOWN

CODE_KEY = "lantai-code"
DETAIL_KEY = "lantai-detail-bin"
INCIDENT_KEY = "lantai-incident"
RETRY_KEY = "retry-after-ms"
MAX_DETAIL_BYTES = 512
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
_LONG_NUMBER = re.compile(r"\d[\d\s-]{12,}[\dXx]")
"""Anything as long as an ID number; no detail of ours has one."""

_STATUS_OF_KIND = {
    Kind.USAGE: grpc.StatusCode.INVALID_ARGUMENT,
    Kind.REFUSED: grpc.StatusCode.PERMISSION_DENIED,
    Kind.CONFLICT: grpc.StatusCode.ALREADY_EXISTS,
    Kind.NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Kind.UNAUTHENTICATED: grpc.StatusCode.UNAUTHENTICATED,
    Kind.EXHAUSTED: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Kind.UNDECIDED: grpc.StatusCode.FAILED_PRECONDITION,
    Kind.UNAVAILABLE: grpc.StatusCode.UNAVAILABLE,
}
_STATUS_OF_CODE = {
    METHOD_UNKNOWN.code: grpc.StatusCode.UNIMPLEMENTED,
    INTERNAL_FAULT.code: grpc.StatusCode.INTERNAL,
}
_KIND_OF_STATUS = {status: kind for kind, status in _STATUS_OF_KIND.items()} | {
    grpc.StatusCode.UNIMPLEMENTED: Kind.NOT_FOUND,
    grpc.StatusCode.OUT_OF_RANGE: Kind.USAGE,
    # The outcome of these is unknown: the same envelope may be sent again (trust.md §7).
    grpc.StatusCode.DEADLINE_EXCEEDED: Kind.UNAVAILABLE,
    grpc.StatusCode.ABORTED: Kind.UNAVAILABLE,
    grpc.StatusCode.CANCELLED: Kind.UNAVAILABLE,
    grpc.StatusCode.UNKNOWN: Kind.UNAVAILABLE,
    grpc.StatusCode.INTERNAL: Kind.UNAVAILABLE,
    grpc.StatusCode.DATA_LOSS: Kind.UNAVAILABLE,
}
_REASON_OF_STATUS = {
    grpc.StatusCode.DEADLINE_EXCEEDED: reasons.PARTNER_TIMEOUT,
    grpc.StatusCode.RESOURCE_EXHAUSTED: reasons.PARTNER_BUSY,
    grpc.StatusCode.UNIMPLEMENTED: reasons.METHOD_UNKNOWN,
}


class PartnerRefusal(Refusal):
    """A refusal that a partner gave, or that stands for its silence."""

    def __init__(
        self, reason: Reason, detail: str = "", *, retry_after_ms: int = 0, incident: str = ""
    ) -> None:
        """Keep what the partner said beside the reason."""
        super().__init__(reason, detail)
        self.retry_after_ms = retry_after_ms
        """When a quota lets the next call through; 0 = not said."""
        self.incident = incident
        """The partner's incident number, for a person who telephones; empty = none."""


def status_of(reason: Reason) -> grpc.StatusCode:
    """The gRPC status under which a reason travels."""
    return _STATUS_OF_CODE.get(reason.code) or _STATUS_OF_KIND[reason.kind]


def kind_of(status: grpc.StatusCode) -> Kind:
    """Where the fault lies, by a status alone; UNAVAILABLE means that the outcome is unknown."""
    return _KIND_OF_STATUS[status]


def trailing_metadata(refusal: Refusal, incident: str = "") -> tuple[tuple[str, str | bytes], ...]:
    """What travels beside the status: code, detail, incident, when to try again."""
    pairs: list[tuple[str, str | bytes]] = [(CODE_KEY, refusal.code)]
    detail = refusal.detail.encode()[:MAX_DETAIL_BYTES]
    if detail and not _LONG_NUMBER.search(refusal.detail):
        pairs.append((DETAIL_KEY, detail))
    if incident:
        pairs.append((INCIDENT_KEY, incident))
    retry_after_ms = getattr(refusal, "retry_after_ms", 0)
    if retry_after_ms:
        pairs.append((RETRY_KEY, str(retry_after_ms)))
    return tuple(pairs)


def restore(fault: grpc.RpcError, known: Mapping[str, Reason]) -> PartnerRefusal:
    """The refusal that a failed call stands for.

    A code that `known` does not have keeps its code under a general sentence; a call that failed
    below our protocol becomes PARTNER_UNAVAILABLE, PARTNER_TIMEOUT or the like.
    """
    if not isinstance(fault, grpc.Call):
        return PartnerRefusal(reasons.PARTNER_UNAVAILABLE)
    status = fault.code() or grpc.StatusCode.UNKNOWN
    said = _said(fault)
    code = said.get(CODE_KEY, "")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        # The library's own words tell a size limit from a full queue; nothing else does.
        if status is grpc.StatusCode.RESOURCE_EXHAUSTED and "larger than" in str(fault.details()):
            return PartnerRefusal(reasons.MESSAGE_TOO_LARGE)
        return PartnerRefusal(_reason_of(status))
    return PartnerRefusal(
        known.get(code) or _general_reason(code, status),
        _text(said.get(DETAIL_KEY, b"")),
        retry_after_ms=_milliseconds(said.get(RETRY_KEY, "")),
        incident=_text(said.get(INCIDENT_KEY, ""))[:64],
    )


def reasons_by_code(*modules: ModuleType) -> dict[str, Reason]:
    """Every reason of the channel and of these `reasons` modules, by code."""
    found = (value for module in (reasons, *modules) for value in vars(module).values())
    return {reason.code: reason for reason in found if isinstance(reason, Reason)}


def _said(call: grpc.Call) -> dict[str, str | bytes]:
    pairs = call.trailing_metadata() or ()
    return {str(key): value for key, value in pairs}


def _reason_of(status: grpc.StatusCode) -> Reason:
    if status in _REASON_OF_STATUS:
        return _REASON_OF_STATUS[status]
    if kind_of(status) is Kind.UNAVAILABLE:
        return reasons.PARTNER_UNAVAILABLE
    return reasons.PARTNER_REFUSED


def _general_reason(code: str, status: grpc.StatusCode) -> Reason:
    """A reason for a code that this version does not know; the partner may be newer."""
    general = reasons.PARTNER_REFUSED
    return Reason(
        code, kind_of(status), general.zh, general.en, general.remedy_zh, general.remedy_en
    )


def _text(value: str | bytes) -> str:
    text = value if isinstance(value, str) else value.decode(errors="replace")
    return "".join(sign for sign in text[:MAX_DETAIL_BYTES] if sign.isprintable())


def _milliseconds(value: str | bytes) -> int:
    text = _text(value)
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0
