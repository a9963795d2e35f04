"""Moves a kept federation to other ports when its own are taken."""

from dataclasses import replace
from pathlib import Path

from certificate_service.config import FILE as CERTIFICATE_FILE
from certificate_service.config import dump_settings, load_settings
from deploy.localnet.addresses import Addresses
from deploy.localnet.citizen_pages import citizen_box
from deploy.localnet.document import Federation
from deploy.localnet.layout import Layout
from deploy.localnet.ports import LOOPBACK, choose_ports
from federation_registry.config import load_settings as load_registry
from federation_registry.config import write_settings as write_registry
from federation_registry.folder import Folder
from node.citizen_config import load_citizen_config, write_citizen_config
from node.config import FILE as NODE_FILE
from node.config import dump_config, load_config


def _plain(address: str) -> str:
    return address.removeprefix("http://").partition("/")[0]


def addresses_of(federation: Federation) -> Addresses:
    """Where the federation listened last."""
    return Addresses(
        registry=federation.registry["grpc"],
        enrolment=federation.registry["enrolment"],
        certificates=federation.certificate_service["grpc"],
        verify=_plain(federation.certificate_service["verify"]),
        # A federation that was founded before there was a console has no port for it yet.
        console=_plain(federation.registry["web"]) or f"{LOOPBACK}:{choose_ports(1)[0]}",
        time_stamp=_plain(federation.tsa),
        # A federation that was founded before there were citizens' pages has no port for them.
        citizen=_plain(federation.nodes[0].citizen) or f"{LOOPBACK}:{choose_ports(1)[0]}",
        grpc={node.node_id: node.grpc for node in federation.nodes},
        desk={node.node_id: _plain(node.desk) for node in federation.nodes},
    )


def move(layout: Layout, federation: Federation, addresses: Addresses) -> Federation:
    """Every service's settings name the new addresses; endpoints are stated anew at the start."""
    folder = Folder(path=layout.registry)
    write_registry(
        folder,
        replace(load_registry(folder), listen=addresses.registry, enrol_listen=addresses.enrolment),
    )
    settings, _ = load_settings(layout.certificates)
    moved = replace(
        settings,
        listen=addresses.certificates,
        verify_listen=addresses.verify,
        site_url=f"http://{addresses.verify}/",
        registry=addresses.registry,
        tsa=f"http://{addresses.time_stamp}/tsa",
    )
    (layout.certificates / CERTIFICATE_FILE).write_text(dump_settings(moved), encoding="utf-8")
    for node in federation.nodes:
        _move_node(layout.node(node.node_id), node.node_id, addresses)
        if node.citizen:
            _move_box(citizen_box(layout, node.node_id), addresses)
    return _renamed(federation, addresses)


def _move_node(data: Path, node_id: str, addresses: Addresses) -> None:
    config, _ = load_config(data)
    moved = replace(
        config,
        listen=addresses.grpc[node_id],
        desk=addresses.desk[node_id],
        registry=addresses.registry,
        tsa=f"http://{addresses.time_stamp}/tsa" if config.tsa else "",
    )
    (data / NODE_FILE).write_text(dump_config(moved), encoding="utf-8")


def _move_box(box: Path, addresses: Addresses) -> None:
    config, _ = load_citizen_config(box)
    moved = replace(config, listen=addresses.citizen, verify_url=f"http://{addresses.verify}/")
    write_citizen_config(box, moved)


def _renamed(federation: Federation, addresses: Addresses) -> Federation:
    return replace(
        federation,
        registry={
            **federation.registry,
            "grpc": addresses.registry,
            "enrolment": addresses.enrolment,
            "web": f"http://{addresses.console}/fed",
        },
        certificate_service={
            **federation.certificate_service,
            "grpc": addresses.certificates,
            "verify": f"http://{addresses.verify}",
        },
        nodes=tuple(
            replace(
                node,
                grpc=addresses.grpc[node.node_id],
                desk=f"http://{addresses.desk[node.node_id]}",
                citizen=f"http://{addresses.citizen}" if node.citizen else "",
            )
            for node in federation.nodes
        ),
        tsa=f"http://{addresses.time_stamp}/tsa",
    )
