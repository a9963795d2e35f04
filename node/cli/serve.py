"""`lantai-node serve` and `desk`: the gRPC server with its worker, and the pages beside it.

The pages are a process of their own, so that a busy page never delays a partner; `serve` starts
both unless told otherwise, prints what it listens on, and ends both on SIGTERM.
"""

import argparse
import json
import logging
import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path

from node.cli.frame import Commands, add_shared
from node.cli.running import RunningNode
from trust.channel.log_lines import configure_lines
from trust.channel.supervised import die_with_parent, serve_supervised

_STOP_SECONDS = 10


def add_commands(commands: Commands) -> None:
    """`serve` and `desk` are sub-commands."""
    serve = commands.add_parser("serve", help="partners' calls, worker, pages")
    add_shared(serve)
    serve.add_argument("--no-desk", action="store_true", help="without the pages")
    serve.set_defaults(run=_serve)
    desk = commands.add_parser("desk", help="the pages alone")
    add_shared(desk)
    desk.add_argument("--listen", default="", metavar="HOST:PORT", help="instead of node.toml's")
    desk.add_argument("--parent", type=int, default=0, help=argparse.SUPPRESS)
    desk.set_defaults(run=_desk)


def _serve(chosen: argparse.Namespace) -> int:
    configure_logging()
    return serve_supervised(lambda: _serve_here(chosen), _report)


def _report(number: int, crashes: int) -> None:
    """One line for the operator: the process was killed and is started again."""
    said = {"event": "process_killed", "signal": number, "count": crashes}
    logging.getLogger("lantai.node").error(json.dumps(said), extra={"fields": True})


def _serve_here(chosen: argparse.Namespace) -> int:
    node = RunningNode(chosen.data)
    port = node.start()
    host = node.base.config.listen.rpartition(":")[0]
    print(f"gRPC {host}:{port}", flush=True)
    pages = None if chosen.no_desk else _start_desk(chosen.data)
    if pages is not None:
        print(f"desk http://{node.base.config.desk}", flush=True)
    try:
        node.serve_until_terminated()
    finally:
        if pages is not None:
            _stop(pages)
    return 0


def _start_desk(data: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "node.cli", "desk", "--data", str(data)]
    command += ["--parent", str(os.getpid())]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 -- our own program


def _stop(pages: subprocess.Popen[bytes]) -> None:
    pages.send_signal(signal.SIGTERM)
    try:
        pages.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        pages.kill()
        pages.wait()


def _desk(chosen: argparse.Namespace) -> int:
    import uvicorn

    from node.adapters.image_files import ImageFiles
    from node.bootstrap import make_office, open_base, system_clock
    from node.desk.app import create_app
    from node.desk.settings import DeskConfig
    from node.desk_wiring import make_doors, make_form_names, open_drafts
    from node.management_wiring import make_management
    from trust.store.changes import StoreChanges

    configure_logging()
    if chosen.parent:
        # Started by `serve`: a pages process that outlived it would hold the port.
        die_with_parent(chosen.parent)
    base = open_base(chosen.data)
    office = make_office(base)
    serving: list[uvicorn.Server] = []
    config = DeskConfig(
        web_parts=base.places.parts / "web",
        fonts=base.places.parts / "fonts",
        lunar=base.reader.calendar,
        papers=ImageFiles(base.places.data / "papers", base.fields),
        drafts=open_drafts(base),
        form_names=make_form_names(base),
        doors=make_doors(base, office),
        management=make_management(base),
        clock=system_clock,
        random=secrets.token_bytes,
        secure=base.config.desk_secure,
        hosts=base.config.desk_hosts,
        changes=StoreChanges(base.engine).mark,
        stopping=lambda: any(server.should_exit for server in serving),
    )
    host, _, port = (chosen.listen or base.config.desk).rpartition(":")
    settings = uvicorn.Config(
        create_app(office, config),
        host=host,
        port=int(port),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    serving.append(uvicorn.Server(settings))
    serving[0].run()
    return 0


def configure_logging() -> None:
    """Allowed lines of the node to stderr; of libraries only that they said something."""
    configure_lines(sys.stderr)
