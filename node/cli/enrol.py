"""`lantai-node enrol` and `declare`: joining the federation and saying what is kept.

`enrol` may be run again until the registry's second officer has approved: the request is kept in
keys/enrolment.json, and a fresh token is needed only when that file is removed.
"""

import argparse
import base64
import json
import os
import sys
import time
from pathlib import Path

from node.adapters.enrolment_door import Collected, EnrolmentDoor
from node.adapters.node_folder import NodeFolder
from node.bootstrap import open_base, system_clock
from node.cli.checking import check_connection, show
from node.cli.frame import Commands, add_shared, say
from node.config import load_config
from node.domain.reasons import DATA_FOLDER, ENROLMENT_WAITS
from records.coverage import HoldingsCoverage
from records.refusal import Refusal
from trust.envelope.statement import decode, sign_statement
from trust.identity.participant import Participant, ParticipantKind

_PENDING = "enrolment.json"


def add_commands(commands: Commands) -> None:
    """`enrol` and `declare` are sub-commands."""
    enrol = commands.add_parser("enrol", help="hand in a one-time token, fetch the certificate")
    add_shared(enrol)
    enrol.add_argument("--registry", required=True, metavar="HOST:PORT", help="enrolment listener")
    enrol.add_argument(
        "--roots", type=Path, required=True, metavar="PEM", help="from the invitation"
    )
    enrol.add_argument("--token-file", type=Path, metavar="FILE", help="first line = token")
    enrol.add_argument("--wait", type=float, default=0.0, metavar="SECONDS")
    enrol.add_argument("--no-check", dest="check", action="store_false", help="no connection test")
    enrol.set_defaults(run=_enrol)

    declare = commands.add_parser("declare", help="sign a statement of coverage")
    add_shared(declare)
    declare.add_argument("file", type=Path, metavar="COVERAGE.json")
    declare.set_defaults(run=_declare)


def _enrol(chosen: argparse.Namespace) -> int:
    config, places = load_config(chosen.data)
    folder = _folder(places.data, places.passphrase)
    registry = Participant(
        kind=ParticipantKind.REGISTRY, slug=config.registry_id, trust_domain=config.trust_domain
    )
    door = EnrolmentDoor(chosen.registry, registry, _read(chosen.roots), system_clock)
    pending = places.data / "keys" / _PENDING
    try:
        asked = _resume(pending) or _ask(door, folder, chosen.token_file, pending)
        _read_out(asked["fingerprint"], chosen)
        collected = _collect(door, asked["enrolment_id"], chosen.wait)
    finally:
        door.close()
    if collected.state != "approved":
        if chosen.json:
            say({"state": collected.state, "fingerprint": asked["fingerprint"]}, "", as_json=True)
        if collected.state == "rejected":
            # A new invitation brings a new token; this request is spent.
            pending.unlink()
        raise Refusal(ENROLMENT_WAITS, collected.state)
    key = base64.b64decode(asked["private_key"])
    folder.store_tls(collected.chain_pem, key, collected.roots_pem)
    pending.unlink()
    say({"state": "approved", "node": config.node_id}, "已入网", as_json=chosen.json)
    if chosen.check and config.registry and places.council.is_file():
        # Enrolled either way: the test says what is still to be done, and by whom.
        checked = check_connection(open_base(chosen.data), config.registry)
        if not chosen.json:
            show(checked, as_json=False)
    return 0


def _read_out(fingerprint: str, chosen: argparse.Namespace) -> None:
    """In groups of four, for the telephone; before anybody waits for anything."""
    groups = " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4))
    lines = (f"指纹：{groups}", "请用电话读给登记处的第二名经办人；对方核准后本命令继续。")
    print("\n".join(lines), file=sys.stderr if chosen.json else sys.stdout, flush=True)


def _folder(data: Path, passphrase: Path | None) -> NodeFolder:
    return NodeFolder(data, passphrase.read_bytes().strip() if passphrase else None)


def _resume(pending: Path) -> dict[str, str] | None:
    if not pending.is_file():
        return None
    content: dict[str, str] = json.loads(pending.read_text("ascii"))
    return content


def _ask(
    door: EnrolmentDoor, folder: NodeFolder, token_file: Path | None, pending: Path
) -> dict[str, str]:
    if token_file is None:
        raise Refusal(DATA_FOLDER, "--token-file")
    token = _read(token_file).decode("ascii").split("\n", 1)[0].strip()
    asked = door.ask(token, folder.sign_signer())
    content = {
        "enrolment_id": asked.enrolment_id,
        "fingerprint": asked.fingerprint,
        "private_key": base64.b64encode(asked.private_key_pem).decode(),
    }
    descriptor = os.open(pending, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(content, file)
    return content


def _collect(door: EnrolmentDoor, enrolment_id: str, seconds: float) -> Collected:
    end = time.monotonic() + seconds
    collected = door.collect(enrolment_id)
    while collected.state == "pending" and time.monotonic() < end:
        time.sleep(max(collected.retry_seconds, 0.2))
        collected = door.collect(enrolment_id)
    return collected


def _declare(chosen: argparse.Namespace) -> int:
    """The coverage is signed by the node and published when the node serves."""
    config, places = load_config(chosen.data)
    folder = _folder(places.data, places.passphrase)
    coverage = decode(_read(chosen.file), HoldingsCoverage)
    hosted = {archive.code for archive in config.archives}
    if coverage.node_id != config.node_id or coverage.archive_code not in hosted:
        raise Refusal(DATA_FOLDER, f"not ours: {coverage.archive_code}")
    name = f"coverage-{coverage.archive_code}-{coverage.category}"
    folder.declare(name, sign_statement(coverage, folder.sign_signer()))
    say({"declared": name}, name, as_json=chosen.json)
    return 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(DATA_FOLDER, path.name) from error
