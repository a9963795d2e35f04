"""statements.md 1 and certificate.md 8: envelopes, trust lists, who could state which key when."""

import json
from datetime import datetime
from typing import Any

from asn1crypto import pem, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from second_verifier.saying import FAR, Wrong, b64, instant, need, sha


def signers(envelope: dict[str, Any], keys: dict[str, bytes]) -> set[str]:
    """kids of the known keys that signed; a wrong signature of a known key refuses all."""
    kind, payload = envelope["payloadType"].encode(), b64(envelope["payload"])
    framed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    found = set()
    for one in envelope["signatures"]:
        if one["keyid"] in keys:
            need(one["suite"] == "LT-1", "V03", "suite")
            try:
                key = Ed25519PublicKey.from_public_bytes(keys[one["keyid"]])
                key.verify(b64(one["sig"]), framed)
            except InvalidSignature as error:
                raise Wrong("V03", "statement") from error
            found.add(one["keyid"])
    return found


def payload_of(envelope: dict[str, Any]) -> dict[str, Any]:
    return json.loads(b64(envelope["payload"]))


def read_lists(lists: list[bytes], council: bytes) -> list[dict[str, Any]]:
    """The trust lists that the council signed, by version, each continuing the one before."""
    pinned = json.loads(council)
    keys = {one["kid"]: b64(one["public_key"]) for one in pinned["keys"]}
    found: dict[int, dict[str, Any]] = {}
    for data in lists:
        envelope = json.loads(data)
        need(len(signers(envelope, keys)) >= pinned["threshold"], "V03", "council")
        said = payload_of(envelope) | {"sha256": sha(b64(envelope["payload"])).hex()}
        found[said["version"]] = said
    for version, said in found.items():
        if version - 1 in found:
            need(said["previous_sha256"] == found[version - 1]["sha256"], "V03", "history")
    return [found[version] for version in sorted(found)]


class Trust:
    """certificate.md 8: the list of an instant, less what later lists took away."""

    def __init__(self, lists: list[dict[str, Any]]) -> None:
        self.lists = lists
        self.revoked: dict[str, datetime] = {}
        self.broken: dict[str, datetime] = {}
        for said in lists:
            for member in said["members"]:
                archives = [one["authority_key"] for one in member["archives"]]
                for key in (*member["sign_keys"], *archives):
                    if key.get("revoked_at"):
                        at = instant(key["revoked_at"])
                        self.revoked[key["kid"]] = min(at, self.revoked.get(key["kid"], at))
            for one in said.get("broken", []):
                at = instant(one["since"])
                self.broken[one["name"]] = min(at, self.broken.get(one["name"], at))

    def at(self, moment: datetime) -> dict[str, Any]:
        older = [one for one in self.lists if instant(one["issued_at"]) <= moment]
        chosen = older[-1] if older else self.lists[0]
        need(moment < instant(chosen["expires_at"]), "V03", "trust list expired")
        return chosen

    def roots(self, moment: datetime) -> list[x509.Certificate]:
        blocks = pem.unarmor(self.at(moment)["seal_roots_pem"].encode(), multiple=True)
        return [x509.Certificate.load(der) for _kind, _head, der in blocks]

    def key_statement(
        self, envelope: dict[str, Any], use: str, moment: datetime
    ) -> tuple[dict[str, Any], bytes]:
        """The statement and the key in it, stated by who may, in force at the moment."""
        said = payload_of(envelope)
        members = {one["participant_id"]: one for one in self.at(moment)["members"]}
        member = members[said["participant_id"]]
        need(member["state"] == "active", "V03", "member")
        if use in ("qr", "seal"):
            mine = [a for a in member["archives"] if a["archive_code"] == said["archive_code"]]
            listed = [one["authority_key"] for one in mine]
        else:
            listed = member["sign_keys"]
        good = {
            key["kid"]: b64(key["public_key"])
            for key in listed
            if instant(key["not_before"]) <= moment < instant(key["not_after"])
            and moment < self.revoked.get(key["kid"], FAR)
        }
        need(signers(envelope, good), "V03", f"statement {use}")
        need(said["use"] == use and moment < instant(said["not_after"]), "V03", use)
        need((instant(said["not_before"]) - moment).total_seconds() <= 60, "V03", use)
        der = b64(said["public_key"])
        need(sha(der).hex() == said["spki_sha256"], "V03", "digest of the key")
        return said, der
