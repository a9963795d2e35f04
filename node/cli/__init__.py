"""`lantai-node`: one command, its sub-commands in groups of their own.

Exit codes (interfaces.md §2): 0 done, 2 usage, 3 refused, 4 could not decide, 5 unavailable.
Errors are one line on stderr: code, what is wrong, what to do; a traceback is never shown.
"""

import argparse
import io
import sys
from collections.abc import Sequence
from importlib import import_module

from records.refusal import Refusal, exit_code
from trust.channel import tls13

GROUPS = (
    "holdings", "packing", "searching", "lineage", "indexing", "enrol", "serve", "staff",
    "window", "work", "asking",
    "papers", "withdrawals", "correcting", "reissuing", "access", "duties",
    "inspection", "agreeing", "beating", "evidence", "gateway", "checking", "describing",
    "citizens", "erasing", "restoring", "fsck", "field_keys",
)  # fmt: skip
"""Modules with `add_commands(commands)`; each command sets `run`, a function of its arguments that
returns an exit code. They are imported once `main` has prepared the process for gRPC."""

_INTERNAL_FAULT = "INTERNAL_FAULT: 程序内部错误，未改动任何数据 → 请重试；仍然出错请联系管理员"
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    tls13.require()
    parser = argparse.ArgumentParser(prog="lantai-node", description="兰台互联：一个档案馆节点")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for group in GROUPS:
        import_module(f"node.cli.{group}").add_commands(commands)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Chinese on a terminal whose locale says otherwise must not end in a fault.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except Refusal as refusal:
        print(refusal.line(), file=sys.stderr)
        return exit_code(refusal.reason.kind)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing is left to say.
        sys.stderr.close()
        return 0
    except Exception as fault:  # noqa: BLE001 - the outermost boundary: no traceback, no values
        print(f"{_INTERNAL_FAULT} ({type(fault).__name__})", file=sys.stderr)
        return 5
