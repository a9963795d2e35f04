"""A node of the test world on another database than the one that it was founded on."""

import shutil
from dataclasses import replace

from node_houses import NodeWorld
from node_places import STAFFED
from node_staff import hire_staff, import_rows

from node.config import dump_config, load_config


def move_to(world: NodeWorld, node_id: str, database: str) -> None:
    """The node begins anew in another database: the same archives, staff and holdings."""
    node = world.nodes[node_id]
    for path in node.data.glob("lantai.db*"):
        path.unlink()
    shutil.rmtree(node.data / "officers")
    config, _ = load_config(node.data)
    (node.data / "node.toml").write_text(dump_config(replace(config, database=database)), "utf-8")
    node.office = None
    for code in node.archives:
        if code in STAFFED:
            hire_staff(world, code)
        import_rows(world, node, code)
    node.office = None
