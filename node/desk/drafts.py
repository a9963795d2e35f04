"""Drafts of applications: what a clerk has typed, kept on the server while the form is open.

A draft is the clerk's own and is gone once the request is filed. It lives in the memory of the
pages process: a power cut at the window loses nothing, a restart of the server loses drafts.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from node.desk.reasons import DRAFT_NOT_FOUND
from records.exchange import Proof
from records.refusal import Refusal

MOST_DRAFTS = 500
LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One form as far as it is filled in."""

    draft_id: str
    officer_id: str
    fields: Mapping[str, tuple[str, ...]]
    papers: tuple[Proof, ...] = ()
    """Papers presented, one for each kind."""
    saved_at: datetime
    amends: str = ""
    """Case that the reviewer returned and that this form corrects; empty = a new case."""


class DraftShelf:
    """Drafts by id; the oldest go first when the shelf is full. Safe for several threads."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._drafts: OrderedDict[str, Draft] = OrderedDict()

    def save(self, draft: Draft) -> None:
        """Keep the draft, unless its id is another officer's."""
        with self._lock:
            known = self._drafts.get(draft.draft_id)
            if known and known.officer_id != draft.officer_id:
                raise Refusal(DRAFT_NOT_FOUND)
            self._drafts[draft.draft_id] = draft
            self._drafts.move_to_end(draft.draft_id)
            while len(self._drafts) > MOST_DRAFTS:
                self._drafts.popitem(last=False)

    def get(self, draft_id: str, officer_id: str, now: datetime) -> Draft:
        """The officer's own draft.

        Raises:
            Refusal: DRAFT_NOT_FOUND.
        """
        draft = self.find(draft_id, officer_id, now)
        if draft is None:
            raise Refusal(DRAFT_NOT_FOUND)
        return draft

    def find(self, draft_id: str, officer_id: str, now: datetime) -> Draft | None:
        """The same, None where there is none."""
        with self._lock:
            draft = self._drafts.get(draft_id)
        if draft is None or draft.officer_id != officer_id or now - draft.saved_at > LIFETIME:
            return None
        return draft

    def list(self, officer_id: str, now: datetime) -> list[Draft]:
        """The officer's drafts, newest first."""
        with self._lock:
            drafts = list(self._drafts.values())
        mine = [d for d in drafts if d.officer_id == officer_id and now - d.saved_at <= LIFETIME]
        return sorted(mine, key=lambda draft: draft.saved_at, reverse=True)

    def drop(self, draft_id: str, officer_id: str) -> None:
        """The draft is gone; another officer's stays."""
        with self._lock:
            known = self._drafts.get(draft_id)
            if known and known.officer_id == officer_id:
                del self._drafts[draft_id]
