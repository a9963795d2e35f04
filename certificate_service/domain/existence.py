"""Since when is something known to have existed, when algorithms die one after another? Pure.

A signature counts only if it is known to have existed before its algorithm was broken. Time-stamps
lie around the file like skins: each is believed if its own algorithms were whole at the instant
that the skin around it proves, the outermost if they are whole now (the idea of RFC 4998 and ETSI
EN 319 102-1 5.6). A leaf in a transparency log is a proof beside the skins: it speaks of the file
as issued, not of the time-stamps on it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from certificate_service.domain.reasons import ALGORITHM_BROKEN
from records.refusal import Refusal

Broken = Mapping[str, datetime]
"""From when an algorithm proves nothing by itself, by name: P-256, P-384, RSA-2048, Ed25519, SM2,
ML-DSA-65, SHA-256 …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Evidence that something existed at that instant."""

    at: datetime
    algorithms: frozenset[str]
    """Everything that must be whole for the proof to be believed."""


def proven_since(stamps: Sequence[Proof], broken: Broken, now: datetime) -> datetime:
    """The earliest believable instant; `now` when no time-stamp is believable.

    Args:
        stamps: Oldest first; each covers all before it.
        broken: From when which algorithm counts no more.
        now: The verifier's clock.
    """
    horizon = now
    for stamp in reversed(stamps):
        if stamp.at <= horizon and is_whole(stamp.algorithms, broken, horizon):
            horizon = stamp.at
    return horizon


def is_whole(algorithms: Iterable[str], broken: Broken, at: datetime) -> bool:
    """Whether none of them was broken at that instant."""
    return not list(_broken_ones(algorithms, broken, at))


def require_whole(algorithms: Iterable[str], broken: Broken, at: datetime) -> None:
    """Return only if none of them was broken at that instant.

    Raises:
        Refusal: ALGORITHM_BROKEN, naming them.
    """
    names = sorted(_broken_ones(algorithms, broken, at))
    if names:
        since = min(broken[name] for name in names).astimezone(UTC).date()
        raise Refusal(ALGORITHM_BROKEN, f"{', '.join(names)} {since}")


def _broken_ones(algorithms: Iterable[str], broken: Broken, at: datetime) -> Iterable[str]:
    return (name for name in algorithms if name in broken and at >= broken[name])
