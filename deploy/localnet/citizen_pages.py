"""Citizens' pages of the sample federation: one letter box, at the first node.

Only `lantai up` starts them: `lantai demo` carries one case through a window and needs none.
"""

from pathlib import Path

from deploy.localnet.addresses import Addresses
from deploy.localnet.layout import Layout
from deploy.localnet.plan import NODES
from deploy.localnet.processes import ProcessPlan, program
from node.citizen_config import FILE
from node.cli.citizens import make_box

NODE = NODES[0].node_id
"""The node in front of which they stand."""
_PHONE = "0573-82521000"


def citizen_box(layout: Layout, node_id: str = NODE) -> Path:
    """Folder of the node's letter box."""
    return layout.node(node_id) / "citizen"


def ensure_citizen_box(layout: Layout, addresses: Addresses) -> None:
    """The node has a letter box; one that is there is not touched."""
    box = citizen_box(layout)
    if not (box / FILE).is_file():
        make_box(
            layout.node(NODE),
            box,
            listen=addresses.citizen,
            verify_url=f"http://{addresses.verify}/",
            phone=_PHONE,
        )


def citizen_process(layout: Layout, addresses: Addresses) -> ProcessPlan:
    """The process that serves them: it is given the letter box and nothing else."""
    return ProcessPlan(
        name="citizens",
        command=(program("lantai-node"), "citizen", "--box", str(citizen_box(layout))),
        listens=(addresses.citizen,),
    )
