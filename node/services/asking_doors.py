"""The door to asking several archives at once: for pages and commands, without a network."""

from typing import Protocol

from node.domain.asking import PartnersAsked
from node.domain.officers import Actor


class Asking(Protocol):
    """Asking all archives of a route (services/ask_in_turn.py)."""

    def start(self, case_no: str, actor: Actor) -> PartnersAsked:
        """The question waits and is asked within a moment, by the process that talks to partners.

        While one of the case is on its way, that one comes back.

        Raises:
            Refusal: CASE_NOT_FOUND, DUTY_NOT_HELD, CASE_MOVE_FORBIDDEN (not at the review desk
                any more), DIRECTORY_EXPIRED, and why the applicant may not ask.
        """
        ...

    def show(self, case_no: str, actor: Actor) -> PartnersAsked | None:
        """The newest question of the case, None = never asked.

        Raises:
            Refusal: CASE_NOT_FOUND, DUTY_NOT_HELD.
        """
        ...
