"""Pushes signed, static files to the verify site: the only thing that leaves the LAN.

Nothing pushed names a person: keys, status lists, log proofs by index, and lookup rows that open
only with number and 核验码 together. Every file can be made again from the register.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from certificate_service.domain.cose import kid_of
from certificate_service.domain.lookup import lookup_key, seal_row
from certificate_service.domain.numbering import parse_number
from certificate_service.domain.replacements import encode_replacements
from certificate_service.domain.site_paths import (
    BUNDLE,
    KEYS_PATH,
    TRUST_PATH,
    bundle_path,
    past_trust_path,
    replaced_path,
    status_path,
)
from certificate_service.domain.status_list import NAMES, Succession, encode_status_list
from certificate_service.long_term_ports import FileProofs, WitnessedProofs
from certificate_service.ports import (
    Clock,
    QrKeys,
    Register,
    Release,
    SignedList,
    Site,
    TrustSource,
)
from certificate_service.services.keys import stated_p256
from trust.envelope.dsse import envelope_to_json
from trust.identity.declared import open_key_statement


class Publisher:
    """Keeps the verify site's files in step with the register."""

    def __init__(  # noqa: PLR0913 -- its ports, by name
        self,
        *,
        register: Register,
        qr_keys: QrKeys,
        trust: TrustSource,
        site: Site,
        clock: Clock,
        verify_url: str = "",
        site_url: str = "",
        file_proofs: FileProofs | None = None,
        witnessed: WitnessedProofs | None = None,
    ) -> None:
        """Keep the ports; `verify_url` is what extracts print, `site_url` where it is reached.

        Either tells verifiers which site to ask; empty = none, or the printed one.
        """
        self._file_proofs, self._witnessed = file_proofs, witnessed
        self._register = register
        self._qr_keys = qr_keys
        self._trust = trust
        self._site = site
        self._clock = clock
        self._verify_url, self._site_url = verify_url, site_url

    def publish_all(self) -> None:
        """Every file is as the register says; heals whatever a crash left undone."""
        self.publish_keys()
        for archive_code in self._qr_keys.archives():
            self.publish_status(archive_code)
            self.publish_replacements(archive_code)
            found = self._register.published(archive_code)
            for number in sorted({release.leaf_index // BUNDLE for release in found}):
                self._publish_bundle(archive_code, number * BUNDLE)

    def publish_certificate(self, release: Release) -> None:
        """Status, lookup row and log proof of one confirmed certificate are on the site."""
        key = lookup_key(release.number, release.code)
        self._site.put(key.path, seal_row(key, release.token))
        self._publish_bundle(release.archive_code, release.leaf_index // BUNDLE * BUNDLE)
        self.publish_status(release.archive_code)

    def publish_proofs(self, release: Release) -> None:
        """The log proofs of one certificate are on the site as they are kept now."""
        self._publish_bundle(release.archive_code, release.leaf_index // BUNDLE * BUNDLE)

    def proofs_of(self, release: Release) -> dict[str, object]:
        """Leaf of number and token, and of the sealed file; as witnesses saw them if they have."""
        proof: dict[str, object] = {
            "proof": release.certificate_proof,
            "log_key": json.loads(release.log_key),
        }
        witnessed = self._witnessed.find(release.release_id) if self._witnessed else None
        if witnessed is not None:
            return proof | {
                "proof": witnessed.certificate_proof,
                "file_proof": witnessed.file_proof,
                "witness_keys": [json.loads(one) for one in witnessed.witness_keys],
            }
        of_file = self._file_proofs.find(release.release_id) if self._file_proofs else None
        return proof if of_file is None else proof | {"file_proof": of_file}

    def publish_status(self, archive_code: str) -> None:
        """The archive's status list, as of now."""
        with self._site.lock(archive_code):
            statuses = {
                place: NAMES.index(status)
                for place, status in self._register.statuses(archive_code)
            }
            now, last = self._clock(), self._register.journal.last(archive_code)
            succession = Succession(sequence=last.sequence + 1 if last else 1)
            if last is not None:
                succession = replace(succession, previous_sha256=last.sha256)
            data = encode_status_list(
                archive_code,
                statuses,
                int(now.timestamp()),
                self._qr_keys.kid(archive_code),
                lambda message: self._qr_keys.sign(archive_code, message),
                succession,
            )
            # Written down first: a list that anybody may have seen is never numbered again.
            digest = hashlib.sha256(data).digest()
            signed = SignedList(sequence=succession.sequence, signed_at=now, sha256=digest)
            self._register.journal.add(archive_code, signed)
            self._site.put(status_path(archive_code), data)

    def publish_replacements(self, archive_code: str) -> None:
        """Which certificate replaced which; nothing while none was superseded."""
        with self._site.lock(archive_code):
            replaced = {
                release.status_index: parse_number(release.replaced_by)
                for release in self._register.published(archive_code)
                if release.replaced_by
            }
            if not replaced:
                return
            data = encode_replacements(
                archive_code,
                replaced,
                int(self._clock().timestamp()),
                self._qr_keys.kid(archive_code),
                lambda message: self._qr_keys.sign(archive_code, message),
            )
            self._site.put(replaced_path(archive_code), data)

    def publish_keys(self) -> None:
        """The QR keys of all archives served, each with the statement that vouches for it."""
        view = self._trust.current()
        archives = []
        for archive_code in self._qr_keys.archives():
            envelope = self._qr_keys.statement(archive_code)
            stated = open_key_statement(envelope, view, self._clock()).statement
            numbers = stated_p256(stated).public_numbers()
            _member, listed = view.get_archive(archive_code)
            archives.append(
                {
                    "archive_code": archive_code,
                    "name": listed.name,
                    "kid": kid_of(stated_p256(stated)).hex(),
                    "x": _b64url(numbers.x),
                    "y": _b64url(numbers.y),
                    "not_before": int(stated.not_before.timestamp()),
                    "not_after": int(stated.not_after.timestamp()),
                    "statement": json.loads(envelope_to_json(envelope)),
                }
            )
        content = {
            "schema": "lantai/keys/1",
            "trust_domain": view.trust_domain,
            "trust_version": view.version,
            "verify_url": self._verify_url,
            "site_url": self._site_url,
            "archives": archives,
        }
        self._site.put(KEYS_PATH, _json(content))
        carried = self._trust.envelope()
        if carried is not None:
            self._site.put(TRUST_PATH, envelope_to_json(carried))
            # Kept for ever: what was signed under a list is judged by that list.
            self._site.put(past_trust_path(view.version), envelope_to_json(carried))

    def _publish_bundle(self, archive_code: str, first: int) -> None:
        with self._site.lock(archive_code):
            proofs: dict[str, object] = {}
            for one in self._register.published(
                archive_code, log_from=first, log_below=first + BUNDLE
            ):
                proofs[str(one.leaf_index)] = self.proofs_of(one)
            content = {"schema": "lantai/log-bundle/1", "first": first, "proofs": proofs}
            self._site.put(bundle_path(archive_code, first), _json(content))


def _b64url(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


def _json(content: Mapping[str, object]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
