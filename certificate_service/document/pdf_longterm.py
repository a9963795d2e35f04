"""What keeps a seal believable after its certificates expired: DSS and document time-stamps.

Each step is one incremental revision behind the sealed bytes, which stay as they are: the file as
issued is a prefix of every later form of it (ETSI EN 319 142-1 5.4, 6.3).

    B    + document time-stamp          = T     a B file whose authority was down when it was sealed
    T    + DSS and document time-stamp  = LTA   certificates and revocation lists, covered
    LTA  + DSS and document time-stamp  = LTA   renewed before an algorithm or a certificate ends
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from asn1crypto import crl, x509
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from certificate_service.document.pdf_signature import QuietWriter

STAMP_FIELD = "ShiJianChuo"
"""Name of a document time-stamp's field, followed by its number from 1."""
RESERVED_BYTES = 16_384
"""Hex digits for a time-stamp token: 8 KiB, RSA chains of public authorities included."""
MOST_STAMPS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationMaterial:
    """What a verifier needs later and will not find any more."""

    certificates: Sequence[bytes]
    """Every certificate between the signers and their roots, DER; the roots too."""
    lists: Sequence[bytes]
    """Revocation lists, DER."""


def add_time_stamp(
    pdf: bytes, count: int, stamper: TimeStamper, material: ValidationMaterial | None = None
) -> bytes:
    """The file with one more revision: a document time-stamp over all of it.

    Args:
        pdf: A sealed file.
        count: Document time-stamps that it has already.
        stamper: The time-stamp authority.
        material: Goes into the DSS of the same revision, so that the time-stamp covers it.

    Raises:
        Refusal: whatever the stamper raises.
    """
    writer = QuietWriter(io.BytesIO(pdf))
    if material is not None:
        _supply(writer, material)
    stamping = PdfTimeStamper(
        stamper,
        field_name=f"{STAMP_FIELD}-{count + 1}",
        readable_field_name="时间戳",
    )
    out = io.BytesIO()
    stamping.timestamp_pdf(writer, "sha256", bytes_reserved=RESERVED_BYTES, output=out)
    return out.getvalue()


def add_evidence(pdf: bytes, material: ValidationMaterial) -> bytes:
    """The file with one more revision: a DSS alone, level LT; always the same bytes."""
    writer = QuietWriter(io.BytesIO(pdf))
    _supply(writer, material)
    out = io.BytesIO()
    write: Any = writer.write
    write(out)
    return out.getvalue()


def _supply(writer: QuietWriter, material: ValidationMaterial) -> None:
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[x509.Certificate.load(der) for der in material.certificates],
        crls=[crl.CertificateList.load(der) for der in material.lists],
    )
