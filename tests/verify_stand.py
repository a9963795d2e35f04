"""A verify site in this process, on a free port of loopback, for browsers and benchmarks."""

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import uvicorn

from certificate_service.adapters.evidence import EvidenceFolder
from certificate_service.adapters.trust_file import TrustFile
from certificate_service.bootstrap import system_clock
from certificate_service.config import default_parts
from certificate_service.ports import Clock
from certificate_service.web.api import VerifyAPI
from certificate_service.web.app import SiteParts, VerifySite
from certificate_service.web.late_trust import LateTrust
from certificate_service.web.tries import TryCounter
from certificate_service.web.typed import TypedLookup
from trust.identity.council import CouncilKeys, council_to_json
from trust.identity.keys import Ed25519Signer, new_ed25519


def site_parts(
    site: Path, council: Path, *, calls: int = 600, clock: Clock = system_clock
) -> SiteParts:
    """The parts as `verify-site` wires them; `calls` a minute are allowed."""
    pushed = EvidenceFolder(site)
    trust = LateTrust(lambda: TrustFile(site / "trust-list.json", council, clock))
    typed = TypedLookup(pushed, trust, TryCounter(secrets.token_bytes(32)), clock)
    callers = TryCounter(secrets.token_bytes(32), calls, timedelta(minutes=1))
    return SiteParts(
        pushed=pushed,
        typed=typed,
        api=VerifyAPI(pushed=pushed, trust=trust, typed=typed, callers=callers, clock=clock),
        council=council.read_bytes(),
        web_parts=default_parts() / "web",
    )


def write_council(path: Path) -> Path:
    """A council file of one fresh key."""
    key = Ed25519Signer.from_private(new_ed25519()).public_key
    path.write_bytes(council_to_json(CouncilKeys(threshold=1, keys={key.kid: key})))
    return path


@contextmanager
def served(parts: SiteParts) -> Iterator[str]:
    """The site's root address while it is served."""
    config = uvicorn.Config(
        VerifySite(parts).application(), host="127.0.0.1", port=0, log_level="error"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
