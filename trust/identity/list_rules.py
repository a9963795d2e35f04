"""What a trust list must be by itself before anybody may believe it. Pure.

The council signs the list; these rules catch a list that contradicts itself: a name or a key
listed twice, a key whose id is another key's, a state or a kind that nobody knows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from records.refusal import Refusal
from trust.envelope.suites import SUITES, PublicKey
from trust.identity import reasons
from trust.identity.keys import public_key_from_base64
from trust.identity.trust_list import ListedArchive, ListedKey, Member, TrustList

MEMBER_KINDS = frozenset({"node", "registry", "certificate_service", "time_stamp"})
MEMBER_STATES = frozenset({"active", "suspended", "left"})
ARCHIVE_CODE = re.compile(r"[0-9]{6}\Z")
PARTICIPANT_ID = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyOwner:
    """A listed key and who speaks with it: a participant, or an archive's authority."""

    participant_id: str
    archive_code: str
    """Empty for a sign key of the participant itself."""
    listed: ListedKey
    key: PublicKey


def check_trust_list(trust_list: TrustList) -> None:
    """Return only if the list does not contradict itself.

    Raises:
        Refusal: TRUST_LIST_INVALID, KEY_MALFORMED, SUITE_FORBIDDEN.
    """
    if trust_list.version < 1 or trust_list.issued_at >= trust_list.expires_at:
        raise Refusal(reasons.TRUST_LIST_INVALID, "version or dates")
    if not trust_list.trust_domain:
        raise Refusal(reasons.TRUST_LIST_INVALID, "trust domain")
    if not any(suite in SUITES for suite in trust_list.suites):
        raise Refusal(reasons.TRUST_LIST_INVALID, "no suite that this program knows")
    _refuse_repeats("participant", [member.participant_id for member in trust_list.members])
    archives = [archive for member in trust_list.members for archive in member.archives]
    _refuse_repeats("archive", [archive.archive_code for archive in archives])
    for member in trust_list.members:
        _check_member(member)
    _refuse_repeats("key", [owner.key.kid for owner in list_keys(trust_list)])


def list_keys(trust_list: TrustList) -> Iterator[KeyOwner]:
    """Every key in the list with its owner, in the order of the list.

    Raises:
        Refusal: KEY_MALFORMED, SUITE_FORBIDDEN, TRUST_LIST_INVALID.
    """
    for member in trust_list.members:
        for listed in member.sign_keys:
            yield _own(listed, member.participant_id, "")
        for archive in member.archives:
            yield _own(archive.authority_key, member.participant_id, archive.archive_code)


def _own(listed: ListedKey, participant_id: str, archive_code: str) -> KeyOwner:
    key = public_key_from_base64(listed.public_key, listed.suite)
    if key.kid != listed.kid:
        raise Refusal(reasons.TRUST_LIST_INVALID, f"kid of a key of {participant_id}")
    if listed.not_before >= listed.not_after:
        raise Refusal(reasons.TRUST_LIST_INVALID, f"dates of a key of {participant_id}")
    return KeyOwner(
        participant_id=participant_id, archive_code=archive_code, listed=listed, key=key
    )


def _check_member(member: Member) -> None:
    if not PARTICIPANT_ID.match(member.participant_id):
        raise Refusal(reasons.TRUST_LIST_INVALID, "participant id")
    if member.kind not in MEMBER_KINDS or member.state not in MEMBER_STATES:
        raise Refusal(reasons.TRUST_LIST_INVALID, f"kind or state of {member.participant_id}")
    if member.archives and member.kind != "node":
        raise Refusal(reasons.TRUST_LIST_INVALID, f"{member.participant_id} is no node")
    for archive in member.archives:
        _check_archive(archive)


def _check_archive(archive: ListedArchive) -> None:
    city = archive.city_code
    if not ARCHIVE_CODE.match(archive.archive_code) or not ARCHIVE_CODE.match(city):
        raise Refusal(reasons.TRUST_LIST_INVALID, "archive or city code")


def _refuse_repeats(what: str, names: list[str]) -> None:
    if len(set(names)) != len(names):
        raise Refusal(reasons.TRUST_LIST_INVALID, f"one {what} is listed twice")
