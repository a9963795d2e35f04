"""`lantai-node check`: does the connection work, and if not, what is wrong, in plain words?"""

import argparse
import json

from node.adapters.partner_client import ChannelParts, ChannelShelf
from node.adapters.registry_client import GrpcRegistry
from node.adapters.registry_line import ProbedRegistry
from node.bootstrap import Base, open_base
from node.cli.frame import Commands, add_shared, plain
from node.cli.running import KNOWN, scope_of
from node.services.check_connection import (
    FAILED,
    OK,
    CheckConnection,
    Checked,
)
from node.services.reach_partner import is_by_post
from records.refusal import Refusal
from trust.channel.client import PartnerChannel, PartnerSettings
from trust.channel.credentials import IdentityHolder
from trust.channel.probe_reasons import PROBE_ADDRESS
from trust.identity.council import council_from_json
from trust.identity.directory_fetch import fetch_snapshot
from trust.identity.directory_snapshot import DirectorySnapshot
from trust.identity.participant import Participant, ParticipantKind

_MARKS = {OK: "✔", FAILED: "✘"}
_VERDICTS = {
    "validated": "验收通过：本节点可以受理和发出跨馆协查。",
    "waits": "本节点一侧已就绪；上面标 … 的步骤等他人完成后再执行一次 lantai-node check。",
    "failed": "未通过：请按上面标 ✘ 一行的办法处理后再试。",
}
_EXIT = {"validated": 0, "waits": 4, "failed": 3}


def add_commands(commands: Commands) -> None:
    """`check` is a sub-command."""
    check = commands.add_parser("check", help="connection test: what is wrong, what to do")
    add_shared(check)
    check.add_argument("--registry", default="", metavar="HOST:PORT", help="instead of node.toml's")
    check.set_defaults(run=_check)


def _check(chosen: argparse.Namespace) -> int:
    base = open_base(chosen.data)
    checked = check_connection(base, chosen.registry or base.config.registry)
    show(checked, as_json=chosen.json)
    return _EXIT[checked.verdict]


def show(checked: Checked, *, as_json: bool) -> None:
    """The test as lines, or as one JSON object."""
    if as_json:
        content = {"verdict": checked.verdict, "steps": checked.steps}
        print(json.dumps(plain(content), ensure_ascii=False))
        return
    for number, step in enumerate(checked.steps, start=1):
        print(f"{_MARKS.get(step.state, '…')} {number} {step.what}：{step.said}")
        if step.code:
            print(f"     {step.code} → {step.remedy}")
    print(_VERDICTS[checked.verdict])


def check_connection(base: Base, target: str) -> Checked:
    """The test of this node against the registry at `target`.

    Raises:
        Refusal: PROBE_ADDRESS without a target, NODE_NOT_ENROLLED.
    """
    if not target:
        raise Refusal(PROBE_ADDRESS, "registry")
    identity = base.folder.tls_identity()
    base.folder.state_tls(base.config.node_id, identity, base.house.clock())
    registry = Participant(
        kind=ParticipantKind.REGISTRY,
        slug=base.config.registry_id,
        trust_domain=base.config.trust_domain,
    )
    settings = PartnerSettings(clock=base.house.clock, known=KNOWN)
    holder = IdentityHolder(identity)
    channel = PartnerChannel(target, registry, holder, base.folder.tls_statement, settings)

    def fetch(source: GrpcRegistry) -> DirectorySnapshot:
        held = base.kept.find()
        head = source.get_head(held.head.version if held else 0)
        council = council_from_json(base.places.council.read_bytes())
        return fetch_snapshot(head, source, council, held, base.house.clock, scope_of(base))

    line = ProbedRegistry(target, registry, identity, channel, fetch, base.house.clock)
    parts = ChannelParts(
        own=identity.participant,
        holder=holder,
        key_statement=base.folder.tls_statement,
        directory=base.kept,
        known=KNOWN,
        clock=base.house.clock,
    )
    shelf = ChannelShelf(parts)

    def reach(node_id: str) -> str:
        snapshot = base.kept.current()
        if base.config.post or is_by_post(snapshot, node_id):
            return "经中继或摆渡往来，不直接连接"
        shelf.channel(ParticipantKind.NODE, node_id).warm()
        return f"{snapshot.get_endpoint(node_id, base.house.clock()).grpc} 已接通，身份相符"

    try:
        return CheckConnection(base.config.node_id, line, base.house.clock, reach).run()
    finally:
        channel.close()
        shelf.close()
