"""The service's own keys and declared statements in its data folder.

keys/sign.key, keys/tls.key, keys/tls.pem, keys/roots.pem; declared/tls.json and
declared/endpoint.json are what the directory has to list.
"""

from datetime import datetime, timedelta
from pathlib import Path

from certificate_service.domain.reasons import CONFIG_INVALID
from records.refusal import Refusal
from trust.channel.credentials import TLSIdentity
from trust.channel.identity_files import load_identity, store_identity
from trust.envelope.dsse import Envelope, envelope_from_json, envelope_to_json
from trust.envelope.statement import decode, sign_statement
from trust.identity.keys import Ed25519Signer, new_ed25519, read_signer, write_private_key
from trust.identity.statements import Endpoint, KeyStatement
from trust.store.durable_file import write_durably

_BACKDATE = timedelta(minutes=5)


class ServiceFolder:
    """Files of one certificate service."""

    def __init__(self, data: Path, passphrase: bytes | None) -> None:
        """The sign key is encrypted under `passphrase`; None = a sample's key."""
        self._keys = data / "keys"
        self._declared = data / "declared"
        self._passphrase = passphrase

    def create(self) -> Ed25519Signer:
        """A new sign key is on disk.

        Raises:
            Refusal: KEY_FILE_EXISTS.
        """
        for folder in (self._keys, self._declared):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private_key(self._keys / "sign.key", new_ed25519(), self._passphrase)
        return self.signer()

    def signer(self) -> Ed25519Signer:
        """The sign key.

        Raises:
            Refusal: KEY_FILE_MISSING, PASSPHRASE_WRONG.
        """
        return read_signer(self._keys / "sign.key", self._passphrase)

    def tls_identity(self) -> TLSIdentity:
        """The certificate in use.

        Raises:
            Refusal: CONFIG_INVALID before enrolment.
        """
        try:
            return load_identity(self._keys)
        except OSError as error:
            raise Refusal(CONFIG_INVALID, "not enrolled: keys/tls.pem") from error

    def store_tls(self, identity: TLSIdentity) -> None:
        """The identity is on disk, every file with mode 0600."""
        store_identity(
            self._keys,
            private_key_pem=identity.private_key_pem,
            chain_pem=identity.chain_pem,
            roots_pem=identity.roots_pem,
        )

    def state_own(self, service_id: str, address: str, now: datetime) -> None:
        """TLS key in use and address are stated in declared/, if they were not already."""
        identity, signer = self.tls_identity(), self.signer()
        known = self._read("tls")
        said = decode(known.payload, KeyStatement) if known is not None else None
        if said is None or said.spki_sha256 != identity.spki_sha256 or now >= said.not_after:
            statement = KeyStatement(
                participant_id=service_id,
                use="tls",
                sequence=int(now.timestamp()),
                spki_sha256=identity.spki_sha256,
                not_before=now - _BACKDATE,
                not_after=identity.leaf.not_valid_after_utc,
            )
            self._write("tls", sign_statement(statement, signer))
        known = self._read("endpoint")
        if known is None or decode(known.payload, Endpoint).grpc != address:
            endpoint = Endpoint(
                participant_id=service_id, sequence=int(now.timestamp()), grpc=address
            )
            self._write("endpoint", sign_statement(endpoint, signer))

    def declared(self) -> tuple[Envelope, ...]:
        """Every statement in declared/, by file name."""
        found = sorted(self._declared.glob("*.json"))
        return tuple(envelope_from_json(path.read_bytes()) for path in found)

    def tls_statement(self) -> bytes:
        """DSSE JSON of the statement for the TLS key in use."""
        return (self._declared / "tls.json").read_bytes()

    def _read(self, name: str) -> Envelope | None:
        path = self._declared / f"{name}.json"
        return envelope_from_json(path.read_bytes()) if path.is_file() else None

    def _write(self, name: str, envelope: Envelope) -> None:
        self._declared.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(self._declared / f"{name}.json", envelope_to_json(envelope))
