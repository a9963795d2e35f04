"""Who is awake: suspicion from heartbeats. Hints for the order of asking, never a refusal.

    ready        beat within 25 s, load normal
    slow         beat within 25 s but much work, or the last beat 25-60 s ago
    maintenance  announced, until the instant it names
    silent       nothing for more than 60 s

Suspicion grows in steps while beats stay away (0 heard, 1 one or two missed, 2 several, 3
silent), and one good beat ends it. A slow node is tried last; it is ready again with its next good
beat (peers.md, "pinned out for an hour" is what users complain about elsewhere).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from federation_registry.domain.reasons import BEAT_MALFORMED
from records.deadlines import BEIJING
from records.refusal import Refusal

BEAT_EVERY = timedelta(seconds=10)
SUSPICIOUS_AFTER = timedelta(seconds=25)
SILENT_AFTER = timedelta(seconds=60)
SUSPICION_STEPS = (SUSPICIOUS_AFTER, timedelta(seconds=45), SILENT_AFTER)
"""Age of the last beat from which each level of suspicion begins."""
FORGET_AFTER = timedelta(hours=72)
READY = "ready"
BUSY = 64
"""Requests in work from which a node counts as slow."""
LONGEST_MESSAGE = 200
LONGEST_MAINTENANCE = timedelta(days=30)
MOST_IN_WORK = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """The last sign of life of one node."""

    heard_at: datetime
    """By the registry's clock."""
    in_work: int
    maintenance_until: datetime | None = None
    message: str = ""
    """Shown to windows during maintenance; about the archive, never about a person."""


def verify_beat(beat: Beat) -> Beat:
    """Return the beat when it is inside its bounds.

    Raises:
        Refusal: BEAT_MALFORMED.
    """
    if not 0 <= beat.in_work <= MOST_IN_WORK:
        raise Refusal(BEAT_MALFORMED, "in_work")
    if len(beat.message) > LONGEST_MESSAGE or not beat.message.isprintable():
        raise Refusal(BEAT_MALFORMED, "message")
    until = beat.maintenance_until
    if until is not None and until > beat.heard_at + LONGEST_MAINTENANCE:
        raise Refusal(BEAT_MALFORMED, "maintenance_until")
    return beat


def suspicion(beat: Beat, now: datetime) -> int:
    """How likely the node is gone: 0 (heard just now) to 3 (silent)."""
    age = now - beat.heard_at
    return sum(age > step for step in SUSPICION_STEPS)


def standing(beat: Beat, now: datetime) -> str:
    """The state of a node: ready, slow, maintenance or silent."""
    if beat.maintenance_until is not None and now < beat.maintenance_until:
        return "maintenance"
    level = suspicion(beat, now)
    if level == len(SUSPICION_STEPS):
        return "silent"
    return "slow" if level or beat.in_work >= BUSY else READY


def notice(beat: Beat, now: datetime) -> str:
    """What windows are told while the node is in maintenance; empty otherwise."""
    until = beat.maintenance_until
    if until is None or now >= until:
        return ""
    ends = until.astimezone(BEIJING).strftime("%m月%d日%H:%M")
    return f"维护至{ends}" + (f"：{beat.message}" if beat.message else "")
