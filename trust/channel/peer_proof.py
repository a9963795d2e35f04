"""Proof of who the peer is: its leaf, its place in the trust list, and its key statement.

A leaf that chains to our root proves nothing yet: whoever steals the issuing authority can make
one for any name. The member's own sign key, listed by the council, must have stated the leaf's
key (`KeyStatement`, use "tls"), and the statement comes with every call (decision 0401).
Signatures are checked once per (leaf key, statement, trust version); what depends on time is
checked on every call.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from records.refusal import Refusal
from trust.channel.reasons import KEY_STATEMENT_MISSING, MEMBER_DENIED
from trust.envelope.dsse import envelope_from_json
from trust.identity.chain import read_certificates, read_participant
from trust.identity.declared import check_key_in_force, verify_key_statement
from trust.identity.keys import spki_sha256
from trust.identity.participant import Participant
from trust.identity.reasons import (
    CERTIFICATE_EXPIRED,
    CERTIFICATE_MALFORMED,
    KEY_STATEMENT_INVALID,
    MEMBER_NOT_ACTIVE,
)
from trust.identity.statements import KeyStatement
from trust.identity.trust_view import TrustView

STATEMENT_KEY = "lantai-key-bin"
MAX_STATEMENT_BYTES = 4096
_CACHED = 8192
"""Twice the number of archives in the country."""

V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """What a leaf says, read once."""

    participant: Participant
    not_before: datetime
    not_after: datetime
    spki_sha256: str
    certificate_sha256: str


@dataclass(frozen=True, slots=True)
class _Proven:
    statement: KeyStatement
    kids: frozenset[str]


class PeerProof:
    """Checks peers against the trust list in force; safe to share between threads."""

    def __init__(self, view: Callable[[], TrustView], denied: Callable[[], frozenset[str]]) -> None:
        """`view` gives the newest verified trust list; `denied` what the registry took away.

        An entry of `denied` is a participant id, or the SHA-256 of a leaf or of its public key.
        """
        self._view = view
        self._denied = denied
        self._peers: _Recent[Peer] = _Recent()
        self._proven: _Recent[_Proven] = _Recent()

    def read_peer(self, pem: bytes, now: datetime) -> Peer:
        """The peer that a leaf names, if the leaf is valid now (steps 2a and 2b of the gate).

        Raises:
            Refusal: CERTIFICATE_MALFORMED, IDENTITY_MALFORMED, CERTIFICATE_EXPIRED.
        """
        key = hashlib.sha256(pem).digest()
        peer = self._peers.find(key)
        if peer is None:
            peer = _read_peer(pem)
            self._peers.keep(key, peer)
        # TLS looked at the dates once, when the connection opened; it may be old by now.
        if not peer.not_before <= now < peer.not_after:
            raise Refusal(CERTIFICATE_EXPIRED)
        return peer

    def verify_member(self, peer: Peer, now: datetime) -> TrustView:
        """The view in which the peer is an active, undenied member (steps 3a to 3c).

        Raises:
            Refusal: TRUST_LIST_EXPIRED, MEMBER_UNKNOWN, MEMBER_NOT_ACTIVE, MEMBER_DENIED.
        """
        view = self._view()
        # 3a. A list out of date would let those in who left since; `get_member` refuses it.
        # 3b. Listed under this name, kind and trust domain, and active.
        participant = peer.participant
        member = view.get_member(participant.slug, now)
        same_domain = participant.trust_domain == view.trust_domain
        if not same_domain or member.kind != participant.kind.listed:
            raise Refusal(MEMBER_NOT_ACTIVE, "kind or trust domain")
        # 3c. The denial list only takes away, so it needs no council.
        if self._denied() & {participant.slug, peer.spki_sha256, peer.certificate_sha256}:
            raise Refusal(MEMBER_DENIED)
        return view

    def verify_statement(self, peer: Peer, carried: bytes, view: TrustView, now: datetime) -> None:
        """The member's sign key has stated the leaf's key for this moment (step 3d).

        Raises:
            Refusal: KEY_STATEMENT_MISSING, KEY_STATEMENT_INVALID, and those of envelopes.
        """
        if not carried:
            raise Refusal(KEY_STATEMENT_MISSING)
        if len(carried) > MAX_STATEMENT_BYTES:
            raise Refusal(KEY_STATEMENT_INVALID, "size")
        key = hashlib.sha256(
            b"%s %s %s" % (peer.spki_sha256.encode(), view.payload_sha256.encode(), carried)
        ).digest()
        proven = self._proven.find(key)
        if proven is None:
            opened = verify_key_statement(envelope_from_json(carried), view, use="tls", now=now)
            proven = _Proven(opened.statement, frozenset(opened.kids))
            self._proven.keep(key, proven)
        statement = proven.statement
        if statement.participant_id != peer.participant.slug:
            raise Refusal(KEY_STATEMENT_INVALID, "participant")
        if statement.spki_sha256 != peer.spki_sha256:
            raise Refusal(KEY_STATEMENT_INVALID, "not the key of this connection")
        check_key_in_force(statement, use="tls", now=now)
        # The sign key may have run out since the signature was checked.
        if not view.sign_keys(peer.participant.slug, now).keys() & proven.kids:
            raise Refusal(KEY_STATEMENT_INVALID, "sign key")


class _Recent(Generic[V]):
    """The values used last, at most `_CACHED` of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: OrderedDict[bytes, V] = OrderedDict()

    def find(self, key: bytes) -> V | None:
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def keep(self, key: bytes, value: V) -> None:
        with self._lock:
            self._values[key] = value
            while len(self._values) > _CACHED:
                self._values.popitem(last=False)


def _read_peer(pem: bytes) -> Peer:
    certificates = read_certificates(pem)
    if len(certificates) != 1:
        raise Refusal(CERTIFICATE_MALFORMED, "one leaf expected")
    leaf = certificates[0]
    key = leaf.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise Refusal(CERTIFICATE_MALFORMED, "key type")
    return Peer(
        participant=read_participant(leaf),
        not_before=leaf.not_valid_before_utc,
        not_after=leaf.not_valid_after_utc,
        spki_sha256=spki_sha256(key),
        certificate_sha256=leaf.fingerprint(hashes.SHA256()).hex(),
    )
