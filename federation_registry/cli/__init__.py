"""`lantai-registry`: run and govern a registry; sub-commands in groups of their own.

Exit codes (interfaces.md §2): 0 done, 2 usage, 3 refused, 4 could not decide, 5 unavailable.
Errors are one line on stderr: code, what is wrong, what to do; a traceback is never shown.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from federation_registry.cli import (
    asking,
    console,
    joining,
    overseeing,
    publishing,
    relaying,
    set_up,
)
from records.refusal import Refusal, exit_code

GROUPS = (set_up, joining, publishing, asking, relaying, console, overseeing)
"""Modules with `add_commands(commands)`; each command sets `run`, a function of its arguments that
returns an exit code."""

_INTERNAL_FAULT = "INTERNAL_FAULT: 程序内部错误 → 请重试；仍然出错请联系管理员"
_INTERRUPTED = 130
_USAGE = 2


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with a command line in one line."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        print(f"USAGE: {message} → {self.prog} --help", file=sys.stderr)
        sys.exit(_USAGE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = _Parser(prog="lantai-registry", description="兰台互联：联网登记机构")
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", parser_class=_Parser
    )
    for group in GROUPS:
        group.add_commands(commands)
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
