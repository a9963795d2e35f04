"""`lantai-node ledger verify` and `status`: is the log whole, and what is the node doing?"""

import argparse

from node.bootstrap import open_base
from node.cli.announcing import notices
from node.cli.frame import Commands, add_shared, say
from node.cli.proving import describe_lists
from node.cli.restoring import is_shut
from node.cli.stamping import make_stamping
from node.cli.witnessing import make_witnessing
from node.domain.reasons import LEDGER_DAMAGED
from records.refusal import Refusal
from trust.transparency.audit import verify_log
from trust.transparency.checkpoint import log_origin


def add_commands(commands: Commands) -> None:
    """`ledger` and `status` are sub-commands."""
    ledger = commands.add_parser("ledger", help="the tamper-evident log")
    steps = ledger.add_subparsers(dest="step", required=True, metavar="STEP")
    verify = steps.add_parser("verify", help="read every leaf and compare with every checkpoint")
    add_shared(verify)
    verify.set_defaults(run=_verify)
    status = commands.add_parser("status", help="directory, queues, log")
    add_shared(status)
    status.set_defaults(run=_status)


def _verify(chosen: argparse.Namespace) -> int:
    base = open_base(chosen.data)
    logs = {}
    witnessing = make_witnessing(base)
    signers = base.folder.log_signers(tuple(base.house.archives))
    with base.engine.connect() as connection:
        for code, signer in signers.items():
            origin = log_origin(base.house.trust_domain, code)
            try:
                report = verify_log(connection, origin, keys=(signer.public_key,))
                witnessed = witnessing.verify_ledger(connection, code, signer.public_key)
            except Refusal as refusal:
                raise Refusal(LEDGER_DAMAGED, f"{code} {refusal.code}") from refusal
            logs[code] = {
                "size": report.size,
                "root": report.root.hex(),
                "witnessed": witnessed,
            }
    words = "\n".join(
        f"{code}: 1–{one['size']} 连续，无缺口；已由他馆见证 {one['witnessed']} 条"
        for code, one in logs.items()
    )
    say({"genuine": True, "logs": logs}, words, as_json=chosen.json)
    return 0


def _status(chosen: argparse.Namespace) -> int:
    base = open_base(chosen.data)
    snapshot = base.kept.find()
    with base.house.book.read() as book:
        counts = dict(book.counts())
        dead = [
            {"case_no": one.case_no, "to": one.recipient, "code": one.last_code}
            for one in book.list_messages("dead", 20)
        ]
    content = {
        "node_id": base.config.node_id,
        "trust_domain": base.config.trust_domain,
        "archives": dict(base.house.archives),
        "listen": base.config.listen,
        "desk": base.config.desk,
        "store": base.engine.dialect.name,
        "redis": bool(base.config.redis),
        "directory": snapshot.freshness(base.house.clock()) if snapshot else "missing",
        "directory_version": snapshot.head.version if snapshot else 0,
        "witness": make_witnessing(base).describe(),
        "status_lists": describe_lists(base),
        "time": make_stamping(base).describe(),
        "read_only": is_shut(base)(),
        "notices": [notice.sentence() for notice in notices(base)],
        "counts": counts,
        "dead": dead,
    }
    words = "\n".join(f"{name}: {value}" for name, value in content.items())
    say(content, words, as_json=chosen.json)
    return 0
