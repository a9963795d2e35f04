"""The federation's processes: started, watched and stopped by their own ids.

`run.json` keeps the id and start time of each, so that `down` in another terminal stops exactly
these and never a stranger that was given the same id later.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.localnet.ports import is_listening, wait_until
from deploy.reasons import PROCESS_DIED, PROCESS_NOT_READY
from records.refusal import Refusal

START_SECONDS = 180.0
STOP_SECONDS = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessPlan:
    """One process of the federation."""

    name: str
    """e.g. "shangrao"; names the log file."""
    command: tuple[str, ...]
    """Program of this virtual environment, and its arguments."""
    listens: tuple[str, ...]
    """Addresses that must take connections before the process counts as started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningProcess:
    """A started process, as `run.json` keeps it."""

    name: str
    pid: int
    born: str
    """Start time in clock ticks since boot, from /proc; tells a reused id apart."""


def program(name: str) -> str:
    """Path of a command of this virtual environment, e.g. `lantai-node`."""
    return str(Path(sys.executable).with_name(name))


class Supervisor:
    """Starts and stops the processes of one folder."""

    def __init__(self, folder: Path) -> None:
        """Work in `folder`: logs/ for output, run.json for ids."""
        self._logs = folder / "logs"
        self._book = folder / "run.json"

    def start(self, plans: Sequence[ProcessPlan]) -> None:
        """All processes run and listen.

        Raises:
            Refusal: PROCESS_DIED, PROCESS_NOT_READY; the detail names process and log.
        """
        self._logs.mkdir(parents=True, exist_ok=True)
        children = {plan.name: self._spawn(plan) for plan in plans}
        for plan in plans:
            child = children[plan.name]
            ready = wait_until(
                lambda child=child, plan=plan: (
                    child.poll() is not None  # type: ignore[misc]
                    or all(is_listening(address) for address in plan.listens)
                ),
                START_SECONDS,
            )
            if child.poll() is not None:
                raise Refusal(PROCESS_DIED, f"{plan.name}, {self._last_line(plan.name)}")
            if not ready:
                raise Refusal(PROCESS_NOT_READY, plan.name)

    def _spawn(self, plan: ProcessPlan) -> subprocess.Popen[bytes]:
        with (self._logs / f"{plan.name}.log").open("ab") as log:
            child = subprocess.Popen(
                plan.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        started = RunningProcess(name=plan.name, pid=child.pid, born=_born(child.pid))
        self._write([*(p for p in self.listed() if p.name != plan.name), started])
        return child

    def listed(self) -> list[RunningProcess]:
        """What was started in this folder, alive or not."""
        if not self._book.is_file():
            return []
        return [RunningProcess(**entry) for entry in json.loads(self._book.read_text("utf-8"))]

    def running(self) -> list[RunningProcess]:
        """Those that are still alive."""
        return [process for process in self.listed() if is_alive(process)]

    def stop(self, names: Sequence[str] = (), *, kill: bool = False) -> int:
        """The named processes (all when empty) have ended; returns how many were alive.

        They are asked with SIGTERM and killed after twelve seconds, or at once with `kill`; what
        they started themselves ends with them.
        """
        chosen = [p for p in self.listed() if not names or p.name in names]
        targets = [process for process in chosen if is_alive(process)]
        for process in targets:
            os.kill(process.pid, signal.SIGKILL if kill else signal.SIGTERM)
        if not wait_until(lambda: not any(map(is_alive, targets)), STOP_SECONDS):
            for process in filter(is_alive, targets):
                os.kill(process.pid, signal.SIGKILL)
            wait_until(lambda: not any(map(is_alive, targets)), STOP_SECONDS)
        for process in chosen:
            _end_orphans(process)
        self._write(self.running())
        return len(targets)

    def _write(self, processes: Sequence[RunningProcess]) -> None:
        partial = self._book.with_suffix(".part")
        partial.write_text(json.dumps([asdict(p) for p in processes]), encoding="utf-8")
        partial.replace(self._book)

    def _last_line(self, name: str) -> str:
        lines = (self._logs / f"{name}.log").read_text("utf-8", "replace").strip().splitlines()
        return f"logs/{name}.log: {lines[-1][:200] if lines else 'no output'}"


def _stat_fields(pid: int) -> list[str]:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return []
    # The second field is the program's name in parentheses and may hold spaces.
    return text.rpartition(")")[2].split()


def _born(pid: int) -> str:
    fields = _stat_fields(pid)
    return fields[19] if len(fields) > 19 else ""


def is_alive(process: RunningProcess) -> bool:
    """Whether this very process still runs (a zombie does not)."""
    fields = _stat_fields(process.pid)
    if not fields:
        return False
    if fields[0] == "Z":
        _reap(process.pid)
        return False
    return fields[19] == process.born


def _end_orphans(process: RunningProcess) -> None:
    """Nothing that this dead process started is left: same session, same Python."""
    if is_alive(process):
        return
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _is_orphan(int(entry.name), process):
            with suppress(ProcessLookupError):
                os.kill(int(entry.name), signal.SIGKILL)


def _is_orphan(pid: int, leader: RunningProcess) -> bool:
    fields = _stat_fields(pid)
    # Field 6 is the session, which carries the id of the process that began it (proc(5)).
    if len(fields) < 20 or fields[3] != str(leader.pid) or int(fields[19]) < int(leader.born or 0):
        return False
    try:
        return (Path("/proc") / str(pid) / "exe").resolve() == Path(sys.executable).resolve()
    except OSError:
        return False


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return  # Not our child: its own parent reaps it.
