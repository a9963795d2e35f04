"""Stops a member or one key at once, or lets it in again. Denying only takes rights away."""

import re

from federation_registry.domain.officers import verify_officer
from federation_registry.ports import Clock, Denial, PartStore
from federation_registry.services.current_directory import CurrentDirectory

LONGEST_REASON = 200
DIGEST = re.compile(r"[0-9a-f]{64}\Z")


class DenyMember:
    """The denial list."""

    def __init__(self, store: PartStore, directory: CurrentDirectory, clock: Clock) -> None:
        """Deny in `store`, members of `directory`."""
        self._store = store
        self._directory = directory
        self._clock = clock

    def deny(self, what: str, *, reason: str, officer: str) -> int:
        """The member, or the one key, is refused everywhere within a minute; the content version.

        `what` is a participant id, or the SHA-256 (64 hex digits) of a TLS certificate or of its
        public key: a stolen key is stopped by itself while its owner goes on with another.

        Raises:
            Refusal: PSEUDONYM_MALFORMED, MEMBER_UNKNOWN, MEMBER_NOT_ACTIVE, DIRECTORY_INCOMPLETE.
        """
        now = self._clock()
        if not DIGEST.match(what):
            self._directory.view().get_member(what, now)
        denial = Denial(
            participant_id=what,
            reason=reason[:LONGEST_REASON],
            ordered_by=verify_officer(officer),
            ordered_at=now,
        )
        version = self._store.deny(denial)
        self._directory.reload()
        return version

    def allow(self, what: str, *, officer: str) -> int:
        """The member, or the key, is no longer denied; the content version.

        Raises:
            Refusal: PSEUDONYM_MALFORMED.
        """
        version = self._store.allow(what, verify_officer(officer), self._clock())
        self._directory.reload()
        return version
