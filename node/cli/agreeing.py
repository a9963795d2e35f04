"""`lantai-node agreement`: propose, countersign, amend, end; which ones stand, and until when."""

import argparse
from datetime import date
from pathlib import Path

from node.bootstrap import make_office, open_base
from node.cli.frame import Commands, add_shared, plain, say
from node.cli.session import add_login_options, open_actor
from node.domain.officers import Actor
from node.domain.reasons import AGREEMENT_TERMS
from node.services.agreeing import Agreeing, AgreementView
from records.agreement_standing import STANDINGS
from records.refusal import Refusal

_MOST_BYTES = 256 * 1024


def add_commands(commands: Commands) -> None:
    """`agreement list|propose|sign|retire` are sub-commands."""
    agreement = commands.add_parser("agreement", help="合作协议：提出、签署、修订、终止")
    steps = agreement.add_subparsers(dest="step", required=True, metavar="STEP")
    listed = steps.add_parser("list", help="本馆的协议、待签署的文本和到期日")
    add_shared(listed)
    listed.set_defaults(run=_list)
    propose = steps.add_parser("propose", help="签署并提出一份文本；版本号高于现行即为修订")
    propose.add_argument("file", type=Path, metavar="TERMS.json")
    sign = steps.add_parser("sign", help="在对方提出的文本上签署")
    sign.add_argument("agreement_id", metavar="ID")
    sign.add_argument("--version", type=int, required=True)
    retire = steps.add_parser("retire", help="通知终止；不早于约定的通知期")
    retire.add_argument("agreement_id", metavar="ID")
    retire.add_argument("--last-day", type=date.fromisoformat, required=True, metavar="DATE")
    retire.add_argument("--reason", required=True)
    for parser, run in ((propose, _propose), (sign, _sign), (retire, _retire)):
        add_shared(parser)
        add_login_options(parser)
        parser.set_defaults(run=run)


def _list(chosen: argparse.Namespace) -> int:
    base = open_base(chosen.data)
    found = Agreeing(base.house, base.folder.declare).list()
    content = {"agreements": [plain(one) for one in found]}
    say(content, "\n".join(map(_line, found)) or "尚无协议", as_json=chosen.json)
    return 0


def _propose(chosen: argparse.Namespace) -> int:
    agreeing, actor = _open(chosen)
    try:
        with chosen.file.open("rb") as file:
            terms = file.read(_MOST_BYTES)
    except OSError as fault:
        raise Refusal(AGREEMENT_TERMS, chosen.file.name) from fault
    made = agreeing.propose(terms, actor)
    words = f"已签署 {made.agreement_id} 第{made.version}版，待对方签署"
    content = {"agreement_id": made.agreement_id, "version": made.version, "standing": "proposed"}
    say(content, words, as_json=chosen.json)
    return 0


def _sign(chosen: argparse.Namespace) -> int:
    agreeing, actor = _open(chosen)
    made = agreeing.sign(chosen.agreement_id, chosen.version, actor)
    content = {"agreement_id": made.agreement_id, "version": made.version}
    say(content, f"已签署 {made.agreement_id} 第{made.version}版", as_json=chosen.json)
    return 0


def _retire(chosen: argparse.Namespace) -> int:
    agreeing, actor = _open(chosen)
    last = agreeing.retire(chosen.agreement_id, chosen.last_day, chosen.reason, actor)
    content = {"agreement_id": chosen.agreement_id, "last_day": last.isoformat()}
    words = f"已通知终止 {chosen.agreement_id}，{last} 为最后一日"
    say(content, words, as_json=chosen.json)
    return 0


def _open(chosen: argparse.Namespace) -> tuple[Agreeing, Actor]:
    base = open_base(chosen.data)
    actor, _ = open_actor(make_office(base), chosen, base.house.clock())
    return Agreeing(base.house, base.folder.declare), actor


def _line(one: AgreementView) -> str:
    waits = "，待本馆签署" if one.waits_for_us else ""
    said = one.agreement
    return (
        f"{said.agreement_id}　第{said.version}版　{STANDINGS[one.standing]}{waits}　"
        f"至{one.last_day}"
    )
