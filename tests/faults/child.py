"""A product's own command in a process that faults can be put into.

    python -m tests.faults.child PLAN -- lantai-node serve --data DIR

PLAN is a JSON file of `Plan`. What it names is patched into this process alone, after the imports
and before the command runs; without a plan the command runs as it is.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path

from trust.channel import tls13

COMMANDS = {
    "lantai-node": "node.cli",
    "lantai-registry": "federation_registry.cli",
    "lantai-certificate": "certificate_service.cli",
    "officers": "tests.faults.officers",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is different in this process."""

    points: str = ""
    """Folder of armed crash points; empty = none can be armed."""
    clock: str = ""
    """File with the seconds that this process is ahead; empty = the system's clock."""
    mutant: str = ""
    """Seeded bug of tests/faults/mutants.py; empty = none."""
    twice: bool = False
    """Every message to a partner is sent again later, out of order."""
    file_bytes: int = 0
    """RLIMIT_FSIZE; 0 = none."""
    address_bytes: int = 0
    """RLIMIT_AS; 0 = none."""
    descriptors: int = 0
    """RLIMIT_NOFILE; 0 = none."""

    def write(self, path: Path) -> None:
        """The plan is in the file."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


def read_plan(path: Path) -> Plan:
    """The plan in the file."""
    return Plan(**json.loads(path.read_text("utf-8")))


def _limit(plan: Plan) -> None:
    limits = {
        resource.RLIMIT_FSIZE: plan.file_bytes,
        resource.RLIMIT_AS: plan.address_bytes,
        resource.RLIMIT_NOFILE: plan.descriptors,
    }
    for kind, most in limits.items():
        if most:
            resource.setrlimit(kind, (most, most))


def _prepare(plan: Plan, package: str) -> None:
    own = package.partition(".")[0].replace("tests", "node")
    if plan.points:
        from tests.faults.points import arm_process

        arm_process(Path(plan.points), own)
    if plan.clock:
        from tests.faults.clocks import move_clock

        move_clock(own, Path(plan.clock))
    if plan.twice:
        from tests.faults.repeating import send_twice

        send_twice()
    if plan.mutant:
        from tests.faults.mutants import plant

        plant(plan.mutant)


def run_forked(arguments: list[str], log: str) -> None:
    """The same in a process that a fork server made: a session, streams and signals of its own."""
    os.setsid()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for stream in (1, 2):
        os.dup2(written, stream)
    # Whatever wraps the streams was made before the fork.
    sys.stdout = os.fdopen(1, "w", buffering=1, encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", closefd=False)
    sys.exit(main(arguments))


def main(arguments: list[str]) -> int:
    """Exit code of the command."""
    path, _dashes, command, *rest = arguments
    # gRPC reads its suites when it is first loaded: before anything else is imported.
    tls13.require()
    plan = read_plan(Path(path))
    package = COMMANDS[command]
    run: Callable[[list[str]], int] = import_module(package).main
    _prepare(plan, package)
    _limit(plan)
    return run(rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
