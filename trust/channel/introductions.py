"""Which TLS keys are believed of a partner: the directory's, and a newer one that it introduced.

A partner renews its certificate at its own time and the directory follows up to half a minute
later, or, with the registry dead, much later. The partner's own statement about its new key is as
good as the directory's copy of it, provided that it is newer than anything seen before: an older
key, of which a thief may have both halves, is never introduced again.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from records.refusal import Refusal
from trust.channel.reasons import MEMBER_DENIED
from trust.envelope.dsse import envelope_from_json
from trust.identity.declared import verify_key_statement
from trust.identity.directory import DirectorySnapshot
from trust.identity.reasons import DIRECTORY_ROLLBACK, KEY_STATEMENT_INVALID
from trust.identity.statements import KeyStatement

MAX_STATEMENT_BYTES = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class _Introduced:
    statement: KeyStatement
    kids: frozenset[str]


class Introductions:
    """What partners said about their own TLS keys since the directory was fetched."""

    def __init__(
        self, directory: Callable[[], DirectorySnapshot], clock: Callable[[], datetime]
    ) -> None:
        """`directory` gives the snapshot in use."""
        self._directory = directory
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, _Introduced] = {}

    def pins(self, slug: str) -> frozenset[str]:
        """SHA-256 of the keys that the partner may show now, hex; may be empty."""
        found = set()
        snapshot, now = self._directory(), self._clock()
        try:
            listed = snapshot.get_key(slug, "tls", "", now).statement
            found.add(listed.spki_sha256)
            least = listed.sequence
        except Refusal as refusal:
            if refusal.reason is not KEY_STATEMENT_INVALID:
                raise
            least = self._floor(snapshot, slug)
        newer = self._known.get(slug)
        if newer is not None and newer.statement.sequence > least:
            keys = snapshot.view.sign_keys(slug, now)
            if keys.keys() & newer.kids and now < newer.statement.not_after:
                found.add(newer.statement.spki_sha256)
        return frozenset(found - snapshot.denied)

    def introduce(self, slug: str, statement: bytes, spki_sha256: str) -> None:
        """The partner may show this key from now on.

        Raises:
            Refusal: KEY_STATEMENT_INVALID, DIRECTORY_ROLLBACK (not newer than what is known),
                MEMBER_DENIED, and the refusals of envelopes and members.
        """
        snapshot, now = self._directory(), self._clock()
        if len(statement) > MAX_STATEMENT_BYTES:
            raise Refusal(KEY_STATEMENT_INVALID, "size")
        if snapshot.denied & {slug, spki_sha256}:
            raise Refusal(MEMBER_DENIED)
        opened = verify_key_statement(
            envelope_from_json(statement), snapshot.view, use="tls", now=now
        )
        said = opened.statement
        if said.participant_id != slug or said.spki_sha256 != spki_sha256:
            raise Refusal(KEY_STATEMENT_INVALID, "another key")
        with self._lock:
            known = self._known.get(slug)
            least = max(self._floor(snapshot, slug), known.statement.sequence if known else 0)
            same = known is not None and known.statement == said
            if said.sequence <= least and not same:
                raise Refusal(DIRECTORY_ROLLBACK, f"{said.sequence} after {least}")
            self._known[slug] = _Introduced(statement=said, kids=frozenset(opened.kids))

    def _floor(self, snapshot: DirectorySnapshot, slug: str) -> int:
        return snapshot.floors.get(("key", f"{slug}/tls/"), 0)
