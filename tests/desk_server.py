"""The desk's pages on a loopback port in a thread, for tests that talk HTTP to them."""

import contextlib
import json
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import uvicorn
from fake_office import World
from field_keys import MemoryKeys
from starlette.types import ASGIApp

from node.desk.app import create_app
from node.desk.form_names import FormNames
from node.desk.settings import DeskConfig
from records.lunar import LunarTable, parse_lunar_table
from trust.store.person_digests import PersonDigests

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / "var" / "parts"
_PEOPLE = PersonDigests(MemoryKeys(1), secrets.token_bytes(32))
NAMES = FormNames(lambda said: _PEOPLE.every(_PEOPLE.kids, said))
"""Names of kept forms; the same after a restart."""


def lunar_table() -> LunarTable:
    """The generated calendar."""
    return parse_lunar_table(json.loads((PARTS / "tables" / "lunar.json").read_text("utf-8")))


def config_of(world: World, servers: list[uvicorn.Server]) -> DeskConfig:
    """Settings for a fake office behind the servers that will be started."""
    return DeskConfig(
        web_parts=PARTS / "web",
        fonts=PARTS / "fonts",
        lunar=lunar_table(),
        papers=world.images,
        drafts=world.drafts,
        form_names=NAMES,
        doors=world.doors,
        management=world.management,
        clock=world.clock,
        random=secrets.token_bytes,
        stopping=lambda: any(server.should_exit for server in servers),
    )


@contextlib.contextmanager
def serving(app: ASGIApp, servers: list[uvicorn.Server], port: int = 0) -> Iterator[str]:
    """The URL under which the application answers."""
    settings = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning")
    settings.timeout_graceful_shutdown = 1
    server = uvicorn.Server(settings)
    servers.append(server)
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


@contextlib.contextmanager
def desk_of(world: World, port: int = 0) -> Iterator[str]:
    """The URL of the desks of a fake office."""
    servers: list[uvicorn.Server] = []
    app = create_app(world.office(), config_of(world, servers))
    with serving(app, servers, port) as url:
        yield url
