"""Keeps this registry's own parts in the directory: its TLS key and where it listens."""

from dataclasses import dataclass, replace
from datetime import timedelta

from federation_registry.ports import Clock, PartStore
from federation_registry.services.publish_part import PublishPart
from trust.channel.credentials import IdentityHolder
from trust.envelope.statement import decode, sign_statement
from trust.envelope.suites import Signer
from trust.identity.statements import Endpoint, KeyStatement

_BACKDATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Who we are and where we listen."""

    registry_id: str
    signer: Signer
    holder: IdentityHolder
    listens: str
    """host:port that others use."""


class StateOwnParts:
    """Publishes what changed, and nothing else."""

    def __init__(self, own: Own, store: PartStore, publish: PublishPart, clock: Clock) -> None:
        """Publish through `publish` like everybody else."""
        self._own = own
        self._store = store
        self._publish = publish
        self._clock = clock

    def refresh(self) -> None:
        """Our key statement and endpoint in the directory are true.

        Raises:
            Refusal: those of `PublishPart.publish`, e.g. while the trust list does not name us.
        """
        key = self._key_statement()
        kept_key = self._kept_key()
        if kept_key is None or replace(key, sequence=kept_key.sequence) != kept_key:
            newer = replace(key, sequence=kept_key.sequence + 1 if kept_key else 1)
            self._publish.publish(sign_statement(newer, self._own.signer))
        endpoint = Endpoint(
            participant_id=self._own.registry_id, sequence=1, grpc=self._own.listens
        )
        kept = self._kept_endpoint()
        if kept is None or replace(endpoint, sequence=kept.sequence) != kept:
            later = replace(endpoint, sequence=kept.sequence + 1 if kept else 1)
            self._publish.publish(sign_statement(later, self._own.signer))

    def _key_statement(self) -> KeyStatement:
        identity = self._own.holder.current
        return KeyStatement(
            participant_id=self._own.registry_id,
            use="tls",
            sequence=1,
            spki_sha256=identity.spki_sha256,
            not_before=identity.leaf.not_valid_before_utc - _BACKDATE,
            not_after=identity.leaf.not_valid_after_utc,
        )

    def _kept_key(self) -> KeyStatement | None:
        kept = self._store.find("key", f"{self._own.registry_id}/tls/")
        return decode(kept.payload, KeyStatement) if kept else None

    def _kept_endpoint(self) -> Endpoint | None:
        kept = self._store.find("endpoint", self._own.registry_id)
        return decode(kept.payload, Endpoint) if kept else None
