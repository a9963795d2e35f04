"""Catalogues for tests: rows written as import files and taken in by the real import."""

import csv
from datetime import UTC, datetime
from pathlib import Path

from deploy.holdings.columns import Row
from deploy.holdings.places import AREAS
from deploy.holdings.write import draw_rows
from node.adapters.holdings_files import CSVHoldings, open_findings
from node.adapters.image_files import ImageFiles
from node.adapters.reference_tables import load_query_reader
from node.adapters.sql_catalogue import SqlCatalogue
from node.services.import_holdings import Imported, ImportHoldings, ImportOrder
from node.services.search_catalogue import SearchCatalogue
from records.entries import SearchResult
from records.kinds import get_kind
from records.queries import Period, RecordQuery, SoughtPerson
from trust.store.engine import open_engine

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
MARRIAGE = "marriage_registration"
ROWS_OF_EACH = 250
"""Scenario records come first in the sample holdings; the rest is company for them."""

HEADER = (
    "reference_code,fonds_no,catalog_no,file_no,item_no,year,event_type,event_date,"
    "a_name,a_birth,b_name,b_birth,open_status\n"
)
ROW = (
    "J012-003-0456-078,J012,003,0456,078,1985,marriage,1985-05-20,"
    "周金水,1962-11-05,吴桂兰,1964-02-09,open\n"
)
"""An import file of one record, and its header line."""


class HoldingsWorld:
    """One node's catalogue in one database."""

    def __init__(self, url: str, folder: Path, table_folder: Path) -> None:
        """Tables are made; nothing is imported yet."""
        self.folder = folder
        self.reader = load_query_reader(table_folder)
        self.catalogue = SqlCatalogue(open_engine(url), self.reader.sounds)
        self.images = ImageFiles(folder / "images")
        self.search_catalogue = SearchCatalogue(self.catalogue, self.reader)
        self._batches = 0

    def take(
        self,
        rows: list[Row],
        *,
        archive: str = "361100",
        category: str = MARRIAGE,
        encoding: str = "utf-8",
        accept: bool = True,
    ) -> Imported:
        """Import these rows from a file with exactly the columns that they use."""
        columns = list(dict.fromkeys(column for row in rows for column in row))
        path = self.folder / f"rows-{self._batches}.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return self.take_file(path, archive=archive, category=category, accept=accept)

    def take_file(
        self,
        path: Path,
        *,
        archive: str = "361100",
        category: str = MARRIAGE,
        accept: bool = True,
    ) -> Imported:
        """Import a file."""
        self._batches += 1
        order = ImportOrder(
            archive_code=archive,
            category=category,
            batch_id=f"batch-{self._batches}",
            accept_warnings=accept,
            now=AT,
        )
        file = CSVHoldings(path, get_kind(category))
        use_case = ImportHoldings(self.catalogue, self.images, self.reader)
        return use_case.run(order, file, lambda batch_id: open_findings(self.report(batch_id)))

    def report(self, batch_id: str) -> Path:
        """Where the four-properties report of that batch lies."""
        return self.folder / "reports" / f"{batch_id}.csv"

    def findings(self, imported: Imported) -> list[tuple[int, str, str, str]]:
        """Line, item, verdict and field of each finding."""
        text = self.report(imported.batch.batch_id).read_text("utf-8-sig")
        rows = list(csv.reader(text.splitlines()))[1:]
        return [(int(row[0]), row[1], row[2], row[3]) for row in rows]

    def take_samples(self, categories: tuple[str, ...] = (MARRIAGE,)) -> None:
        """The first rows of the sample holdings, scenario records among them, without images."""
        for code, area in AREAS.items():
            for category in categories:
                rows = draw_rows(area, category)[:ROWS_OF_EACH]
                for row in rows:
                    row.pop("images", None)
                rows = [{k: v for k, v in row.items() if not k.startswith("page_a")
                         and k != "page_certificate_no"} for row in rows]  # fmt: skip
                self.take(rows, archive=code, category=category)

    def search(
        self,
        name: str = "",
        *,
        archive: str = "361100",
        category: str = MARRIAGE,
        birth: str = "",
        id_no: str = "",
        sex: str = "",
        former: tuple[str, ...] = (),
        other: str = "",
        number: str = "",
        place: str = "",
        period: tuple[str, str] = ("", ""),
        free: dict[str, str] | None = None,
        limit: int = 5,
    ) -> SearchResult:
        """Search one archive."""
        query = RecordQuery(
            category=category,
            subject=SoughtPerson(name=name, former_names=former, sex=sex, birth=birth, id_no=id_no),
            other_party=SoughtPerson(name=other),
            place=place,
            period=Period(start=period[0], end=period[1]),
            number=number,
            free=free or {},
            limit=limit,
        )
        return self.search_catalogue.search(archive, query)


def codes(result: SearchResult) -> list[str]:
    """Reference codes of the candidates, best first."""
    return [candidate.reference_code for candidate in result.candidates]


def couple(code: str, a_name: str, b_name: str, /, **more: str) -> Row:
    """A marriage row of 1985 with everything that a row must have."""
    row = {
        "reference_code": code,
        "year": "1985",
        "event_type": "marriage",
        "event_date": "1985-05-20",
        "registration_office": "上饶县旭日镇人民政府",
        "a_name": a_name,
        "a_sex": "男",
        "a_birth": "1962-11-05",
        "b_name": b_name,
        "b_sex": "女",
        "b_birth": "1964-02-09",
        "open_status": "open",
    }
    return row | more
