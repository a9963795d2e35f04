"""EEP packages: signed manifest.xml, page images and a signature in one ZIP file.

The manifest has the element names of DA/T 48-2009 (被签名对象, 文件实体块, 文件实体); a record's
fields are 字段, its images 文档 with their SHA-256. signature.json is a DSSE envelope over a
`PackageStatement`, which names the manifest's digest. Order of trust: signature, then the
manifest's bytes, then the manifest's words, then each image when it is read.
"""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lxml import etree

from node.adapters.archive_guard import PACKAGE_BOUNDS, open_archive, read_member
from node.domain.catalogue_reasons import (
    FILE_FORMAT,
    PACKAGE_ALTERED,
    PACKAGE_CATEGORY,
    PACKAGE_SIGNER_UNKNOWN,
)
from node.domain.packages import PackageStatement
from records.kinds import Kind
from records.refusal import Refusal
from trust.envelope.dsse import envelope_from_json
from trust.envelope.reasons import SIGNER_UNKNOWN
from trust.envelope.statement import open_statement
from trust.envelope.suites import PublicKey

MANIFEST: Final = "manifest.xml"
SIGNATURE: Final = "signature.json"
_MOST_MANIFEST: Final = 512 * 2**20
_MOST_SIGNATURE: Final = 64 * 2**10
PACKAGE, SIGNED, BLOCK = "电子文件封装包", "被签名对象", "文件实体块"
ENTITY, FIELD, DOCUMENT = "文件实体", "字段", "文档"
CODE, NAME, DIGEST = "代码", "名称", "摘要"
IMAGES: Final = "images"
"""The column that names a record's images; in a package they are documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPackage:
    """A package whose signature and manifest were verified."""

    statement: PackageStatement
    kids: tuple[str, ...]
    digests: Mapping[str, str]
    """Name of an image to its SHA-256, hex."""


def is_package(archive: zipfile.ZipFile) -> bool:
    """Whether the ZIP file says that it is a package."""
    return MANIFEST in archive.namelist()


def stage_package(
    path: Path, staged: Path, kind: Kind, signers: Mapping[str, PublicKey]
) -> OpenedPackage:
    """The records of the package are at `staged` as CSV, once its signature was verified.

    Args:
        path: the package.
        staged: where the CSV is written, private to the owner.
        kind: what is being imported.
        signers: key id to key of the units whose packages are taken.

    Raises:
        Refusal: PACKAGE_SIGNER_UNKNOWN (no signature by a known key), PACKAGE_ALTERED (manifest
            or list do not match), PACKAGE_CATEGORY, FILE_FORMAT, FILE_TOO_LARGE, and those of
            `open_statement`.
    """
    with open_archive(path, PACKAGE_BOUNDS) as archive:
        statement, kids = _open_signature(archive, signers)
        manifest = read_member(archive, MANIFEST, _MOST_MANIFEST)
        if hashlib.sha256(manifest).hexdigest() != statement.manifest_sha256:
            raise Refusal(PACKAGE_ALTERED, MANIFEST)
        if statement.category != kind.code:
            raise Refusal(PACKAGE_CATEGORY, statement.category[:40])
        digests: dict[str, str] = {}
        count = _write_rows(staged, kind, _read_records(manifest, digests))
        if count != statement.records or not digests.keys() <= set(archive.namelist()):
            raise Refusal(PACKAGE_ALTERED, MANIFEST)
    return OpenedPackage(statement=statement, kids=kids, digests=digests)


def read_image(archive: zipfile.ZipFile, name: str, digest: str, most_bytes: int) -> bytes:
    """An image of a package whose manifest, which names that digest, was verified.

    Raises:
        Refusal: PACKAGE_ALTERED (not the bytes that were signed), FILE_FORMAT, FILE_TOO_LARGE.
    """
    data = read_member(archive, name, most_bytes)
    if hashlib.sha256(data).hexdigest() != digest:
        raise Refusal(PACKAGE_ALTERED, "image")
    return data


def _open_signature(
    archive: zipfile.ZipFile, signers: Mapping[str, PublicKey]
) -> tuple[PackageStatement, tuple[str, ...]]:
    envelope = envelope_from_json(read_member(archive, SIGNATURE, _MOST_SIGNATURE))
    try:
        opened = open_statement(envelope, PackageStatement, signers)
    except Refusal as refusal:
        if refusal.code == SIGNER_UNKNOWN.code:
            kids = ", ".join(signature.kid for signature in envelope.signatures)
            raise Refusal(PACKAGE_SIGNER_UNKNOWN, kids) from None
        raise
    return opened.statement, opened.kids


def _read_records(manifest: bytes, digests: dict[str, str]) -> Iterator[dict[str, str]]:
    """The cells of each record; its images are noted in `digests` and listed under `images`."""
    # Nothing outside the bytes is ever fetched, and no entity is replaced (trust.md §8).
    parts = etree.iterparse(
        io.BytesIO(manifest),
        tag=ENTITY,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for _, entity in parts:
            if entity.getroottree().docinfo.doctype:
                raise Refusal(FILE_FORMAT, "DOCTYPE")
            yield _cells_of(entity, digests)
            entity.clear()
    except etree.XMLSyntaxError:
        raise Refusal(FILE_FORMAT, MANIFEST) from None


def _cells_of(entity: etree._Element, digests: dict[str, str]) -> dict[str, str]:
    cells = {field.get(CODE, ""): field.text or "" for field in entity.iterfind(FIELD)}
    names = []
    for document in entity.iterfind(DOCUMENT):
        name, digest = document.get(NAME, ""), document.get(DIGEST, "")
        if digests.setdefault(name, digest) != digest or ";" in name:
            raise Refusal(FILE_FORMAT, DOCUMENT)
        names.append(name)
    if len(cells) != len(entity.findall(FIELD)) or IMAGES in cells:
        raise Refusal(FILE_FORMAT, FIELD)
    return cells | ({IMAGES: ";".join(names)} if names else {})


def _write_rows(staged: Path, kind: Kind, records: Iterable[Mapping[str, str]]) -> int:
    """How many records were written.

    Every column of the category stands in the header, and a field that no column takes is a
    column of its own, so that the reader of the file refuses it by name.
    """
    held = list(records)
    fields = [code for code in kind.columns if any(code in cells for cells in held)]
    fields += sorted({code for cells in held for code in cells} - set(kind.columns))
    staged.touch(mode=0o600)
    with staged.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(fields)
        rows.writerows([cells.get(code, "") for code in fields] for cells in held)
    return len(held)
