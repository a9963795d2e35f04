"""A window and many holders that may all have the record: real servers, real mutual TLS.

The holders declare the same area, so that one question goes to all of them. Their workers are not
started: what is asked and measured is `Locate`.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from node_acts import zhou
from node_houses import NodeWorld
from node_places import AREAS, CITIES, MARRIAGE
from node_world import build_node_world, found_node

from node.cli.running import RunningNode
from node.domain.commands import FileRequestCommand
from node.domain.officers import Actor

AREA = "361100"


@dataclass
class FanOut:
    """The world and its running nodes."""

    world: NodeWorld
    window: RunningNode
    holders: dict[str, RunningNode] = field(default_factory=dict)
    case_no: str = ""

    @property
    def reviewer(self) -> Actor:
        return self.world.actor("330400", "reviewer")

    def kill(self, node_id: str) -> None:
        """Its port is closed at once."""
        self.holders[node_id].server.stop(0.0)

    def close(self) -> None:
        for node in (self.window, *self.holders.values()):
            with suppress(Exception):
                node.server.stop(0.0)
            node._shelf.close()
            node.base.engine.dispose()


def build_fan_out(folder: Path, tables: Path, partners: int) -> FanOut:
    """A case at 嘉兴 that so many archives may hold: 上饶 and its neighbours in one area."""
    world = build_node_world(folder, tables)
    old = next(one for one in world.extra_parts if b"daily_quota" in one.payload)
    world.extra_parts.remove(old)
    world.agree("jiaxing", "shangrao", version=2, daily_quota=1_000_000)
    slugs = ["shangrao"]
    for number in range(partners - 1):
        slug, code = f"holder{number:02d}", f"3611{number + 21:02d}"
        CITIES[code], AREAS[code] = AREA, AREA
        world.folder.mkdir(exist_ok=True)
        found_node(world, slug, {code: f"第{number + 1}区县档案馆"})
        world.agree("jiaxing", slug, daily_quota=1_000_000)
        world.declare(code, category=MARRIAGE)
        slugs.append(slug)
    world.publish()
    window = RunningNode(world.nodes["jiaxing"].data)
    fan = FanOut(world=world, window=window)
    for slug in slugs:
        fan.holders[slug] = RunningNode(world.nodes[slug].data)
        fan.holders[slug].server.start()
    window.server.start()
    office = world.office("jiaxing")
    command = FileRequestCommand(client_key="fan-out-0001", application=zhou())
    fan.case_no = office.file_request.file(command, world.actor("330400", "clerk")).case_no
    return fan
