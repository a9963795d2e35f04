"""An authority that nobody trusts, and the certificate that it gives itself for another's name."""

from datetime import UTC, datetime
from functools import lru_cache
from secrets import token_bytes

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from trust.channel.credentials import TLSIdentity
from trust.identity.authority import create_tls_issuing, create_tls_root, issue_leaf, new_root_key
from trust.identity.keys import new_p256
from trust.identity.participant import Participant


@lru_cache(maxsize=8)
def _forge(participant: Participant) -> TLSIdentity:
    now = datetime.now(UTC)
    domain = participant.trust_domain
    root = create_tls_root(domain, new_root_key(), now=now, random=token_bytes)
    issuing = create_tls_issuing(root, domain, new_p256(), now=now, random=token_bytes)
    key = new_p256()
    leaf = issue_leaf(issuing, participant, key.public_key(), now=now, random=token_bytes)
    return TLSIdentity(
        chain_pem=leaf.public_bytes(Encoding.PEM) + issuing.pem,
        private_key_pem=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        roots_pem=root.pem,
    )


def foreign_identity(identity: TLSIdentity) -> TLSIdentity:
    """A certificate with the same names under a root of the thief's own."""
    return _forge(identity.participant)
