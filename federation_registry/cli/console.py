"""`lantai-registry console`: the operator's pages on a loopback address."""

import argparse
import ipaddress
import secrets
from pathlib import Path
from typing import Any

from federation_registry.cli.frame import add_command, house_of, wall_clock
from federation_registry.config import SAMPLE_DOMAINS
from federation_registry.domain.reasons import CONSOLE_NOT_LOCAL
from records.refusal import Refusal


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse's sub-parsers
    """Add the command."""
    console = add_command(commands, "console", "联邦运维页面（只读，本机地址）", _console)
    console.add_argument("--listen", default="127.0.0.1:7180", metavar="HOST:PORT")
    console.add_argument("--parts", type=Path, required=True, metavar="DIR", help="页面部件目录")


def _console(chosen: argparse.Namespace) -> int:
    import uvicorn

    from federation_registry.web.app import ConsoleConfig, create_app

    host, port = verify_local(chosen.listen)
    house = house_of(chosen)
    config = ConsoleConfig(
        web_parts=chosen.parts / "web",
        clock=wall_clock,
        random=secrets.token_bytes,
        sample=house.settings.trust_domain.endswith(SAMPLE_DOMAINS),
    )
    app = create_app(house.oversee, house.routes, config)
    print(f"console http://{host}:{port}", flush=True)
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    return 0


def verify_local(listen: str) -> tuple[str, int]:
    """Host and port of a loopback address.

    The pages ask nobody who they are, so nobody beyond this machine may reach them.

    Raises:
        Refusal: CONSOLE_NOT_LOCAL.
    """
    host, _, port = listen.rpartition(":")
    try:
        local = ipaddress.ip_address(host).is_loopback and port.isdecimal()
    except ValueError:
        local = False
    if not local:
        raise Refusal(CONSOLE_NOT_LOCAL, listen[:60])
    return host, int(port)
