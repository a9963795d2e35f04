"""Which parts an import in bulk or a rebuild of the index is put together from."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from node.adapters.build_folder import BuildFolder
from node.adapters.build_tables import row_formats
from node.adapters.catalogue_rows import read_entry
from node.adapters.process_pool import open_pool
from node.build_ports import Progress
from node.cli.place import Place
from node.domain.catalogue_reasons import IMPORT_RUNNING
from node.services.build_index import BuildIndex
from node.services.import_in_bulk import ImportInBulk
from records.refusal import Refusal


def make_build(place: Place, progress: Progress) -> BuildIndex:
    """Builds of that node's index."""
    tables = (place.reader, read_entry)
    return BuildIndex(place.builds, _Folders(place), open_pool, tables, progress)


def make_bulk(place: Place, progress: Progress) -> ImportInBulk:
    """Imports in bulk into that node's index."""
    build = make_build(place, progress)
    return ImportInBulk(build, place.builds, _Folders(place), open_pool, place.reader)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else imports into this data directory meanwhile. Raises Refusal: IMPORT_RUNNING."""
    path = folder / "build.lock"
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refusal(IMPORT_RUNNING) from None
        yield


class _Folders:
    """The working folder of each generation."""

    def __init__(self, place: Place) -> None:
        self._folder = place.folder / "build"
        self._formats = row_formats(place.builds.dialect)

    def __call__(self, generation: int) -> BuildFolder:
        return BuildFolder(self._folder / str(generation), self._formats)
