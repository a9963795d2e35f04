"""Makes EEP packages: what a transferring unit hands over, signed (`eep_package` reads them)."""

import hashlib
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from lxml import etree

from node.adapters import eep_package as eep
from node.domain.packages import PackageStatement
from trust.envelope.dsse import envelope_to_json
from trust.envelope.statement import sign_statement
from trust.envelope.suites import Signer

_DESCRIPTION: Final = "按 DA/T 48-2009《基于XML的电子文件封装规范》的元素封装"
_FIRST_INSTANT: Final = (1980, 1, 1, 0, 0, 0)
"""Of every member, so that the same records give the same file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedRecord:
    """One record of a package."""

    cells: Mapping[str, str]
    """Field code to value as written; without `images`."""
    images: tuple[str, ...]
    """Names of its page images inside the package, in page order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageHead:
    """What is known of a package before its manifest is written."""

    category: str
    unit: str
    """Who hands the records over."""
    created_at: datetime


def write_package(
    path: Path,
    head: PackageHead,
    records: Sequence[PackedRecord],
    images: Mapping[str, bytes],
    signer: Signer,
) -> PackageStatement:
    """A package of those records is at that path, signed.

    Raises:
        FileExistsError: there is a file already.
        Refusal: STATEMENT_MALFORMED.
    """
    manifest = _manifest(head, records, images)
    statement = PackageStatement(
        manifest_sha256=hashlib.sha256(manifest).hexdigest(),
        category=head.category,
        records=len(records),
        unit=head.unit,
        created_at=head.created_at,
    )
    envelope = envelope_to_json(sign_statement(statement, signer))
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
        for name, data in ((eep.MANIFEST, manifest), (eep.SIGNATURE, envelope), *images.items()):
            archive.writestr(zipfile.ZipInfo(name, _FIRST_INSTANT), data, zipfile.ZIP_DEFLATED)
    return statement


def _manifest(
    head: PackageHead, records: Sequence[PackedRecord], images: Mapping[str, bytes]
) -> bytes:
    package = etree.Element(eep.PACKAGE)
    _add(package, "封装包格式描述", _DESCRIPTION)
    _add(package, "版本", "2009")
    signed = etree.SubElement(package, eep.SIGNED, {"eep版本": "2009"})
    _add(signed, "封装包类型", "原始型")
    _add(signed, "封装包创建时间", head.created_at.isoformat())
    _add(signed, "封装包创建单位", head.unit)
    content = etree.SubElement(signed, "封装内容")
    block = etree.SubElement(content, eep.BLOCK)
    for record in records:
        entity = etree.SubElement(block, eep.ENTITY)
        for code, value in record.cells.items():
            _add(entity, eep.FIELD, value).set(eep.CODE, code)
        for name in record.images:
            digest = hashlib.sha256(images[name]).hexdigest()
            etree.SubElement(entity, eep.DOCUMENT, {eep.NAME: name, eep.DIGEST: digest})
    return etree.tostring(package, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add(parent: etree._Element, tag: str, text: str) -> etree._Element:
    made = etree.SubElement(parent, tag)
    made.text = text
    return made
