"""Nodes that watch each other's logs, and registries between them, without sockets."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from channel_world import wall_clock
from node_houses import NodeWorld

from federation_registry.adapters.sql_witness import SqlWitnessStore
from federation_registry.services.carry_checkpoints import CarryCheckpoints
from node.adapters.sql_witness import SqlOwnLogs
from node.bootstrap import Base, open_base
from node.cli.witnessing import Witnessing, make_witnessing
from node.services.watch_logs import ShowLogs, WatchLogs
from node.witness_ports import Witnessed
from trust.envelope.dsse import Envelope
from trust.envelope.statement import decode
from trust.identity.declared import log_key_of
from trust.identity.statements import KeyStatement
from trust.store.engine import open_engine, transaction
from trust.transparency.checkpoint import Checkpoint, log_origin
from trust.transparency.leaf import Leaf, encode_leaf
from trust.transparency.log import TransparencyLog
from trust.transparency.witness import (
    Step,
    verify_witnessed,
)

SHANGRAO = "demo.invalid/log/361100"


@dataclass
class Door:
    """`WitnessDesk` of one node at one registry, without sockets."""

    caller: str
    carry: CarryCheckpoints

    def add(self, step: Step) -> int | None:
        return self.carry.add(self.caller, step)[1]

    def tasks(self, known: Mapping[str, Checkpoint]) -> Iterator[tuple[str, Sequence[Step]]]:
        sizes = {origin: (one.size, one.root) for origin, one in known.items()}
        return self.carry.tasks(self.caller, sizes)

    def cosign(self, origin: str, size: int, line: str, witness_key: Envelope) -> None:
        self.carry.cosign(self.caller, origin, size, line, witness_key)

    def report(self, origin: str, known: str, shown: str) -> None:
        self.carry.report(self.caller, (known, shown))

    def witnessed(self, origin: str, quorum: int) -> Witnessed:
        log = self.carry.witnessed(origin, quorum)
        return Witnessed(
            note=log.note,
            newest_size=log.newest_size,
            contradictions=log.contradictions,
            witness_keys=log.witness_keys,
        )


@dataclass
class Watch:
    """Three nodes, and as many registries as somebody wants them to see."""

    folder: Path
    world: NodeWorld
    bases: dict[str, Base] = field(default_factory=dict)
    parts: dict[str, Witnessing] = field(default_factory=dict)

    def registry(self, name: str) -> CarryCheckpoints:
        view = self.bases["pudong"].kept.current
        directory: Any = SimpleNamespace(
            view=lambda: view().view, state=lambda: SimpleNamespace(view=view().view)
        )
        store = SqlWitnessStore(open_engine(f"sqlite:///{self.folder / name}.db"))
        return CarryCheckpoints(store, directory, wall_clock)

    def append(self, base: Base, archive_code: str, *cases: str) -> None:
        with transaction(base.engine) as connection:
            for case in cases:
                leaf = Leaf(ts_ms=1, kind="state", case=case)
                origin = log_origin("demo.invalid", archive_code)
                TransparencyLog().append(connection, origin, encode_leaf(leaf))

    def show(self, node_id: str, carry: CarryCheckpoints, base: Base | None = None) -> int:
        base = base or self.bases[node_id]
        signers = base.folder.log_signers(tuple(base.house.archives))
        logs = SqlOwnLogs(base.engine, "demo.invalid", signers)
        book = make_witnessing(base).book
        return ShowLogs(base.house, logs, base.folder, book, Door(node_id, carry)).run()

    def watch(self, node_id: str, carry: CarryCheckpoints) -> int:
        base, part = self.bases[node_id], self.parts[node_id]
        key = self.keys[node_id]
        own = (key.signer, lambda: key.keep_stated(base.folder, wall_clock()))
        return WatchLogs(base.house, own, part.book, Door(node_id, carry), base.log).run()

    def standing(self, node_id: str, code: str) -> dict[str, object]:
        return self.parts[node_id].describe()["logs"][code]  # type: ignore[index,no-any-return]

    def copy_of(self, node_id: str, name: str) -> Base:
        """The same node on a copy of its data: another past, or yesterday's backup."""
        folder = self.folder / name
        shutil.copytree(self.world.nodes[node_id].data, folder)
        return open_base(folder)

    def __post_init__(self) -> None:
        from node.adapters.witness_key import WitnessKey

        self.keys = {}
        for node_id, node in self.world.nodes.items():
            self.bases[node_id] = open_base(node.data)
            self.parts[node_id] = make_witnessing(self.bases[node_id])
            self.keys[node_id] = WitnessKey(node.data, None, node_id)
            self.keys[node_id].keep_stated(self.bases[node_id].folder, wall_clock())
        self.world.publish()
        self.append(self.bases["shangrao"], "361100", "c1", "c2", "c3")

    def evidence(self, carry: CarryCheckpoints, quorum: int = 2) -> Any:
        found = carry.witnessed(SHANGRAO, quorum)
        base = self.bases["shangrao"]
        said = decode(base.folder.log_key_statement("361100").payload, KeyStatement)
        return verify_witnessed(
            found.note,
            origin=SHANGRAO,
            log_key=log_key_of(said),
            witness_keys=found.witness_keys,
            view=base.kept.current().view,
            quorum=quorum,
            now=wall_clock(),
        )
