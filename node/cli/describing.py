"""`lantai-node authority` and `describe`: what the council needs to list this node.

An archive's authority key is made on the leader's own medium and stays there; the node keeps its
public half only.
"""

import argparse
import base64
import json
from pathlib import Path
from typing import Any

from node.adapters.node_folder import NodeFolder
from node.cli.frame import Commands, add_shared, say
from node.config import load_config
from node.domain.reasons import ARCHIVE_NOT_HOSTED, DATA_FOLDER
from records.refusal import Refusal
from trust.identity.keys import (
    Ed25519Signer,
    kid_of,
    new_ed25519,
    public_key_to_base64,
    write_private_key,
)


def add_commands(commands: Commands) -> None:
    """`authority` and `describe` are sub-commands."""
    authority = commands.add_parser("authority", help="make the leader's offline key")
    add_shared(authority)
    authority.add_argument("archive", metavar="CODE", help="six-digit archive code")
    authority.add_argument("--key", type=Path, required=True, metavar="FILE", help="new file")
    authority.add_argument("--passphrase-file", type=Path, metavar="FILE")
    authority.set_defaults(run=_authority)
    describe = commands.add_parser("describe", help="what the council needs to list this node")
    add_shared(describe)
    describe.add_argument("-o", "--out", type=Path, metavar="FILE")
    describe.add_argument("--name", default="", help="name of the member; default: first archive")
    describe.set_defaults(run=_describe)


def _authority(chosen: argparse.Namespace) -> int:
    config, places = load_config(chosen.data)
    if chosen.archive not in {one.code for one in config.archives}:
        raise Refusal(ARCHIVE_NOT_HOSTED, chosen.archive)
    passphrase = None
    if chosen.passphrase_file:
        passphrase = _read(chosen.passphrase_file).strip()
    elif config.production:
        raise Refusal(DATA_FOLDER, "--passphrase-file")
    key = new_ed25519()
    chosen.key.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private_key(chosen.key, key, passphrase)
    public = Ed25519Signer.from_private(key).public_key
    content = {"kid": public.kid, "public_key": public_key_to_base64(public)}
    _public_file(places.data, chosen.archive).write_text(json.dumps(content), "ascii")
    say(
        {"archive_code": chosen.archive, **content},
        f"授权密钥 {public.kid} 已生成：{chosen.key.name} 由馆领导离线保管",
        as_json=chosen.json,
    )
    return 0


def _describe(chosen: argparse.Namespace) -> int:
    config, places = load_config(chosen.data)
    passphrase = places.passphrase.read_bytes().strip() if places.passphrase else None
    signer = NodeFolder(places.data, passphrase).sign_signer()
    archives: list[dict[str, Any]] = []
    for one in config.archives:
        authority = json.loads(_read(_public_file(places.data, one.code)))
        kid_of(base64.b64decode(authority["public_key"]))
        archives.append(
            {
                "archive_code": one.code,
                "name": one.name,
                "city_code": f"{one.code[:4]}00",
                "authority_public_key": authority["public_key"],
            }
        )
    content = {
        "participant_id": config.node_id,
        "kind": "node",
        "name": chosen.name or config.archives[0].name,
        "sign_public_key": public_key_to_base64(signer.public_key),
        "archives": archives,
    }
    if chosen.out is not None:
        chosen.out.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")
    say(content, f"成员说明（签名密钥 {signer.kid}），请交理事会", as_json=chosen.json)
    return 0


def _public_file(data: Path, archive_code: str) -> Path:
    return data / f"authority-{archive_code}.json"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise Refusal(DATA_FOLDER, f"{path.name}: lantai-node authority") from fault
