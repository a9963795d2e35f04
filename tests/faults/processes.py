"""Processes under test: started by their command, killed, stopped still, watched. Only our own."""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.localnet.ports import is_listening, wait_until
from tests.faults.child import Plan, run_forked

ROOT = Path(__file__).absolute().parents[2]
START_SECONDS = 180.0
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.faults.preload"])
STOP_SECONDS = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """How a process is started."""

    name: str
    arguments: tuple[str, ...]
    """Command of the product and its arguments."""
    listens: str
    """Address that takes connections once it has started; empty = none is waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A process that was started, in one way or the other."""

    pid: int
    is_alive: Callable[[], bool]
    wait: Callable[[float], None]
    """Returns when it has ended, or after so many seconds."""


class Managed:
    """One process and its successors under one name."""

    def __init__(self, command: Command, folder: Path, plan: Plan) -> None:
        """Nothing runs yet. In `folder`: logs/, plans/."""
        self.command = command
        self.plan = plan
        self.preload: Mapping[str, str] = {}
        """Environment variables of a library that is loaded into the process (power_loss.py)."""
        self.own_kills = 0
        """How often the harness killed it, in either way."""
        self.starts = 0
        self._log = folder / "logs" / f"{command.name}.log"
        self._plan_file = folder / "plans" / f"{command.name}.json"
        self._process: Running | None = None

    @property
    def pid(self) -> int:
        """Of the process that was started, which may have forked the one that serves."""
        return self._process.pid if self._process else 0

    def spawn(self) -> None:
        """It runs; whether it listens is another question."""
        self._log.parent.mkdir(parents=True, exist_ok=True)
        self._plan_file.parent.mkdir(parents=True, exist_ok=True)
        self.plan.write(self._plan_file)
        arguments = [str(self._plan_file), *self.command.arguments]
        self._process = self._execute(arguments) if self.preload else self._fork(arguments)
        self.starts += 1

    def _fork(self, arguments: list[str]) -> "Running":
        process = _FORKS.Process(target=run_forked, args=(arguments, str(self._log)), daemon=False)
        process.start()
        return Running(
            pid=process.pid or 0,
            is_alive=process.is_alive,
            wait=lambda seconds: process.join(seconds),
        )

    def _execute(self, arguments: list[str]) -> "Running":
        """By exec: a library to be loaded before all others is loaded then only."""
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.child", *arguments],
                cwd=ROOT,
                env={**os.environ, **self.preload},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

        def wait(seconds: float) -> None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds)

        return Running(pid=process.pid, is_alive=lambda: process.poll() is None, wait=wait)

    def wait_listening(self, seconds: float = START_SECONDS) -> None:
        """It takes connections, or AssertionError says with its last line why not."""
        address = self.command.listens

        def ready() -> bool:
            return not self.is_alive() or not address or is_listening(address)

        came = wait_until(ready, seconds)
        if not self.is_alive() or not came:
            text = self._log.read_text("utf-8", "replace").strip().splitlines()
            raise AssertionError(f"{self.command.name} did not start: {text[-1:] or 'no output'}")

    def is_alive(self) -> bool:
        """Whether the process that was started runs."""
        return self._process is not None and self._process.is_alive()

    def members(self) -> list[int]:
        """Ids of everything in its session, itself first."""
        own, found = self.pid, []
        if not own:
            return found  # Never started: session 0 is the kernel's and everybody's.
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and _session(int(entry.name)) == own:
                found.append(int(entry.name))
        return sorted(found, key=lambda pid: (pid != own, pid))

    def serving(self) -> int:
        """Id of the child that serves (the parent only watches); 0 = there is none."""
        for pid in self.members():
            if pid != self.pid and _parent(pid) == self.pid:
                return pid
        return 0

    def kill_serving(self) -> bool:
        """kill -9 to the process that serves; its own supervisor starts another."""
        pid = self.serving()
        if pid:
            self.own_kills += 1
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return bool(pid)

    def kill(self) -> None:
        """kill -9 to everything of it, supervisor included."""
        self.own_kills += 1
        # The leader by its id; what it started, by the session that it began.
        for pid in self.members():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._wait()

    def halt(self) -> None:
        """SIGSTOP: it is there and does nothing."""
        for pid in self.members():
            os.kill(pid, signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        for pid in self.members():
            os.kill(pid, signal.SIGCONT)

    def stop(self) -> None:
        """It was asked to end and did, or was killed after fifteen seconds."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        self._wait()
        if self.is_alive():
            self.kill()

    def lines(self, after: int = 0) -> str:
        """What it wrote, from that byte on."""
        if not self._log.is_file():
            return ""
        return self._log.read_bytes()[after:].decode("utf-8", "replace")

    def _wait(self) -> None:
        if self._process is not None:
            self._process.wait(STOP_SECONDS)


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def _session(pid: int) -> int:
    # After the name: state, parent, group, session (proc(5)).
    fields = _stat(pid)
    return int(fields[3]) if len(fields) > 3 and fields[0] != "Z" else 0


def _parent(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[1]) if len(fields) > 1 else 0
