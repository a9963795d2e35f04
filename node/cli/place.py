"""Which data directory a command works on, and what is opened there."""

import json
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from node.adapters.clues import load_areas
from node.adapters.image_files import ImageFiles
from node.adapters.import_log import ImportLog
from node.adapters.node_folder import NodeFolder
from node.adapters.reference_tables import load_profile, load_query_reader
from node.adapters.sql_builds import SqlBuilds
from node.adapters.sql_casebook import ensure_case_tables
from node.adapters.sql_catalogue import SqlCatalogue, prepare_catalogue
from node.adapters.sql_staff import SqlStaffBook
from node.config import FILE, NodeConfig, dump_config, load_config
from node.domain.catalogue_reasons import DATA_NOT_READY, NODE_DATA_EXISTS
from node.domain.reasons import ARCHIVE_NOT_HOSTED
from node.store_wiring import guard_door
from records.dialects import WU, DialectProfile
from records.jurisdictions import Jurisdictions
from records.refusal import Refusal
from records.sought import QueryReader
from trust.identity.field_register import open_fields
from trust.store.engine import guard_writes, open_engine

BENCH_ARCHIVE = "999999"
"""Archive code of a bench directory: no archive has it."""
BENCH_FILE = "bench.json"
DEFAULT_PARTS = Path(__file__).resolve().parents[2] / "var" / "parts"
"""Where set-up leaves its products in a checkout."""

_FOLDERS = ("keys", "images", "reports")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An opened data directory."""

    folder: Path
    is_bench: bool
    archives: tuple[str, ...]
    catalogue: SqlCatalogue
    builds: SqlBuilds
    engine: Engine
    images: ImageFiles
    reader: QueryReader
    staff: SqlStaffBook | None = None
    """None in a bench directory, which has no staff."""
    may_load_first: bool = False
    """A sample node whose archive has no staff yet may be filled before anybody can sign in."""

    def require_archive(self, archive_code: str) -> str:
        """The archive that a command means: the one given, else the only one.

        Raises:
            Refusal: ARCHIVE_NOT_HOSTED.
        """
        if archive_code in self.archives:
            return archive_code
        if not archive_code and len(self.archives) == 1:
            return self.archives[0]
        raise Refusal(ARCHIVE_NOT_HOSTED, f"--archive: {', '.join(self.archives)}")


def create_bench(folder: Path, database: str) -> None:
    """The folder is a data directory for measurements: no keys, no federation, batch search.

    Raises:
        Refusal: NODE_DATA_EXISTS.
    """
    _create_folders(folder)
    prepare_catalogue(open_engine(database or f"sqlite:///{folder / 'lantai.db'}"))
    content = {"archive_code": BENCH_ARCHIVE, "database": database}
    _write_private(folder / BENCH_FILE, json.dumps(content))


def create_node(folder: Path, config: NodeConfig, secret: bytes) -> None:
    """The folder is a node's data directory: settings and fresh keys, not enrolled yet.

    Raises:
        Refusal: NODE_DATA_EXISTS, CONFIG_MALFORMED with the key.
    """
    _create_folders(folder)
    _write_private(folder / FILE, dump_config(config))
    try:
        config, places = load_config(folder)
        passphrase = places.passphrase.read_bytes().strip() if places.passphrase else None
    except (Refusal, OSError):
        (folder / FILE).unlink()
        raise
    archives = [archive.code for archive in config.archives]
    NodeFolder(places.data, passphrase).create(archives, secret)
    prepare_catalogue(open_engine(places.database))


def open_place(folder: Path, parts: Path | None) -> Place:
    """What `init` made there.

    Raises:
        Refusal: DATA_NOT_READY, TABLES_MISSING, and the refusals of settings and store.
    """
    if (folder / FILE).is_file():
        config, places = load_config(folder)
        archives = tuple(archive.code for archive in config.archives)
        profile = load_profile(config.dialect, places.data)
        place = _open(places.data, archives, places.database, parts or places.parts, profile)
        passphrase = places.passphrase.read_bytes().strip() if places.passphrase else None
        engine = open_engine(places.database)
        node = NodeFolder(places.data, passphrase)
        fields = open_fields(engine, node.field_keys(), secrets.token_bytes)
        ensure_case_tables(engine, fields)
        guard_writes(engine, guard_door(places).check)
        staff = SqlStaffBook(engine, node.secret(), fields, secrets.token_bytes)
        log = ImportLog(config.trust_domain, lambda: datetime.now(UTC))
        areas = Jurisdictions(load_areas(places.areas))
        return replace(
            place,
            reader=replace(place.reader, areas=areas),
            catalogue=SqlCatalogue(engine, place.reader.sounds, log),
            builds=SqlBuilds(engine, log),
            staff=staff,
            may_load_first=not config.production,
        )
    if not (folder / BENCH_FILE).is_file():
        raise Refusal(DATA_NOT_READY, folder.name)
    content = json.loads((folder / BENCH_FILE).read_text("utf-8"))
    database = content["database"] or f"sqlite:///{folder / 'lantai.db'}"
    return _open(folder, (content["archive_code"],), database, parts or DEFAULT_PARTS)


def _open(
    folder: Path,
    archives: tuple[str, ...],
    database: str,
    parts: Path,
    profile: DialectProfile = WU,
) -> Place:
    reader = load_query_reader(parts / "tables", profile)
    reader = replace(reader, areas=Jurisdictions(load_areas(None)))
    engine = open_engine(database)
    return Place(
        folder=folder,
        is_bench=archives == (BENCH_ARCHIVE,),
        archives=archives,
        catalogue=SqlCatalogue(engine, reader.sounds),
        builds=SqlBuilds(engine),
        engine=engine,
        images=ImageFiles(folder / "images"),
        reader=reader,
    )


def _create_folders(folder: Path) -> None:
    if (folder / BENCH_FILE).exists() or (folder / FILE).exists():
        raise Refusal(NODE_DATA_EXISTS, folder.name)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in _FOLDERS:
        (folder / name).mkdir(mode=0o700, exist_ok=True)


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")
