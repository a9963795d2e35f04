"""The seeded client: files requests, keeps every acknowledged one on disk, and has them done.

An acknowledgement counts from the moment in which it is in the journal with fsync: after a run,
whatever the journal names must be there (C1). Requests are filed under client keys that the seed
decides, so that a request whose acknowledgement was lost is filed again under the same key.
"""

import json
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from tests.faults.officers_client import OfficersGone, OfficersRefused
from tests.faults.people import HIT, MISS
from tests.faults.world import HOLDER, WINDOW, World

_ENDED = {"hit": "sealed", "miss": "not_found_confirmed"}
_PAUSE_SECONDS = 0.15
_TRIES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request of the seeded client."""

    number: int
    kind: str
    """hit: ends with a certificate; miss: ends with a signed "no record"."""
    key: str


class Journal:
    """What was acknowledged: one line each, fsynced before the driver goes on."""

    def __init__(self, path: Path) -> None:
        """What an earlier run wrote there was acknowledged too."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.cases: dict[str, Asked] = {}
        """By case number."""
        self.numbers: dict[str, str] = {}
        """Certificate number that the window has shown, by case."""
        self._by_key: dict[str, str] = {}
        if path.is_file():
            self._read(path.read_text("utf-8"))
        self._stream = path.open("a", encoding="utf-8")

    def acknowledge(self, case_no: str, asked: Asked) -> None:
        """The case number came back for this request; a second time it must be the same."""
        known = self._by_key.setdefault(asked.key, case_no)
        if known != case_no:
            message = f"{asked.key} was acknowledged as {known} and as {case_no}"
            raise AssertionError(message)
        self.cases[case_no] = asked
        self._keep(
            {"case": case_no, "key": asked.key, "kind": asked.kind, "number": str(asked.number)}
        )

    def show(self, case_no: str, number: str) -> None:
        """The window showed this certificate for the case; never another one."""
        is_new = case_no not in self.numbers
        before = self.numbers.setdefault(case_no, number)
        if before != number:
            message = f"{case_no} showed {before}, then {number}"
            raise AssertionError(message)
        if is_new:
            self._keep({"case": case_no, "shown": number})

    def _read(self, text: str) -> None:
        for line in text.splitlines():
            kept = json.loads(line)
            if "shown" in kept:
                self.numbers[kept["case"]] = kept["shown"]
            else:
                asked = Asked(number=int(kept["number"]), kind=kept["kind"], key=kept["key"])
                self.cases[kept["case"]] = asked
                self._by_key[asked.key] = kept["case"]

    def _keep(self, line: dict[str, str]) -> None:
        self._stream.write(json.dumps(line) + "\n")
        self._stream.flush()
        os.fsync(self._stream.fileno())


class Driver:
    """One client at the window and the officers of both archives."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.journal = Journal(world.folder / "driver" / "acknowledged.jsonl")
        self.ended: set[str] = set()
        """Cases that were seen to end as they should."""
        self.given_up: set[str] = set()
        """Cases whose message met its business deadline."""
        self.wrong: dict[str, str] = {}
        """What was last wrong with a case that has not ended."""
        self.seen: dict[str, Any] = {}
        """What the window showed of each case last."""
        self._rng = Random(f"driver/{world.seed}")
        self._numbers = iter(range(1_000_000))

    def draw(self, count: int, hits: float = 0.5) -> list[Asked]:
        """New requests; that share of them, and the first, end with a certificate; 0 = none."""
        drawn = []
        for place in range(count):
            number = next(self._numbers)
            is_hit = hits > 0 and (place == 0 or self._rng.random() < hits)
            key = f"fault-{self.world.seed:06d}-{number:06d}"
            drawn.append(Asked(number=number, kind=HIT if is_hit else MISS, key=key))
        return drawn

    def file(self, requests: Iterable[Asked]) -> None:
        """Each is acknowledged; where the window died, it is filed again under its key."""
        for asked in requests:
            done = self._insist(
                lambda asked=asked: self.world.officers[WINDOW].tell(  # type: ignore[misc]
                    "file",
                    kind=asked.kind,
                    seed=self.world.seed,
                    number=asked.number,
                    key=asked.key,
                )
            )
            self.journal.acknowledge(done["case_no"], asked)

    def round(self) -> None:
        """The officers do what waits; the client looks at every case that is not finished."""
        for node, act in ((WINDOW, "window"), (HOLDER, "holder")):
            self.obey(node, act)
        self.look()

    def obey(self, node: str, act: str) -> None:
        """The officers of that node did it, or are gone."""
        self._try(lambda: self.world.officers[node].tell(act))

    def look(self) -> None:
        """What the window shows of every case that is not finished."""
        open_ = [case for case in self.journal.cases if case not in self.ended]
        if not open_:
            return
        seen = self._try(lambda: self.world.officers[WINDOW].tell("progress", cases=open_))
        for case_no, shown in (seen or {}).items():
            self._judge(case_no, shown)

    def carry(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Whether every acknowledged request has ended (or `until` holds) within the time."""
        end = time.monotonic() + seconds
        while not self.is_done() and not until():
            if time.monotonic() > end:
                return False
            self.round()
            time.sleep(_PAUSE_SECONDS)
        return True

    def settle(self, seconds: float) -> bool:
        """Whether both nodes' outboxes are empty within the time: receipts are home too."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.is_idle():
                return True
            time.sleep(_PAUSE_SECONDS)
        return False

    def is_idle(self) -> bool:
        """Whether neither node has anything to send or to issue."""
        return all(self._is_idle(node) for node in (WINDOW, HOLDER))

    def case_of(self, asked: Asked) -> str:
        """The case number of a request."""
        return next(case for case, known in self.journal.cases.items() if known == asked)

    def _is_idle(self, node: str) -> bool:
        waiting = self._try(lambda: self.world.officers[node].tell("waiting"))
        return waiting is not None and waiting["messages"] == 0

    def give_up(self, case_no: str) -> None:
        """The case need not end: it was shown as undeliverable, which is what had to happen."""
        self.given_up.add(case_no)

    def is_done(self) -> bool:
        """Whether every acknowledged request was seen to end."""
        return self.journal.cases.keys() <= self.ended | self.given_up

    def open_cases(self) -> dict[str, str]:
        """Unfinished cases and what was wrong with them last."""
        left = self.journal.cases.keys() - self.ended - self.given_up
        return {case_no: self.wrong.get(case_no, "unfinished") for case_no in sorted(left)}

    def _judge(self, case_no: str, shown: Any) -> None:
        asked, self.seen[case_no] = self.journal.cases[case_no], shown
        certificates = shown["certificates"]
        for number, _sha256 in certificates:
            self.journal.show(case_no, number)
        if len(certificates) > 1:
            self.wrong[case_no] = f"{len(certificates)} certificates"
        state = shown["state"]
        self.wrong[case_no] = f"{state} {shown['legs']}"
        if state == _ENDED[asked.kind] and len(certificates) == (asked.kind == HIT):
            self.ended.add(case_no)

    def _insist(self, act: Callable[[], Any]) -> Any:
        """What the act gives, tried again while the officers are gone or the store is busy."""
        for _ in range(_TRIES):
            done = self._try(act)
            if done is not None:
                return done
            time.sleep(_PAUSE_SECONDS)
        message = f"nobody answered in {_TRIES} tries: {self._last}"
        raise AssertionError(message)

    _last = ""

    def _try(self, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except (OfficersGone, OfficersRefused) as fault:
            self._last = f"{type(fault).__name__} {fault}"
            return None
