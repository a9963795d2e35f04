"""`lantai-node evidence CASE -o FILE`, `evidence open FILE`, `evidence verify PACK.zip`.

A pack is taken out by two officers for a reason, sealed to who asked for it; `--plain` says that
it stays with the archive's own people.
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from node.adapters.sealed_packs import MAX_FILE_BYTES, open_pack, read_recipient, seal_pack
from node.bootstrap import Base, make_office, make_witnessed, open_base, system_clock
from node.cli.frame import Commands, add_shared, say
from node.cli.session import add_login_options, open_actor
from node.cli.stamping import make_stamping
from node.domain.reasons import EVIDENCE_ARGUMENTS, EVIDENCE_UNREADABLE
from node.services.export_evidence import ExportEvidence, ExportOrder, ExportReason
from node.services.gather_evidence import GatherEvidence
from records.refusal import Kind, Refusal, exit_code
from trust.envelope.dsse import envelope_from_json
from trust.identity.council import council_from_json
from trust.identity.keys import read_exchange_key
from trust.identity.trust_view import open_past_trust_list
from trust.transparency.evidence import Evidence, verify_evidence
from trust.transparency.evidence_pack import MAX_PACK_BYTES

VERIFY, OPEN = "verify", "open"
_COUNCIL_NAMES = ("council.json", "council_keys.json", "council-keys.json")


def add_commands(commands: Commands) -> None:
    """`evidence` is a sub-command."""
    evidence = commands.add_parser(
        "evidence",
        help="take out the evidence of a case, or verify such a pack",
        usage="lantai-node evidence CASE -o FILE --reason WHY --login F1 --witness-login F2 "
        "(--to KEY.pem | --plain)\n"
        "       lantai-node evidence open FILE --key KEY.pem -o PACK.zip\n"
        "       lantai-node evidence verify PACK.zip --trust-list F [--council F2]",
    )
    add_shared(evidence)
    add_login_options(evidence)
    evidence.add_argument("subject", metavar="CASE|open|verify")
    evidence.add_argument("pack", type=Path, nargs="?", metavar="PACK.zip")
    evidence.add_argument("-o", "--output", type=Path, metavar="PACK.zip")
    evidence.add_argument("--reason", choices=[one.value for one in ExportReason])
    evidence.add_argument("--witness-login", type=Path, metavar="FILE", help="the second officer")
    evidence.add_argument("--witness-user", default="", help=argparse.SUPPRESS)
    evidence.add_argument("--to", type=Path, metavar="KEY.pem", help="X25519 key of the recipient")
    evidence.add_argument("--plain", action="store_true", help="not sealed: it stays in the house")
    evidence.add_argument("--key", type=Path, metavar="KEY.pem", help="own key, to open a pack")
    evidence.add_argument("--trust-list", type=Path, metavar="F", help="today's trust list")
    evidence.add_argument(
        "--council", type=Path, metavar="F2", help="council keys (default: beside the trust list)"
    )
    evidence.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    acts = {VERIFY: _verify, OPEN: _open}
    return acts.get(chosen.subject, _take_out)(chosen)


def _take_out(chosen: argparse.Namespace) -> int:
    if chosen.output is None or chosen.pack is not None:
        raise Refusal(EVIDENCE_ARGUMENTS, "-o")
    if chosen.reason is None:
        raise Refusal(EVIDENCE_ARGUMENTS, "--reason " + "|".join(ExportReason))
    if chosen.plain == (chosen.to is not None):
        raise Refusal(EVIDENCE_ARGUMENTS, "--to | --plain")
    recipient = None if chosen.to is None else read_recipient(chosen.to)
    base = open_base(chosen.data)
    pack = _export(base, chosen)
    if recipient is not None:
        pack = seal_pack(pack, recipient, base.config.node_id, base.house.new_id())
    _write(chosen.output, pack)
    content = {"case_no": chosen.subject, "pack": str(chosen.output), "bytes": len(pack)}
    say(content, f"证据包 {chosen.output}（{len(pack)} 字节）", as_json=chosen.json)
    return 0


def _export(base: Base, chosen: argparse.Namespace) -> bytes:
    office, now = make_office(base), system_clock()
    officer, _ = open_actor(office, chosen, now)
    witness, _ = open_actor(office, chosen, now, "witness_")
    gather = GatherEvidence(
        base.house, base.folder, make_stamping(base).shelf, make_witnessed(base)
    )
    order = ExportOrder(
        case_no=chosen.subject,
        archive_code=_archive(tuple(base.house.archives), chosen.archive or officer.archive_code),
        reason=ExportReason(chosen.reason),
        officer=officer,
        witness=witness,
    )
    return ExportEvidence(base.house, gather).export(order)


def _open(chosen: argparse.Namespace) -> int:
    if chosen.pack is None or chosen.key is None or chosen.output is None:
        raise Refusal(EVIDENCE_ARGUMENTS, "--key, -o")
    pack = open_pack(_read(chosen.pack, MAX_FILE_BYTES), read_exchange_key(chosen.key, None))
    _write(chosen.output, pack)
    content = {"pack": str(chosen.output), "bytes": len(pack)}
    say(content, f"证据包 {chosen.output}（{len(pack)} 字节）", as_json=chosen.json)
    return 0


def _verify(chosen: argparse.Namespace) -> int:
    if chosen.pack is None or chosen.trust_list is None or chosen.output is not None:
        raise Refusal(EVIDENCE_ARGUMENTS, "--trust-list")
    council = council_from_json(_read(chosen.council or _beside(chosen.trust_list)))
    newer = open_past_trust_list(envelope_from_json(_read(chosen.trust_list)), council)
    evidence = verify_evidence(_read(chosen.pack), council, newer=newer)
    say(_content(evidence), _words(evidence), as_json=chosen.json)
    return 0 if evidence.is_witnessed else exit_code(Kind.UNDECIDED)


def _content(evidence: Evidence) -> dict[str, object]:
    return {
        # What the trust list wants other archives to have seen, and they have not: not decided.
        "genuine": True if evidence.is_witnessed else None,
        "trust_domain": evidence.trust_domain,
        "trust_version": evidence.trust_version,
        "witness_quorum": evidence.quorum,
        "time_stamp": evidence.authority or "PENDING_TIME",
        "statements": [
            {
                "name": one.name,
                "type": one.payload_type,
                "envelope_id": one.envelope_id,
                "signers": list(one.signers),
                "logged_at": one.at,
                "log": one.origin,
                "witnesses": one.witnesses,
                "witnessed_at": one.witnessed_at,
                "stamped_at": one.stamped_at,
                "erased": one.payload is None,
            }
            for one in evidence.proven
        ],
    }


def _words(evidence: Evidence) -> str:
    said = "证据包有效" if evidence.is_witnessed else "证据包尚未获他馆见证，不能作准"
    lines = [f"{said}：{evidence.trust_domain}，信任名单第 {evidence.trust_version} 版"]
    for one in evidence.proven:
        when = f"{one.at:%Y-%m-%d %H:%M:%S} UTC 入 {one.origin}" if one.at else "附件"
        signers = "、".join(one.signers) or "原文已依法删除"
        lines.append(f"  {one.name:<14}{when}  {signers}")
    logged = [one for one in evidence.proven if one.at is not None]
    fewest = min((one.witnesses for one in logged), default=0)
    demanded = f"，名单要求 {evidence.quorum}" if evidence.quorum else ""
    lines.append(f"  见证：{f'{fewest} 馆' if fewest else '尚未见证'}{demanded}")
    stamped = [one.stamped_at for one in evidence.proven if one.stamped_at]
    said = (
        f"{min(stamped):%Y-%m-%d %H:%M:%S} UTC 之前已存在，{evidence.authority}" if stamped else ""
    )
    lines.append(f"  时间戳：{said or 'PENDING_TIME 尚无，时间仅以日志和见证为据'}")
    return "\n".join(lines)


def _beside(trust_list: Path) -> Path:
    places = [trust_list.with_name(name) for name in _COUNCIL_NAMES]
    return next((path for path in places if path.is_file()), places[0])


def _archive(hosted: Sequence[str], wanted: str) -> str:
    if wanted in hosted:
        return wanted
    if wanted or len(hosted) != 1:
        raise Refusal(EVIDENCE_ARGUMENTS, "--archive " + "|".join(hosted))
    return hosted[0]


def _write(path: Path, data: bytes) -> None:
    """The pack is on disk whole, for its owner alone, or not at all."""
    partial = path.with_name(path.name + ".part")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with os.fdopen(os.open(partial, flags, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise Refusal(EVIDENCE_UNREADABLE, path.name) from error


def _read(path: Path, most: int = MAX_PACK_BYTES) -> bytes:
    try:
        if path.stat().st_size > most:
            raise Refusal(EVIDENCE_UNREADABLE, f"{path.name}: size")
        return path.read_bytes()
    except OSError as error:
        raise Refusal(EVIDENCE_UNREADABLE, path.name) from error
