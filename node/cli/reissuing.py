"""`lantai-node reissue`: replace many certificates, each signed by two officers, with progress."""

import argparse
import json
from collections.abc import Iterable
from dataclasses import asdict

from node.bootstrap import open_office, system_clock
from node.cli.frame import Commands, say
from node.cli.session import add_officer_step, open_actor
from node.domain.reissue import CAUSES, Outcome, PlanReissue, ReissueStep

_STEPS = {
    "release": "the dispatcher signs every new order",
    "seal": "the seal keeper signs the same orders; the certificates are made",
    "supersede": "the dispatcher orders that the new ones replace the old ones",
    "confirm": "the seal keeper confirms it",
}


def add_commands(commands: Commands) -> None:
    """`reissue` and its steps are sub-commands."""
    reissue = commands.add_parser("reissue", help="replace many certificates, e.g. a layout fault")
    steps = reissue.add_subparsers(dest="step", required=True, metavar="STEP")
    plan = add_officer_step(steps, "plan", "name what is to be replaced")
    plan.add_argument("--number", action="append", default=[], help="none = all that stand")
    plan.add_argument("--cause", required=True, choices=CAUSES)
    plan.add_argument("--note", required=True)
    plan.set_defaults(run=_plan)
    for name, words in _STEPS.items():
        parser = add_officer_step(steps, name, words)
        parser.add_argument("batch", metavar="BATCH")
        parser.add_argument("--seal-keeper", default="", metavar="OFFICER_ID")
        parser.set_defaults(run=_run)
    status = add_officer_step(steps, "status", "how far each certificate is")
    status.add_argument("batch", metavar="BATCH")
    status.set_defaults(run=_status)


def _plan(chosen: argparse.Namespace) -> int:
    office = open_office(chosen.data)
    actor, _ = open_actor(office, chosen, system_clock())
    command = PlanReissue(
        archive_code=actor.archive_code,
        numbers=tuple(chosen.number),
        cause=chosen.cause,
        note=chosen.note,
    )
    batch = office.corrections.batches.plan(command, actor)
    numbers = [one.number for one in batch.certificates]
    words = f"{batch.batch_id} {len(numbers)}"
    say({"batch_id": batch.batch_id, "numbers": numbers}, words, as_json=chosen.json)
    return 0


def _run(chosen: argparse.Namespace) -> int:
    office = open_office(chosen.data)
    actor, password = open_actor(office, chosen, system_clock())
    command = ReissueStep(
        archive_code=actor.archive_code,
        batch_id=chosen.batch,
        password=password,
        seal_keeper=chosen.seal_keeper,
    )
    act = getattr(office.corrections.batches, chosen.step)
    return _tell(act(command, actor), as_json=chosen.json)


def _status(chosen: argparse.Namespace) -> int:
    office = open_office(chosen.data)
    actor, _ = open_actor(office, chosen, system_clock())
    batches = office.corrections.batches
    return _tell(batches.status(actor.archive_code, chosen.batch, actor), as_json=chosen.json)


def _tell(outcomes: Iterable[Outcome], *, as_json: bool) -> int:
    """One line as each is done; 4 when some could not be: the command is simply run again."""
    left = 0
    for one in outcomes:
        left += bool(one.code)
        words = f"{one.place}/{one.of} {one.number} {one.step} {one.code}".rstrip()
        print(json.dumps(asdict(one)) if as_json else words, flush=True)
    return 4 if left else 0
