"""`lantai-node search`: one query a line in, one result a line out (interfaces.md §4).

In a bench directory whoever measures; anywhere else only for a case, by an officer who may search,
beside a leader who agrees, masked and at most fifty lines.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from node.adapters.clues import load_areas
from node.adapters.history import open_history
from node.bootstrap import make_office, open_base
from node.cli.frame import Commands, add_shared
from node.cli.place import Place, open_place
from node.cli.session import add_login_options, open_actor
from node.config import FILE
from node.domain.catalogue_reasons import (
    BENCH_ONLY,
    CASE_SEARCH_NOT_APPROVED,
    HOLDINGS_UNREADABLE,
)
from node.domain.misuse import SEARCH
from node.domain.query_lines import (
    Json,
    echoed_id,
    parse_line,
    parse_query,
    refusal_line,
    result_line,
)
from node.domain.shelves import Shelf
from node.services.case_search import MOST_QUERIES, CaseSearch
from node.services.guard_lookups import GuardLookups
from node.services.search_catalogue import SearchCatalogue
from records.entries import SearchResult
from records.jurisdictions import Jurisdictions
from records.process_reasons import NO_LAWFUL_CASE
from records.queries import RecordQuery
from records.refusal import Refusal

_Search = Callable[[RecordQuery], SearchResult]
MOST_COUNTED = 200
"""Lines of a forbidden batch that are counted; more changes nothing."""
_FindShelf = Callable[[str], Shelf | None]


def add_commands(commands: Commands) -> None:
    """`search` is a sub-command."""
    search = commands.add_parser("search", help="search the catalogue, one query a line")
    add_shared(search)
    search.add_argument("--parts", type=Path, help=argparse.SUPPRESS)
    search.add_argument("--batch", type=Path, required=True, metavar="QUERIES.jsonl")
    search.add_argument("--case", default="", help="case that the archive works on")
    add_login_options(search)
    search.add_argument(
        "--leader-login", type=Path, metavar="FILE", help="the leader who agrees to the batch"
    )
    search.add_argument("--leader-user", default="", help=argparse.SUPPRESS)
    search.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    if (chosen.data / FILE).is_file():
        if not chosen.case:
            raise _without_case(chosen)
        return _search_for_case(chosen)
    place = open_place(chosen.data, chosen.parts)
    archive_code = place.require_archive(chosen.archive)
    catalogue = _bench_catalogue(place)

    def search(query: RecordQuery) -> SearchResult:
        return catalogue.search(archive_code, query)

    def find_shelf(category: str) -> Shelf | None:
        return catalogue.find_shelf(archive_code, category)

    for line in _lines(chosen.batch):
        print(_answer_line(line, search, find_shelf, archive_code), flush=True)
    return 0


def _without_case(chosen: argparse.Namespace) -> Refusal:
    """Why there is no browsing: an officer who tries is counted and seen (E26)."""
    if chosen.login is None and not chosen.user:
        return Refusal(BENCH_ONLY)
    base = open_base(chosen.data)
    actor, _ = open_actor(make_office(base), chosen, datetime.now(UTC))
    names = []
    for line in islice(_lines(chosen.batch), MOST_COUNTED):
        try:
            names.append(parse_query(parse_line(line)).subject.name)
        except Refusal:
            continue
    GuardLookups(base.house).admit(actor, SEARCH, names)
    return Refusal(NO_LAWFUL_CASE)


def _bench_catalogue(place: Place) -> SearchCatalogue:
    folding = place.reader.folding
    areas = place.reader.areas or Jurisdictions(load_areas(None))
    history = open_history(place.engine, folding, areas)
    return SearchCatalogue(place.catalogue, place.reader, history)


def _search_for_case(chosen: argparse.Namespace) -> int:
    if chosen.leader_login is None:
        raise Refusal(CASE_SEARCH_NOT_APPROVED, "--leader-login FILE")
    base = open_base(chosen.data)
    office = make_office(base)
    now = datetime.now(UTC)
    searcher, _ = open_actor(office, chosen, now)
    leader, _ = open_actor(office, chosen, now, "leader_")
    lines = list(_lines(chosen.batch))[: MOST_QUERIES + 1]
    batch = CaseSearch(base.house, base.catalogue)
    batch.approve(chosen.case, searcher, leader, len(lines))

    def search(query: RecordQuery) -> SearchResult:
        return batch.search(searcher, query)

    def find_shelf(category: str) -> Shelf | None:
        return base.catalogue.find_shelf(searcher.archive_code, category)

    for line in lines:
        print(_answer_line(line, search, find_shelf, searcher.archive_code), flush=True)
    return 0


def _answer_line(line: str, search: _Search, find_shelf: _FindShelf, archive_code: str) -> str:
    query_id: str | int | None = None
    started = time.perf_counter()
    try:
        content = parse_line(line)
        query_id = echoed_id(content)
        query = parse_query(content)
        result = search(query)
        coverage = _coverage(find_shelf(query.category), archive_code, query.category)
    except Refusal as refusal:
        return refusal_line(query_id, refusal)
    return result_line(query_id, result, coverage, (time.perf_counter() - started) * 1000)


def _coverage(shelf: Shelf | None, archive_code: str, category: str) -> Json:
    """What the index holds; what is declared stands in the directory."""
    return {
        "archive_code": archive_code,
        "category": category,
        "declared": False,
        "covered_from": shelf.first_year if shelf else None,
        "covered_to": shelf.last_year if shelf else None,
        "entries": shelf.entries if shelf else 0,
        "index_version": shelf.index_version if shelf else 0,
    }


def _lines(path: Path) -> Iterator[str]:
    """Lines that say something; what is no UTF-8 is refused line by line."""
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
            yield from (line for line in file if line.strip())
    except OSError:
        raise Refusal(HOLDINGS_UNREADABLE, path.name[:80]) from None
