"""Entries as they lie in the `body` column: JSON, empty fields left out, deflated.

Most of an entry's JSON is field names; a preset dictionary holds them, so that the usual entry
takes a third of its length. `_USUAL` is part of the format: it is never changed, a better one
would be a new format.
"""

import zlib
from collections.abc import Mapping

import msgspec

from records.entries import CatalogueEntry, PageImage

_PLAIN = (
    "archive_code", "category", "reference_code", "fonds_no", "catalog_no", "file_no", "item_no",
    "page_from", "page_to", "year", "title", "retention_period", "open_status", "secrecy_level",
    "damage", "remarks", "index_version",
)  # fmt: skip


_USUAL = (
    '"graduation_date":"19","admission_date":"19","student_no":"","class_name":"","level":"","school'
    '":"","guardian_name":"","name":"","return_date":"19","departure_date":"19","destination_place":'
    '"","origin_place":"","a_native_place":"","b_native_place":"","a_residence":"","b_residence":"",'
    '"a_occupation":"","b_occupation":"","a_ethnicity":"汉族","b_ethnicity":"汉族","a_age_recorded"'
    ':"","b_age_recorded":"","a_former_name":"","b_former_name":"","a_id_no":"","b_id_no":"","title"'
    ':"","retention_period":"永久","damage":"","remarks":"","images":[[1,"","image/jpeg",'
    '{"archive_code":"330400","category":"marriage_registration","reference_code":"L021-003-0302-037'
    '","fonds_no":"L021","catalog_no":"003","file_no":"0302","item_no":"037","page_from":"1","page_to'
    '":"1","year":198,"open_status":"not_reviewed","open_status":"open","index_version":1,"values":{'
    '"event_type":"marriage","event_date":"198-0","registration_office":"人民政府","certificate_no":'
    '"(8)结字第号","a_name":"","a_sex":"男","a_birth":"195-1","b_name":"","b_sex":"女","b_birth":"196-0"}}'
).encode()
_WINDOW, _MEMORY = -11, 2
"""Raw deflate with a window of two kilobytes: small, quick to set up."""
_PACKER = zlib.compressobj(3, zlib.DEFLATED, _WINDOW, _MEMORY, zlib.Z_DEFAULT_STRATEGY, _USUAL)
"""Never fed: each entry is packed by a copy, which knows the dictionary already. Level 6 would save
two bytes of a hundred for an eighth more of the time."""


def write_entry(entry: CatalogueEntry) -> bytes:
    """The entry, packed."""
    content: dict[str, object] = {
        field: value for field in _PLAIN if (value := getattr(entry, field)) not in ("", None)
    }
    content["values"] = entry.values
    if entry.images:
        content["images"] = [
            [image.page_no, image.sha256, image.media_type, image.size_bytes]
            for image in entry.images
        ]
    return write_content(content)


def write_content(content: Mapping[str, object]) -> bytes:
    """The fields of an entry that are not empty, packed as `write_entry` does."""
    text = msgspec.json.encode(content)
    packer = _PACKER.copy()
    return packer.compress(text) + packer.flush()


def read_entry(body: bytes) -> CatalogueEntry:
    """The entry that `write_entry` wrote."""
    content = msgspec.json.decode(zlib.decompressobj(_WINDOW, _USUAL).decompress(body))
    images = tuple(
        PageImage(page_no=page, sha256=digest, media_type=media, size_bytes=size)
        for page, digest, media, size in content.pop("images", ())
    )
    return CatalogueEntry(images=images, **content)
