"""`lantai-node fsck`: the whole database against its log, and the log against its witnesses."""

import argparse

from node.adapters.correction_tables import corrections
from node.adapters.erasure_tables import ensure_erasure_tables, erasures
from node.adapters.ledger_check import LedgerCheck
from node.adapters.sql_casebook import case_rows
from node.bootstrap import Base, open_base
from node.cli.frame import Commands, add_shared, say
from node.cli.witnessing import make_witnessing
from node.domain.ledger import Fault, LedgerReport
from node.domain.reasons import LEDGER_DAMAGED
from records.refusal import Refusal, exit_code

_SHOWN = 20


def add_commands(commands: Commands) -> None:
    """`fsck` is a sub-command."""
    fsck = commands.add_parser(
        "fsck", help="read everything back: pages, bodies, log, and tables against the log"
    )
    add_shared(fsck)
    fsck.set_defaults(run=_fsck)


def check_ledger(base: Base) -> LedgerReport:
    """What is found in the database of this base."""
    ensure_erasure_tables(base.engine)
    signers = base.folder.log_signers(tuple(base.house.archives))
    keys = {code: signer.public_key for code, signer in signers.items()}
    rows = case_rows(base.fields, corrections, erasures)
    report = LedgerCheck(base.engine, base.config.trust_domain, keys, rows).run()
    return report


def _fsck(chosen: argparse.Namespace) -> int:
    base = open_base(chosen.data)
    report = check_ledger(base)
    faults = [*report.faults, *_witnessed(base)]
    content = {
        "whole": not faults,
        "leaves": report.leaves,
        "events": report.events,
        "statements": report.statements,
        "bodies": report.bodies,
        "faults": [
            {"archive_code": one.archive_code, "what": one.what, "where": one.where}
            for one in faults
        ],
    }
    words = (
        f"日志 {report.leaves} 条、流转 {report.events} 条、文书 {report.statements} 份、"
        f"加密内容 {report.bodies} 份："
    )
    lines = [f"  {one.archive_code} {one.what} {one.where}" for one in faults[:_SHOWN]]
    words += "全部相符" if not faults else f"发现 {len(faults)} 处不符\n" + "\n".join(lines)
    say(content, words, as_json=chosen.json)
    return exit_code(LEDGER_DAMAGED.kind) if faults else 0


def _witnessed(base: Base) -> list[Fault]:
    """A log that was rewritten with all its hashes still disagrees with its witnesses."""
    witnessing, found = make_witnessing(base), []
    signers = base.folder.log_signers(tuple(base.house.archives))
    with base.engine.connect() as connection:
        for code, signer in signers.items():
            try:
                witnessing.verify_ledger(connection, code, signer.public_key)
            except Refusal as refusal:
                fault = Fault(archive_code=code, what="witnesses_disagree", where=refusal.code)
                found.append(fault)
    return found
