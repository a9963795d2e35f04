"""What a transferring unit signs when it hands over records as one package (DA/T 48-2009)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageStatement:
    """One package (电子文件封装包) as its maker signed it: nothing in it is read before that."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.package.v1+json"

    manifest_sha256: str
    """SHA-256 of manifest.xml, hex; the manifest has the digest of every other file."""
    category: str
    """Category code of the records."""
    records: int
    """File entities (文件实体) in the manifest."""
    unit: str
    """Name of the unit that hands them over (封装包创建单位)."""
    created_at: datetime
    """When the package was made (封装包创建时间)."""
