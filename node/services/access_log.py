"""谁查过我的档案: a citizen asks this node who looked at records in which they are a party.

Only at the highest real-name level, only about themselves, only of this node's own archives: a
citizen asks each node by itself, so that no node hears where else they ask. Every question is a
leaf in the log of each archive that answers.
"""

from dataclasses import dataclass
from typing import Protocol

from node.domain.access_log import (
    CITIZEN,
    DELAY,
    HIGHEST_LEVELS,
    MOST_LINES,
    AccessReport,
    VerifiedCitizen,
    tell,
)
from node.domain.identifiers import day_text
from node.domain.officers import Actor
from node.domain.reasons import TEXT_MALFORMED
from node.domain.rights_reasons import ACCESS_LOG_QUOTA, INQUIRY_NOT_FOUND
from node.services.house import House, require_act
from records.characters import check_characters
from records.duties import Act
from records.id_numbers import parse_id_number
from records.person_names import check_name
from records.process_reasons import IDENTITY_TOO_WEAK
from records.refusal import Refusal

DAILY_QUESTIONS = 20
"""A person's own questions a day at one node; more is a machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseInquiryCommand:
    """解除告知限制: a court or police office let its inquiry be told to the citizen."""

    case_no: str
    holder_archive: str
    letter_no: str
    """Number of its letter, 4-60 characters."""


class AccessLog(Protocol):
    """The door for pages and commands."""

    def own(self, citizen: VerifiedCitizen, actor: Actor | None = None) -> AccessReport:
        """Who looked at the citizen's own records at this node's archives.

        Args:
            citizen: As the real-name service or the reader at the window verified them.
            actor: The clerk at whose window they stand; None = their own telephone.

        Raises:
            Refusal: IDENTITY_TOO_WEAK below the highest real-name level, ACCESS_LOG_QUOTA,
                DUTY_NOT_HELD, and the refusals of names and identity numbers.
        """
        ...

    def release_inquiry(self, command: ReleaseInquiryCommand, actor: Actor) -> int:
        """The looks of that case are told from now on; how many there are.

        Raises:
            Refusal: DUTY_NOT_HELD, CASE_NOT_FOUND, INQUIRY_NOT_FOUND, TEXT_MALFORMED.
        """
        ...


class AccessLogService:
    """`AccessLog` on the node's own book."""

    def __init__(self, house: House) -> None:
        """Of the archives of `house`."""
        self._house = house

    def own(self, citizen: VerifiedCitizen, actor: Actor | None = None) -> AccessReport:
        """See `AccessLog.own`."""
        if actor is not None:
            require_act(actor, actor.archive_code, Act.FILE_REQUEST)
        if citizen.identity_assurance not in HIGHEST_LEVELS:
            raise Refusal(IDENTITY_TOO_WEAK)
        check_name(citizen.name)
        parse_id_number(citizen.id_no)
        house = self._house
        now = house.clock()
        with house.book.write() as book:
            keys = house.person_keys(book.person_kids(), citizen.id_no)
            if book.count_question(keys[0], day_text(now)) > DAILY_QUESTIONS:
                raise Refusal(ACCESS_LOG_QUOTA)
            until = now - DELAY
            found = book.accesses_of(keys, tuple(house.archives), until, MOST_LINES + 1)
            said_by = actor.officer_id if actor else CITIZEN
            for code in house.archives:
                book.note(code, "", "access_log_read", said_by, now)
        lines = tell(found[:MOST_LINES], citizen, keys, dict(house.archives), now)
        return AccessReport(
            asked_at=now,
            until=until,
            archives=tuple(house.archives.values()),
            lines=lines,
            more=len(found) > MOST_LINES,
        )

    def release_inquiry(self, command: ReleaseInquiryCommand, actor: Actor) -> int:
        """See `AccessLog.release_inquiry`."""
        require_act(actor, command.holder_archive, Act.APPROVE_BY_LEADER)
        if not 4 <= len(command.letter_no.strip()) <= 60:
            raise Refusal(TEXT_MALFORMED, "letter_no: 4-60 characters")
        check_characters(command.letter_no)
        now = self._house.clock()
        with self._house.book.write() as book:
            book.get_work(command.case_no, command.holder_archive)
            told = book.release_inquiry(command.holder_archive, command.case_no, now)
            if not told:
                raise Refusal(INQUIRY_NOT_FOUND, command.case_no)
            kind = "inquiry_released"
            book.note(command.holder_archive, command.case_no, kind, actor.officer_id, now)
        return told
