"""Which data directory a command works on, and what is opened there."""

import json
from dataclasses import dataclass
from pathlib import Path

from node.adapters.image_files import ImageFiles
from node.adapters.reference_tables import load_query_reader
from node.adapters.sql_catalogue import SqlCatalogue
from node.domain.catalogue_reasons import DATA_EXISTS, DATA_NOT_READY
from records.refusal import Refusal
from records.sought import QueryReader
from trust.store.engine import open_engine

BENCH_ARCHIVE = "999999"
"""Archive code of a bench directory: no archive has it."""
BENCH_FILE = "bench.json"
DEFAULT_PARTS = Path(__file__).resolve().parents[2] / "var" / "parts"

_FOLDERS = ("keys", "images", "reports")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An opened data directory."""

    folder: Path
    is_bench: bool
    archives: tuple[str, ...]
    catalogue: SqlCatalogue
    images: ImageFiles
    reader: QueryReader

    def require_archive(self, archive_code: str) -> str:
        """The archive that a command means: the one given, else the only one.

        Raises:
            Refusal: DATA_NOT_READY.
        """
        if archive_code in self.archives:
            return archive_code
        if not archive_code and len(self.archives) == 1:
            return self.archives[0]
        raise Refusal(DATA_NOT_READY, f"--archive: {', '.join(self.archives)}")


def create_bench(folder: Path, database: str) -> None:
    """The folder is a data directory for measurements: no keys, no federation, batch search.

    Raises:
        Refusal: DATA_EXISTS.
    """
    if (folder / BENCH_FILE).exists() or (folder / "node.toml").exists():
        raise Refusal(DATA_EXISTS, folder.name)
    create_folders(folder)
    SqlCatalogue(open_engine(database or f"sqlite:///{folder / 'lantai.db'}"))
    content = {"archive_code": BENCH_ARCHIVE, "database": database}
    (folder / BENCH_FILE).write_text(json.dumps(content), "utf-8")
    (folder / BENCH_FILE).chmod(0o600)


def create_folders(folder: Path) -> None:
    """The folders of a data directory exist and are private."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in _FOLDERS:
        (folder / name).mkdir(mode=0o700, exist_ok=True)


def open_place(folder: Path, parts: Path) -> Place:
    """What `init` made there.

    Raises:
        Refusal: DATA_NOT_READY, TABLES_MISSING, and the refusals of the store.
    """
    bench = folder / BENCH_FILE
    if not bench.is_file():
        raise Refusal(DATA_NOT_READY, folder.name)
    content = json.loads(bench.read_text("utf-8"))
    database = content["database"] or f"sqlite:///{folder / 'lantai.db'}"
    return Place(
        folder=folder,
        is_bench=True,
        archives=(content["archive_code"],),
        catalogue=SqlCatalogue(open_engine(database)),
        images=ImageFiles(folder / "images"),
        reader=load_query_reader(parts / "tables"),
    )
