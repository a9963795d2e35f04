"""Wires the verify site: folder of pushed files, trust list, page."""

import argparse
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import uvicorn

from certificate_service.adapters.evidence import EvidenceFolder
from certificate_service.adapters.trust_file import TrustFile
from certificate_service.bootstrap import system_clock
from certificate_service.config import default_parts, load_settings
from certificate_service.domain.reasons import CONFIG_INVALID, TRUST_UNAVAILABLE
from certificate_service.web.api import VerifyAPI
from certificate_service.web.app import CALLS_PER_MINUTE, SiteParts, VerifySite
from certificate_service.web.late_trust import LateTrust
from certificate_service.web.tries import TryCounter
from certificate_service.web.typed import TypedLookup
from records.refusal import Refusal


def run_site(options: argparse.Namespace, announce: Callable[[str], None]) -> int:
    """Serve until terminated; the exit code.

    Raises:
        Refusal: CONFIG_INVALID.
    """
    site, listen, trust_list, council = _places(options)
    site.mkdir(parents=True, exist_ok=True)
    trust = LateTrust(lambda: TrustFile(trust_list, council, system_clock))
    pushed = EvidenceFolder(site)
    try:
        council_keys = council.read_bytes()
    except OSError as error:
        raise Refusal(TRUST_UNAVAILABLE, council.name) from error
    parts = _parts(pushed, trust, council_keys)
    host, _colon, port = listen.rpartition(":")
    config = uvicorn.Config(
        VerifySite(parts).application(),
        host=host,
        port=int(port),
        log_level="error",
        # Nobody's visit is written down.
        access_log=False,
        server_header=False,
    )
    announce(listen)
    uvicorn.Server(config).run()
    return 0


def _parts(pushed: EvidenceFolder, trust: LateTrust, council: bytes) -> SiteParts:
    typed = TypedLookup(pushed, trust, TryCounter(secrets.token_bytes(32)), system_clock)
    callers = TryCounter(secrets.token_bytes(32), CALLS_PER_MINUTE, timedelta(minutes=1))
    api = VerifyAPI(pushed=pushed, trust=trust, typed=typed, callers=callers, clock=system_clock)
    web_parts = default_parts() / "web"
    return SiteParts(pushed=pushed, typed=typed, api=api, council=council, web_parts=web_parts)


def _places(options: argparse.Namespace) -> tuple[Path, str, Path, Path]:
    site, listen = options.site, options.listen
    trust_list, council = options.trust_list, options.council
    if options.data is not None:
        settings, places = load_settings(options.data)
        site, listen = site or places.site, listen or settings.verify_listen
        council = council or places.council
    if site is None or council is None or not listen:
        raise Refusal(CONFIG_INVALID, "--data, or --site with --council and --listen")
    return site, listen, trust_list or site / "trust-list.json", council
