"""One run of one row of the matrix: a world, the seeded client, the attackers, then the criteria.

A row says what goes wrong and when it is over; everything else is the same for all: requests are
filed before and during the fault, the attack list is fired throughout, and after the fault every
request must end, soon, with every criterion holding.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from records.refusal import Refusal
from tests.faults.attacker import Attacker
from tests.faults.attacks import MEMBERS_DOOR, Aim
from tests.faults.canaries import find_in_texts
from tests.faults.child import Plan
from tests.faults.criteria import Books, check_all
from tests.faults.driver import Asked, Driver
from tests.faults.mutants import find_mutant
from tests.faults.people import canaries_of
from tests.faults.world import REGISTRY, Setup, World

RECOVERED_SECONDS = 30.0
"""C6, on a machine that is not busy with something else."""
_QUIET_START_SECONDS = 7.0
"""What starting a world takes on such a machine (2 cores)."""
_MOST_PATIENCE = 6.0
_MET_SECONDS = 30.0
_STUCK_SECONDS = 8.0


@dataclass
class Outcome:
    """What a run showed."""

    row: str
    seed: int
    findings: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether everything held."""
        return not self.findings


class NotHere(Exception):
    """This machine cannot do what the row needs; the text says what is missing."""


class Run:
    """What a row works with."""

    def __init__(self, template: Path, folder: Path, row: str, seed: int, mutant: str = "") -> None:
        """Nothing runs yet; `mutant` is the name of a seeded bug."""
        self.moments = find_mutant(mutant).moments if mutant else ()
        """Crash points that this run is confined to; empty = all of the row's."""
        self.template = template
        self.folder = folder
        self.seed = seed
        self.mutant = mutant
        self.outcome = Outcome(row=row, seed=seed)
        self.patience = 1.0
        """How many times slower than a quiet one this machine is now."""
        self._ended_at = 0.0
        self._is_recovered = False
        self._shown, self._moved_at = "", 0.0
        self.never_recovers = ""
        """Why C6 is not asked of this row."""

    @contextmanager
    def world(
        self, setup: Setup | None = None, before: Callable[[World], None] = lambda _world: None
    ) -> Iterator[World]:
        """A running world; at the end of the block the criteria are checked.

        `before` is done to the copied folder while nothing runs.
        """
        world = World(self.template, self.folder, self.seed, self._planted(setup or Setup()))
        before(world)
        began = time.monotonic()
        try:
            world.start()
            started = time.monotonic() - began
            self.patience = min(_MOST_PATIENCE, max(1.0, started / _QUIET_START_SECONDS))
            self.driver = Driver(world)
            self.attacker = Attacker(world)
            self.attacker.start()
            try:
                yield world
                self._finish(world)
            except Exception:
                # Whatever stopped the row: what was acknowledged must be there all the same.
                with suppress(Exception):
                    self.outcome.findings += check_all(self.driver)
                raise
            finally:
                with suppress(RuntimeError):
                    self.attacker.stop()
        finally:
            world.stop()

    def file(self, count: int = 1, hits: float = 0.5) -> list[Asked]:
        """That many new requests are acknowledged; the first ends with a certificate."""
        drawn = self.driver.draw(count, hits)
        self.driver.file(drawn)
        return drawn

    def work(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Officers work for so long or `until` holds; whether it does."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if until():
                return True
            self.driver.round()
            time.sleep(0.1)
        return until()

    def die_at(self, world: World, name: str, point: str, hits: float = 1.0) -> None:
        """The process of that name dies at that point while a new request passes."""
        world.arm(name, point)
        self.file(1, hits)
        met = self.work(_MET_SECONDS * self.patience, lambda: world.was_met(name, point))
        self.expect(met, f"{name} never came to {point}")

    def over(self) -> None:
        """The fault is over: from now on the world must recover."""
        self._ended_at = time.monotonic()

    def recover(self) -> None:
        """C6: every request has ended and both outboxes are empty, soon after the fault; once."""
        if self.never_recovers or self._is_recovered:
            return
        within = RECOVERED_SECONDS * self.patience
        done = self.driver.carry(within - self._since_the_fault(), self._is_stuck)
        done = done and self.driver.is_done()
        done = done and self.driver.settle(within - self._since_the_fault())
        taken = self._since_the_fault()
        if not done:
            self.outcome.findings.append(f"C6 not at rest {taken:.1f} s after the fault")
        self._is_recovered = True
        self.note(recovered=round(taken, 1), limit=round(within, 1))

    def _is_stuck(self) -> bool:
        """Of a seeded bug only: nothing waits in either outbox and nothing has moved for a while.

        It would be so for ever: the rest of the half minute shows nothing more.
        """
        if not self.mutant:
            return False
        shown = repr(self.driver.seen)
        if shown != self._shown or not self.driver.is_idle():
            self._shown, self._moved_at = shown, time.monotonic()
        return time.monotonic() - self._moved_at > _STUCK_SECONDS * self.patience

    def _since_the_fault(self) -> float:
        return time.monotonic() - self._ended_at

    def expect(self, holds: object, what: str) -> None:
        """A finding where it does not hold; the run goes on."""
        if not holds:
            self.outcome.findings.append(f"row: {what}")

    def note(self, **figures: Any) -> None:
        """Figures for the table."""
        self.outcome.figures.update(figures)

    def _planted(self, setup: Setup) -> Setup:
        if not self.mutant:
            return setup
        names = ["certificates", *setup.nodes, *(f"officers-{node}" for node in setup.nodes)]
        plans = dict(setup.plans)
        for name in names:
            plans[name] = replace(plans.get(name, Plan()), mutant=self.mutant)
        return replace(setup, plans=plans)

    def _finish(self, world: World) -> None:
        if not self._ended_at:
            self.over()
        driver = self.driver
        self.recover()
        self.attacker.stop()
        self._attack_at_peace(world)
        found = check_all(driver)
        tally = self.attacker.tally
        found += [f"C3 let in: {name}" for name in sorted(set(tally.let_in))]
        misses = len(driver.journal.cases) + 1
        texts = find_in_texts(tally.texts, canaries_of(world.seed, misses))
        found += [f"C7 a status text holds a canary: {text}" for text in texts[:3]]
        self.outcome.findings += found
        self.note(
            requests=len(driver.journal.cases),
            ended=len(driver.ended),
            attacks=tally.tried,
            let_in=len(tally.let_in),
            leaks=sum("C7" in one for one in self.outcome.findings),
            lost=sum(one.startswith("C1") for one in self.outcome.findings),
            duplicated=sum(one.startswith("C2") for one in self.outcome.findings),
            patience=round(self.patience, 1),
        )

    def _attack_at_peace(self, world: World) -> None:
        """Every attack is refused by name once the servers are there to refuse."""
        if self.never_recovers:
            return
        self.attacker.aim(self.find_aim(world))
        silent = self.attacker.fire_once()
        excused = ["no certificate", "plain HTTP", "TLS 1.2", "certificate of a foreign"]
        if not world.processes[REGISTRY].is_alive():
            # The row keeps it dead: there is no door to knock at.
            excused.append(MEMBERS_DOOR)
        for name in silent:
            if not name.startswith(tuple(excused)):
                self.outcome.findings.append(f"C3 nobody refused: {name}")

    def find_aim(self, world: World) -> Aim:
        """A real, finished case."""
        books = Books(world)
        try:
            with books.window.house.book.read() as book:
                for case_no in sorted(self.driver.ended):
                    try:
                        (leg,) = book.get_case(case_no).legs
                    except Refusal:
                        continue  # Lost: `check_lost` says so.
                    if leg.files:
                        return Aim(
                            case_no=case_no,
                            request_id=leg.request_id,
                            file_sha256=leg.files[0].sha256,
                            agreement=(leg.agreement_id, leg.agreement_version),
                        )
        finally:
            books.close()
        return Aim()
