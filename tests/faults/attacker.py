"""C3: fires the whole attack list while a fault is on, and once more when it is over."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import grpc

from tests.faults.attacks import Aim, AttackList
from tests.faults.world import World
from trust.channel.status import CODE_KEY

_INTERNAL = "INTERNAL_FAULT"
_PEACE_SECONDS = 0.2


@dataclass
class Tally:
    """What became of the attacks."""

    tried: int = 0
    let_in: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    """By "attack: code" of the product's own refusals."""
    unreached: int = 0
    """No server was there to refuse, or TLS ended it."""
    texts: list[str] = field(default_factory=list)
    """What servers said, for C7."""


class Attacker:
    """A thread that attacks until it is told to stop."""

    def __init__(self, world: World) -> None:
        self.tally = Tally()
        self._pause = world.setup.attack_pause
        self._attacks = AttackList(world)
        self._ended = threading.Event()
        self._turn = threading.Lock()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """The list is fired again and again."""
        self._thread.start()

    def aim(self, aim: Aim) -> None:
        """The attackers learn of a real case."""
        self._attacks.set_aim(aim)

    @contextmanager
    def resting(self) -> Iterator[AttackList]:
        """Nobody attacks meanwhile but whoever holds the list."""
        with self._turn:
            yield self._attacks

    def stop(self) -> None:
        """No attack runs any more; `tally` is final but for `fire_once`."""
        self._ended.set()
        self._thread.join(30.0)

    def fire_once(self) -> list[str]:
        """The whole list on a world at peace; names of attacks that no server refused by name."""
        before = set(self._names_refused())
        self.tally.refused.clear()
        names = self._fire(patient=True)
        silent = set(names) - set(self._names_refused())
        self.tally.refused.update(dict.fromkeys(before, 1))
        self._attacks.close()
        return sorted(silent)

    def _names_refused(self) -> list[str]:
        return [key.rpartition(": ")[0] for key in self.tally.refused]

    def _run(self) -> None:
        while not self._ended.is_set():
            self._fire(patient=False)

    def _fire(self, *, patient: bool) -> list[str]:
        attacks = self._attacks.all()
        for name, attack in attacks.items():
            if self._ended.is_set() and not patient:
                break
            with self._turn:
                self._try(name, attack)
            time.sleep(_PEACE_SECONDS) if patient else self._ended.wait(self._pause)
        return list(attacks)

    def _try(self, name: str, attack: object) -> None:
        tally = self.tally
        tally.tried += 1
        try:
            attack()  # type: ignore[operator]
        except grpc.RpcError as fault:
            trailing = dict(fault.trailing_metadata() or ())
            tally.texts.append(f"{fault.details()} {trailing}")
            code = str(trailing.get(CODE_KEY, ""))
            if code == _INTERNAL:
                tally.let_in.append(f"{name}: {code}")
            elif code or fault.code() is grpc.StatusCode.RESOURCE_EXHAUSTED:
                tally.refused[f"{name}: {code or 'RESOURCE_EXHAUSTED'}"] += 1
            else:
                tally.unreached += 1
        except OSError:
            tally.unreached += 1
        else:
            tally.let_in.append(name)
