"""Colleagues, locked screens, masks and devices of the fake office."""

import secrets
from collections.abc import Callable

from fake_parts import PASSWORD, SHANGRAO, STAFF
from sqlalchemy import Engine

from node.adapters.sql_held import SqlHeldAnswers
from node.adapters.sql_screens import SqlDevices, SqlLockedScreens
from node.domain.commands import WorkCommand
from node.domain.desk_commands import HandToCommand
from node.domain.desk_reasons import (
    ANSWER_ON_ITS_WAY,
    NOBODY_TO_REMIND,
    ORDER_NOT_OPEN,
    REMINDED_JUST_NOW,
)
from node.domain.exchange_reasons import CLAIMED_BY_OTHER, PASSWORD_WRONG
from node.domain.held_answers import PATIENCE, HeldAnswer, HeldCommand
from node.domain.officers import Actor
from node.domain.views import WorkSummary
from node.services.desk_doors import DeskDoors
from node.services.hear_devices import HearDevices
from node.services.share_work import REMIND_EVERY
from records.refusal import Refusal
from trust.store.sealed_fields import SealedFields


def doors_of(world, engine: Engine, fields: SealedFields) -> DeskDoors:
    """Doors of a world; what waits, is locked or is paired lies in a real database."""
    return DeskDoors(
        holds=FakeHolds(world, SqlHeldAnswers(engine, fields)),
        sharing=FakeSharing(world),
        screens=FakeScreens(world, SqlLockedScreens(engine)),
        masks=FakeMasks(),
        standing=FakeStanding(),
        reminders=FakeReminders(world),
        revocations=world.revocations,
        devices=HearDevices(SqlDevices(engine), world.clock, secrets.token_bytes),
    )


class FakeHolds:
    """Answers wait until the world's clock is beyond them; `run` gives them."""

    def __init__(self, world, shelf: SqlHeldAnswers) -> None:
        self.world, self.shelf = world, shelf

    def hold(self, kind: str, command: HeldCommand, actor: Actor) -> HeldAnswer:
        if self.world.get(command.case_no).claimed_by not in ("", actor.officer_id):
            raise Refusal(CLAIMED_BY_OTHER)
        held = HeldAnswer(
            case_no=command.case_no,
            holder_archive=command.holder_archive,
            officer_id=actor.officer_id,
            kind=kind,
            command=command,
            due_at=self.world.clock() + PATIENCE,
        )
        self.shelf.put(held)
        return held

    def undo(self, command: WorkCommand, actor: Actor) -> HeldAnswer:
        held = self.shelf.find(command.case_no, command.holder_archive)
        if held is None or not self.shelf.take(
            command.case_no, command.holder_archive, self.world.clock()
        ):
            raise Refusal(ANSWER_ON_ITS_WAY)
        return held

    def find(self, case_no: str, actor: Actor) -> HeldAnswer | None:
        return self.shelf.find(case_no, actor.archive_code)

    def forget(self, case_no: str, actor: Actor) -> None:
        self.shelf.drop(case_no, actor.archive_code)

    def run(self) -> None:
        """The seconds are over."""
        self.world.clock.now += PATIENCE
        acts: dict[str, Callable] = {
            "return": self.world.return_request,
            "no_record": self.world.no_record,
            "refer": self.world.refer,
            "refuse": self.world.refuse,
            "manual": self.world.manual_search,
        }
        for held in self.shelf.due(self.world.clock(), 10):
            who = next(one for one in STAFF if one.officer_id == held.officer_id)
            acts[held.kind](held.command, who)
            self.shelf.settle(held, "")


class FakeSharing:
    """Colleagues of the fake."""

    def __init__(self, world) -> None:
        self.world = world

    def hand_over(self, command: HandToCommand, actor: Actor) -> WorkSummary:
        case = self.world.get(command.case_no)
        if case.claimed_by not in ("", actor.officer_id):
            raise Refusal(CLAIMED_BY_OTHER)
        case.claimed_by = command.colleague
        case.handed_by, case.claim_note = actor.display_name, command.note
        self.world.tell(case.case_no, SHANGRAO, "holder", case.work_state)
        return self.world.work_summary(case, actor)

    def remind(self, command: WorkCommand, actor: Actor) -> WorkSummary:
        case = self.world.get(command.case_no)
        if case.claimed_by in ("", actor.officer_id):
            raise Refusal(NOBODY_TO_REMIND)
        case.reminders += 1
        case.reminded_at = self.world.clock()
        self.world.tell(case.case_no, SHANGRAO, "holder", case.work_state)
        return self.world.work_summary(case, actor)

    def take_back(self, command: WorkCommand, actor: Actor) -> WorkSummary:
        case = self.world.get(command.case_no)
        if case.work_state != "released":
            raise Refusal(ORDER_NOT_OPEN)
        case.work_state = case.state = "holder_review"
        case.claimed_by, case.keeper, case.pages = case.dispatcher, "", []
        self.world.tell_both(case)
        return self.world.work_summary(case, actor)


class FakeStanding:
    """All is well unless a test says otherwise."""

    def __init__(self) -> None:
        self.codes: tuple[str, ...] = ()

    def of(self, archive_code: str) -> tuple[str, ...]:
        return self.codes


class FakeReminders:
    """The window's reminders reach the fake's one holder at once."""

    def __init__(self, world) -> None:
        self.world = world

    def remind(self, case_no: str, actor: Actor) -> list[str]:
        case = self.world.get(case_no)
        now = self.world.clock()
        if case.reminded_at is not None and now < case.reminded_at + REMIND_EVERY:
            raise Refusal(REMINDED_JUST_NOW)
        case.reminders, case.reminded_at = case.reminders + 1, now
        self.world.tell_both(case)
        return [SHANGRAO]


class FakeScreens:
    """The one password opens every screen."""

    def __init__(self, world, screens: SqlLockedScreens) -> None:
        self.world, self.screens = world, screens

    def lock(self, token: str) -> None:
        self.world.open_session(token)
        self.screens.lock(_hash(token), self.world.clock())

    def is_locked(self, token: str) -> bool:
        return self.screens.is_locked(_hash(token))

    def unlock(self, token: str, password: str) -> Actor:
        actor = self.world.open_session(token)
        if password != PASSWORD:
            raise Refusal(PASSWORD_WRONG)
        self.screens.unlock(_hash(token))
        return actor


class FakeMasks:
    """Masks that stay off."""

    def __init__(self) -> None:
        self.off: set[tuple[str, str]] = set()

    def show(self, case_no: str, actor: Actor) -> None:
        self.off.add((case_no, actor.officer_id))

    def is_clear(self, case_no: str, actor: Actor) -> bool:
        return (case_no, actor.officer_id) in self.off


def _hash(token: str) -> str:
    import hashlib

    return hashlib.sha256(token.encode()).hexdigest()
