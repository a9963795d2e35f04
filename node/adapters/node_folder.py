"""The node's keys and declared statements in its data folder.

keys/sign.key, keys/log-<archive>.key, keys/tls.key, keys/tls.pem, keys/roots.pem, keys/secret.key;
declared/*.json are statements of this node that belong into the directory.
"""

import base64
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from node.domain.reasons import NODE_NOT_ENROLLED
from records.refusal import Refusal
from records.service_hours import ServiceHours
from trust.channel.credentials import TLSIdentity
from trust.channel.identity_files import load_identity, store_identity
from trust.envelope.dsse import Envelope, envelope_from_json, envelope_to_json
from trust.envelope.statement import decode, sign_statement
from trust.identity.field_key_files import PERSON, FieldKeyFiles
from trust.identity.keys import (
    Ed25519Signer,
    new_ed25519,
    read_private_key,
    read_signer,
    spki_der,
    spki_sha256,
    write_private_key,
)
from trust.identity.statements import Endpoint, KeyStatement
from trust.store.durable_file import write_durably

_LOG_KEY_LIFE = timedelta(days=365)
_BACKDATE = timedelta(minutes=5)
_SECRET_BYTES = 32


class NodeFolder:
    """Files of one node."""

    def __init__(self, data: Path, passphrase: bytes | None) -> None:
        """Keys are encrypted under `passphrase`; None = keys of a sample."""
        self._keys = data / "keys"
        self._declared = data / "declared"
        self._stated = data / "stated"
        self._passphrase = passphrase

    def create(self, archives: Sequence[str], secret: bytes) -> None:
        """Sign key, one log key per archive and the node's secret are on disk.

        Raises:
            Refusal: KEY_FILE_EXISTS.
        """
        for folder in (self._keys, self._declared):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        names = ["sign.key", *(f"log-{code}.key" for code in archives)]
        for name in names:
            write_private_key(self._keys / name, new_ed25519(), self._passphrase)
        path = self._keys / "secret.key"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secret[:_SECRET_BYTES])

    def secret(self) -> bytes:
        """32 bytes that encrypt TOTP seeds and salt person ids."""
        return (self._keys / "secret.key").read_bytes()

    def field_keys(self) -> FieldKeyFiles:
        """The keys that seal personal data at rest: keys/field-<n>.key."""
        return FieldKeyFiles(self._keys, self._passphrase, secrets.token_bytes)

    def person_keys(self) -> FieldKeyFiles:
        """The keys of digests of names and identity numbers: keys/person-<n>.key."""
        return FieldKeyFiles(self._keys, self._passphrase, secrets.token_bytes, PERSON)

    def sign_signer(self) -> Ed25519Signer:
        """The node's sign key. Raises Refusal: KEY_FILE_MISSING, PASSPHRASE_WRONG."""
        return read_signer(self._keys / "sign.key", self._passphrase)

    def log_signers(self, archives: Sequence[str]) -> Mapping[str, Ed25519Signer]:
        """The log key of each archive."""
        return {
            code: read_signer(self._keys / f"log-{code}.key", self._passphrase) for code in archives
        }

    def tls_identity(self) -> TLSIdentity:
        """The certificate in use. Raises Refusal: NODE_NOT_ENROLLED."""
        try:
            return load_identity(self._keys)
        except OSError as error:
            raise Refusal(NODE_NOT_ENROLLED) from error

    def store_tls(self, chain_pem: bytes, private_key_pem: bytes, roots_pem: bytes) -> None:
        """The identity is on disk, the key with mode 0600."""
        store_identity(
            self._keys,
            private_key_pem=private_key_pem,
            chain_pem=chain_pem,
            roots_pem=roots_pem,
        )

    def declared(self) -> tuple[Envelope, ...]:
        """Every statement that lies in declared/, by file name."""
        found = sorted(self._declared.glob("*.json"))
        return tuple(envelope_from_json(path.read_bytes()) for path in found)

    def declare(self, name: str, envelope: Envelope) -> None:
        """The statement lies in declared/<name>.json."""
        write_durably(self._declared / f"{name}.json", envelope_to_json(envelope))

    def log_key_statement(self, archive_code: str) -> Envelope:
        """The statement of that archive's log key."""
        return envelope_from_json((self._declared / f"log-{archive_code}.json").read_bytes())

    def tls_statement(self) -> bytes:
        """DSSE JSON of the statement for the TLS key in use."""
        return (self._declared / "tls.json").read_bytes()

    def state_tls(self, node_id: str, identity: TLSIdentity, now: datetime) -> None:
        """The TLS key in use is stated, until its certificate ends."""
        known = self._read("tls")
        if known is not None:
            said = decode(known.payload, KeyStatement)
            if said.spki_sha256 == identity.spki_sha256 and now < said.not_after:
                return
        statement = KeyStatement(
            participant_id=node_id,
            use="tls",
            sequence=int(now.timestamp()),
            spki_sha256=identity.spki_sha256,
            not_before=now - _BACKDATE,
            not_after=identity.leaf.not_valid_after_utc,
        )
        self.declare("tls", sign_statement(statement, self.sign_signer()))

    def state_log(self, node_id: str, archive_code: str, now: datetime) -> None:
        """The log key of the archive is stated for a year, and again once 2/3 of that are over.

        Until then an older statement stays in force: the same bytes, the same sequence.
        """
        known = self._read(f"log-{archive_code}")
        before = decode(known.payload, KeyStatement) if known is not None else None
        if before is not None and now < before.not_after - _LOG_KEY_LIFE / 3:
            return
        key = read_private_key(self._keys / f"log-{archive_code}.key", self._passphrase)
        public = key.public_key()
        statement = KeyStatement(
            participant_id=node_id,
            archive_code=archive_code,
            use="log",
            sequence=before.sequence + 1 if before else 1,
            spki_sha256=spki_sha256(public),
            public_key=base64.b64encode(spki_der(public)).decode(),
            not_before=now - _BACKDATE,
            not_after=now + _LOG_KEY_LIFE,
        )
        signed = sign_statement(statement, self.sign_signer())
        self._stated.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._stated / f"log-{archive_code}-{statement.sequence}.json"
        path.write_bytes(envelope_to_json(signed))
        self.declare(f"log-{archive_code}", signed)

    def log_key_statements(
        self, archive_code: str, first: datetime, last: datetime
    ) -> tuple[Envelope, ...]:
        """Statements of that archive's log key that were in force between the two instants.

        Evidence of an old case needs the statement of its time, not today's.
        """
        paths = sorted(self._stated.glob(f"log-{archive_code}-*.json"))
        found = [envelope_from_json(path.read_bytes()) for path in paths]
        if not found:
            found = [self.log_key_statement(archive_code)]
        said = [(decode(envelope.payload, KeyStatement), envelope) for envelope in found]
        needed: list[Envelope] = []
        for at in (first, last):
            in_force = [e for s, e in said if s.not_before <= at < s.not_after]
            needed += [e for e in in_force[-1:] if e not in needed]
        return tuple(needed)

    def state_hours(self, said: ServiceHours) -> None:
        """When an archive's desks are open is stated; unchanged hours keep their number."""
        name = f"hours-{said.archive_code}"
        known = self._read(name)
        if known is not None:
            before = decode(known.payload, ServiceHours)
            if replace(before, sequence=said.sequence) == said:
                return
        self.declare(name, sign_statement(said, self.sign_signer()))

    def state_endpoint(self, node_id: str, address: str, now: datetime) -> None:
        """Where the node listens is stated."""
        known = self._read("endpoint")
        if known is not None and decode(known.payload, Endpoint).grpc == address:
            return
        statement = Endpoint(participant_id=node_id, sequence=int(now.timestamp()), grpc=address)
        self.declare("endpoint", sign_statement(statement, self.sign_signer()))

    def _read(self, name: str) -> Envelope | None:
        path = self._declared / f"{name}.json"
        return envelope_from_json(path.read_bytes()) if path.is_file() else None


def to_pem(key: object) -> bytes:
    """PKCS#8 PEM of a transport key, not encrypted: it lives seven days."""
    return key.private_bytes(  # type: ignore[attr-defined, no-any-return]
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
