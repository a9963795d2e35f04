"""延期: a shelf search takes longer, once, announced to the applicant beforehand with the reason.

Source: domain.md §4.1 (Hainan: extension with advance notice and reason), §4.2 (one extension).
"""

from dataclasses import dataclass, replace

from node.domain.officers import Actor
from node.domain.reasons import TEXT_MALFORMED
from node.domain.rights_reasons import EXTENSION_NOT_OPEN
from node.domain.views import WorkSummary
from node.services.house import House, require_act
from node.services.tell_window import NoticeText, tell_window
from node.services.work_views import WorkViews
from records.case_states import CaseState
from records.characters import check_characters
from records.deadlines import MANUAL_WORKING_DAYS, after_working_days
from records.duties import Act
from records.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendCommand:
    """Announces that a shelf search needs three more working days."""

    case_no: str
    holder_archive: str
    reason: str
    """For the applicant, 4-200 characters; never about a person."""


class ExtendSearch:
    """Extensions of the working-day clock."""

    def __init__(self, house: House, views: WorkViews) -> None:
        """Of the archives of `house`."""
        self._house = house
        self._views = views

    def extend(self, command: ExtendCommand, actor: Actor) -> WorkSummary:
        """The window hears the new last day and the reason, before the old one has passed.

        Raises:
            Refusal: EXTENSION_NOT_OPEN (no shelf search, extended once, or already overdue),
                TEXT_MALFORMED, DUTY_NOT_HELD, CASE_NOT_FOUND.
        """
        require_act(actor, command.holder_archive, Act.SEARCH_CATALOGUE)
        reason = command.reason.strip()
        if not 4 <= len(reason) <= 200:
            raise Refusal(TEXT_MALFORMED, "reason: 4-200 characters")
        check_characters(reason)
        now = self._house.clock()
        with self._house.book.write() as book:
            work = book.get_work(command.case_no, command.holder_archive)
            due = work.attention.working_due
            open_ = work.state == CaseState.MANUAL_SEARCH and due is not None and now < due
            if due is None or not open_ or work.attention.extended:
                raise Refusal(EXTENSION_NOT_OPEN)
            later = after_working_days(due, MANUAL_WORKING_DAYS, self._house.calendar)
            attention = replace(work.attention, working_due=later, extended=reason)
            work = book.save_work(replace(work, attention=attention))
            told = NoticeText(code="EXTENDED", due_at=later, reason=reason)
            tell_window(self._house, book, work, told)
            kind = "search_extended"
            book.note(work.holder_archive, work.case_no, kind, actor.officer_id, now)
        return self._views.summary(work, actor)
