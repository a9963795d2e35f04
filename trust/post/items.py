"""Signs an item and seals it; opens a sealed message and verifies who signed what is inside.

Signed first, then sealed: the signature covers the recipient, so that whoever opens a message
cannot seal it anew for somebody else and pass it off as the sender's.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from records.post import DELIVER, FETCH, KINDS, PIECE, RECEIPT, REFUSAL, SUBMIT, PostItem
from records.refusal import Refusal
from trust.envelope.dsse import envelope_from_json, envelope_id, envelope_to_json
from trust.envelope.statement import open_statement, sign_statement
from trust.envelope.suites import Signer
from trust.identity.verified_list import TrustView
from trust.post import reasons
from trust.post.sealing import Address, Sealed, open_sealed, seal

MAX_AHEAD = timedelta(seconds=60)


def post_binding(item: PostItem) -> str:
    """What an act token in this item is bound to, in the place of a TLS certificate, hex.

    Message, sender and recipient: a token that came by post opens no call, and no other message.
    """
    parts = ("lantai/post/1", item.message_id, item.sender, item.recipient)
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedItem:
    """An item whose sender is proved."""

    item: PostItem
    envelope_id: str
    """Of the signed item."""


def seal_item(item: PostItem, signer: Signer, key: X25519PublicKey) -> Sealed:
    """The item, signed by its sender and sealed for its recipient.

    Raises:
        Refusal: SEAL_TOO_LARGE.
    """
    address = Address(message_id=item.message_id, sender=item.sender, recipient=item.recipient)
    return seal(envelope_to_json(sign_statement(item, signer)), key, address)


def open_item(
    sealed: Sealed, keys: Mapping[str, X25519PrivateKey], view: TrustView, now: datetime
) -> OpenedItem:
    """The item, opened, signed by its sender, and the one that the outside names.

    Raises:
        Refusal: SEAL_KEY_UNKNOWN, SEAL_INVALID, ITEM_MISADDRESSED, ITEM_MALFORMED,
            MEMBER_UNKNOWN, MEMBER_NOT_ACTIVE and the refusals of envelopes.
    """
    # 1. It opens under the key of the recipient that is named outside.
    envelope = envelope_from_json(open_sealed(sealed, keys))
    # 2. The sender that is named outside signed it, with a key in force now.
    sender = sealed.address.sender
    signers = view.sign_keys(sender, now)
    item = open_statement(envelope, PostItem, signers, suites=view.suites).statement
    # 3. Inside and outside agree: nothing was re-addressed, re-numbered or sealed anew.
    inside = Address(message_id=item.message_id, sender=item.sender, recipient=item.recipient)
    if inside != sealed.address:
        raise Refusal(reasons.ITEM_MISADDRESSED)
    # 4. It is complete, and not from the future.
    _check_form(item, now)
    return OpenedItem(item=item, envelope_id=envelope_id(envelope))


def _check_form(item: PostItem, now: datetime) -> None:
    needed = {
        SUBMIT: (item.envelope, item.act_token),
        DELIVER: (item.envelope, item.act_token),
        RECEIPT: (item.envelope, item.in_reply_to),
        REFUSAL: (item.code, item.in_reply_to),
        FETCH: (item.file_sha256, item.act_token, item.case_no),
        PIECE: (item.file_sha256, item.in_reply_to),
    }
    if item.kind not in KINDS or not all(needed[item.kind]):
        raise Refusal(reasons.ITEM_MALFORMED, item.kind[:16])
    if item.sealed_at > now + MAX_AHEAD:
        raise Refusal(reasons.ITEM_MALFORMED, "sealed in the future")
