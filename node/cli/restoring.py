"""`lantai-node restore status|accept`, and the restore guard put together (F27)."""

import argparse
from collections.abc import Callable
from pathlib import Path

from node.adapters.log_copy import FileLogCopy
from node.adapters.sql_stored_logs import SqlStoredLogs
from node.adapters.witness_client import GrpcWitness
from node.bootstrap import Base, make_office, open_base, system_clock
from node.cli.erasing import make_erasing
from node.cli.frame import Commands, add_shared, say
from node.cli.session import add_login_options, open_actor
from node.domain.exchange_reasons import ERASURE_ARGUMENTS
from node.services.guard_restore import WITNESS, GuardRestore
from node.store_wiring import SEEN, guard_door, make_guard
from records.refusal import Refusal
from trust.channel.client import PartnerChannel
from trust.transparency.checkpoint import log_origin, parse_checkpoint, verify_checkpoint
from trust.transparency.note import parse_note


def guard_of(base: Base) -> GuardRestore:
    """The guard of this base."""
    return make_guard(base.engine, base.config, base.places, base.house.clock)


def is_shut(base: Base) -> Callable[[], bool]:
    """Says whether the node is read-only now."""
    return guard_door(base.places).is_shut


def ask_witnesses(base: Base, guard: GuardRestore, channel: PartnerChannel) -> None:
    """The guard has compared our logs with what their witnesses signed.

    Only a note with our own log key's signature counts, so that a lying registry cannot shut us.
    A registry that does not answer leaves us with the copy in the data folder.
    """
    desk = GrpcWitness(channel)
    signers = base.folder.log_signers(tuple(base.house.archives))
    for archive_code, signer in signers.items():
        origin = log_origin(base.config.trust_domain, archive_code)
        try:
            note = desk.witnessed(origin, 0).note
            if not note:
                continue
            seen, _ = verify_checkpoint(note, origin=origin, log_key=signer.public_key)
        except Refusal as refusal:
            base.log.note("witnesses_not_asked", code=refusal.code)
            return
        guard.compare_with(archive_code, seen, WITNESS)


def add_commands(commands: Commands) -> None:
    """`restore` is a sub-command."""
    restore = commands.add_parser("restore", help="after a backup was restored")
    steps = restore.add_subparsers(dest="step", required=True, metavar="STEP")
    status = steps.add_parser("status", help="is the database as new as what others have seen?")
    add_shared(status)
    status.set_defaults(run=_status)
    accept = steps.add_parser("accept", help="bring the logs back to where they were, go on")
    add_shared(accept)
    add_login_options(accept)
    accept.add_argument("--leader-login", type=Path, metavar="FILE", help="the leader who agrees")
    accept.add_argument("--leader-user", default="", help=argparse.SUPPRESS)
    accept.set_defaults(run=_accept)


def _status(chosen: argparse.Namespace) -> int:
    base = open_base(chosen.data)
    copy, shut = FileLogCopy(base.places.data / SEEN), guard_door(base.places).why()
    logs = SqlStoredLogs(base.engine, base.config.trust_domain)
    said: dict[str, object] = {}
    words = []
    for archive_code in base.house.archives:
        note = copy.note(archive_code)
        found = shut.get(archive_code)
        one = {
            "have": logs.size(archive_code),
            "copy": copy.size(archive_code),
            "seen": found.seen if found else parse_checkpoint(parse_note(note)).size if note else 0,
            "who": found.who if found else "",
            "other_history": found.is_other if found else False,
        }
        said[archive_code] = one
        state = "只读" if found else "正常"
        words.append(
            f"{archive_code}: {state}；库中 {one['have']} 条，外界见过 {one['seen']} 条，"
            f"副本 {one['copy']} 条"
        )
    content = {"read_only": bool(shut), "logs": said}
    say(content, "\n".join(words), as_json=chosen.json)
    return 0


def _accept(chosen: argparse.Namespace) -> int:
    if chosen.leader_login is None and not chosen.leader_user:
        raise Refusal(ERASURE_ARGUMENTS, "--leader-login FILE")
    base = open_base(chosen.data)
    guard, now = guard_of(base), system_clock()
    office = make_office(base)
    actor, _ = open_actor(office, chosen, now)
    leader, _ = open_actor(office, chosen, now, "leader_")
    accepted = guard.accept(actor, leader)
    # What was erased since the backup must not come back with it.
    again = make_erasing(base).erase.erase_again()
    content = {
        "accepted": [
            {"archive_code": one.archive_code, "leaves": one.leaves, "cases": list(one.cases)}
            for one in accepted
        ],
        "erased_again": again,
    }
    lines = [
        f"{one.archive_code}: 补回日志 {one.leaves} 条；请核对 {len(one.cases)} 件申请："
        + "、".join(one.cases)
        for one in accepted
    ]
    say(content, "\n".join([*lines, f"重新删除 {again} 件"]), as_json=chosen.json)
    return 0
