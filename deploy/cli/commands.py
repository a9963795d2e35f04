"""What each command of `lantai` does."""

import argparse
import json
import signal
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from deploy.localnet.counter import current_code
from deploy.localnet.demo import DemoOptions, run_demo
from deploy.localnet.document import Federation, read_federation
from deploy.localnet.federation import LocalFederation
from deploy.localnet.processes import Supervisor
from deploy.localnet.progress import Progress

_ROLE_ORDER = ("clerk", "reviewer", "dispatcher", "sealer")


def up(options: argparse.Namespace) -> int:
    """Start the folder's federation, new or as it was left, and stay until Ctrl-C."""
    progress = Progress(silent=options.json)
    local = LocalFederation(options.dir, progress, citizens=True)
    federation = local.start()
    if options.json:
        print(json.dumps(asdict(federation), ensure_ascii=False))
    else:
        print(describe(federation, options.dir))
    if options.detach:
        return 0
    try:
        _wait_for_the_end(local.supervisor)
    finally:
        local.stop()
    return 0


def _wait_for_the_end(supervisor: Supervisor) -> None:
    """Return on Ctrl-C, SIGTERM, or when `down` elsewhere stopped the processes."""
    ended: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        ended.append(number)

    signal.signal(signal.SIGINT, note)
    signal.signal(signal.SIGTERM, note)
    while not ended and supervisor.running():
        time.sleep(0.3)


def demo(options: argparse.Namespace) -> int:
    """Carry scenario E01 through a new federation and stop it."""
    progress = Progress(silent=options.json)
    federation = run_demo(
        options.dir, progress, DemoOptions(kill_registry=options.kill_registry, keep=options.keep)
    )
    if options.json:
        print(json.dumps(asdict(federation), ensure_ascii=False))
    return 0


def down(options: argparse.Namespace) -> int:
    """Stop every process of the folder."""
    read_federation(options.dir)
    stopped = Supervisor(options.dir).stop()
    if options.json:
        print(json.dumps({"stopped": stopped}))
    else:
        print(f"已停止 {stopped} 个进程 · stopped {stopped} processes")
    return 0


def status(options: argparse.Namespace) -> int:
    """What runs in the folder, and where."""
    federation = read_federation(options.dir)
    running = [process.name for process in Supervisor(options.dir).running()]
    if options.json:
        print(
            json.dumps({"running": running, "federation": asdict(federation)}, ensure_ascii=False)
        )
    else:
        print(describe(federation, options.dir))
        print(f"运行中 · running: {', '.join(running) or '无 none'}")
    return 0


def totp(options: argparse.Namespace) -> int:
    """Print the six digits of the moment."""
    login = read_federation(options.dir).login(options.user, options.archive)
    code = current_code(login, datetime.now(UTC))
    print(json.dumps({"user": login.user, "totp": code}) if options.json else code)
    return 0


def describe(federation: Federation, folder: Path) -> str:
    """Addresses and demo logins, for a person."""
    lines = ["", "页面 · pages"]
    lines += [f"  {node.archive:<14}{node.desk}" for node in federation.nodes]
    lines += [f"  {'群众端':<14}{node.citizen}" for node in federation.nodes if node.citizen]
    lines += [
        f"  {'登记处':<14}{federation.registry['web'] or federation.registry['grpc']}",
        f"  {'证明查验':<14}{federation.certificate_service['verify']}",
        "",
        "演示登录（仅本机、每次随机）· demo logins: archive user password",
    ]
    for node in federation.nodes:
        ordered = sorted(
            node.logins,
            key=lambda login: (
                login.archive_code,
                _ROLE_ORDER.index(login.user) if login.user in _ROLE_ORDER else 9,
            ),
        )
        lines += [f"  {login.archive_code} {login.user:<12}{login.password}" for login in ordered]
    lines += [
        "",
        f"动态码 · code: lantai totp clerk --archive 330400 --dir {folder}",
        f"停止 · stop: Ctrl-C, or lantai down --dir {folder}",
        "",
    ]
    return "\n".join(lines)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "up": up,
    "demo": demo,
    "down": down,
    "status": status,
    "totp": totp,
}
