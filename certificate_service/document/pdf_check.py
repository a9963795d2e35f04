"""Reads back a sealed PDF and refuses it at the first byte that our own sealing would not write.

Two verifiers look at every file. pyHanko checks the signature, its chain and what later revisions
changed. Before it, this module checks what it and others leave open: that there is one signature
and it is ours, that the hole in the signed range holds exactly one canonical CMS object and zeros,
and that no unsigned corner of that object says anything.
"""

import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from certificate_service.document.cms_form import check_signature_object, message_digest_of
from certificate_service.document.pdf_signature import SIGNATURE_FIELD
from certificate_service.domain.reasons import FILE_ALTERED, FILE_NOT_OURS
from records.refusal import Refusal

MOST_BYTES = 64 << 20
_HEADER = b"%PDF-1.7\n"
_MARKS = (SIGNATURE_FIELD.encode(), b"/ByteRange", b"evidence.cose")
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_HEX = re.compile(rb"<([0-9A-F]*)>")
_MOST_ATTACHMENT = 8 << 20
FAULTS = (
    PdfError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    NotImplementedError,
    OSError,
)
"""What parsing a hostile file may raise; each becomes a refusal, never a crash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFile:
    """A file of our form whose signed range is intact; its seal is not believed yet."""

    signature: EmbeddedPdfSignature
    attachments: Mapping[str, bytes]
    certificate: bytes
    """Signer's certificate, DER."""
    revisions: int
    """Signatures and time-stamps in the file; 1 at level B and T."""


def open_sealed(pdf: bytes) -> SealedFile:
    """The file, if its form is ours and every byte is what the signature covered.

    Raises:
        Refusal: FILE_NOT_OURS, FILE_ALTERED.
    """
    # 1. It claims to be ours at all.
    if len(pdf) > MOST_BYTES or not all(mark in pdf for mark in _MARKS):
        raise Refusal(FILE_NOT_OURS)
    try:
        # 2. Its first bytes are ours, and every hole in a signed range holds canonical hex.
        if not pdf.startswith(_HEADER):
            raise Refusal(FILE_ALTERED, "header")
        ranges = [tuple(int(one) for one in found.groups()) for found in _BYTE_RANGE.finditer(pdf)]
        contents = [_check_hole(pdf, one) for one in ranges]
        # 3. The first one holds a signature object of our form over the digest of these bytes:
        #    what was altered is never parsed as a PDF at all.
        signed = check_signature_object(contents[0][: _der_size(contents[0])])
        _check_digest(pdf, ranges[0], signed)
        # 4. The PDF has one signature, ours, and it is that one.
        reader = PdfFileReader(io.BytesIO(pdf))
        signature, count = _only_signature(reader)
        same_range = tuple(int(one) for one in signature.byte_range) == ranges[0]
        if not same_range or bytes(signature.pkcs7_content) != contents[0] or count != len(ranges):
            raise Refusal(FILE_ALTERED, "signatures")
        # 5. Certified, no changes allowed.
        if signature.docmdp_level != MDPPerm.NO_CHANGES or "/Perms" not in reader.root:
            raise Refusal(FILE_ALTERED, "certification")
        return SealedFile(
            signature=signature,
            attachments=_attachments(reader),
            certificate=signature.signer_cert.dump(),
            revisions=count,
        )
    except FAULTS as error:
        raise Refusal(FILE_ALTERED, type(error).__name__) from error


def _only_signature(reader: PdfFileReader) -> tuple[EmbeddedPdfSignature, int]:
    regular = reader.embedded_regular_signatures
    every = reader.embedded_signatures
    if len(regular) != 1 or regular[0].field_name != SIGNATURE_FIELD or every[0] is not regular[0]:
        raise Refusal(FILE_ALTERED, "signatures")
    return regular[0], len(every)


def _check_hole(pdf: bytes, ranges: tuple[int, ...]) -> bytes:
    """ISO 32000-2 12.8.1: the range leaves out the value of /Contents, returned, nothing else."""
    start, before, after, _length = ranges
    hole = _HEX.fullmatch(pdf, before, after)
    if start != 0 or hole is None or len(hole[1]) % 2:
        raise Refusal(FILE_ALTERED, "signature hole")
    content = bytes.fromhex(hole[1].decode())
    size = _der_size(content)
    if content[size:].strip(b"\0"):
        raise Refusal(FILE_ALTERED, "padding of the signature")
    return content


def _der_size(content: bytes) -> int:
    """Size of the DER object at the start: a SEQUENCE with a two- or three-byte length."""
    if len(content) < 5 or content[0] != 0x30 or content[1] not in (0x82, 0x83):
        raise Refusal(FILE_ALTERED, "signature object")
    count = content[1] & 0x7F
    size = 2 + count + int.from_bytes(content[2 : 2 + count], "big")
    if size > len(content):
        raise Refusal(FILE_ALTERED, "signature object")
    return size


def _check_digest(pdf: bytes, ranges: tuple[int, ...], signed: Any) -> None:  # noqa: ANN401
    first, size, second, rest = ranges
    covered = pdf[first : first + size] + pdf[second : second + rest]
    if message_digest_of(signed) != hashlib.sha256(covered).digest():
        raise Refusal(FILE_ALTERED, "digest")


def _attachments(reader: PdfFileReader) -> Mapping[str, bytes]:
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    found: dict[str, bytes] = {}
    for position in range(0, len(names), 2):
        data = names[position + 1]["/EF"]["/F"].data
        if len(data) > _MOST_ATTACHMENT or str(names[position]) in found:
            raise Refusal(FILE_ALTERED, "attachments")
        found[str(names[position])] = bytes(data)
    return found
