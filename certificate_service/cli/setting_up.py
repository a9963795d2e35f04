"""`lantai-certificate init`: a data folder with settings and a sign key."""

import argparse
import json
from pathlib import Path

from certificate_service.adapters.service_folder import ServiceFolder
from certificate_service.config import FILE, Settings, dump_settings, load_settings
from certificate_service.domain.reasons import CONFIG_INVALID
from records.refusal import Refusal
from trust.identity.keys import public_key_to_base64

_KEYS = (
    "trust_domain",
    "listen",
    "address",
    "verify_url",
    "verify_listen",
    "registry",
    "registry_id",
    "council",
    "trust_list",
    "passphrase_file",
    "tsa",
    "parts",
)


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `init`."""
    parser = commands.add_parser("init", help="make a data folder: settings and sign key")
    parser.add_argument("service_id", metavar="ID")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--production", action="store_true")
    for key in _KEYS:
        parser.add_argument(f"--{key.replace('_', '-')}", default=None)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_init)


def _init(options: argparse.Namespace) -> int:
    options.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (options.data / FILE).exists():
        raise Refusal(CONFIG_INVALID, f"{FILE} is already there")
    given = {key: getattr(options, key) for key in _KEYS if getattr(options, key) is not None}
    if "trust_domain" not in given:
        raise Refusal(CONFIG_INVALID, "--trust-domain is needed")
    settings = Settings(service_id=options.service_id, production=options.production, **given)
    (options.data / FILE).write_text(dump_settings(settings), "utf-8")
    _settings, places = load_settings(options.data)
    signer = ServiceFolder(options.data, places.passphrase).create()
    (options.data / "archives").mkdir(mode=0o700, exist_ok=True)
    public = public_key_to_base64(signer.public_key)
    if options.json:
        print(json.dumps({"service_id": options.service_id, "sign_key": public}))
    else:
        print(f"{options.service_id}: sign key {signer.kid} {public}")
    return 0
