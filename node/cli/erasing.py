"""`lantai-node erase CASE` and `lantai-node retain`: personal data goes, proofs stay."""

import argparse
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from node.adapters.case_log import CaseLog
from node.adapters.erasure_journal import FileErasureJournal
from node.adapters.image_files import ImageFiles
from node.adapters.sql_erasure import SqlErasureBook
from node.bootstrap import Base, make_office, open_base, system_clock
from node.cli.frame import Commands, add_shared, say
from node.cli.session import add_login_options, open_actor
from node.config import terms_of
from node.domain.erasure import Copy, Erased
from node.domain.exchange_reasons import ERASURE_ARGUMENTS
from node.domain.officers import Actor
from node.services.erase_case import EraseCase, Retain
from node.store_wiring import SEEN
from records.duties import Act, verify_may
from records.refusal import Refusal
from records.retention import BASIS_WORDS, HOLDS, Basis, Held
from trust.store.scrubbing import empty_journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasing:
    """The use cases of erasure, with their book."""

    base: Base
    book: SqlErasureBook
    erase: EraseCase
    retain: Retain


def make_erasing(base: Base) -> Erasing:
    """Erasure on this base."""
    log = CaseLog(base.config.trust_domain, secrets.token_bytes)
    book = SqlErasureBook(base.engine, base.config.trust_domain, base.fields, log)
    shelves = (base.images, ImageFiles(base.places.data / "papers", base.fields))
    journal = FileErasureJournal(base.places.data / SEEN)
    erase = EraseCase(base.house, book, shelves, journal)
    retain = Retain(base.house, book, erase, terms_of(base.config), base.log)
    return Erasing(base=base, book=book, erase=erase, retain=retain)


def add_commands(commands: Commands) -> None:
    """`erase` and `retain` are sub-commands."""
    erase = commands.add_parser("erase", help="erase what a case says about people, by two persons")
    add_shared(erase)
    add_login_options(erase)
    erase.add_argument("case", metavar="CASE")
    erase.add_argument("--basis", required=True, choices=[b for b in Basis if b != "term_expired"])
    erase.add_argument("--reason", required=True, metavar="TEXT")
    erase.add_argument("--leader-login", type=Path, metavar="FILE", help="the leader who agrees")
    erase.add_argument("--leader-user", default="", help=argparse.SUPPRESS)
    erase.set_defaults(run=_erase)
    retain = commands.add_parser("retain", help="what has outlived its term, what is held or gone")
    steps = retain.add_subparsers(dest="step", required=True, metavar="STEP")
    for name, run, words in (
        ("due", _due, "what the next round erases"),
        ("run", _run, "erase it now"),
        ("list", _list, "what was erased, and why"),
        ("holds", _holds, "cases that are held"),
        ("hold", _hold, "hold a case against erasure"),
        ("release", _release, "release the hold"),
    ):
        step = steps.add_parser(name, help=words)
        add_shared(step)
        step.set_defaults(run=run)
        add_login_options(step)
        if name in ("hold", "release"):
            step.add_argument("case", metavar="CASE")
        if name == "hold":
            step.add_argument("--why", required=True, choices=list(HOLDS))


def _erase(chosen: argparse.Namespace) -> int:
    if chosen.leader_login is None and not chosen.leader_user:
        raise Refusal(ERASURE_ARGUMENTS, "--leader-login FILE")
    erasing, actor = _open(chosen)
    office, now = make_office(erasing.base), system_clock()
    leader, _ = open_actor(office, chosen, now, "leader_")
    erased = erasing.erase.erase(chosen.case, chosen.basis, chosen.reason, actor, leader)
    empty_journal(erasing.base.engine)
    say({"erased": [_plain(one) for one in erased]}, _words(erased), as_json=chosen.json)
    return 0


def _due(chosen: argparse.Namespace) -> int:
    erasing, _ = _open(chosen)
    due = erasing.retain.due(system_clock())
    lines = "\n".join(f"{copy.archive_code}  {copy.case_no}  {copy.desk}" for copy in due)
    say({"due": [_copy(copy) for copy in due]}, lines or "没有到期的申请", as_json=chosen.json)
    return 0


def _run(chosen: argparse.Namespace) -> int:
    erasing, actor = _open(chosen)
    verify_may(actor.posts, Act.ERASE)
    done = erasing.retain.erase_due(system_clock())
    empty_journal(erasing.base.engine)
    say({"erased": done}, f"已删除 {done} 件申请的个人信息", as_json=chosen.json)
    return 0


def _list(chosen: argparse.Namespace) -> int:
    erasing, actor = _open(chosen)
    erased = erasing.book.erased(actor.archive_code, 200)
    say({"erased": [_plain(one) for one in erased]}, _words(erased), as_json=chosen.json)
    return 0


def _holds(chosen: argparse.Namespace) -> int:
    erasing, actor = _open(chosen)
    held = erasing.book.holds(actor.archive_code)
    lines = "\n".join(f"{one.case_no}  {HOLDS[one.why]}  {one.held_by}" for one in held)
    say({"held": [_held(one) for one in held]}, lines or "没有保全的申请", as_json=chosen.json)
    return 0


def _hold(chosen: argparse.Namespace) -> int:
    erasing, actor = _open(chosen)
    held = erasing.retain.hold(chosen.case, chosen.why, actor)
    say({"held": _held(held)}, f"{held.case_no} 已保全（{HOLDS[held.why]}）", as_json=chosen.json)
    return 0


def _release(chosen: argparse.Namespace) -> int:
    erasing, actor = _open(chosen)
    erasing.retain.release_hold(chosen.case, actor)
    say({"released": chosen.case}, f"{chosen.case} 已解除保全", as_json=chosen.json)
    return 0


def _open(chosen: argparse.Namespace) -> tuple[Erasing, Actor]:
    base = open_base(chosen.data)
    actor, _ = open_actor(make_office(base), chosen, system_clock())
    return make_erasing(base), actor


def _words(erased: Sequence[Erased]) -> str:
    lines = [
        f"{one.order.at:%Y-%m-%d %H:%M}  {one.copy.case_no}  {one.copy.desk}  "
        f"{BASIS_WORDS[Basis(one.order.basis)]}  原文 {one.statements} 份、文件 {one.files} 个，"
        f"日志第 {one.leaf} 条"
        for one in erased
    ]
    return "\n".join(lines) or "没有已删除的申请"


def _plain(erased: Erased) -> dict[str, object]:
    return {
        **_copy(erased.copy),
        "at": erased.order.at,
        "basis": erased.order.basis,
        "ordered_by": erased.order.ordered_by,
        "approved_by": erased.order.approved_by,
        "state": erased.state,
        "category": erased.category,
        "outcome": erased.outcome,
        "statements": erased.statements,
        "files": erased.files,
        "leaf": erased.leaf,
    }


def _copy(copy: Copy) -> dict[str, object]:
    return {"archive_code": copy.archive_code, "case_no": copy.case_no, "desk": copy.desk}


def _held(held: Held) -> dict[str, object]:
    return {
        "case_no": held.case_no,
        "why": held.why,
        "held_by": held.held_by,
        "at": held.at,
    }
