"""The seal key in a PKCS#11 token: it never leaves, only digests go in and signatures come out.

Tried with SoftHSM; hardware tokens speak the same interface. The session is kept open and opened
anew after a fault, e.g. when the token was pulled and put back.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import pkcs11
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from certificate_service.domain.order_reasons import SEAL_UNAVAILABLE
from records.refusal import Refusal

_HALF = 32


class TokenSealKey:
    """A P-256 key in a token."""

    def __init__(self, module: str, token: str, key: str, pin: bytes) -> None:
        """Log in once, so that a wrong PIN is known at the start.

        Raises:
            Refusal: SEAL_UNAVAILABLE, naming the fault's class and never the PIN.
        """
        self._module, self._token, self._label, self._pin = module, token, key, pin
        self._session: Any = None
        self._key: Any = None
        self._open()

    def sign(self, attributes: bytes, shown: Mapping[str, Any]) -> bytes:
        """DER ECDSA signature over the attributes."""
        del shown
        digest = hashlib.sha256(attributes).digest()
        try:
            if self._session is None:
                self._open()
            raw = bytes(self._key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA))
        except (pkcs11.PKCS11Error, RuntimeError) as error:
            self._close()
            raise Refusal(SEAL_UNAVAILABLE, type(error).__name__) from error
        if len(raw) != 2 * _HALF:
            raise Refusal(SEAL_UNAVAILABLE, "length of the token's signature")
        first, second = raw[:_HALF], raw[_HALF:]
        return encode_dss_signature(int.from_bytes(first, "big"), int.from_bytes(second, "big"))

    def _open(self) -> None:
        try:
            token = pkcs11.lib(self._module).get_token(token_label=self._token)
            self._session = token.open(user_pin=self._pin.decode())
            self._key = self._session.get_key(
                object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=self._label
            )
        except (pkcs11.PKCS11Error, RuntimeError, UnicodeDecodeError) as error:
            self._close()
            raise Refusal(SEAL_UNAVAILABLE, type(error).__name__) from error

    def _close(self) -> None:
        session, self._session, self._key = self._session, None, None
        if session is not None:
            try:
                session.close()
            except (pkcs11.PKCS11Error, RuntimeError):
                return
