"""Writes the sample holdings: three import files and about forty page scans for each archive.

    FOLDER/<archive code>/{marriage_registration,school_record,educated_youth}.csv
    FOLDER/<archive code>/images/<reference code>.jpg

Everything follows from the seed. File names carry reference codes, never people.
"""

import csv
import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

from deploy.holdings import scenario_persons, scenario_rows
from deploy.holdings.columns import COLUMNS, Row
from deploy.holdings.forest import COUNT as PAPERS
from deploy.holdings.forest import draw_papers, scenario_papers
from deploy.holdings.marriage import draw_marriages
from deploy.holdings.paper import Fonts
from deploy.holdings.persons import draw_pupils, draw_youth
from deploy.holdings.places import AREAS, Area
from deploy.holdings.register_pages import FORMS, draw_page
from deploy.holdings.traps import share_pages, spring_traps

SEED = "lantai-2026"
COUNTS = {"marriage_registration": 1500, "school_record": 700, "educated_youth": 450}
"""Invented rows of each kind and archive."""
SCANNED = {"marriage_registration": 28, "school_record": 5, "educated_youth": 5}
"""How many of those have a page scan, besides every scenario record."""
ENCODINGS = {"330400": "utf-8-sig", "330481": "gb18030", "361100": "utf-8", "310115": "utf-8"}
"""Archives deliver in different encodings; the import reads them all."""
_SHARED_PAGES = 10

_SCENARIOS: dict[tuple[str, str], Callable[[], list[Row]]] = {
    ("330400", "marriage_registration"): scenario_rows.jiaxing_marriages,
    ("330400", "school_record"): scenario_persons.jiaxing_pupils,
    ("330481", "marriage_registration"): scenario_rows.haining_marriages,
    ("361100", "marriage_registration"): scenario_rows.shangrao_marriages,
    ("361100", "forest_right"): scenario_papers,
    ("361100", "educated_youth"): scenario_persons.shangrao_youth,
    ("310115", "marriage_registration"): scenario_rows.pudong_marriages,
    ("310115", "educated_youth"): scenario_persons.pudong_youth,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One page to be drawn."""

    category: str
    row: Row
    target: Path


def categories_of(archive_code: str) -> tuple[str, ...]:
    """What the archive's sample holdings consist of; forest papers where there are hills."""
    return (*COUNTS, "forest_right") if archive_code == "361100" else tuple(COUNTS)


def draw_rows(area: Area, category: str) -> list[Row]:
    """All rows of one kind of one archive: scenario records first, `images` filled in."""
    rng = Random(f"{SEED}/{area.archive_code}/{category}")  # noqa: S311 - must repeat, no secret
    count = COUNTS.get(category, PAPERS)
    match category:
        case "marriage_registration":
            rows = draw_marriages(rng, area, count)
            spring_traps(rng, rows)
            share_pages(rng, rows, _SHARED_PAGES)
        case "school_record":
            rows = draw_pupils(rng, area, count)
        case "forest_right":
            rows = draw_papers(rng, count)
        case _:
            rows = draw_youth(rng, area, count)
    known = _SCENARIOS.get((area.archive_code, category), list)()
    plain = [row for row in rows if not row.get("secrecy_level")]
    for row in [*known, *rng.sample(plain, SCANNED.get(category, 0))]:
        row["images"] = f"images/{row['reference_code']}.jpg"
    return known + rows


def write_rows(path: Path, category: str, rows: list[Row], encoding: str) -> None:
    """`path` is an import file with the header of interfaces.md §3."""
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS[category], restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def _draw_scan(scan: Scan, fonts: Fonts) -> None:
    form = FORMS[scan.category](scan.row)
    scan.target.write_bytes(draw_page(form, f"{SEED}/{scan.target.name}", fonts))


def generator_digest() -> str:
    """SHA-256 over the generator's own sources: names one edition of the holdings."""
    digest = hashlib.sha256(SEED.encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def write_holdings(folder: Path, fonts_folder: Path) -> bool:
    """`folder` holds this edition of the holdings; True when it had to be written."""
    stamp = folder / "edition"
    edition = generator_digest()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == edition:
        return False
    scans: list[Scan] = []
    for code, area in AREAS.items():
        images = folder / code / "images"
        images.mkdir(parents=True, exist_ok=True)
        for category in categories_of(code):
            rows = draw_rows(area, category)
            write_rows(folder / code / f"{category}.csv", category, rows, ENCODINGS[code])
            if (code, category) == ("330400", "school_record"):
                lineage = folder / code / "lineage.csv"
                lineage.write_text(scenario_persons.LINEAGE, encoding="utf-8")
            scans += [
                Scan(category=category, row=row, target=folder / code / row["images"])
                for row in rows
                if row.get("images")
            ]
    fonts = Fonts(folder=fonts_folder)
    with ProcessPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        list(pool.map(_draw_scan, scans, [fonts] * len(scans), chunksize=8))
    stamp.write_text(edition, encoding="ascii")
    return True
