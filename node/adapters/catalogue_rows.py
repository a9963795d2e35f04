"""Entries as they lie in the `body` column: JSON, empty fields left out."""

import json

from records.entries import CatalogueEntry, PageImage

_PLAIN = (
    "archive_code", "category", "reference_code", "fonds_no", "catalog_no", "file_no", "item_no",
    "page_from", "page_to", "year", "title", "retention_period", "open_status", "secrecy_level",
    "damage", "remarks", "index_version",
)  # fmt: skip


def write_entry(entry: CatalogueEntry) -> bytes:
    """The entry as UTF-8 JSON."""
    content: dict[str, object] = {
        field: value for field in _PLAIN if (value := getattr(entry, field)) not in ("", None)
    }
    content["values"] = entry.values
    if entry.images:
        content["images"] = [
            [image.page_no, image.sha256, image.media_type, image.size_bytes]
            for image in entry.images
        ]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def read_entry(body: bytes) -> CatalogueEntry:
    """The entry that `write_entry` wrote."""
    content = json.loads(body)
    images = tuple(
        PageImage(page_no=page, sha256=digest, media_type=media, size_bytes=size)
        for page, digest, media, size in content.pop("images", ())
    )
    return CatalogueEntry(images=images, **content)
