"""`lantai-node withdraw`: revoke or supersede a certificate, two officers one after the other."""

import argparse

from node.bootstrap import open_office, system_clock
from node.cli.frame import Commands, add_shared, say
from node.cli.session import add_login_options, open_actor
from node.domain.paper_commands import ConfirmWithdrawalCommand, WithdrawCommand


def add_commands(commands: Commands) -> None:
    """`withdraw` is a sub-command."""
    withdraw = commands.add_parser("withdraw", help="revoke or supersede a certificate")
    steps = withdraw.add_subparsers(dest="step", required=True, metavar="STEP")
    order = steps.add_parser("order", help="the release dispatcher signs")
    confirm = steps.add_parser("confirm", help="the seal keeper signs, and it takes effect")
    for parser, run in ((order, _order), (confirm, _confirm)):
        add_shared(parser)
        add_login_options(parser)
        parser.add_argument("case", metavar="CASE")
        parser.set_defaults(run=run)
    order.add_argument("--number", required=True)
    order.add_argument("--reason", required=True, metavar="CLASS")
    order.add_argument("--replaced-by", default="", metavar="NUMBER")
    order.add_argument("--seal-keeper", required=True, metavar="OFFICER_ID")


def _order(chosen: argparse.Namespace) -> int:
    office = open_office(chosen.data)
    actor, password = open_actor(office, chosen, system_clock())
    command = WithdrawCommand(
        case_no=chosen.case,
        holder_archive=actor.archive_code,
        number=chosen.number,
        reason_class=chosen.reason,
        replaced_by=chosen.replaced_by,
        seal_keeper=chosen.seal_keeper,
        password=password,
    )
    order_id = office.withdrawals.order(command, actor)
    say({"order": order_id}, f"{chosen.number} 待用印人确认", as_json=chosen.json)
    return 0


def _confirm(chosen: argparse.Namespace) -> int:
    office = open_office(chosen.data)
    actor, password = open_actor(office, chosen, system_clock())
    command = ConfirmWithdrawalCommand(
        case_no=chosen.case, holder_archive=actor.archive_code, password=password
    )
    paper = office.withdrawals.confirm(command, actor)
    said = {"paper_id": paper.paper_id, "title": paper.title, "symbol": paper.symbol}
    say(said, f"{paper.title} {paper.symbol} {paper.paper_id}", as_json=chosen.json)
    return 0
