"""The key with which this node cosigns the logs of others: keys/witness.key, stated for a year."""

import base64
from datetime import datetime, timedelta
from pathlib import Path

from node.adapters.node_folder import NodeFolder
from trust.envelope.dsse import Envelope, envelope_from_json, envelope_to_json
from trust.envelope.statement import decode, sign_statement
from trust.identity.keys import (
    Ed25519Signer,
    new_ed25519,
    read_signer,
    spki_der,
    spki_sha256,
    write_private_key,
)
from trust.identity.statements import KeyStatement
from trust.store.durable_file import write_durably

_LIFE = timedelta(days=365)
_BACKDATE = timedelta(minutes=5)


class WitnessKey:
    """The key and its statement."""

    def __init__(self, data: Path, passphrase: bytes | None, node_id: str) -> None:
        """The key is made where there is none yet; `passphrase` None = a sample's key."""
        self._path = data / "keys" / "witness.key"
        self._statement = data / "keys" / "witness.json"
        self._node_id = node_id
        if not self._path.exists():
            write_private_key(self._path, new_ed25519(), passphrase)
        self.signer: Ed25519Signer = read_signer(self._path, passphrase)

    def keep_stated(self, node: NodeFolder, now: datetime) -> Envelope:
        """The statement in force; made anew when two thirds of its year are over."""
        before = None
        if self._statement.is_file():
            known = envelope_from_json(self._statement.read_bytes())
            before = decode(known.payload, KeyStatement)
            if now < before.not_after - _LIFE / 3:
                return known
        public = self.signer.public_key.to_ed25519()
        statement = KeyStatement(
            participant_id=self._node_id,
            use="witness",
            sequence=before.sequence + 1 if before else 1,
            spki_sha256=spki_sha256(public),
            public_key=base64.b64encode(spki_der(public)).decode(),
            not_before=now - _BACKDATE,
            not_after=now + _LIFE,
        )
        signed = sign_statement(statement, node.sign_signer())
        write_durably(self._statement, envelope_to_json(signed))
        node.declare("witness", signed)
        return signed
