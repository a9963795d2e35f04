"""`lantai-node ask CASE`: which of the archives that may hold it has it, all at once (reviewer)."""

import argparse
import time

from node.bootstrap import open_office, system_clock
from node.cli.frame import Commands, add_shared, say
from node.cli.session import add_login_options, open_actor
from node.domain.asking import ANSWERED, PartnerSaid, PartnersAsked
from records.refusal import Refusal
from trust.channel.reasons import PARTNER_TIMEOUT

_LOOK_SECONDS = 0.1


def add_commands(commands: Commands) -> None:
    """`ask` is a sub-command."""
    ask = commands.add_parser("ask", help="一次询问可能保存的各馆，每馆恰有一行答复")
    add_shared(ask)
    add_login_options(ask)
    ask.add_argument("case", metavar="CASE")
    ask.add_argument("--show", action="store_true", help="只看上一次的答复，不再询问")
    ask.add_argument("--seconds", type=float, default=15.0, help="最多等多久")
    ask.set_defaults(run=_ask)


def _ask(chosen: argparse.Namespace) -> int:
    office = open_office(chosen.data)
    actor, _ = open_actor(office, chosen, system_clock())
    found = office.asking.show(chosen.case, actor)
    if not chosen.show:
        office.asking.start(chosen.case, actor)
        end = time.monotonic() + chosen.seconds
        found = office.asking.show(chosen.case, actor)
        while found is not None and found.state != ANSWERED:
            if time.monotonic() > end:
                # Noted, and nobody took it: the server of this node is not running.
                raise Refusal(PARTNER_TIMEOUT, chosen.case)
            time.sleep(_LOOK_SECONDS)
            found = office.asking.show(chosen.case, actor)
    say({"asked": found}, _words(found), as_json=chosen.json)
    return 0


def _words(found: PartnersAsked | None) -> str:
    if found is None:
        return "尚未询问"
    if found.code:
        return f"未能询问：{found.code}"
    return "\n".join(_line(one) for one in found.outcomes)


def _line(one: PartnerSaid) -> str:
    counted = f"  {one.count} 条" if one.count else ""
    years = f"  {one.covered_from}–{one.covered_to}" if one.covered_from else ""
    return f"{one.archive_code}  {one.name}  {one.outcome}{counted}{years}  {one.code}".rstrip()
