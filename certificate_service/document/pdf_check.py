"""Reads back a sealed PDF and refuses it at the first byte that our own sealing would not write.

Two verifiers look at every file. pyHanko checks the signature, its chain and what later revisions
changed. Before it, this module checks what it and others leave open: that there is one signature
and it is ours, that the hole in the signed range holds exactly one canonical CMS object and zeros,
and that no unsigned corner of that object says anything.
"""

import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from certificate_service.document.cms_form import (
    chain_of,
    check_signature_object,
    check_stamp_object,
    imprint_of,
    message_digest_of,
    stamp_of,
)
from certificate_service.document.faults import FAULTS
from certificate_service.document.pdf_longterm import (
    MOST_STAMPS,
    ValidationMaterial,
    add_evidence,
)
from certificate_service.document.pdf_signature import SIGNATURE_FIELD
from certificate_service.document.security_store import read_security_store
from certificate_service.domain.reasons import FILE_ALTERED, FILE_NOT_OURS
from records.refusal import Refusal

MOST_BYTES = 64 << 20
_HEADER = b"%PDF-1.7\n"
_MARKS = (SIGNATURE_FIELD.encode(), b"/ByteRange", b"evidence.cose")
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_HEX = re.compile(rb"<([0-9A-F]*)>")
_MOST_ATTACHMENT = 8 << 20
_DIGESTS = frozenset({"sha256", "sha384", "sha512"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFile:
    """A file of our form whose signed range is intact; its seal is not believed yet."""

    signature: EmbeddedPdfSignature
    attachments: Mapping[str, bytes]
    certificate: bytes
    """Signer's certificate, DER."""
    stamps: tuple[EmbeddedPdfSignature, ...]
    """Document time-stamps, oldest first; none at level B, and at T as a rule."""
    stamp_chains: tuple[tuple[bytes, ...], ...]
    """Certificates carried in each time-stamp, DER, the stamper's first: that of the signature if
    it has one, then those of the document."""
    issued_bytes: int
    """Length of the file as issued: what follows are later revisions."""
    stamped_bytes: int
    """Length of what the last signature or time-stamp covers; less than the file's at LT only."""
    pdf: bytes

    @property
    def total_bytes(self) -> int:
        """Length of the file."""
        return len(self.pdf)

    def check_tail(self) -> None:
        """Return only if what no time-stamp covers is a DSS, byte for byte as we write it.

        Raises:
            Refusal: FILE_ALTERED.
        """
        try:
            store = read_security_store(self.signature.reader)
            store.check_signed()
            material = ValidationMaterial(
                certificates=[one.dump() for one in store.certificates],
                lists=[one.dump() for one in store.lists],
            )
            written = add_evidence(self.pdf[: self.stamped_bytes], material)
        except FAULTS as error:
            raise Refusal(FILE_ALTERED, type(error).__name__) from error
        if written != self.pdf:
            raise Refusal(FILE_ALTERED, "bytes after the last time-stamp")


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
        ranges = _byte_ranges(pdf)
        contents = [_check_hole(pdf, one) for one in ranges]
        # 3. The first one holds a signature object of our form over the digest of these bytes:
        #    what was altered is never parsed as a PDF at all.
        signed = check_signature_object(contents[0][: _der_size(contents[0])])
        _check_digest(pdf, ranges[0], ("sha256", message_digest_of(signed)))
        tokens = [
            _check_stamp(pdf, one, content)
            for one, content in zip(ranges[1:], contents[1:], strict=True)
        ]
        # 4. The PDF has one signature, ours, and it is that one; the others are time-stamps.
        reader = PdfFileReader(io.BytesIO(pdf))
        signature, stamps = _only_signature(reader)
        for one, span, content in zip((signature, *stamps), ranges, contents, strict=True):
            same_range = tuple(int(edge) for edge in one.byte_range) == span
            if not same_range or bytes(one.pkcs7_content) != content:
                raise Refusal(FILE_ALTERED, "signatures")
        # 5. Certified, no changes allowed.
        if signature.docmdp_level != MDPPerm.NO_CHANGES or "/Perms" not in reader.root:
            raise Refusal(FILE_ALTERED, "certification")
        return SealedFile(
            signature=signature,
            attachments=_attachments(reader),
            certificate=signature.signer_cert.dump(),
            stamps=stamps,
            stamp_chains=_stamp_chains(signed, tokens),
            issued_bytes=sum(ranges[0][2:]),
            stamped_bytes=sum(ranges[-1][2:]),
            pdf=pdf,
        )
    except FAULTS as error:
        raise Refusal(FILE_ALTERED, type(error).__name__) from error


def _byte_ranges(pdf: bytes) -> list[tuple[int, ...]]:
    """Every signed range, each beginning behind the end of the one before."""
    ranges = [tuple(int(one) for one in found.groups()) for found in _BYTE_RANGE.finditer(pdf)]
    if len(ranges) > MOST_STAMPS + 1:
        raise Refusal(FILE_ALTERED, "too many time-stamps")
    end = 0
    for start, before, after, length in ranges:
        if start != 0 or not end < before < after or after + length > len(pdf):
            raise Refusal(FILE_ALTERED, "signed range")
        end = after + length
    return ranges


def _only_signature(
    reader: PdfFileReader,
) -> tuple[EmbeddedPdfSignature, tuple[EmbeddedPdfSignature, ...]]:
    regular = reader.embedded_regular_signatures
    every = reader.embedded_signatures
    if len(regular) != 1 or regular[0].field_name != SIGNATURE_FIELD or every[0] is not regular[0]:
        raise Refusal(FILE_ALTERED, "signatures")
    return regular[0], tuple(every[1:])


def _check_stamp(pdf: bytes, ranges: tuple[int, ...], content: bytes) -> Any:  # noqa: ANN401
    token = check_stamp_object(content[: _der_size(content)])
    _check_digest(pdf, ranges, imprint_of(token))
    return token


def _stamp_chains(signed: Any, tokens: Sequence[Any]) -> tuple[tuple[bytes, ...], ...]:  # noqa: ANN401
    inner = stamp_of(signed)
    every = tokens if inner is None else (inner, *tokens)
    return tuple(chain_of(token) for token in every)


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


def _check_digest(pdf: bytes, ranges: tuple[int, ...], said: tuple[str, bytes]) -> None:
    first, size, second, rest = ranges
    view = memoryview(pdf)
    name, digest = said
    if name not in _DIGESTS:
        raise Refusal(FILE_ALTERED, "digest algorithm")
    covered = hashlib.new(name, view[first : first + size])
    covered.update(view[second : second + rest])
    if digest != covered.digest():
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
