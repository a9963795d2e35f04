"""Two archives whose networks do not meet, a relay between them, and a person with a stick."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from exchange_world import Federation, build_federation
from node_acts import progress, wait_for

from federation_registry.adapters.sql_relay import SqlRelayStore
from federation_registry.services.carry_messages import CarryMessages
from node.cli import main as node_command
from node.services.carry_post import CarryByRelay
from records.refusal import Refusal
from trust.channel.reasons import PARTNER_UNAVAILABLE
from trust.post.sealing import Sealed
from trust.store.engine import open_engine

NODES = ("jiaxing", "shangrao")


@dataclass
class RelayDoor:
    """`Carrier` of one node, without sockets; what the relay sees passes here."""

    caller: str
    carry: CarryMessages
    meddle: Any = None
    """Called with (method, messages); may drop, repeat, reorder, or be away."""

    def send(self, sealed: Sealed) -> None:
        for one in self._pass("send", [sealed]):
            self.carry.leave(self.caller, one)

    def fetch(self, acknowledged: Sequence[str]) -> Iterator[Sealed]:
        yield from self._pass("fetch", list(self.carry.fetch(self.caller, acknowledged)))

    def _pass(self, method: str, messages: list[Sealed]) -> list[Sealed]:
        return self.meddle(method, messages) if self.meddle else messages


@dataclass
class PostFederation:
    """Nodes that only letters reach."""

    federation: Federation
    folder: Path
    carry: CarryMessages
    doors: dict[str, RelayDoor] = field(default_factory=dict)
    duties: dict[str, CarryByRelay] = field(default_factory=dict)
    stopped: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    @property
    def world(self):
        return self.federation.world

    @property
    def relay_file(self) -> Path:
        return self.folder / "relay.db"

    def start_relay(self) -> None:
        """Each node looks at the relay again and again, as its worker would."""
        for node_id in NODES:
            posting = self.federation.running[node_id].posting
            door = self.doors[node_id] = RelayDoor(node_id, self.carry)
            duty = self.duties[node_id] = CarryByRelay(
                posting.base.house,
                posting.book,
                posting.post,
                ("registry", door),
                posting.base.log,
                often=True,
            )
            thread = threading.Thread(target=self._pump, args=(duty,), daemon=True)
            thread.start()
            self.threads.append(thread)

    def _pump(self, duty: CarryByRelay) -> None:
        while not self.stopped.wait(0.05):
            duty._look_at = duty._due = duty._house.clock()
            try:
                duty.run()
            except Refusal as refusal:
                assert refusal.reason is PARTNER_UNAVAILABLE, refusal

    def gateway(self, node_id: str, *arguments: str) -> int:
        """A gateway command at that node."""
        command = ["gateway", arguments[0], "--data", str(self.world.nodes[node_id].data)]
        return node_command([*command, *arguments[1:], "--json"])

    def walk(self, sender: str, reader: str, number: int) -> Path:
        """A person exports at one node, walks, and imports at the other."""
        file = self.folder / f"{sender}-{reader}-{number}.lantai-post"
        assert self.gateway(sender, "export", "--for", reader, "-o", str(file)) == 0
        code = self.gateway(reader, "import", str(file))
        assert code in (0, 3), code
        return file

    def state(self, case_no: str) -> str:
        return progress(self.world, case_no).summary.state

    def wait_for_state(self, case_no: str, state: str) -> None:
        wait_for(lambda: self.state(case_no) == state, 120, f"never {state}")

    def wait_for_state_within(self, case_no: str, state: str, seconds: float) -> None:
        wait_for(lambda: self.state(case_no) == state, seconds, f"not {state} yet")

    def wait_for_waiting(self, node_id: str) -> None:
        """Until the outbox has sealed something to carry."""
        book = self.federation.running[node_id].posting.book
        wait_for(lambda: book.counts()["waiting"], 60, "nothing to carry")

    def close(self) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join(60)
        self.federation.close()


def build_post(folder: Path, tables: Path, post: str) -> PostFederation:
    """Jiaxing and Shangrao serve, state their X25519 keys, and reach each other by post only."""
    federation = build_federation(folder / "nodes", tables, post=post)
    for node_id in NODES:
        federation.start(node_id)
    federation.world.publish()
    view = federation.running["jiaxing"].base.kept.current
    directory: Any = SimpleNamespace(view=lambda: view().view, denied=lambda: view().denied)
    store = SqlRelayStore(open_engine(f"sqlite:///{folder / 'relay.db'}"))
    carry = CarryMessages(store, directory, federation.world.clock)
    return PostFederation(federation=federation, folder=folder, carry=carry)
