"""Leaves: what the log says about one step. No personal data, ever.

A leaf is compact JSON with a fixed order of members; empty ones are left out. `commit` hides the
envelope behind a salt that can be deleted, so that erasing a case leaves the tree valid.
"""

import hashlib
from dataclasses import dataclass, fields

import msgspec

from records.refusal import Refusal
from trust.envelope.strict_json import parse_strict_json
from trust.transparency import reasons

VERSION = 1
MAX_LEAF_BYTES = 2048
SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One entry of an archive's log."""

    ts_ms: int
    """When, milliseconds since 1970."""
    kind: str
    """state, release, certificate, certificate_file, void, status, access ..."""
    case: str = ""
    """Case number; JSON member `case`."""
    from_state: str = ""
    """State before; JSON member `from`."""
    to_state: str = ""
    """State after; JSON member `to`."""
    commit: str = ""
    """SHA-256(salt || envelope id), hex; see `commit_to`."""
    actor: str = ""
    """Pseudonym of the officer, or the participant."""
    number: str = ""
    """Certificate number, for kinds about a certificate."""
    token_sha256: str = ""
    """Hash of the QR token, hex; kind `certificate`."""
    file_sha256: str = ""
    """Hash of the sealed file, hex; kind `certificate_file`."""
    order: str = ""
    """Envelope id of the order that was obeyed; kinds release, void, status."""
    note: str = ""
    """A code or a count, at most 200 characters; never about a person."""


_MEMBER_OF = {"from_state": "from", "to_state": "to"}
_FIELD_OF = {_MEMBER_OF.get(field.name, field.name): field.name for field in fields(Leaf)}


def encode_leaf(leaf: Leaf) -> bytes:
    """The leaf's bytes: what is hashed into the tree.

    Raises:
        Refusal: LOG_LEAF_MALFORMED.
    """
    members: dict[str, object] = {"v": VERSION}
    for member, name in _FIELD_OF.items():
        value = getattr(leaf, name)
        if value != "":
            members[member] = value
    try:
        data = msgspec.json.encode(members)
    except (UnicodeEncodeError, TypeError) as error:
        raise Refusal(reasons.LOG_LEAF_MALFORMED, "text") from error
    if len(data) > MAX_LEAF_BYTES or not leaf.kind or leaf.ts_ms < 0:
        raise Refusal(reasons.LOG_LEAF_MALFORMED, "kind, time or size")
    return data


def decode_leaf(data: bytes) -> Leaf:
    """The leaf that `data` spells in its one form.

    Raises:
        Refusal: LOG_LEAF_MALFORMED.
    """
    if len(data) > MAX_LEAF_BYTES:
        raise Refusal(reasons.LOG_LEAF_MALFORMED, "size")
    try:
        members = parse_strict_json(data)
        if not isinstance(members, dict) or members.pop("v", None) != VERSION:
            raise Refusal(reasons.LOG_LEAF_MALFORMED, "version")
        named = {_FIELD_OF[member]: value for member, value in members.items()}
        leaf = msgspec.convert(named, Leaf, strict=True)
        canonical = encode_leaf(leaf) == data
    except (KeyError, msgspec.ValidationError, Refusal) as error:
        raise Refusal(reasons.LOG_LEAF_MALFORMED, "members") from error
    if not canonical:
        raise Refusal(reasons.LOG_LEAF_MALFORMED, "not in its one form")
    return leaf


def commit_to(envelope_id: str, salt: bytes) -> str:
    """Commitment to an envelope, hex; whoever has lost the salt can neither open nor guess it."""
    if len(salt) != SALT_BYTES:
        raise Refusal(reasons.LOG_LEAF_MALFORMED, "salt")
    return hashlib.sha256(salt + bytes.fromhex(envelope_id)).hexdigest()
