"""The node's X25519 keys for sealed messages: a new one every 60 days, each opens for 90.

keys/hpke/<kid>.key with its statement <kid>.json beside it; the newest statement also lies in
declared/hpke.json and so reaches the directory. A key whose 90 days are over is deleted: what was
sealed for it can never be opened again, by anybody.
"""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from node.adapters.node_folder import NodeFolder
from trust.envelope.dsse import envelope_from_json, envelope_to_json
from trust.envelope.statement import decode, sign_statement
from trust.identity.keys import (
    kid_of,
    read_exchange_key,
    spki_der,
    spki_sha256,
    write_private_key,
)
from trust.identity.statements import KeyStatement
from trust.store.durable_file import write_durably

LIFE = timedelta(days=90)
OVERLAP = timedelta(days=30)
_BACKDATE = timedelta(minutes=5)


class ExchangeKeys:
    """`PostKeys` on files."""

    def __init__(self, data: Path, passphrase: bytes | None) -> None:
        """Keys are encrypted under `passphrase`; None = keys of a sample."""
        self._folder = data / "keys" / "hpke"
        self._passphrase = passphrase

    def keys(self) -> Mapping[str, X25519PrivateKey]:
        """Every key that still opens messages, by kid."""
        found = sorted(self._folder.glob("*.key"))
        return {path.stem: read_exchange_key(path, self._passphrase) for path in found}

    def keep_stated(self, node_id: str, node: NodeFolder, now: datetime) -> int:
        """The newest key is younger than 60 days and declared; 1 when it was made just now."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        known = self._statements()
        for kid, said in known.items():
            if now >= said.not_after:
                (self._folder / f"{kid}.key").unlink(missing_ok=True)
                (self._folder / f"{kid}.json").unlink(missing_ok=True)
        newest = max(known.values(), key=lambda said: said.sequence, default=None)
        if newest is not None and now < newest.not_after - OVERLAP:
            return 0
        self._make(node_id, node, newest.sequence + 1 if newest else 1, now)
        return 1

    def _make(self, node_id: str, node: NodeFolder, sequence: int, now: datetime) -> None:
        key = X25519PrivateKey.generate()
        public = key.public_key()
        kid = kid_of(public.public_bytes_raw())
        statement = KeyStatement(
            participant_id=node_id,
            use="hpke",
            sequence=sequence,
            spki_sha256=spki_sha256(public),
            public_key=base64.b64encode(spki_der(public)).decode(),
            not_before=now - _BACKDATE,
            not_after=now + LIFE,
        )
        signed = sign_statement(statement, node.sign_signer())
        # The key first: a statement without its key would let others seal what nobody opens.
        write_private_key(self._folder / f"{kid}.key", key, self._passphrase)
        write_durably(self._folder / f"{kid}.json", envelope_to_json(signed))
        node.declare("hpke", signed)

    def _statements(self) -> dict[str, KeyStatement]:
        found = sorted(self._folder.glob("*.json"))
        return {
            path.stem: decode(envelope_from_json(path.read_bytes()).payload, KeyStatement)
            for path in found
        }
