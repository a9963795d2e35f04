"""Our own search as a partner asks it: mutual TLS, act token, signed envelopes, agreement, log.

The same records lie in the index of a holder that runs with everything switched on, and the same
questions reach it as `Exchange/Locate`: checked, counted, logged in a durable transaction, answered
with a signature that the asker verifies. Holder and asker share this process and its lock, which
makes the figures too high rather than too low.
"""

import sqlite3
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.search.peers.absent import PeerAbsentError

_HOLDER, _ARCHIVE = "shangrao", "361100"
_TABLES = ("name", "name_key", "name_sign", "person", "certificate_number", "id_number", "entry")
_TESTS = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Counted(Sequence[str]):
    """An answer says how many, not which: with one record every code may be the right one."""

    count: int

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, place):
        raise IndexError(place)

    def __contains__(self, code: object) -> bool:
        return self.count > 0


class Secured:
    """A federation of which one node holds the records of a bench directory on SQLite."""

    def __init__(self, index: Path, folder: Path) -> None:
        """Copy the index into a holder and start it; raises PeerAbsentError."""
        if not (index / "lantai.db").exists():
            message = "its index is not on SQLite"
            raise PeerAbsentError(message)
        sys.path[:0] = [str(_TESTS), str(_TESTS / "attacks")]
        from trust.channel import tls13

        tls13.require()
        from exchange_world import build_federation

        from tests.bench import exchange_figures

        folder.mkdir(parents=True, exist_ok=True)
        self._federation = build_federation(folder / "world", _TESTS.parent / "var/parts/tables")
        _allow_many(self._federation.world)
        holder = self._federation.world.nodes[_HOLDER].data
        records = _copy_index(index / "lantai.db", holder / "lantai.db")
        asker = self._federation.start("jiaxing")
        self._federation.start(_HOLDER)
        self._locate = exchange_figures._Locate(self._federation, asker)
        self.about = {"records": records}

    def search(self, name: str, other: str, year: int) -> tuple[float, float, Sequence[str]]:
        """Milliseconds from signing the question to the verified answer."""
        from tests.bench.search.speed import query_of_words

        query = query_of_words(name, other, year)
        began, cpu = time.perf_counter(), time.process_time()
        count = self._locate.ask_for(query)
        millis = (time.perf_counter() - began) * 1000
        return millis, (time.process_time() - cpu) * 1000, Counted(count)

    def close(self) -> None:
        """Both nodes have stopped."""
        self._federation.close()


def _allow_many(world) -> None:
    """The agreement's daily quota is for people; the bench asks more often."""
    old = next(one for one in world.extra_parts if b"daily_quota" in one.payload)
    world.extra_parts.remove(old)
    world.agree("jiaxing", _HOLDER, version=2, daily_quota=1_000_000)
    world.publish()


def _copy_index(source: Path, target: Path) -> int:
    """The holder's index is that one, and nothing else; its entries."""
    store = sqlite3.connect(target, isolation_level=None)
    store.execute("PRAGMA cache_size=-262144")
    store.execute("ATTACH ? AS bench", (str(source),))
    store.execute("BEGIN")
    for table in (*_TABLES, "shelf"):
        store.execute(f'DELETE FROM main."{table}"')
        columns = ", ".join(
            f'"{row[1]}"' for row in store.execute(f'PRAGMA main.table_info("{table}")')
        )
        store.execute(
            f'INSERT INTO main."{table}" ({columns}) SELECT {columns} FROM bench."{table}"'
        )
    store.execute("UPDATE main.shelf SET archive_code = ?", (_ARCHIVE,))
    (entries,) = store.execute("SELECT sum(entries) FROM main.shelf").fetchone()
    store.execute("COMMIT")
    store.close()
    return int(entries)
