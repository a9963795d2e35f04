"""The seal signer: a process of its own that holds one archive's seal key.

It reads one JSON object a line from standard input and answers one a line on standard output; it
listens nowhere, and opens no file but its own folder's. With the key in a file or a token on this
machine it has no socket at all; with a platform it calls that one address. What it will sign is
decided by `domain/seal_admission.py`; being asked by the service is no reason. It remembers
(seal_memory.py) which document a release sealed, so that one true order never seals two.

    {"admit": {"order": B64, "appointments": [B64]}}           → {"release_id": ID}
    {"sign": {"release_id": ID, "attributes": B64}}            → {"signature": B64}
    refused                                                    → {"code": CODE, "detail": TEXT}
"""

import base64
import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import load_der_x509_certificate

from certificate_service.adapters.archive_folder import read_authority, read_seal_certificates
from certificate_service.adapters.seal_keys import open_seal_key
from certificate_service.adapters.seal_memory import SealMemory
from certificate_service.domain.order_reasons import SEAL_REFUSED
from certificate_service.domain.seal_admission import admit_release, check_signed_attributes
from records.refusal import Refusal
from trust.envelope.dsse import envelope_from_json

_MOST_LINE = 24 << 20
_MOST_ADMITTED = 1024


class SealSigner:
    """One archive's seal."""

    def __init__(
        self, folder: Path, clock: Callable[[], datetime], passphrase: bytes | None
    ) -> None:
        """Load key, certificate and the authority key that it is pinned to.

        Raises:
            Refusal: CONFIG_INVALID and refusals of `read_private_key` and `SealMemory`.
        """
        self._archive_code = folder.name
        self._authority = read_authority(folder)
        self._certificate = read_seal_certificates(folder).leaf
        self._key = open_seal_key(folder, passphrase)
        self._memory = SealMemory(folder)
        self._clock = clock
        self._admitted: dict[str, Mapping[str, Any]] = {}

    def answer(self, line: bytes) -> Mapping[str, str]:
        """The answer to one request line."""
        try:
            request = json.loads(line)
            if "admit" in request:
                return {"release_id": self._admit(request["admit"])}
            return {"signature": self._sign(request["sign"])}
        except Refusal as refusal:
            return {"code": refusal.code, "detail": refusal.detail}
        except (ValueError, KeyError, TypeError) as error:
            return {"code": SEAL_REFUSED.code, "detail": type(error).__name__}

    def _admit(self, said: Mapping[str, Any]) -> str:
        order = envelope_from_json(base64.b64decode(said["order"]))
        appointments = [envelope_from_json(base64.b64decode(one)) for one in said["appointments"]]
        release_id = admit_release(
            order,
            appointments,
            archive_code=self._archive_code,
            authority=self._authority,
            floors=self._memory.raise_floors,
            now=self._clock(),
        )
        self._admitted[release_id] = {"release_id": release_id, **said}
        if len(self._admitted) > _MOST_ADMITTED:
            self._admitted.pop(next(iter(self._admitted)))
        return release_id

    def _sign(self, said: Mapping[str, Any]) -> str:
        shown = self._admitted.get(said["release_id"])
        if shown is None:
            raise Refusal(SEAL_REFUSED, "release was not admitted")
        attributes = base64.b64decode(said["attributes"])
        digest = check_signed_attributes(attributes, self._certificate)
        # Kept before the key moves: this release seals this document again, and no other.
        self._memory.bind(said["release_id"], digest)
        signature = self._key.sign(attributes, shown)
        self._check(signature, attributes)
        # One admission, one signature: the next one needs the order again.
        del self._admitted[said["release_id"]]
        return base64.b64encode(signature).decode()

    def _check(self, signature: bytes, attributes: bytes) -> None:
        """The seal certificate's key made it: a token with another key is found out here."""
        key = load_der_x509_certificate(self._certificate).public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise Refusal(SEAL_REFUSED, "seal certificate")
        try:
            key.verify(signature, attributes, ec.ECDSA(hashes.SHA256()))
        except (InvalidSignature, ValueError) as error:
            raise Refusal(SEAL_REFUSED, "not the certificate's key") from error


def serve(signer: SealSigner, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until the other end closes, or was killed before it heard the answer."""
    while line := requests.readline(_MOST_LINE):
        try:
            answers.write(json.dumps(signer.answer(line)).encode() + b"\n")
            answers.flush()
        except BrokenPipeError:
            # Nobody listens any more. What could not be flushed must not be tried again at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), answers.fileno())
            return


def main(arguments: list[str]) -> int:
    """Run as a process: `python -m certificate_service.adapters.seal_signer FOLDER`.

    The first line on standard input is the key's passphrase, empty for a sample's key.
    """
    passphrase = sys.stdin.buffer.readline().rstrip(b"\n")
    signer = SealSigner(Path(arguments[0]), _utc_now, passphrase or None)
    serve(signer, sys.stdin.buffer, sys.stdout.buffer)
    return 0


def _utc_now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 -- a process of its own: this is its wiring


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
