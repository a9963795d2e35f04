"""Certificates and revocation lists bent so that readers stumble, made from true ones of ours.

Every one keeps the subject and issuer of what it was made from, so that whoever looks for an issuer
by name looks into it. `UNREADABLE` ones make the X.509 library say no, some in ways that are no
ValueError; the others can be read and mean nothing.
"""

import copy
import io
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader

from certificate_service.document.pdf_longterm import (
    ValidationMaterial,
    add_evidence,
    add_time_stamp,
)
from certificate_service.document.pdf_signature import RemoteStamper

Node = list[Any]
"""[tag, bytes] or [tag, [Node, ...]]."""
_CONSTRUCTED = 0x20
_STRANGE = bytes.fromhex("2a030405")
"""OID 1.2.3.4.5."""
_ALT_NAMES = bytes.fromhex("0603551d11")
_X400 = bytes.fromhex("3004a3020c00")
"""GeneralNames with one x400Address, which the library does not know."""
UNREADABLE = frozenset(
    f"{kind} version {number}" for kind in ("certificate", "list") for number in (3, 5, 9, 127)
)


def parse(data: bytes) -> list[Node]:
    """The DER values in `data`, constructed ones opened."""
    found: list[Node] = []
    while data:
        tag, size, head = data[0], data[1], 2
        if size & 0x80:
            head += size & 0x7F
            size = int.from_bytes(data[2:head], "big")
        value, data = data[head : head + size], data[head + size :]
        found.append([tag, parse(value) if tag & _CONSTRUCTED else value])
    return found


def write(node: Node) -> bytes:
    """The value as DER, lengths anew."""
    tag, value = node
    content = value if isinstance(value, bytes) else b"".join(map(write, value))
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(digits)]) + digits + content


def bent_certificates(der: bytes) -> Iterator[tuple[str, bytes]]:
    """(name, DER) of every bent form of a version 3 certificate."""
    for number in (0, 1, 3, 5, 9, 127):
        yield f"certificate version {number}", _bent(der, lambda tbs, n=number: _version(tbs, n))
    for change in (
        _repeat_extension,
        _strange_name,
        _garbage_extension,
        _strange_key,
        _wrong_point,
        _negative_serial,
        _long_serial,
        _broken_date,
        _strange_subject,
    ):
        yield change.__name__.strip("_").replace("_", " "), _bent(der, change)
    yield "strange signature", _outer(der)


def bent_lists(der: bytes) -> Iterator[tuple[str, bytes]]:
    """(name, DER) of every bent form of a version 2 revocation list."""
    for number in (0, 3, 5, 9, 127):
        yield f"list version {number}", _bent(der, lambda tbs, n=number: _put(tbs, 0, n))
    yield "list extension twice", _bent(der, _repeat_extension)
    yield "list of a strange signature", _outer(der)


def _bent(der: bytes, change: Callable[[Node], None]) -> bytes:
    certificate = copy.deepcopy(parse(der)[0])
    change(certificate[1][0][1])
    return write(certificate)


def _outer(der: bytes) -> bytes:
    """The algorithm of the signature is unknown, inside and outside."""
    certificate = parse(der)[0]
    tbs, said, _signature = certificate[1]
    inner = next(one for one in tbs[1] if one == said)
    for place in (said, inner):
        place[1] = [[0x06, _STRANGE]]
    return write(certificate)


def _put(tbs: Node, place: int, number: int) -> None:
    tbs[place][1] = bytes([number])


def _version(tbs: Node, number: int) -> None:
    tbs[0][1][0][1] = bytes([number])


def _extensions(tbs: Node) -> Node:
    return next(one for one in tbs if one[0] in (0xA0, 0xA3) and one is not tbs[0])[1][0][1]


def _repeat_extension(tbs: Node) -> None:
    found = _extensions(tbs)
    found.append(found[0])


def _strange_name(tbs: Node) -> None:
    _extensions(tbs).append([0x30, [parse(_ALT_NAMES)[0], [0x04, _X400]]])


def _garbage_extension(tbs: Node) -> None:
    for one in _extensions(tbs):
        one[1][-1][1] = b"\xff\xff\xff"


def _key(tbs: Node) -> Node:
    return tbs[6][1]


def _strange_key(tbs: Node) -> None:
    _key(tbs)[0][1] = [[0x06, _STRANGE]]


def _wrong_point(tbs: Node) -> None:
    _key(tbs)[1][1] = b"\x00\x04" + b"\x01" * 64


def _negative_serial(tbs: Node) -> None:
    tbs[1][1] = b"\xfb"


def _long_serial(tbs: Node) -> None:
    tbs[1][1] = b"\x7f" * 60


def _broken_date(tbs: Node) -> None:
    tbs[4][1][0][1] = b"999999999999Z"


def _strange_subject(tbs: Node) -> None:
    tbs[5][1][-1][1][0][1][-1] = [0x0C, b"\xff\xfe"]


def bent_stores(authorities: Any, at: datetime) -> list[tuple[str, ValidationMaterial]]:
    """Security stores with one bent member: the seal's issuer, or its list."""
    issuing, root = (
        one.certificate.public_bytes(Encoding.DER)
        for one in (authorities.issuing, authorities.root)
    )
    listed = authorities.fetch(authorities.publication.crl_url, at)
    every = []
    for name, bent in bent_certificates(issuing):
        every.append((name, ValidationMaterial(certificates=[bent, root], lists=[listed])))
    for name, bent in bent_lists(listed):
        every.append((name, ValidationMaterial(certificates=[issuing, root], lists=[bent])))
    return every


def bent_files(pdf: bytes, authorities: Any, at: datetime) -> Iterator[tuple[str, bytes]]:
    """A file at T with each of them behind it, and what cannot be read under a true time-stamp."""
    count = len(PdfFileReader(io.BytesIO(pdf)).embedded_timestamp_signatures)
    for name, material in bent_stores(authorities, at):
        yield name, add_evidence(pdf, material)
        if name in UNREADABLE:
            stamper = RemoteStamper(authorities.stamp)
            yield f"{name}, time-stamped", add_time_stamp(pdf, count, stamper, material)
