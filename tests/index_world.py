"""Indexes for tests: built row by row and in bulk, and compared as what a search could see."""

import csv
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from node.adapters import catalogue_tables as tables
from node.adapters.holdings_files import CSVHoldings, open_findings
from node.cli.holdings import import_file
from node.cli.place import BENCH_ARCHIVE, Place, create_bench, open_place
from node.services.import_holdings import Imported, ImportOrder
from records.kinds import get_kind
from trust.store.engine import open_engine

MARRIAGE = "marriage_registration"
AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗蕭鄭"
_GIVEN = "英华玉秀文明兰金国春红丽小梅军鳳國"


def couples(count: int, *, first: int = 0) -> list[dict[str, str]]:
    """Marriage rows with namesakes, former names, identity numbers and ages."""
    rows = []
    for number in range(first, first + count):
        year = 1955 + number * 7 % 55
        rows.append(
            {
                "reference_code": f"J012-{number % 7:03d}-{number // 50:04d}-{number:05d}",
                "year": str(year),
                "event_type": "marriage",
                "event_date": f"{year}-{1 + number % 12:02d}-{1 + number % 28:02d}",
                "certificate_no": f"({year})嘉结字第{number}号" if number % 3 else "",
                "a_name": _name(number),
                "a_former_name": _name(number + 99) if number % 11 == 0 else "",
                "a_birth": f"{year - 25}-{1 + number % 9:02d}" if number % 5 else "",
                "a_age_recorded": "" if number % 5 else "廿五岁",
                "a_id_no": f"330499{year - 25}0101{number % 1000:03d}X" if number % 4 == 0 else "",
                "b_name": _name(number * 3 + 1),
                "b_birth": f"{year - 23}-06-{1 + number % 28:02d}",
                "open_status": "restricted" if number % 13 == 0 else "open",
            }
        )
    return rows


def write_rows(path: Path, rows: list[dict[str, str]]) -> Path:
    """An import file of those rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def new_bench(folder: Path, url: str, parts: Path) -> Place:
    """An empty bench directory on that database."""
    create_bench(folder, url)
    return open_place(folder, parts)


def take(place: Place, file: Path, *, in_bulk: bool, progress: object = None) -> Imported:
    """The file imported, as the command does it."""
    order = ImportOrder(
        archive_code=BENCH_ARCHIVE,
        category=MARRIAGE,
        batch_id=f"batch-{file.stem}",
        accept_warnings=True,
        now=AT,
        in_bulk=in_bulk,
    )
    return import_file(
        place,
        order,
        CSVHoldings(file, get_kind(MARRIAGE)),
        lambda batch_id: open_findings(place.folder / "reports" / f"{batch_id}.csv"),
        progress if callable(progress) else lambda _what, _done, _total: None,
    )


def contents(url: str) -> dict[str, set[tuple[object, ...]]]:
    """The index as sets of rows, names in place of their ids."""
    engine = open_engine(url)
    with engine.connect() as connection:
        names = {
            row.name_id: row.normal for row in connection.execute(select(tables.name)).fetchall()
        }
        found = {
            "people": {
                (names[row.name_id], names.get(row.other_name_id, ""), *row[1:5], *row[6:])
                for row in connection.execute(select(tables.person))
            },
            "keys": {
                (row.key, row.sign, names[row.name_id])
                for row in connection.execute(select(tables.name_key))
            },
            "names": {(normal,) for normal in names.values()},
        }
        for table in (
            tables.certificate_number,
            tables.id_number,
            tables.name_sign,
            tables.entry,
            tables.shelf,
        ):
            found[table.name] = {tuple(row) for row in connection.execute(select(table))}
    engine.dispose()
    return found


def _name(number: int) -> str:
    given = _GIVEN[number * 5 % len(_GIVEN)]
    second = _GIVEN[number * 11 % len(_GIVEN)] if number % 4 else ""
    return _SURNAMES[number * number % len(_SURNAMES)] + given + second
