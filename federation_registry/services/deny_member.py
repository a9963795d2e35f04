"""Stops a member at once, or lets it in again. Denying only takes rights away."""

from federation_registry.domain.officers import verify_officer
from federation_registry.ports import Clock, Denial, PartStore
from federation_registry.services.current_directory import CurrentDirectory

LONGEST_REASON = 200


class DenyMember:
    """The denial list."""

    def __init__(self, store: PartStore, directory: CurrentDirectory, clock: Clock) -> None:
        """Deny in `store`, members of `directory`."""
        self._store = store
        self._directory = directory
        self._clock = clock

    def deny(self, participant_id: str, *, reason: str, officer: str) -> int:
        """The member is refused everywhere within a minute; the content version.

        Raises:
            Refusal: PSEUDONYM_MALFORMED, MEMBER_UNKNOWN, MEMBER_NOT_ACTIVE, DIRECTORY_INCOMPLETE.
        """
        now = self._clock()
        self._directory.view().get_member(participant_id, now)
        denial = Denial(
            participant_id=participant_id,
            reason=reason[:LONGEST_REASON],
            ordered_by=verify_officer(officer),
            ordered_at=now,
        )
        version = self._store.deny(denial)
        self._directory.reload()
        return version

    def allow(self, participant_id: str, *, officer: str) -> int:
        """The member is no longer denied; the content version.

        Raises:
            Refusal: PSEUDONYM_MALFORMED.
        """
        version = self._store.allow(participant_id, verify_officer(officer), self._clock())
        self._directory.reload()
        return version
