"""What asking several archives at once needs from the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from node.domain.asking import PartnersAsked


class AskingBook(Protocol):
    """Questions to several archives, one for each case, the newest."""

    def find(self, case_no: str) -> PartnersAsked | None:
        """The newest question of that case; None where none was asked."""
        ...

    def put(self, asked: PartnersAsked) -> bool:
        """Whether it waits now; False while one of the case is on its way."""
        ...

    def take(self, now: datetime, limit: int) -> Sequence[PartnersAsked]:
        """Questions that wait and that nobody else asks for a while."""
        ...

    def settle(self, asked: PartnersAsked) -> None:
        """It is answered."""
        ...
