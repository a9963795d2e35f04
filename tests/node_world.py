"""A small federation of real nodes: data folders, keys, officers, directory, sockets.

Jiaxing (嘉兴, 海宁) asks, Shangrao holds, Pudong is a member without the needed agreement. Who
they are is in `node_places`, what they do in `node_acts`.
"""

import atexit
import copy
import functools
import secrets
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from channel_world import DOMAIN, World
from node_houses import NodeHouse, NodeWorld
from node_places import CITIES, NODES, STAFFED, YOUTH
from node_staff import hire_staff, import_rows
from own_ports import free_port

from deploy.ceremony import found_authority, listed_key
from node.adapters.node_folder import NodeFolder
from node.config import ArchiveConfig, NodeConfig, dump_config, load_config
from trust.identity.council import council_to_json
from trust.identity.participant import Participant, ParticipantKind
from trust.identity.trust_list import Member


def build_node_world(folder: Path, tables: Path, **settings: object) -> NodeWorld:
    """Three nodes with staff, holdings and an agreement between Jiaxing and Shangrao.

    The first call of a session founds them; every call gets a copy with ports of its own.
    """
    template = _found_world(tables)
    world = NodeWorld(folder=folder, parts=template.parts, channel=copy_channel(template.channel))
    world.extra_parts = list(template.extra_parts)
    for node_id, node in template.nodes.items():
        data = folder / node_id
        shutil.copytree(node.data, data)
        (data / "declared" / "endpoint.json").unlink()
        address = f"127.0.0.1:{free_port()}"
        config, _ = load_config(data)
        changed = replace(config, listen=address, **settings)  # type: ignore[arg-type]
        (data / "node.toml").write_text(dump_config(changed), "utf-8")
        world.nodes[node_id] = replace(
            node,
            data=data,
            address=address,
            logins=dict(node.logins),
            officers=dict(node.officers),
            office=None,
        )
    world.publish()
    return world


def copy_channel(channel: World) -> World:
    """The same council, authorities and members; later joiners are the copy's own."""
    copied = copy.copy(channel)
    copied.members = dict(channel.members)
    copied.people = dict(channel.people)
    return copied


@functools.cache
def _found_world(tables: Path) -> NodeWorld:
    folder = Path(tempfile.mkdtemp(prefix="lantai-nodes-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    parts = folder / "parts"
    parts.mkdir()
    (parts / "tables").symlink_to(tables)
    world = NodeWorld(folder=folder, parts=parts, channel=World())
    world.channel.join("registry", ParticipantKind.REGISTRY)
    for node_id, archives in NODES.items():
        found_node(world, node_id, archives)
    world.agree("jiaxing", "shangrao")
    world.declare("361100")
    world.declare("361100", category=YOUTH)
    world.declare("330400", referral="2014 年起：南湖区民政局婚姻登记处")
    world.declare("310115")
    world.publish()
    for node in world.nodes.values():
        for code in node.archives:
            if code in STAFFED:
                hire_staff(world, code)
            import_rows(world, node, code)
        node.office = None
    return world


def add_certificate_service(world: NodeWorld, slug: str = "certificates") -> str:
    """A member with a port of its own; the address at which it must be served."""
    world.channel.join(slug, ParticipantKind.CERTSVC)
    world.services[slug] = f"127.0.0.1:{free_port()}"
    world.publish()
    return world.services[slug]


def found_node(world: NodeWorld, node_id: str, archives: dict[str, str]) -> None:
    data = world.folder / node_id
    data.mkdir(parents=True)
    folder = NodeFolder(data, None)
    folder.create(tuple(archives), secrets.token_bytes(32))
    address = f"127.0.0.1:{free_port()}"
    config = NodeConfig(
        node_id=node_id,
        trust_domain=DOMAIN,
        archives=tuple(ArchiveConfig(code=code, name=name) for code, name in archives.items()),
        listen=address,
        parts=str(world.parts),
        manual_sample_percent=0,
        call_back_percent=0,
    )
    (data / "node.toml").write_text(dump_config(config), "utf-8")
    (data / "council.json").write_bytes(council_to_json(world.council()))
    participant = Participant(kind=ParticipantKind.NODE, slug=node_id, trust_domain=DOMAIN)
    identity = world.channel.issue(participant)
    folder.store_tls(identity.chain_pem, identity.private_key_pem, identity.roots_pem)
    signer = folder.sign_signer()
    now = world.channel.now
    authorities = {
        code: found_authority(world.folder / "authorities" / code, code, node_id)
        for code in archives
    }
    world.channel.members[node_id] = Member(
        participant_id=node_id,
        kind="node",
        name=node_id,
        state="active",
        since=now,
        sign_keys=(listed_key(signer.public_key, now),),
        archives=tuple(
            authorities[code].listed(name, CITIES[code], now) for code, name in archives.items()
        ),
    )
    world.nodes[node_id] = NodeHouse(
        node_id=node_id,
        data=data,
        archives=archives,
        address=address,
        signer=signer,
        authorities=authorities,
    )
