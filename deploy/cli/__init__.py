"""`lantai`: a whole federation on one machine.

    lantai up|demo|down|status --dir DIR      lantai totp USER --dir DIR
    lantai council seat|file|draft|sign|merge the federation's council, offline

Exit codes: 0 done, 2 usage, 3 refused or not found, 5 unavailable.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.cli.council import add_council
from records.refusal import Refusal, exit_code
from trust.channel import tls13

_HELP = {
    "up": "启动并保持运行 · start a federation that stays up",
    "demo": "从嘉兴窗口到上饶出证，走完一件 · carry one request to a verified certificate",
    "down": "停止该目录里的全部进程 · stop every process of the folder",
    "status": "进程、地址与演示登录 · processes, addresses and demo logins",
    "totp": "某个演示登录此刻的六位动态码 · the current code of a demo login",
}


def build_parser() -> argparse.ArgumentParser:
    """The command line of `lantai`."""
    parser = argparse.ArgumentParser(prog="lantai", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, words in _HELP.items():
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument(
            "--dir", "--data", dest="dir", type=Path, required=True, help="working folder"
        )
        command.add_argument("--json", action="store_true", help="one JSON object on stdout")
        if name == "demo":
            command.add_argument(
                "--kill-registry",
                action="store_true",
                help="kill the registry once the federation is up",
            )
            command.add_argument(
                "--keep", action="store_true", help="leave the federation running at the end"
            )
        if name == "up":
            command.add_argument(
                "--detach", action="store_true", help="return when it is up; stop it with down"
            )
        if name == "totp":
            command.add_argument("user", help="demo login, e.g. clerk")
            command.add_argument("--archive", default="", help="six-digit archive code")
    add_council(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; a refusal is one line on stderr."""
    options = build_parser().parse_args(arguments)
    # Before gRPC is imported: it reads its TLS suites once.
    tls13.require()
    from deploy.cli.commands import COMMANDS

    try:
        if options.command == "council":
            return int(options.run(options))
        return COMMANDS[options.command](options)
    except Refusal as refusal:
        sys.stderr.write(f"{refusal.line()} | {refusal.line(english=True)}\n")
        if options.json:
            print(json.dumps({"error": {"code": refusal.code, "detail": refusal.detail}}))
        return exit_code(refusal.reason.kind)
    except KeyboardInterrupt:
        return 0
