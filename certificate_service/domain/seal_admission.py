"""What a seal signer looks at before its key moves: the order itself, then what it is to sign.

Runs inside the signer's own process, which knows one archive, one authority key and nothing of
the service around it. It signs CMS signed attributes of its own certificate for a release that
two officers ordered, and has no way to sign anything else.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from asn1crypto import cms, tsp

from certificate_service.domain.officers import open_release_order
from certificate_service.domain.order_reasons import SEAL_REFUSED
from certificate_service.domain.release_rules import check_order
from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import open_statement
from trust.envelope.suites import PublicKey
from trust.identity.statements import Appointment

# Importing tsp is what teaches asn1crypto to read signing_certificate_v2 inside CMS attributes.
_SIGNING_CERTIFICATE = tsp.SigningCertificateV2
_ATTRIBUTES = frozenset({"content_type", "message_digest", "signing_certificate_v2"})
_MOST_BYTES = 2048

Floors = Callable[[Mapping[str, int]], Mapping[str, int]]
"""Takes sequences seen now, answers the highest ever seen of the same officers; durable."""


def admit_release(
    order: Envelope,
    appointments: Sequence[Envelope],
    *,
    archive_code: str,
    authority: PublicKey,
    floors: Floors,
    now: datetime,
) -> str:
    """The release id of an order that this archive's own officers signed.

    An appointment older than one that was shown before counts for nothing, whoever hides the newer.

    Raises:
        Refusal: SEAL_REFUSED, ORDER_*, and refusals of `open_statement`.
    """
    keys = {authority.kid: authority}
    opened, _officers = open_release_order(order, _appointed(appointments, keys, floors), now)
    if opened.statement.holder_archive != archive_code:
        raise Refusal(SEAL_REFUSED, "another archive's order")
    check_order(opened.statement, now)
    return opened.statement.release_id


def _appointed(
    appointments: Sequence[Envelope], keys: Mapping[str, PublicKey], floors: Floors
) -> tuple[Appointment, ...]:
    """The newest ones that the pinned authority key signed; the service may know others."""
    found: list[Appointment] = []
    highest: dict[str, int] = {}
    for envelope in appointments:
        try:
            said = open_statement(envelope, Appointment, keys).statement
        except Refusal:
            continue
        found.append(said)
        highest[said.officer_id] = max(said.sequence, highest.get(said.officer_id, said.sequence))
    kept = floors(highest)
    return tuple(one for one in found if one.sequence >= kept[one.officer_id])


def check_signed_attributes(data: bytes, certificate: bytes) -> bytes:
    """The message digest in `data`: signed attributes of a PAdES signature by this certificate.

    Raises:
        Refusal: SEAL_REFUSED.
    """
    if len(data) > _MOST_BYTES:
        raise Refusal(SEAL_REFUSED, "size")
    try:
        attributes = cms.CMSAttributes.load(data, strict=True)
        found = {one["type"].native: one["values"] for one in attributes}
        counted = len(attributes) == len(found) and all(len(one) == 1 for one in found.values())
        whole = attributes.dump(force=True) == data
        digest = found["message_digest"][0].native
        content = found["content_type"][0].native
        named = found["signing_certificate_v2"][0]["certs"][0]["cert_hash"].native
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise Refusal(SEAL_REFUSED, "not signed attributes") from error
    own = hashlib.sha256(certificate).digest()
    if not counted or not whole or found.keys() != _ATTRIBUTES:
        raise Refusal(SEAL_REFUSED, "attributes")
    if content != "data" or len(digest) != hashlib.sha256().digest_size or named != own:
        raise Refusal(SEAL_REFUSED, "values of the attributes")
    return bytes(digest)
