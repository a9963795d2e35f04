"""Doors of the pages beside the office: colleagues, locked screens, devices, masks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from node.domain.certificate_standing import CertificateStanding
from node.domain.commands import WorkCommand
from node.domain.desk_commands import HandToCommand
from node.domain.held_answers import HeldAnswer, HeldCommand
from node.domain.officers import Actor
from node.domain.views import WorkSummary
from node.services.hear_devices import HearDevices


class Holds(Protocol):
    """Answers that can be taken back (services/hold_answers.py)."""

    def hold(self, kind: str, command: HeldCommand, actor: Actor) -> HeldAnswer:
        """The answer would be accepted, and is given when its seconds are over."""
        ...

    def undo(self, command: WorkCommand, actor: Actor) -> HeldAnswer:
        """The answer is taken back. Raises Refusal: ANSWER_ON_ITS_WAY."""
        ...

    def find(self, case_no: str, actor: Actor) -> HeldAnswer | None:
        """What waits, or failed, for a case of the actor's archive."""
        ...

    def forget(self, case_no: str, actor: Actor) -> None:
        """The officer has read why an answer was not given."""
        ...


class Sharing(Protocol):
    """Colleagues at the partner's desk (services/share_work.py)."""

    def hand_over(self, command: HandToCommand, actor: Actor) -> WorkSummary:
        """转派. Raises Refusal: COLLEAGUE_UNFIT, NOT_CLAIMED."""
        ...

    def remind(self, command: WorkCommand, actor: Actor) -> WorkSummary:
        """催办. Raises Refusal: NOBODY_TO_REMIND, REMINDED_JUST_NOW."""
        ...

    def take_back(self, command: WorkCommand, actor: Actor) -> WorkSummary:
        """The order is void. Raises Refusal: ORDER_NOT_OPEN."""
        ...


class Screens(Protocol):
    """Locked screens (services/lock_screens.py)."""

    def lock(self, token: str) -> None:
        """The session is locked. Raises Refusal: SESSION_ENDED."""
        ...

    def is_locked(self, token: str) -> bool:
        """Whether only the password helps."""
        ...

    def unlock(self, token: str, password: str) -> Actor:
        """The session is open again. Raises Refusal: PASSWORD_WRONG, SIGN_IN_LOCKED."""
        ...


class Masks(Protocol):
    """Masks over names at the window (services/unmask.py)."""

    def show(self, case_no: str, actor: Actor) -> None:
        """The officer sees the case's people in clear for ten minutes, and the log says so."""
        ...

    def is_clear(self, case_no: str, actor: Actor) -> bool:
        """Whether the mask is off for this officer now."""
        ...


class Standing(Protocol):
    """What every page says on top (services/tell_standing.py)."""

    def of(self, archive_code: str) -> tuple[str, ...]:
        """Codes of what an officer of that archive has to know now, gravest first."""
        ...


class Reminders(Protocol):
    """催办 from the window (services/remind_holders.py)."""

    def remind(self, case_no: str, actor: Actor) -> Sequence[str]:
        """Names of the archives that will hear of it.

        Raises:
            Refusal: NOBODY_TO_REMIND, REMINDED_JUST_NOW.
        """
        ...


class Revocations(Protocol):
    """Certificates as those see them who may end one (services/look_at_revocations.py)."""

    def find(self, number: str, actor: Actor) -> CertificateStanding:
        """The certificate of that number. Raises Refusal: NO_SUCH_PAPER, DUTY_NOT_HELD."""
        ...

    def waiting(self, actor: Actor) -> Sequence[CertificateStanding]:
        """Orders that wait for a second officer."""
        ...

    def notice(self, number: str, actor: Actor) -> bytes:
        """T8 as PDF. Raises Refusal: NO_SUCH_PAPER, PAPER_NOT_DRAWN."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskDoors:
    """All of them, wired by desk_wiring.py."""

    holds: Holds
    sharing: Sharing
    screens: Screens
    masks: Masks
    devices: HearDevices
    revocations: Revocations
    reminders: Reminders
    standing: Standing
