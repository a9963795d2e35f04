"""The key under which the pages seal drafts: from the node's secret, beside its other keys."""

from collections.abc import Sequence

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from records.refusal import Refusal
from trust.store import reasons
from trust.store.sealed_fields import KEY_BYTES, FieldKey


class DeskKeys:
    """`FieldKeys` of one key. Drafts live for a week: it is not rotated, they expire."""

    def __init__(self, secret: bytes) -> None:
        """Derive it from the node's secret."""
        key = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"lantai desk drafts").derive(secret)
        self._key = FieldKey(kid=1, secret=key)

    def load(self) -> Sequence[FieldKey]:
        """The one key."""
        return (self._key,)

    def add(self) -> FieldKey:
        """Raises Refusal: FIELD_KEY_MALFORMED; a second key is never made."""
        raise Refusal(reasons.FIELD_KEY_MALFORMED)

    def destroy(self, kid: int) -> None:
        """Raises Refusal: FIELD_KEY_MALFORMED; it goes with the node's secret."""
        raise Refusal(reasons.FIELD_KEY_MALFORMED)
