"""`lantai-node work`: the partner's human steps, each by an officer with a session."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from node.bootstrap import open_office, system_clock
from node.cli.frame import Commands, say
from node.cli.session import add_officer_step, open_actor
from node.domain.commands import (
    ConfirmCommand,
    FieldMark,
    NoRecordCommand,
    ReferCommand,
    RefuseCommand,
    ReleaseCommand,
    ReturnCommand,
    SealCommand,
    WorkCommand,
)
from node.domain.exchange_reasons import MARK_MALFORMED
from node.domain.officers import Actor
from node.domain.views import WorkDetail, WorkSummary
from node.services.office import Office
from records.refusal import Refusal

_Act = Callable[[Office, argparse.Namespace, Actor, str], WorkDetail | WorkSummary]


def add_commands(commands: Commands) -> None:
    """`work` and its steps are sub-commands."""
    work = commands.add_parser("work", help="the partner's desk")
    steps = work.add_subparsers(dest="step", required=True, metavar="STEP")
    listed = _step(steps, "list", "cases of the archive, most urgent first", None)
    listed.add_argument("--state", action="append", default=[], help="only these states")
    listed.set_defaults(run=_list)
    _step(steps, "claim", "take a case", _claim)
    _step(steps, "give-back", "let a case go", _give_back)
    _step(steps, "candidates", "request and candidates of a claimed case", _candidates)
    confirm = _step(steps, "confirm", "compare every printed field with the page image", _confirm)
    confirm.add_argument("--reference", required=True, metavar="档号")
    confirm.add_argument(
        "--marks", type=Path, metavar="FILE", help='[{"field","compared","value"}]'
    )
    confirm.add_argument("--image", action="append", default=[], help="SHA-256 of a page looked at")
    release = _step(steps, "release", "order the extract and sign (release_dispatcher)", _release)
    release.add_argument("--page", action="append", default=[], help="SHA-256 of a page to release")
    release.add_argument("--seal-keeper", default="", metavar="OFFICER_ID")
    _step(steps, "approve", "approve the purpose (leader)", _approve)
    _step(steps, "seal", "sign the same order (seal_keeper, another person)", _seal)
    returned = _step(steps, "return", "ask the window for one more fact", _return)
    returned.add_argument("--reason", default="unclear")
    returned.add_argument("--question", required=True)
    missing = _step(steps, "no-record", "nothing in the declared coverage", _no_record)
    missing.add_argument("--method", default="目录库精确与模糊检索，经人工核对")
    transfer = _step(steps, "transfer", "another body keeps the record", _transfer)
    transfer.add_argument("--to", required=True, metavar="TEXT", help="who, where, telephone")
    refuse = _step(steps, "refuse", "not provided", _refuse)
    refuse.add_argument("--reason", required=True, metavar="CODE")
    refuse.add_argument("--note", required=True)
    _step(steps, "manual", "search the shelves; the working-day clock runs", _manual)


def _step(steps: Commands, name: str, words: str, act: _Act | None) -> argparse.ArgumentParser:
    parser = add_officer_step(steps, name, words)
    if act is not None:
        parser.add_argument("case", metavar="CASE")
        parser.set_defaults(run=lambda chosen: _run(chosen, act))
    return parser


def _run(chosen: argparse.Namespace, act: _Act) -> int:
    office = open_office(chosen.data)
    actor, password = open_actor(office, chosen, system_clock())
    answer = act(office, chosen, actor, password)
    summary = answer.summary if isinstance(answer, WorkDetail) else answer
    words = f"{summary.case_no} {summary.state} {summary.outcome}".strip()
    say({"work": answer}, words, as_json=chosen.json)
    return 0


def _list(chosen: argparse.Namespace) -> int:
    office = open_office(chosen.data)
    actor, _ = open_actor(office, chosen, system_clock())
    found = office.work.list_work(actor, chosen.state)
    lines = [
        f"{one.case_no}  {one.state:20} {one.category:24} {one.window_name}  {one.claimed_by}"
        for one in found
    ]
    say({"work": found}, "\n".join(lines) or "队列已清空", as_json=chosen.json)
    return 0


def _claim(office: Office, chosen: argparse.Namespace, actor: Actor, _: str) -> WorkDetail:
    return office.work.claim(_command(chosen, actor), actor)


def _give_back(office: Office, chosen: argparse.Namespace, actor: Actor, _: str) -> WorkSummary:
    return office.work.give_back(_command(chosen, actor), actor)


def _candidates(office: Office, chosen: argparse.Namespace, actor: Actor, _: str) -> WorkDetail:
    return office.work.detail(chosen.case, actor.archive_code, actor)


def _manual(office: Office, chosen: argparse.Namespace, actor: Actor, _: str) -> WorkSummary:
    return office.work.manual_search(_command(chosen, actor), actor)


def _approve(office: Office, chosen: argparse.Namespace, actor: Actor, _: str) -> WorkDetail:
    return office.work.approve(_command(chosen, actor), actor)


def _confirm(office: Office, chosen: argparse.Namespace, actor: Actor, _: str) -> WorkDetail:
    detail = office.work.detail(chosen.case, actor.archive_code, actor)
    found = {one.entry.reference_code: one for one in detail.candidates}
    candidate = found.get(chosen.reference)
    images = tuple(chosen.image)
    if candidate is not None and not images:
        images = tuple(page.sha256 for page in candidate.entry.images)
    return office.work.confirm(
        ConfirmCommand(
            case_no=chosen.case,
            holder_archive=actor.archive_code,
            reference_code=chosen.reference,
            marks=_read_marks(chosen.marks),
            images=images,
        ),
        actor,
    )


def _read_marks(path: Path | None) -> tuple[FieldMark, ...]:
    """The marks in the file: a person wrote one for each field. Raises Refusal: MARK_MALFORMED."""
    if path is None:
        return ()
    try:
        content = json.loads(path.read_text("utf-8"))
        return tuple(
            FieldMark(
                field=str(one["field"]),
                compared=str(one["compared"]),
                value=str(one.get("value", "")),
            )
            for one in content
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(MARK_MALFORMED, path.name) from error


def _release(office: Office, chosen: argparse.Namespace, actor: Actor, password: str) -> WorkDetail:
    command = ReleaseCommand(
        case_no=chosen.case,
        holder_archive=actor.archive_code,
        pages=tuple(chosen.page),
        seal_keeper=chosen.seal_keeper,
        password=password,
    )
    return office.release.release(command, actor)


def _seal(office: Office, chosen: argparse.Namespace, actor: Actor, password: str) -> WorkDetail:
    command = SealCommand(case_no=chosen.case, holder_archive=actor.archive_code, password=password)
    return office.release.seal(command, actor)


def _return(office: Office, chosen: argparse.Namespace, actor: Actor, _: str) -> WorkSummary:
    command = ReturnCommand(
        case_no=chosen.case,
        holder_archive=actor.archive_code,
        reason=chosen.reason,
        question=chosen.question,
    )
    return office.answer.return_request(command, actor)


def _no_record(office: Office, chosen: argparse.Namespace, actor: Actor, _: str) -> WorkSummary:
    command = NoRecordCommand(
        case_no=chosen.case, holder_archive=actor.archive_code, method=chosen.method
    )
    return office.answer.no_record(command, actor)


def _transfer(office: Office, chosen: argparse.Namespace, actor: Actor, _: str) -> WorkSummary:
    command = ReferCommand(
        case_no=chosen.case, holder_archive=actor.archive_code, referral=chosen.to
    )
    return office.answer.refer(command, actor)


def _refuse(office: Office, chosen: argparse.Namespace, actor: Actor, _: str) -> WorkSummary:
    command = RefuseCommand(
        case_no=chosen.case,
        holder_archive=actor.archive_code,
        reason_code=chosen.reason,
        note=chosen.note,
    )
    return office.answer.refuse(command, actor)


def _command(chosen: argparse.Namespace, actor: Actor) -> WorkCommand:
    return WorkCommand(case_no=chosen.case, holder_archive=actor.archive_code)
