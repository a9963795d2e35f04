"""Runs every gate: `python -m deploy.gates`. Exit code 0 when nothing was found."""

import sys
from collections.abc import Iterator
from pathlib import Path

from deploy import schema
from deploy.gates.configuration import check_configuration
from deploy.gates.errors import check_reasons
from deploy.gates.finding import ROOT, Finding
from deploy.gates.forbidden import check_forbidden
from deploy.gates.generated import check_protos
from deploy.gates.sizes import check_sizes


def check_schema(root: Path) -> Iterator[Finding]:
    """The statements' schema, when it is not what the classes make today."""
    if not schema.is_current(root):
        yield Finding(
            path=schema.DOCUMENT, line=1, what="is not current: run python -m deploy.schema"
        )


CHECKS = (
    check_sizes,
    check_forbidden,
    check_reasons,
    check_configuration,
    check_protos,
    check_schema,
)


def main() -> int:
    """0 when all gates are passed, 1 otherwise; every finding is a line on stderr."""
    findings = [finding for check in CHECKS for finding in check(ROOT)]
    for finding in findings:
        sys.stderr.write(f"{finding}\n")
    sys.stdout.write(f"gates: {len(findings)} findings\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
