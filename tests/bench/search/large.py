"""`python -m tests.bench.search.large`: build time, bytes and latency of a large index.

Imports a generated catalogue with the product's own command in bulk, weighs the index, then adds
to it row by row while searches go on. Run it in the quiet: it takes both cores for a while. A run
that was cut off goes on where it stood when it is started again with the same folder.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

from node.cli.place import create_bench
from tests.bench.search import speed
from tests.bench.search.people import CHUNK, Population, write_csv
from tests.bench.search.recall import CATEGORY
from tests.bench.search.sources import find_data

_BYTES_NEEDED_EACH = 2_200
"""On disk at the highest, for one record: file, entries, working files, two generations."""
_MORE = 20_000


def command(*arguments: str) -> dict:
    """The JSON answer of one `lantai-node` command; its progress goes to our stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "node.cli", *arguments, "--json"], stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise SystemExit(done.returncode)
    return json.loads(done.stdout.splitlines()[-1])


def imported(data: Path, file: Path) -> tuple[float, float]:
    """Seconds of that import on the clock, and on the processors."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command("import", "--data", str(data), "--category", CATEGORY, "--accept-warnings", str(file))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, busy


def while_searching(data: Path, asked: list[speed.Question], act) -> tuple[object, speed.Timed]:
    """What `act` returned, and the searches that were answered meanwhile."""
    answer, timed, stopped = speed.ours(data), speed.Timed(), threading.Event()

    def search() -> None:
        while not stopped.is_set():
            for one in asked:
                millis, cpu, _ = answer(one.name, one.other, one.year)
                timed.millis.append(millis)
                timed.cpu.append(cpu)
                if stopped.wait(0.02):
                    return

    searching = threading.Thread(target=search)
    searching.start()
    try:
        took = act()
    finally:
        stopped.set()
        searching.join()
    return took, timed


def main() -> int:
    """Exit code 0 when everything was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search.large", description=__doc__)
    parser.add_argument("folder", type=Path, help="where to work; needs room")
    parser.add_argument("--records", type=int, default=16_500_000)
    parser.add_argument("--database", default="", help="postgresql://…; default: SQLite")
    parser.add_argument("--seed", type=int, default=speed.SEED)
    parser.add_argument("--count", type=int, default=300, help="queries of each kind")
    parser.add_argument("--data", type=Path, help="folder of the shared data")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(chosen.folder).free
    if free < chosen.records * _BYTES_NEEDED_EACH:
        sys.stderr.write(f"only {free >> 30} GiB free in {chosen.folder}\n")
        return 5
    shared = find_data(chosen.data)
    people, data = Population(shared, chosen.seed), chosen.folder / "data"
    file = chosen.folder / f"{chosen.records}.csv"
    if not file.exists():
        write_csv(file.with_suffix(".new"), people.couples(chosen.records))
        file.with_suffix(".new").rename(file)
    if not (data / "bench.json").exists():
        create_bench(data, chosen.database)
    built, built_busy = imported(data, file)
    status = command("index", "status", "--data", str(data))
    asked = speed.questions(shared, chosen.records, chosen.count, chosen.seed)
    times = speed.race({"ours": speed.ours(data)}, asked, 2)
    more = chosen.folder / "more.csv"
    first = (chosen.records // CHUNK + 10) * CHUNK
    chunks = range(first // CHUNK, (first + _MORE) // CHUNK)
    write_csv(more, (couple for chunk in chunks for couple in people.chunk(chunk)))
    (seconds, busy), meanwhile = while_searching(data, asked[:60], lambda: imported(data, more))
    sys.stdout.write(
        f"{chosen.records:,} records, seed {chosen.seed}: import {built:.0f} s"
        f" ({chosen.records / built:,.0f}/s), {built_busy:.0f} s of processors;"
        f" {status['bytes_per_entry']} bytes each,"
        f" {status['index_bytes_per_entry']} without the entries\n{speed.table(times)}"
        f"{_MORE:,} more, row by row: {_MORE / seconds:,.0f}/s, {busy:.1f} s of processors;"
        f" {len(meanwhile.millis)} searches meanwhile, p50 {meanwhile.at(0.5):.1f} ms,"
        f" p99 {meanwhile.at(0.99):.1f} ms\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
