"""How long searches take, side by side with plain alternatives on the same records and queries.

Every engine is asked the same queries in turn, round after round, so that a busy neighbour hits
all of them; what is compared are the medians of one run.
"""

import argparse
import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from random import Random

from node.cli.place import BENCH_ARCHIVE, open_place
from node.services.search_catalogue import SearchCatalogue
from records.queries import RecordQuery
from tests.bench.search.errors import read_kinds
from tests.bench.search.peers.absent import PeerAbsentError
from tests.bench.search.peers.processes import Datasette, LinePeer, Zebra
from tests.bench.search.people import CHUNK, Party, Population
from tests.bench.search.recall import query_of
from tests.bench.search.secured import Secured
from tests.bench.search.sources import find_data

SEED = 20261122
EXACT, WRONG, ALONE = "exact + other", "one wrong + other", "one wrong, no other"
_ERRORS = ("homophone", "OCR shape", "traditional", "typing")
_CHUNKS = 50
Answer = Callable[[str, str, int], tuple[float, float, Sequence[str]]]
"""Name, other party, year of birth → milliseconds on the clock and on the processor, codes found.

Processor time of a server elsewhere is not known: NaN."""


@dataclass(frozen=True, slots=True)
class Question:
    """One query of a kind and the record that it means."""

    kind: str
    name: str
    other: str
    year: int
    code: str


@dataclass(slots=True)
class Timed:
    """Times of one engine for one kind of question."""

    millis: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Milliseconds of the processor: on a busy machine the steadier of the two."""
    found: int = 0

    def at(self, share: float, *, cpu: bool = False) -> float:
        """That percentile."""
        ordered = sorted(self.cpu if cpu else self.millis)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def questions(data: Path, records: int, count: int, seed: int) -> list[Question]:
    """`count` of each kind, about couples spread over the first `records`."""
    rng, population = Random(f"{seed}/speed"), Population(data, seed)
    chunks = [rng.randrange(max(1, records // CHUNK)) for _ in range(_CHUNKS)]
    couples = [one for chunk in chunks for one in rng.sample(population.chunk(chunk), 200)]
    kinds = [kind for kind in read_kinds(data) if kind.name in _ERRORS]
    found: list[Question] = []
    for couple in couples:
        if len(found) >= 3 * count:
            break
        wrong = rng.choice(kinds).make(couple.a.name, rng)
        if wrong is None:
            continue
        year, code = couple.a.birth.year, couple.reference_code
        found += [
            Question(EXACT, couple.a.name, couple.b.name, year, code),
            Question(WRONG, wrong, couple.b.name, year, code),
            Question(ALONE, wrong, "", year, code),
        ]
    return found


def ours(folder: Path) -> Answer:
    """The product's search in this process."""
    place = open_place(folder, None)
    catalogue = SearchCatalogue(place.catalogue, place.reader)

    def answer(name: str, other: str, year: int) -> tuple[float, float, Sequence[str]]:
        query = query_of_words(name, other, year)
        began, cpu = time.perf_counter(), time.thread_time()
        result = catalogue.search(BENCH_ARCHIVE, query)
        millis = (time.perf_counter() - began) * 1000
        busy = (time.thread_time() - cpu) * 1000
        return millis, busy, [one.reference_code for one in result.candidates[:5]]

    return answer


def query_of_words(name: str, other: str, year: int) -> RecordQuery:
    """The product's query."""
    asked = query_of(Party(name, "", date(year, 1, 1)), other)
    return replace(asked, limit=5)


def peers(
    source: Path, folder: Path, stack: ExitStack, without: Sequence[str]
) -> Iterator[tuple[str, Answer, dict]]:
    """The peers that can be had; the others are named on stderr with the reason."""
    folder.mkdir(parents=True, exist_ok=True)
    for which in ("btree", "fts5", "tantivy"):
        if which in without:
            sys.stderr.write(f"absent: {which}: left out by --without\n")
            continue
        try:
            peer = LinePeer(which, source, folder)
        except PeerAbsentError as absent:
            sys.stderr.write(f"absent: {which}: {absent}\n")
            continue
        stack.callback(peer.close)
        yield which, peer.search, peer.about
    for name, make in (
        ("datasette", lambda: Datasette(folder)),
        ("zebra", lambda: Zebra(source, folder / "zebra")),
    ):
        if name in without:
            sys.stderr.write(f"absent: {name}: left out by --without\n")
            continue
        try:
            server = make()
        except PeerAbsentError as absent:
            sys.stderr.write(f"absent: {name}: {absent}\n")
            continue
        stack.callback(server.close)
        yield name, server.search, getattr(server, "about", {})
    sys.stderr.write("absent: pg_trgm: the PostgreSQL wheel has no contrib extensions\n")


_EXACT_ONLY = {"datasette", "zebra"}


def race(
    engines: dict[str, Answer], asked: Sequence[Question], rounds: int
) -> dict[tuple[str, str], Timed]:
    """Every engine's times by kind, after one round that is not counted."""
    times: dict[tuple[str, str], Timed] = {}
    for place in range(rounds + 1):
        for one in asked:
            for engine, answer in engines.items():
                if engine in _EXACT_ONLY and one.kind != EXACT:
                    continue
                if engine == "tantivy" and place > 1:
                    continue
                millis, cpu, codes = answer(one.name, one.other, one.year)
                if place:
                    timed = times.setdefault((one.kind, engine), Timed())
                    timed.millis.append(millis)
                    timed.cpu.append(cpu)
                    timed.found += one.code in codes
    return times


def table(times: dict[tuple[str, str], Timed]) -> str:
    """Percentiles by kind and engine, and each median against ours."""
    lines = [
        f"{'query':<22}{'engine':<12}{'p50 ms':>9}{'p95':>9}{'p99':>9}{'found':>7}{'x ours':>8}"
        f"{'cpu p50':>9}{'p95':>9}{'p99':>9}{'x ours':>8}"
    ]
    for kind in (EXACT, WRONG, ALONE):
        mine = times.get((kind, "ours"))
        for (asked, engine), timed in times.items():
            if asked != kind or mine is None:
                continue
            ratio = timed.at(0.5) / mine.at(0.5)
            lines.append(
                f"{kind:<22}{engine:<12}{timed.at(0.5):>9.3f}{timed.at(0.95):>9.3f}"
                f"{timed.at(0.99):>9.3f}{timed.found / len(timed.millis):>7.3f}{ratio:>8.2f}"
                f"{timed.at(0.5, cpu=True):>9.3f}{timed.at(0.95, cpu=True):>9.3f}"
                f"{timed.at(0.99, cpu=True):>9.3f}"
                f"{timed.at(0.5, cpu=True) / mine.at(0.5, cpu=True):>8.2f}"
            )
    return "\n".join(lines) + "\n"


def main() -> int:
    """Exit code 0 when the race was run."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search.speed", description=__doc__)
    parser.add_argument("index", type=Path, help="bench directory with the imported records")
    parser.add_argument("--records", type=int, required=True, help="couples in it")
    parser.add_argument("--csv", type=Path, help="the same records, for the peers")
    parser.add_argument("--peers", type=Path, help="folder for the peers' databases")
    parser.add_argument("--secured", type=Path, help="folder for a holder with all our security")
    parser.add_argument("--without", action="append", default=[], help="leave this peer out")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    asked = questions(find_data(chosen.data), chosen.records, chosen.count, chosen.seed)
    with ExitStack() as stack:
        engines: dict[str, Answer] = {"ours": ours(chosen.index)}
        about: dict[str, dict] = {}
        if chosen.secured:
            secured = Secured(chosen.index, chosen.secured)
            stack.callback(secured.close)
            engines["secured"], about["secured"] = secured.search, secured.about
        if chosen.csv and chosen.peers:
            for name, answer, facts in peers(chosen.csv, chosen.peers, stack, chosen.without):
                engines[name], about[name] = answer, facts
                sys.stderr.write(f"{name}: {facts}\n")
        times = race(engines, asked, chosen.rounds)
    sys.stdout.write(table(times))
    if chosen.out:
        rows = [
            {
                "query": kind,
                "engine": engine,
                "n": len(timed.millis),
                "found": timed.found,
                "millis": [timed.at(share) for share in (0.5, 0.95, 0.99)],
                "cpu": None
                if math.isnan(timed.cpu[0])
                else [timed.at(share, cpu=True) for share in (0.5, 0.95, 0.99)],
            }
            for (kind, engine), timed in times.items()
        ]
        chosen.out.write_text(json.dumps({"about": about, "rows": rows}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
