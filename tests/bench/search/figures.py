"""The part `search` of the benchmark: recall, strangers, and what an index costs."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from node.cli.place import BENCH_ARCHIVE, Place, open_place
from node.services.search_catalogue import SearchCatalogue
from records.entries import SearchResult
from records.queries import RecordQuery
from tests.bench.measuring import Report
from tests.bench.search import recall
from tests.bench.search.build import Built, build_bench
from tests.bench.search.errors import ErrorKind, read_kinds
from tests.bench.search.people import Couple, Population
from tests.bench.search.sources import DataAbsentError, find_data

SEED = 20261122
_ABSENT_FROM = 90_000_000
"""Number of the first couple that is in no index."""
_CUTS = (0.0, 0.5, 0.52, 0.54, 0.56, 0.58, 0.6, 0.65, 0.7, 0.75, 0.8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to measure."""

    people: int = 200_000
    queries: int = 200
    """Of each kind and clue."""
    absent: int = 300
    seed: int = SEED
    database: str = ""
    data: Path | None = None
    kinds: tuple[str, ...] = ()
    show_misses: int = 3


def run(folder: Path, *, full: bool, data: Path | None = None) -> Report:
    """The tables at 200,000 people; with `full` at a million too."""
    try:
        reports = [measure(folder / "200k", Plan(data=data))]
        if full:
            reports.append(measure(folder / "1M", Plan(data=data, people=1_000_000)))
    except DataAbsentError as absent:
        return Report(rows=[], text=f"not measured: {absent}\n")
    rows = [row for report in reports for row in report.rows]
    return Report(rows=rows, text="\n".join(report.text for report in reports))


def measure(folder: Path, plan: Plan) -> Report:
    """Recall and strangers on an index made for the purpose. Raises DataAbsentError."""
    data = find_data(plan.data)
    population = Population(data, plan.seed)
    couples = list(population.couples(plan.people // 2))
    _tell(f"{plan.people:,} people drawn")
    built = build_bench(folder, iter(couples), database=plan.database)
    _tell(f"index built, {built.rows_per_second:,.0f} records/s")
    place = open_place(folder / "data", None)
    kinds = [kind for kind in read_kinds(data) if not plan.kinds or kind.name in plan.kinds]
    search = _search(place)
    tallies = {}
    for kind in kinds:
        asked = recall.questions(kind, couples, plan.queries, plan.seed)
        tallies[kind.name] = {clue: recall.ask(search, ones) for clue, ones in asked.items()}
        _tell(kind.name)
    present = frozenset((p.name, p.birth.year) for c in couples for p in (c.a, c.b))
    outsiders = _outsiders(population)
    absent = list(recall.absent_people(outsiders, present, plan.absent))
    strangers = recall.ask_absent(search, absent)
    return _report(plan, built, kinds, tallies, strangers)


def _search(place: Place) -> recall.Search:
    catalogue = SearchCatalogue(place.catalogue, place.reader)

    def search(query: RecordQuery) -> SearchResult:
        return catalogue.search(BENCH_ARCHIVE, query)

    return search


def _outsiders(population: Population) -> Iterator[Couple]:
    for index in range(_ABSENT_FROM // 10_000, _ABSENT_FROM // 10_000 + 1000):
        yield from population.chunk(index)


def _report(
    plan: Plan,
    built: Built,
    kinds: Sequence[ErrorKind],
    tallies: Mapping[str, Mapping[str, recall.Tally]],
    strangers: Mapping[str, recall.Strangers],
) -> Report:
    rows = list(_recall_rows(plan, kinds, tallies))
    lines = [
        f"{plan.people:,} people, seed {plan.seed}, {plan.queries} queries each; {built.text}",
        f"{'error':<14}{'clues':<17}{'@1':>7}{'@5':>7}{'goal':>7}  source",
    ]
    for row in rows:
        sign = " " if row["met"] else "!"
        lines.append(
            f"{row['error']:<14}{row['clues']:<17}{row['at_1']:>7.3f}{row['at_5']:>7.3f}"
            f"{row['goal']:>7.2f}{sign} {row['source']}"
        )
    released = sum(tally.wrongly_releasable for by in tallies.values() for tally in by.values())
    lines.append(f"releasable though somebody else's: {released} (must be 0)")
    lines += _stranger_lines(strangers)
    by_year = {name: by[recall.YEAR] for name, by in tallies.items()}
    lines.append("least score: share of right records shown, strangers per absent person")
    lines += [
        f"  {cut:.2f}: {share:.3f} {beside:.2f}"
        for cut, share, beside in recall.curve(
            list(by_year.values()), strangers[recall.YEAR], _CUTS
        )
    ]
    lines.append(f"the same by kind of error: {', '.join(f'{cut:.2f}' for cut in _CUTS)}")
    for name, tally in by_year.items():
        shares = recall.curve([tally], strangers[recall.YEAR], _CUTS)
        lines.append(f"  {name:<14}{' '.join(f'{share:.3f}' for _, share, _ in shares)}")
    for name, by in tallies.items():
        for clue, tally in by.items():
            lines += [f"  missed, {name}, {clue}: {m}" for m in tally.missed[: plan.show_misses]]
    rows += [
        {
            "people": plan.people,
            "strangers": clue,
            "per_absent": found.shown / max(1, found.queries),
            "by_tier": found.by_tier,
            "releasable": found.releasable,
        }
        for clue, found in strangers.items()
    ]
    return Report(rows=rows, text="\n".join(lines) + "\n")


def _recall_rows(
    plan: Plan,
    kinds: Sequence[ErrorKind],
    tallies: Mapping[str, Mapping[str, recall.Tally]],
) -> Iterator[dict[str, object]]:
    for kind in kinds:
        for clue, tally in tallies[kind.name].items():
            asked = max(1, tally.queries)
            at_1, at_5 = tally.at_1 / asked, tally.at_5 / asked
            goal = 0.99 if clue == recall.OTHER else kind.goal
            reached = at_1 if clue == recall.OTHER else at_5
            yield {
                "people": plan.people,
                "error": kind.name,
                "clues": clue,
                "queries": tally.queries,
                "at_1": round(at_1, 4),
                "at_5": round(at_5, 4),
                "goal": goal,
                "met": reached >= goal,
                "source": kind.source,
            }


def _stranger_lines(strangers: Mapping[str, recall.Strangers]) -> Iterator[str]:
    for clue, found in strangers.items():
        each = found.shown / max(1, found.queries)
        goal = 1.0 if clue == recall.YEAR else 0.05
        tiers = " ".join(f"{tier} {n}" for tier, n in sorted(found.by_tier.items())) or "-"
        sign = " " if each <= goal and not found.by_tier.get("exact") else "!"
        yield (
            f"absent people, {clue}: {each:.3f} strangers each (goal {goal}){sign}"
            f" by tier: {tiers}; releasable {found.releasable}"
        )
        yield from (f"  {one}" for one in found.seen[:3])


def _tell(what: str) -> None:
    sys.stderr.write(f"[{time.strftime('%H:%M:%S')}] {what}\n")
