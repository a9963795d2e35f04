"""What the pages need beside the office: drafts that outlive the process that shows them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from node.domain.devices import Device
from node.domain.drafts import Draft
from node.domain.held_answers import HeldAnswer


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


class HeldAnswers(Protocol):
    """Answers that can still be taken back, one for each case; durable once `put` has returned."""

    def put(self, answer: HeldAnswer) -> None:
        """It waits, instead of whatever waited for that case before."""
        ...

    def find(self, case_no: str, holder_archive: str) -> HeldAnswer | None:
        """What waits for that case, or failed; None where nothing does."""
        ...

    def take(self, case_no: str, holder_archive: str, now: datetime) -> bool:
        """True where it was still waiting: it is gone now, and nobody will obey it."""
        ...

    def due(self, now: datetime, limit: int) -> Sequence[HeldAnswer]:
        """What is to be obeyed now, the oldest first."""
        ...

    def settle(self, answer: HeldAnswer, failed: str) -> None:
        """It was obeyed and is gone; or it stays with the code that says why not."""
        ...

    def drop(self, case_no: str, holder_archive: str) -> None:
        """Nothing of that case is kept."""
        ...


class LockedScreens(Protocol):
    """Which sessions are locked, by the hash of their token."""

    def lock(self, token_sha256: str, now: datetime) -> None:
        """It is locked; locks of sessions that ended long ago are gone."""
        ...

    def is_locked(self, token_sha256: str) -> bool:
        """Whether it is."""
        ...

    def unlock(self, token_sha256: str) -> None:
        """It is not locked any more."""
        ...


class DeviceBook(Protocol):
    """Paired devices, and the questions that they may still answer."""

    def add(self, device: Device) -> None:
        """It is paired; the same device paired again takes the place of the pairing before."""
        ...

    def find(self, device_id: str) -> Device | None:
        """The pairing in force."""
        ...

    def list(self, archive_code: str) -> Sequence[Device]:
        """Pairings in force, newest first."""
        ...

    def end(self, device_id: str, archive_code: str, now: datetime) -> bool:
        """The pairing ended; False where the archive had none."""
        ...

    def ask(self, challenge: str, officer_id: str, expires_at: datetime) -> None:
        """A question is open for that officer; expired ones are gone."""
        ...

    def answer(self, challenge: str, officer_id: str, now: datetime) -> bool:
        """True where the question was open: it is not any more."""
        ...
