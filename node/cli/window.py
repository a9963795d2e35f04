"""`lantai-node request` and `lantai-node case`: the window's steps from the command line."""

import argparse
import hmac
import os
import time
from pathlib import Path

import msgspec

from node.bootstrap import make_office, open_base, open_office, system_clock
from node.cli.frame import Commands, add_shared, say
from node.cli.session import add_login_options, open_actor
from node.domain.application_json import parse_application, read_client_key
from node.domain.commands import CaseCommand, FileRequestCommand, HandOverCommand, ReviewCommand
from node.domain.exchange_reasons import FILE_NOT_RELEASED
from node.domain.officers import Actor
from node.domain.reasons import APPLICATION_MALFORMED
from node.domain.views import CaseProgress
from node.services.office import Office
from records.case_states import CLOCK_STOPPED, CaseState
from records.refusal import Refusal

_POLL_SECONDS = 0.2
_UNDECIDED = 4
_ENDED = CLOCK_STOPPED | {CaseState.SEALED, CaseState.SUPPLEMENT_REQUIRED}
_GOOD = frozenset({CaseState.SEALED, CaseState.DELIVERED, CaseState.CLOSED})
_REFUSED = 3
_PRIVATE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def add_commands(commands: Commands) -> None:
    """`request` and `case` are sub-commands."""
    request = commands.add_parser("request", help="file a request as a window would")
    add_shared(request)
    add_login_options(request)
    add_login_options(request, prefix="reviewer-")
    request.add_argument("--file", type=Path, required=True, metavar="REQUEST.json")
    request.add_argument("--client-key", default="", help="unique; default: digest of the file")
    request.add_argument("--wait", action="store_true", help="until it is answered")
    request.add_argument("--timeout", type=float, default=900.0, metavar="SECONDS")
    request.set_defaults(run=_request)

    case = commands.add_parser("case", help="look at a case, review it, hand it over")
    steps = case.add_subparsers(dest="step", required=True, metavar="STEP")
    for name, run in (
        ("list", _list),
        ("show", _show),
        ("review", _review),
        ("save", _save),
        ("hand-over", _hand_over),
        ("close", _close),
        ("withdraw", _withdraw),
    ):
        parser = steps.add_parser(name)
        add_shared(parser)
        add_login_options(parser)
        if name != "list":
            parser.add_argument("case", metavar="CASE")
        if name == "review":
            parser.add_argument("--return", dest="note", default="", metavar="NOTE")
        if name == "save":
            parser.add_argument("-o", dest="out", type=Path, default=Path(), metavar="DIR")
        parser.set_defaults(run=run)


def _key_of(secret: bytes, data: bytes) -> str:
    """The same for the same file, and no test of a guess: the file holds a name and a number."""
    return hmac.digest(secret, b"client key\n" + data, "sha256").hex()


def _request(chosen: argparse.Namespace) -> int:
    base = open_base(chosen.data)
    office = make_office(base)
    actor, _ = open_actor(office, chosen, system_clock())
    try:
        data = chosen.file.read_bytes()
    except OSError as error:
        raise Refusal(APPLICATION_MALFORMED, chosen.file.name) from error
    key = chosen.client_key or read_client_key(data) or _key_of(base.house.sample_key, data)
    command = FileRequestCommand(client_key=key, application=parse_application(data))
    case = office.file_request.file(command, actor)
    if chosen.reviewer_login is not None and case.state == CaseState.SUBMITTED:
        reviewer, _ = open_actor(office, chosen, system_clock(), prefix="reviewer_")
        case = office.review.review(ReviewCommand(case_no=case.case_no, accept=True), reviewer)
    progress = office.cases.progress(case.case_no, actor)
    if chosen.wait:
        progress = _wait(office, case.case_no, actor, chosen.timeout)
    _say_case(progress, as_json=chosen.json)
    return _exit_code(progress) if chosen.wait else 0


def _wait(office: Office, case_no: str, actor: Actor, seconds: float) -> CaseProgress:
    end = time.monotonic() + seconds
    progress = office.cases.progress(case_no, actor)
    while progress.summary.state not in _ENDED and time.monotonic() < end:
        time.sleep(_POLL_SECONDS)
        progress = office.cases.progress(case_no, actor)
    return progress


def _exit_code(progress: CaseProgress) -> int:
    state = CaseState(progress.summary.state)
    if state in _GOOD:
        return 0
    ended = state in _ENDED and state is not CaseState.SUPPLEMENT_REQUIRED
    return _REFUSED if ended else _UNDECIDED


def _list(chosen: argparse.Namespace) -> int:
    office = open_office(chosen.data)
    actor, _ = open_actor(office, chosen, system_clock())
    found = office.cases.list_cases(actor)
    lines = [f"{one.case_no}  {one.state:20} {one.applicant_masked}" for one in found]
    say({"cases": found}, "\n".join(lines) or "没有查档件", as_json=chosen.json)
    return 0


def _show(chosen: argparse.Namespace) -> int:
    office = open_office(chosen.data)
    actor, _ = open_actor(office, chosen, system_clock())
    _say_case(office.cases.progress(chosen.case, actor), as_json=chosen.json)
    return 0


def _review(chosen: argparse.Namespace) -> int:
    office = open_office(chosen.data)
    actor, _ = open_actor(office, chosen, system_clock())
    command = ReviewCommand(case_no=chosen.case, accept=not chosen.note, note=chosen.note)
    case = office.review.review(command, actor)
    say({"case": case}, f"{case.case_no} {case.state}", as_json=chosen.json)
    return 0


def _save(chosen: argparse.Namespace) -> int:
    """Write what came of the case into a folder: certificates by number, listed fields."""
    office = open_office(chosen.data)
    actor, _ = open_actor(office, chosen, system_clock())
    paths = []
    for file in office.cases.progress(chosen.case, actor).certificates:
        path = chosen.out / f"{file.number}.pdf"
        path.write_bytes(office.cases.certificate(chosen.case, file.sha256, actor))
        paths.append(str(path))
    given = [str(path) for path in _save_fields(office, chosen, actor)]
    content = {"certificates": paths, "fields": given}
    say(content, "\n".join([*paths, *given]) or "尚无证明", as_json=chosen.json)
    return 0 if paths or given else _UNDECIDED


def _save_fields(office: Office, chosen: argparse.Namespace, actor: Actor) -> list[Path]:
    """Listed fields for an authority: one file an archive, for its owner's eyes alone."""
    try:
        found = office.cases.listed_fields(chosen.case, actor)
    except Refusal as refusal:
        if refusal.reason is FILE_NOT_RELEASED:
            return []
        raise
    paths = []
    for archive, rows in found.items():
        path = chosen.out / f"fields-{archive}.json"
        said = {"case_no": chosen.case, "holder_archive": archive, "fields": rows}
        with os.fdopen(os.open(path, _PRIVATE, 0o600), "wb") as file:
            file.write(msgspec.json.encode(said))
        paths.append(path)
    return paths


def _hand_over(chosen: argparse.Namespace) -> int:
    office = open_office(chosen.data)
    actor, _ = open_actor(office, chosen, system_clock())
    case = office.hand_over.hand_over(HandOverCommand(case_no=chosen.case), actor)
    say({"case": case}, f"{case.case_no} {case.state}", as_json=chosen.json)
    return 0


def _close(chosen: argparse.Namespace) -> int:
    office = open_office(chosen.data)
    actor, _ = open_actor(office, chosen, system_clock())
    case = office.hand_over.close(CaseCommand(case_no=chosen.case), actor)
    say({"case": case}, f"{case.case_no} {case.state}", as_json=chosen.json)
    return 0


def _withdraw(chosen: argparse.Namespace) -> int:
    office = open_office(chosen.data)
    actor, _ = open_actor(office, chosen, system_clock())
    case = office.hand_over.withdraw(CaseCommand(case_no=chosen.case), actor)
    say({"case": case}, f"{case.case_no} {case.state}", as_json=chosen.json)
    return 0


def _say_case(progress: CaseProgress, *, as_json: bool) -> None:
    """The case without the applicant's name: this may land in a log of the caller's."""
    summary = progress.summary
    legs = [
        {
            "holder_archive": leg.holder_archive,
            "holder": leg.holder_name,
            "state": leg.state,
            "outcome": leg.outcome,
            "fields": len(leg.fields),
            "reason_code": leg.reason_code,
            "question": leg.question,
            "referral": leg.referral,
        }
        for leg in progress.legs
    ]
    content = {
        "case_no": summary.case_no,
        "state": summary.state,
        "deadline": summary.clock.deadline,
        "now": summary.clock.now,
        "holders": legs,
        "certificates": progress.certificates,
    }
    numbers = " ".join(file.number for file in progress.certificates)
    words = f"{summary.case_no} {summary.state} {numbers}".strip()
    say(content, words, as_json=as_json)
