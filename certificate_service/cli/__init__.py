"""`lantai-certificate`: serve, verify-site, issue, revoke, supersede, renew, verify and so on.

Errors are one line on standard error: code, what is wrong, what to do. Exit codes: 0 done, 2
usage, 3 refused or not genuine, 4 could not decide, 5 unavailable.
"""

import argparse
import logging
import sys
from collections.abc import Sequence

from certificate_service.cli import (
    evidence,
    lengthening,
    orders,
    seal_log,
    serving,
    setting_up,
    verifying,
)
from records.refusal import Refusal, exit_code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    parser = argparse.ArgumentParser(
        prog="lantai-certificate", description="出证服务：签章、核验、撤销（Lantai Link）"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (serving, orders, lengthening, evidence, seal_log, verifying, setting_up):
        module.add_commands(commands)
    options = parser.parse_args(arguments)
    _quieten()
    try:
        return int(options.run(options))
    except Refusal as refusal:
        print(refusal.line(), file=sys.stderr)
        return exit_code(refusal.reason.kind)
    except KeyboardInterrupt:
        return 5


def _quieten() -> None:
    """One line on standard error is the rule; libraries that report failed seals log pages."""
    for name in ("pyhanko", "pyhanko_certvalidator", "fontTools"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
