"""`lantai-node paper`: notices, cover sheets and letters from the command line."""

import argparse
import time
from pathlib import Path

from node.bootstrap import open_office, system_clock
from node.cli.frame import Commands, add_shared, say
from node.cli.session import add_login_options, open_actor
from node.domain.exchange_reasons import PAPER_NOT_DRAWN
from node.domain.office_papers import CasePaper
from node.domain.officers import Actor
from node.domain.paper_commands import (
    EnterAnswerCommand,
    LetterCommand,
    PaperCommand,
    PostCommand,
)
from node.services.office import Office
from records.refusal import Refusal

_POLL_SECONDS = 0.2
_PATIENCE = 20.0


def add_commands(commands: Commands) -> None:
    """`paper` is a sub-command."""
    paper = commands.add_parser("paper", help="refusal, referral, cover sheet, letter by post")
    steps = paper.add_subparsers(dest="step", required=True, metavar="STEP")
    for name in ("refusal", "referral", "cover", "letter"):
        parser = _step(steps, name, _order)
        parser.add_argument("case", metavar="CASE")
        parser.add_argument("-o", dest="out", type=Path, metavar="PDF", help="write it when drawn")
        if name == "letter":
            parser.add_argument("--to", required=True, metavar="ARCHIVE")
            parser.add_argument("--reply-to", required=True, metavar="ADDRESS")
        else:
            parser.add_argument("--holder", default="", metavar="ARCHIVE_CODE")
    listed = _step(steps, "list", _list)
    listed.add_argument("case", metavar="CASE")
    post = _step(steps, "post", _post)
    post.add_argument("paper", metavar="PAPER_ID")
    post.add_argument("--carrier", required=True)
    post.add_argument("--tracking", default="")
    post.add_argument("--pages", type=int, required=True)
    answer = _step(steps, "answer", _answer)
    answer.add_argument("paper", metavar="PAPER_ID")
    answer.add_argument("--outcome", required=True)
    answer.add_argument("--pages", type=int, default=0)
    answer.add_argument("--reference", default="")
    _step(steps, "register", _register)


def _step(
    steps: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: object,
) -> argparse.ArgumentParser:
    parser = steps.add_parser(name)
    add_shared(parser)
    add_login_options(parser)
    parser.set_defaults(run=run)
    return parser


def _open(chosen: argparse.Namespace) -> tuple[Office, Actor]:
    office = open_office(chosen.data)
    actor, _ = open_actor(office, chosen, system_clock())
    return office, actor


def _order(chosen: argparse.Namespace) -> int:
    office, actor = _open(chosen)
    if chosen.step == "letter":
        wanted = LetterCommand(case_no=chosen.case, addressee=chosen.to, reply_to=chosen.reply_to)
        paper = office.letters.write(wanted, actor)
    else:
        acts = {
            "refusal": office.papers.refusal,
            "referral": office.papers.referral,
            "cover": office.papers.cover,
        }
        command = PaperCommand(case_no=chosen.case, holder_archive=chosen.holder)
        paper = acts[chosen.step](command, actor)
    if chosen.out is not None:
        chosen.out.write_bytes(_drawn(office, paper.paper_id, actor))
    return _say([paper], chosen)


def _drawn(office: Office, paper_id: str, actor: Actor) -> bytes:
    """The PDF, as soon as the node's worker had it drawn."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return office.papers.open(paper_id, actor)
        except Refusal as refusal:
            if refusal.reason is not PAPER_NOT_DRAWN or time.monotonic() > end:
                raise
        time.sleep(_POLL_SECONDS)


def _list(chosen: argparse.Namespace) -> int:
    office, actor = _open(chosen)
    return _say(list(office.papers.list(chosen.case, actor)), chosen)


def _post(chosen: argparse.Namespace) -> int:
    office, actor = _open(chosen)
    command = PostCommand(
        paper_id=chosen.paper,
        carrier=chosen.carrier,
        tracking=chosen.tracking,
        pages=chosen.pages,
    )
    return _say([office.letters.post(command, actor)], chosen)


def _answer(chosen: argparse.Namespace) -> int:
    office, actor = _open(chosen)
    command = EnterAnswerCommand(
        paper_id=chosen.paper,
        outcome=chosen.outcome,
        pages=chosen.pages,
        reference=chosen.reference,
    )
    return _say([office.letters.enter_answer(command, actor)], chosen)


def _register(chosen: argparse.Namespace) -> int:
    office, actor = _open(chosen)
    return _say(list(office.letters.register(actor)), chosen)


def _say(papers: list[CasePaper], chosen: argparse.Namespace) -> int:
    """The papers without their words: those name people."""
    told = [
        {
            "paper_id": one.paper_id,
            "case_no": one.case_no,
            "template": one.template,
            "title": one.title,
            "symbol": one.symbol,
            "drawn": bool(one.file_sha256),
            "posting": one.posting,
            "answer": one.answer,
        }
        for one in papers
    ]
    lines = [
        f"{one.paper_id}  {one.template:6} {one.title} {one.symbol}"
        f"{'  ' + one.posting.entry if one.posting else ''}"
        for one in papers
    ]
    say({"papers": told}, "\n".join(lines) or "没有文书", as_json=chosen.json)
    return 0
