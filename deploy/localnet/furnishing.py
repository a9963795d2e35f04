"""Fills one new node: its archives' sample holdings and its officers.

A process for each node, `python -m deploy.localnet.furnishing NODE`, because all of it is
computing; holdings go in by the ordinary import command before anybody can sign in, as a sample
node allows. The demo logins leave by the standard output and are written nowhere else.
"""

import argparse
import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import asdict
from pathlib import Path

from deploy.holdings.columns import COLUMNS
from deploy.localnet.document import Login
from deploy.localnet.layout import Layout
from deploy.localnet.plan import NODES, NodePlan, OfficerPlan, officers
from deploy.parts import ROOT
from deploy.reasons import PARTS_NOT_READY, STEP_FAILED
from node.bootstrap import open_office
from node.cli import main as run_node_command
from node.domain.commands import AddOfficerCommand
from node.services.staff_doors import Staff
from records.refusal import Refusal

HOLDINGS = ROOT / "var" / "parts" / "holdings"
_PASSWORD_BYTES = 12


def furnish_all(layout: Layout) -> tuple[Login, ...]:
    """Every node has its holdings and its officers; returns all demo logins.

    Raises:
        Refusal: PARTS_NOT_READY, STEP_FAILED with the node's own line.
    """
    if not (HOLDINGS / "edition").is_file():
        raise Refusal(PARTS_NOT_READY, "var/parts/holdings")
    children = {
        plan.node_id: subprocess.Popen(
            [
                sys.executable,
                "-m",
                __name__,
                "--data",
                str(layout.node(plan.node_id)),
                plan.node_id,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for plan in NODES
    }
    logins: list[Login] = []
    for node_id, child in children.items():
        said, complained = child.communicate()
        if child.returncode:
            lines = complained.strip().splitlines() or [""]
            raise Refusal(STEP_FAILED, f"{node_id}: {lines[-1][:200]}")
        logins += [Login(**entry) for entry in json.loads(said)]
    return tuple(logins)


def furnish(data: Path, plan: NodePlan, holdings: Path = HOLDINGS) -> list[Login]:
    """The node in `data` has the holdings and officers of its archives.

    Raises:
        Refusal: STEP_FAILED when an import ends otherwise than done.
    """
    for archive_code, category, path in _files(plan, holdings):
        command = ["import", "--data", str(data), "--accept-warnings", "--archive", archive_code]
        if run_node_command([*command, "--category", category, str(path)]):
            raise Refusal(STEP_FAILED, f"import {archive_code} {category}")
    for archive in plan.archives:
        lineage = holdings / archive.archive_code / "lineage.csv"
        command = ["import-lineage", "--data", str(data), "--archive", archive.archive_code]
        if lineage.is_file() and run_node_command([*command, str(lineage)]):
            raise Refusal(STEP_FAILED, f"import-lineage {archive.archive_code}")
    codes = {archive.archive_code for archive in plan.archives}
    staff = open_office(data).staff
    return [_take_on(staff, officer) for officer in officers() if officer.archive_code in codes]


def _files(plan: NodePlan, holdings: Path) -> Iterator[tuple[str, str, Path]]:
    for archive in plan.archives:
        for category in COLUMNS:
            path = holdings / archive.archive_code / f"{category}.csv"
            if path.is_file():
                yield archive.archive_code, category, path


def _take_on(staff: Staff, plan: OfficerPlan) -> Login:
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    command = AddOfficerCommand(
        archive_code=plan.archive_code,
        user=plan.user,
        display_name=plan.display_name,
        posts=plan.posts,
        password=password,
        person=f"{plan.archive_code}-{plan.user}",
    )
    _, totp_uri = staff.add_officer(command)
    return Login(
        role=plan.posts[0],
        archive_code=plan.archive_code,
        user=plan.user,
        password=password,
        totp_uri=totp_uri,
    )


def main() -> int:
    """Furnish one node; its logins go to standard output as JSON."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.localnet.furnishing", description=__doc__
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("node", choices=[plan.node_id for plan in NODES])
    arguments = parser.parse_args()
    plan = next(plan for plan in NODES if plan.node_id == arguments.node)
    # The import's own words go to stderr: stdout carries the logins.
    try:
        with redirect_stdout(sys.stderr):
            logins = furnish(arguments.data, plan)
    except Refusal as refusal:
        sys.stderr.write(refusal.line() + "\n")
        return 3
    json.dump([asdict(login) for login in logins], sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
