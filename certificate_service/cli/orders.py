"""`issue`, `revoke`, `supersede`: orders that two officers signed, carried out by hand.

For the operator when a node cannot call: the same use cases, the same checks, the same register.
A shell on this machine orders nothing.
"""

import argparse
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from certificate_service.bootstrap import House
from certificate_service.domain.order_reasons import ORDER_MALFORMED
from certificate_service.domain.reasons import FILE_UNAVAILABLE
from certificate_service.services.authorise import ReleasePapers
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_from_json


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the three commands."""
    issue = commands.add_parser(
        "issue", help="prepare, then issue: papers of a release as JSON, see docs/certificate.md"
    )
    issue.add_argument("order", type=Path, metavar="RELEASE_ORDER")
    issue.add_argument("-o", "--output", type=Path, metavar="PDF")
    _common(issue)
    issue.set_defaults(run=_issue)
    for name, status in (("revoke", "revoked"), ("supersede", "superseded")):
        parser = commands.add_parser(name, help="carry out a status order of two officers")
        parser.add_argument("order", type=Path, metavar="STATUS_ORDER")
        _common(parser)
        parser.set_defaults(run=_change, wanted=status)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--node", required=True, help="participant id of the holder's node")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--json", action="store_true")


def _issue(options: argparse.Namespace) -> int:
    said = _read_json(options.order)
    house = House(options.data)
    try:
        issuing = house.issuing()
        images = [_read(options.order.parent / name) for name in said.get("images", [])]
        release = issuing.prepare(_papers(said), images, options.node)
        answer = {
            "release_id": release.release_id,
            "number": release.number,
            "token_sha256": hashlib.sha256(release.token).hexdigest(),
            "state": release.state,
        }
        if said.get("certificate_proof") and options.output is not None:
            pdf = issuing.issue(release.release_id, said["certificate_proof"], options.node)
            options.output.write_bytes(pdf)
            answer |= {"state": "issued", "file_sha256": hashlib.sha256(pdf).hexdigest()}
    finally:
        house.close()
    _print(options, answer)
    return 0


def _change(options: argparse.Namespace) -> int:
    envelope = envelope_from_json(_read(options.order))
    house = House(options.data)
    try:
        changed = house.status.change(envelope, options.node, wanted=options.wanted)
    finally:
        house.close()
    _print(options, {"number": changed.number, "status": changed.status})
    return 0


def _papers(said: Mapping[str, Any]) -> ReleasePapers:
    try:
        return ReleasePapers(
            order=_envelope(said["order"]),
            appointments=tuple(_envelope(one) for one in said["appointments"]),
            request=_envelope(said["request"]) if said.get("request") else None,
            agreement=_envelope(said["agreement"]) if said.get("agreement") else None,
            release_proof=str(said["release_proof"]),
            log_key=_envelope(said["log_key"]),
            leaf_index=int(said["leaf_index"]),
            serial=int(said["serial"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Refusal(ORDER_MALFORMED, f"papers: {type(error).__name__} {error}"[:80]) from error


def _envelope(carried: object) -> Envelope:
    return envelope_from_json(json.dumps(carried, separators=(",", ":")).encode())


def _read_json(path: Path) -> Mapping[str, Any]:
    try:
        said = json.loads(_read(path))
    except (ValueError, RecursionError) as error:
        raise Refusal(ORDER_MALFORMED, f"{path.name} is not JSON") from error
    if not isinstance(said, dict):
        raise Refusal(ORDER_MALFORMED, f"{path.name} is not a JSON object")
    return said


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(FILE_UNAVAILABLE, path.name) from error


def _print(options: argparse.Namespace, answer: Mapping[str, str]) -> None:
    if options.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print(" ".join(f"{name}={value}" for name, value in answer.items()))
