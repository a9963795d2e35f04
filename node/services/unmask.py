"""Names are masked until somebody needs them; who took the mask off, and when, is in the log."""

from datetime import timedelta

from node.desk_ports import Drafts
from node.domain.drafts import Draft
from node.domain.officers import Actor
from node.services.house import House, require_act
from records.duties import Act, Post

CLEAR_FOR = timedelta(minutes=10)
"""Then the mask is on again: a screen that was left is not read by the next citizen."""


class Unmask:
    """Takes masks off at the window."""

    def __init__(self, house: House, drafts: Drafts) -> None:
        """Of this house; which masks are off is kept with what the officer has open."""
        self._house = house
        self._drafts = drafts

    def show(self, case_no: str, actor: Actor) -> None:
        """The officer sees the case's people in clear for ten minutes, and the log says so.

        Raises:
            Refusal: CASE_NOT_FOUND, DUTY_NOT_HELD.
        """
        now = self._house.clock()
        act = Act.DELIVER if Post.WINDOW_CLERK in actor.posts else Act.REVIEW_REQUEST
        with self._house.book.write() as book:
            case = book.get_case(case_no)
            require_act(actor, case.archive_code, act)
            book.note(case.archive_code, case_no, "unmasked", actor.officer_id, now)
        self._drafts.save(
            Draft(draft_id=_name(case_no), officer_id=actor.officer_id, fields={}, saved_at=now)
        )

    def is_clear(self, case_no: str, actor: Actor) -> bool:
        """Whether the mask is off for this officer now."""
        now = self._house.clock()
        taken_off = self._drafts.find(_name(case_no), actor.officer_id, now)
        return taken_off is not None and now - taken_off.saved_at < CLEAR_FOR


def _name(case_no: str) -> str:
    # No form has such a name: whoever keeps a form takes no mask off (node/desk/form_names.py).
    return f"clear/{case_no}"
