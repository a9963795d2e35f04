"""statements.md 2: proofs under a log key, and when witnesses saw them."""

import json
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from second_verifier.saying import Wrong, b64, need, sha
from second_verifier.trust_lists import Trust


def tlog(text: str, origin: str, key: bytes) -> tuple[dict[str, Any], int, str]:
    """statements.md 2: leaf, index and checkpoint note of a proof under the log's key."""
    head, note = text.split("\n\n", 1)
    _, extra, index, *path = head.split("\n")
    said, lines = note.split("\n\n")
    name, size, root = said.split("\n")
    need(name == origin, "V13", "origin")
    leaf = b64(extra.removeprefix("extra "))
    i, n = int(index.removeprefix("index ")), int(size) - 1
    node, position = sha(b"\0" + leaf), i
    for sibling in map(b64, path):
        if i & 1 or i == n:
            node = sha(b"\1" + sibling + node)
            while i and not i & 1:
                i, n = i >> 1, n >> 1
        else:
            node = sha(b"\1" + node + sibling)
        i, n = i >> 1, n >> 1
    need(n == 0 and node == b64(root), "V13", "not in the tree")
    key_id = sha(origin.encode() + b"\n\x01" + key)[:4]
    values = note_lines(lines, origin, key_id)
    need(values, "V13", "unsigned checkpoint")
    verify_note(key, values[0], said.encode() + b"\n")
    return json.loads(leaf), position, note


def note_lines(lines: str, name: str, key_id: bytes) -> list[bytes]:
    found = [one.split(" ") for one in lines.strip("\n").split("\n")]
    blobs = [b64(one[2]) for one in found if one[1] == name]
    return [blob[4:] for blob in blobs if blob[:4] == key_id]


def verify_note(key: bytes, value: bytes, said: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(value, said)
    except InvalidSignature as error:
        raise Wrong("V13", "note") from error


def raw_ed25519(der: bytes) -> bytes:
    key: Any = serialization.load_der_public_key(der)
    return key.public_bytes_raw()


def logged_since(
    evidence: dict[str, Any], number: str, issued: bytes, trust: Trust, moment: datetime
) -> datetime:
    code, view = number[:6], trust.at(moment)
    _said, der = trust.key_statement(evidence["log_key"], "log", moment)
    origin = f"{view['trust_domain']}/log/{code}"
    leaf, _index, note = tlog(evidence["file_proof"], origin, raw_ed25519(der))
    right = leaf["kind"] == "certificate_file" and leaf["number"] == number
    need(right and leaf["file_sha256"] == sha(issued).hex(), "V13", "file leaf")
    able = sorted(
        (sha(f"{origin}|{one['participant_id']}".encode()), one["participant_id"])
        for one in view["members"]
        if one["kind"] == "node"
        and one["state"] == "active"
        and code not in {archive["archive_code"] for archive in one["archives"]}
    )
    watching, seen = {node for _hash, node in able[:2]}, {}
    text, lines = note.split("\n\n")
    for envelope in evidence.get("witness_keys", []):
        said, der = trust.key_statement(envelope, "witness", moment)
        if said["participant_id"] not in watching:
            continue
        key, name = raw_ed25519(der), f"{view['trust_domain']}/witness/{said['participant_id']}"
        for value in note_lines(lines, name, sha(name.encode() + b"\n\x04" + key)[:4]):
            seconds = int.from_bytes(value[:8], "big")
            verify_note(key, value[8:], f"cosignature/v1\ntime {seconds}\n{text}\n".encode())
            seen[name] = datetime.fromtimestamp(seconds, UTC)
    need(len(seen) >= max(1, view.get("witness_quorum", 0)), "V13", "witnesses")
    return max(seen.values())
