"""`lantai-certificate serve` and `verify-site`: two processes, of which one has keys."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from trust.channel import tls13
from trust.channel.log_lines import configure_lines

if TYPE_CHECKING:
    from certificate_service.cli.running import RunningService


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add both commands."""
    serve = commands.add_parser("serve", help="the issuer: keys, gRPC, LAN")
    serve.add_argument("--data", type=Path, required=True, metavar="DIR")
    serve.add_argument("--json", action="store_true", help="print the address as JSON")
    serve.set_defaults(run=_serve)
    site = commands.add_parser("verify-site", help="the verify page: no keys, no database")
    site.add_argument("--data", type=Path, metavar="DIR", help="data folder: site and listener")
    site.add_argument("--site", type=Path, metavar="DIR", help="folder of pushed files")
    site.add_argument("--listen", default="", metavar="HOST:PORT")
    site.add_argument("--trust-list", type=Path, metavar="FILE")
    site.add_argument("--council", type=Path, metavar="FILE")
    site.add_argument("--json", action="store_true", help="print the address as JSON")
    site.set_defaults(run=_verify_site)


def _serve(options: argparse.Namespace) -> int:
    # The suites are read when gRPC is first loaded, so this comes before that import.
    tls13.require()
    from certificate_service.cli.running import RunningService
    from trust.channel.supervised import serve_supervised

    return serve_supervised(lambda: _serve_here(RunningService, options), _report)


def _report(number: int, crashes: int) -> None:
    """One line for the operator: the process was killed and is started again."""
    said = {"event": "process_killed", "signal": number, "count": crashes}
    print(json.dumps(said), file=sys.stderr, flush=True)


def _serve_here(make: "type[RunningService]", options: argparse.Namespace) -> int:
    configure_lines(sys.stderr)
    service = make(options.data)
    port = service.start()
    _announce(options, f"127.0.0.1:{port}")
    service.serve_until_terminated()
    return 0


def _verify_site(options: argparse.Namespace) -> int:
    from certificate_service.cli.site import run_site

    configure_lines(sys.stderr)
    return run_site(options, lambda address: _announce(options, address))


def _announce(options: argparse.Namespace, address: str) -> None:
    if options.json:
        print(json.dumps({"listening": address}), flush=True)
    else:
        print(f"listening on {address}", flush=True)
