"""What the pages need beside the office: drafts that outlive the process that shows them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from node.domain.drafts import Draft


class Drafts(Protocol):
    """Drafts by officer and id; durable once `save` has returned."""

    def save(self, draft: Draft) -> None:
        """The draft is kept instead of the one before; the officer's expired ones are gone."""
        ...

    def find(self, draft_id: str, officer_id: str, now: datetime) -> Draft | None:
        """The officer's own draft; None where there is none or it has expired."""
        ...

    def list(self, officer_id: str, prefix: str, now: datetime) -> Sequence[Draft]:
        """The officer's drafts whose ids begin with `prefix`, newest first."""
        ...

    def drop(self, draft_id: str, officer_id: str) -> None:
        """The draft is gone; another officer's of the same id stays."""
        ...
