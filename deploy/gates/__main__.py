"""Runs every gate: `python -m deploy.gates`. Exit code 0 when nothing was found."""

import sys

from deploy.gates.finding import ROOT
from deploy.gates.forbidden import check_forbidden
from deploy.gates.generated import check_protos
from deploy.gates.sizes import check_sizes


def main() -> int:
    """0 when all gates are passed, 1 otherwise; every finding is a line on stderr."""
    findings = [
        finding for check in (check_sizes, check_forbidden, check_protos) for finding in check(ROOT)
    ]
    for finding in findings:
        sys.stderr.write(f"{finding}\n")
    sys.stdout.write(f"gates: {len(findings)} findings\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
