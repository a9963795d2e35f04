"""`lantai-node call-back|alert|complaint|extend`: checks on windows and officers."""

import argparse
from collections.abc import Mapping, Sequence
from datetime import datetime

from node.bootstrap import open_office, system_clock
from node.cli.frame import Commands, say
from node.cli.session import add_officer_step, open_actor
from node.domain.complaints import GROUNDS, DecideCommand, RegisterCommand
from node.domain.officers import Actor
from node.domain.views import WorkSummary
from node.services.call_back import SEALED_APPLICATION, TELEPHONE, CallBackCommand
from node.services.extend_search import ExtendCommand
from node.services.rights_doors import Rights
from records.deadlines import BEIJING


def add_commands(commands: Commands) -> None:
    """Each is a sub-command with steps of its own."""
    _add_call_backs(commands)
    _add_alerts(commands)
    _add_complaints(commands)
    extend = _leaf(
        commands, "extend", "announce three more working days of a shelf search", _extend
    )
    extend.add_argument("case", metavar="CASE")
    extend.add_argument("--reason", required=True, help="for the applicant")


def _add_call_backs(commands: Commands) -> None:
    group = commands.add_parser("call-back", help="回访核实: drawn cases that wait for the window")
    steps = group.add_subparsers(dest="step", required=True, metavar="STEP")
    _leaf(steps, "list", "cases that are held", _list_call_backs)
    record = _leaf(steps, "record", "what the window archive said", _record)
    record.add_argument("--how", choices=(TELEPHONE, SEALED_APPLICATION), default=TELEPHONE)
    record.add_argument("--denied", action="store_true", help="the window does not stand by it")
    waive = _leaf(steps, "waive", "let the case go on all the same (leader)", _waive)
    for parser in (record, waive):
        parser.add_argument("case", metavar="CASE")
        parser.add_argument("--note", required=True, help="which office said what")


def _add_alerts(commands: Commands) -> None:
    group = commands.add_parser("alert", help="misuse alerts, for the supervisor")
    steps = group.add_subparsers(dest="step", required=True, metavar="STEP")
    _leaf(steps, "list", "alerts, open ones first", _list_alerts)
    acknowledge = _leaf(steps, "acknowledge", "record the finding; the officer may go on", _settle)
    acknowledge.add_argument("alert", metavar="ALERT_ID")
    acknowledge.add_argument("--note", required=True)


def _add_complaints(commands: Commands) -> None:
    group = commands.add_parser("complaint", help="申诉")
    steps = group.add_subparsers(dest="step", required=True, metavar="STEP")
    _leaf(steps, "list", "complaints, earliest due first", _list_complaints)
    register = _leaf(steps, "register", "a complaint about a case", _register)
    register.add_argument("case", metavar="CASE")
    register.add_argument("--ground", choices=tuple(GROUNDS), required=True)
    register.add_argument("--words", required=True, help="the complainant's own")
    assign = _leaf(steps, "assign", "who reviews it: nobody who acted in the case", _assign)
    assign.add_argument("--to", required=True, metavar="OFFICER_ID")
    decide = _leaf(steps, "decide", "uphold, or overturn", _decide)
    decide.add_argument("--overturn", action="store_true")
    decide.add_argument("--reasons", required=True, help="printed on the reply")
    for parser in (assign, decide):
        parser.add_argument("number", metavar="NUMBER")


def _leaf(steps: Commands, name: str, words: str, run: object) -> argparse.ArgumentParser:
    parser = add_officer_step(steps, name, words)
    parser.set_defaults(run=run)
    return parser


def _open(chosen: argparse.Namespace) -> tuple[Rights, Actor]:
    office = open_office(chosen.data)
    actor, _ = open_actor(office, chosen, system_clock())
    return office.rights, actor


def _show_all(
    chosen: argparse.Namespace, found: Mapping[str, object], lines: Sequence[str], none: str
) -> int:
    say(found, "\n".join(lines) or none, as_json=chosen.json)
    return 0


def _list_call_backs(chosen: argparse.Namespace) -> int:
    rights, actor = _open(chosen)
    due = rights.call_backs.list_due(actor)
    lines = [
        f"{one.work.case_no}  {one.work.window_name}  {one.telephone}  "
        f"{'已否认' if one.denied else '待核实'}"
        for one in due
    ]
    return _show_all(chosen, {"call_backs": due}, lines, "没有待回访的案件")


def _record(chosen: argparse.Namespace) -> int:
    rights, actor = _open(chosen)
    return _show_call_back(chosen, rights.call_backs.record(_call_back(chosen, actor), actor))


def _waive(chosen: argparse.Namespace) -> int:
    rights, actor = _open(chosen)
    return _show_call_back(chosen, rights.call_backs.waive(_call_back(chosen, actor), actor))


def _show_call_back(chosen: argparse.Namespace, work: WorkSummary) -> int:
    say({"work": work}, f"{work.case_no} {work.call_back}", as_json=chosen.json)
    return 0


def _call_back(chosen: argparse.Namespace, actor: Actor) -> CallBackCommand:
    return CallBackCommand(
        case_no=chosen.case,
        holder_archive=actor.archive_code,
        how=getattr(chosen, "how", TELEPHONE),
        confirmed=not getattr(chosen, "denied", False),
        note=chosen.note,
    )


def _list_alerts(chosen: argparse.Namespace) -> int:
    rights, actor = _open(chosen)
    found = rights.alerts.list(actor)
    lines = [
        f"{one.alert.alert_id}  {_when(one.alert.at)}  {one.officer_name}  {one.words}  "
        f"{one.alert.names} 个姓名  {'已停用' if one.alert.blocks else '提示'}  {one.alert.state}"
        for one in found
    ]
    return _show_all(chosen, {"alerts": found}, lines, "没有预警")


def _settle(chosen: argparse.Namespace) -> int:
    rights, actor = _open(chosen)
    alert = rights.alerts.acknowledge(chosen.alert, chosen.note, actor)
    say({"alert": alert}, f"{alert.alert_id} {alert.state}", as_json=chosen.json)
    return 0


def _list_complaints(chosen: argparse.Namespace) -> int:
    rights, actor = _open(chosen)
    found = rights.complaints.list(actor)
    lines = [
        f"{one.number}  {one.case_no}  {GROUNDS[one.ground]}  {one.state}  {_when(one.due_at)} 前"
        for one in found
    ]
    return _show_all(chosen, {"complaints": found}, lines, "没有申诉")


def _register(chosen: argparse.Namespace) -> int:
    rights, actor = _open(chosen)
    command = RegisterCommand(case_no=chosen.case, ground=chosen.ground, words=chosen.words)
    made = rights.complaints.register(command, actor)
    say({"complaint": made}, f"{made.number} {_when(made.due_at)} 前答复", as_json=chosen.json)
    return 0


def _assign(chosen: argparse.Namespace) -> int:
    rights, actor = _open(chosen)
    made = rights.complaints.assign(chosen.number, chosen.to, actor)
    say({"complaint": made}, f"{made.number} {made.state}", as_json=chosen.json)
    return 0


def _decide(chosen: argparse.Namespace) -> int:
    rights, actor = _open(chosen)
    command = DecideCommand(number=chosen.number, overturn=chosen.overturn, reasons=chosen.reasons)
    made = rights.complaints.decide(command, actor)
    say({"complaint": made}, f"{made.number} {made.state} {made.paper_id}", as_json=chosen.json)
    return 0


def _extend(chosen: argparse.Namespace) -> int:
    rights, actor = _open(chosen)
    command = ExtendCommand(
        case_no=chosen.case, holder_archive=actor.archive_code, reason=chosen.reason
    )
    work = rights.extensions.extend(command, actor)
    due = work.clock.working_due
    say({"work": work}, f"{work.case_no} 延至 {_when(due) if due else ''}", as_json=chosen.json)
    return 0


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"
