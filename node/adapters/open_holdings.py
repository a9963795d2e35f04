"""Opens whatever a catalogue file is: CSV, an XLSX workbook, or a signed EEP package.

What is not CSV is staged as CSV in the data directory, under the digest of the file as it was
handed in; the staged copy is gone when the import ends.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

from node.adapters import eep_package
from node.adapters.archive_guard import PACKAGE_BOUNDS, ZIP_MAGIC, open_archive
from node.adapters.holdings_files import MOST_BYTES, MOST_IMAGE_BYTES, CSVHoldings, page_of
from node.adapters.sheet_files import is_sheet, stage_sheet
from node.domain.catalogue_reasons import (
    FILE_FORMAT,
    FILE_TOO_LARGE,
    HOLDINGS_UNREADABLE,
    IMAGE_NOT_FOUND,
)
from node.domain.shelves import PageFile
from records.kinds import Kind
from records.refusal import Refusal
from trust.envelope.suites import PublicKey


class StagedSheet(CSVHoldings):
    """A workbook's only sheet; its images lie beside the workbook."""

    def __init__(self, source: Path, sha256: str, staged: Path, kind: Kind) -> None:
        """Read `staged`; answer with the digest of `source`."""
        super().__init__(staged, kind)
        self.sha256, self._source = sha256, source

    def read_image(self, name: str) -> PageFile:
        """The image that a row names, relative to the workbook and inside its folder."""
        return self._read_beside(self._source, name)


class StagedPackage(CSVHoldings):
    """The records of a package whose signature and manifest were verified."""

    def __init__(
        self, source: Path, sha256: str, staged: Path, kind: Kind, digests: Mapping[str, str]
    ) -> None:
        """Read `staged`; take images out of `source` when they have these digests."""
        super().__init__(staged, kind)
        self.sha256, self._source, self._digests = sha256, source, dict(digests)
        self._archive: ZipFile | None = None

    def __getstate__(self) -> dict[str, object]:
        """What another process needs: it opens the package itself."""
        return self.__dict__ | {"_archive": None}

    def read_image(self, name: str) -> PageFile:
        """The image of that name, as it was signed.

        Raises:
            Refusal: IMAGE_NOT_FOUND, PACKAGE_ALTERED, FILE_FORMAT, FILE_TOO_LARGE.
        """
        if name not in self._digests:
            raise Refusal(IMAGE_NOT_FOUND, "")
        if self._archive is None:
            # The list was held against its bounds when the package was staged.
            self._archive = ZipFile(self._source)
        digest = self._digests[name]
        return page_of(eep_package.read_image(self._archive, name, digest, MOST_IMAGE_BYTES))

    def close(self) -> None:
        """The package is closed."""
        if self._archive is not None:
            self._archive.close()
            self._archive = None


@contextmanager
def open_holdings(
    path: Path, kind: Kind, work: Path, signers: Mapping[str, PublicKey]
) -> Iterator[CSVHoldings]:
    """The catalogue file at that path, ready to be checked.

    Args:
        path: the file as handed in.
        kind: what is being imported.
        work: a folder of the data directory for staged copies.
        signers: key id to key of the units whose packages are taken.

    Raises:
        Refusal: HOLDINGS_UNREADABLE and the refusals of the three readers.
    """
    sha256, head = _digest(path)
    if not head.startswith(ZIP_MAGIC):
        yield CSVHoldings(path, kind)
        return
    work.mkdir(mode=0o700, parents=True, exist_ok=True)
    staged = work / f"{sha256}.csv"
    opened: CSVHoldings | None = None
    try:
        opened = _staged(path, kind, staged, sha256, signers)
        yield opened
    finally:
        if isinstance(opened, StagedPackage):
            opened.close()
        staged.unlink(missing_ok=True)


def _staged(
    path: Path, kind: Kind, staged: Path, sha256: str, signers: Mapping[str, PublicKey]
) -> CSVHoldings:
    with open_archive(path, PACKAGE_BOUNDS) as archive:
        sheet, package = is_sheet(archive), eep_package.is_package(archive)
    if sheet:
        stage_sheet(path, staged)
        return StagedSheet(path, sha256, staged, kind)
    if package:
        opened = eep_package.stage_package(path, staged, kind, signers)
        return StagedPackage(path, sha256, staged, kind, opened.digests)
    raise Refusal(FILE_FORMAT, "ZIP")


def _digest(path: Path) -> tuple[str, bytes]:
    """SHA-256 and first bytes of the file."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Refusal(FILE_TOO_LARGE, f"{MOST_BYTES >> 30} GiB")
        with path.open("rb") as file:
            head = file.read(len(ZIP_MAGIC))
            if not head.startswith(ZIP_MAGIC):
                return "", head
            file.seek(0)
            return hashlib.file_digest(file, "sha256").hexdigest(), head
    except OSError:
        raise Refusal(HOLDINGS_UNREADABLE, path.name[:80]) from None
