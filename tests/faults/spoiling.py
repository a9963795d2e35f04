"""F26: turns single bits of a database file and asks who notices.

What is protected is what is signed, sealed or logged: bodies of cases and messages (sealed to their
row), kept statements and receipts (signed), leaves and nodes (hashed). A flip counts as found when
SQLite, the log's fsck or a seal refuses; as meaningless when all of that reads as before; as silent
when it reads differently and nobody refuses.
"""

import hashlib
import shutil
import sqlite3
from pathlib import Path
from random import Random

from node.bootstrap import Base, open_base
from node.case_ports import CaseReader
from node.config import FILE, dump_config, load_config
from node.domain.cases import HolderCase
from tests.faults.world import ARCHIVES, World
from trust.envelope.dsse import envelope_id
from trust.transparency.audit import verify_stored_log
from trust.transparency.checkpoint import log_origin

_FLIPS = 40
_PROTECTED = {
    "cases": "body",
    "work": "body",
    "outbox": "body",
    "issuances": "body",
    "statements": "body",
    "inbox": "receipt",
    "log_leaf": "body",
    "log_node": "hash",
}


def count_silent_flips(world: World, node: str, rng: Random) -> tuple[int, int, list[str]]:
    """Flips tried, flips found, and what changed unseen, on a copy of the node's folder."""
    side = _copy_folder(world.data(node), world.folder / "spoiled")
    copy = side / "lantai.db"
    whole = copy.read_bytes()
    before = _read(copy)
    found, silent = 0, []
    places = _places(copy, whole, rng)
    for place in places:
        spoiled = bytearray(whole)
        spoiled[place] ^= 1 << rng.randrange(8)
        copy.write_bytes(spoiled)
        seen = _read(copy)
        if seen == before:
            continue
        if seen is None or _is_noticed(side, ARCHIVES[node]):
            found += 1
        else:
            silent.append(f"byte {place}")
    shutil.rmtree(side)
    return len(places), found, silent


def _copy_folder(data: Path, side: Path) -> Path:
    ignored = shutil.ignore_patterns("lantai.db*", "images", "run")
    shutil.copytree(data, side, ignore=ignored)
    with (
        sqlite3.connect(data / "lantai.db") as source,
        sqlite3.connect(side / "lantai.db") as target,
    ):
        source.backup(target)
        # One file, so that a byte of it is a byte of the database.
        target.execute("pragma journal_mode=delete")
    config, _places = load_config(side)
    (side / FILE).write_text(dump_config(config), encoding="utf-8")
    return side


def _places(copy: Path, whole: bytes, rng: Random) -> list[int]:
    """Bytes of protected values, and bytes anywhere."""
    aimed = []
    with sqlite3.connect(f"file:{copy}?mode=ro", uri=True) as database:
        for table, column in _PROTECTED.items():
            for (value,) in database.execute(
                f"select {column} from {table} where {column} is not null limit 3"
            ):
                place = whole.find(bytes(value)[:64])
                if place > 0:
                    aimed.append(place + rng.randrange(min(64, len(value))))
    anywhere = max(0, _FLIPS - len(aimed))
    return [*aimed, *(rng.randrange(100, len(whole)) for _ in range(anywhere))]


def _read(path: Path) -> str | None:
    """A digest of every protected value; None where SQLite refuses to read them."""
    digest = hashlib.sha256()
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            for table, column in _PROTECTED.items():
                for row in database.execute(f"select rowid, {column} from {table}"):
                    digest.update(repr(row).encode())
    except sqlite3.Error:
        return None
    return digest.hexdigest()


def _is_noticed(side: Path, archive: str) -> bool:
    """Whether the product's own reading refuses the spoiled folder."""
    base = None
    try:
        base = open_base(side)
        origin = log_origin(base.house.trust_domain, archive)
        key = base.folder.log_signers((archive,))[archive].public_key
        verify_stored_log(base.engine, origin, keys=[key])
        _read_all(base, archive)
    except Exception:  # noqa: BLE001 -- whatever it is, it was not silent
        return True
    finally:
        if base is not None:
            base.engine.dispose()
    return False


def _read_all(base: Base, archive: str) -> None:
    """Every case, message and statement is opened; statements must be what their ids say."""
    with base.house.book.read() as book:
        book.list_cases("", (), 1000)
        book.list_messages("waiting", 1000)
        for work in book.list_work("", (), 1000):
            book.case_issuances(work.case_no, archive)
            for one in book.list_statements(archive, work.case_no):
                if one.envelope is None or envelope_id(one.envelope) != one.envelope_id:
                    raise ValueError(one.name)
            _read_receipts(book, work, archive)


def _read_receipts(book: CaseReader, work: HolderCase, archive: str) -> None:
    entry = book.find_received(work.window_node, "submit", work.case_no, archive, "")
    if entry is not None:
        kept = {one.envelope_id for one in book.list_statements(archive, work.case_no)}
        if envelope_id(entry.receipt) not in kept:
            raise ValueError(entry.case_no)
