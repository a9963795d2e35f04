"""What every call must bring, whoever makes it: TLS 1.3, a deadline, a clock that agrees."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import grpc

from records.refusal import Refusal
from trust.channel.reasons import (
    CLOCK_SKEW,
    DEADLINE_MISSING,
    DEADLINE_TOO_SHORT,
    TLS_REQUIRED,
)

NOW_KEY = "lantai-now-ms"
LEAST_TIME = timedelta(milliseconds=100)
SHAVED = timedelta(milliseconds=20)
"""Kept back so that a refusal still reaches the caller (after Boulder's interceptors)."""
MOST_TIME = timedelta(hours=6)
"""A longer wait holds a thread for nobody; a watcher calls again."""
MAX_SKEW = timedelta(seconds=60)


def verify_security(context: grpc.ServicerContext) -> None:
    """The connection is TLS 1.3, private and with integrity.

    Raises:
        Refusal: TLS_REQUIRED.
    """
    properties = context.auth_context()
    if _one(properties, "ssl_tls_version") != b"TLSv1.3":
        raise Refusal(TLS_REQUIRED, "version")
    if _one(properties, "security_level") != b"TSI_PRIVACY_AND_INTEGRITY":
        raise Refusal(TLS_REQUIRED, "security level")


def read_peer_pem(context: grpc.ServicerContext) -> bytes:
    """The peer's leaf as TLS verified it, PEM.

    Raises:
        Refusal: TLS_REQUIRED where the peer showed none.
    """
    pem = _one(context.auth_context(), "x509_pem_cert")
    if not pem:
        raise Refusal(TLS_REQUIRED, "no client certificate")
    return pem


def shave_deadline(context: grpc.ServicerContext, now: datetime) -> datetime:
    """When the answer must have left.

    Raises:
        Refusal: DEADLINE_MISSING also for one later than six hours, DEADLINE_TOO_SHORT.
    """
    seconds: object = context.time_remaining()
    # The library gives centuries, or nothing, where the caller set none.
    if not isinstance(seconds, float | int) or seconds > MOST_TIME.total_seconds():
        raise Refusal(DEADLINE_MISSING)
    remaining = timedelta(seconds=seconds)
    if remaining < LEAST_TIME:
        raise Refusal(DEADLINE_TOO_SHORT)
    return now + remaining - SHAVED


def verify_clock(metadata: Mapping[str, str | bytes], now: datetime) -> None:
    """The caller's clock and ours differ by 60 seconds at most.

    Raises:
        Refusal: CLOCK_SKEW, also where the caller did not say its time.
    """
    said = metadata.get(NOW_KEY, "")
    if not isinstance(said, str) or not re.fullmatch(r"[0-9]{1,15}", said):
        raise Refusal(CLOCK_SKEW, "no time in the call")
    skew = timedelta(milliseconds=int(said) - now.timestamp() * 1000)
    if abs(skew) > MAX_SKEW:
        raise Refusal(CLOCK_SKEW, f"{skew.total_seconds():+.0f} s")


def _one(properties: Mapping[str, object], name: str) -> bytes:
    """The single value of a TLS property; empty where there is none or more than one."""
    values = properties.get(name)
    if isinstance(values, (list, tuple)) and len(values) == 1 and isinstance(values[0], bytes):
        return values[0]
    return b""
