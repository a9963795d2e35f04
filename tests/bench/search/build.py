"""Builds a bench directory through the product's own import, and says what it cost."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from node.adapters.holdings_files import CSVHoldings, open_findings
from node.cli.holdings import import_file
from node.cli.place import BENCH_ARCHIVE, create_bench, open_place
from node.cli.progress import ProgressBar
from node.services.import_holdings import ImportOrder
from records.kinds import get_kind
from tests.bench.search.people import Couple, write_csv
from tests.bench.search.recall import CATEGORY

_NOW = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """One index, and what it cost."""

    rows: int
    seconds: float
    bytes_on_disk: int

    @property
    def rows_per_second(self) -> float:
        """Records a second, checks included."""
        return self.rows / max(self.seconds, 1e-9)

    @property
    def text(self) -> str:
        """For a person."""
        each = self.bytes_on_disk / max(1, self.rows)
        return (
            f"import of {self.rows:,} records {self.seconds:.1f} s"
            f" ({self.rows_per_second:,.0f}/s), {each:.0f} bytes each on disk"
        )


def build_bench(folder: Path, couples: Iterator[Couple], *, database: str = "") -> Built:
    """A bench directory with those couples, imported as an archive would."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "import.csv"
    rows = write_csv(file, couples)
    create_bench(folder / "data", database)
    began = time.perf_counter()
    import_csv(folder / "data", file)
    seconds = time.perf_counter() - began
    stored = sum(one.stat().st_size for one in (folder / "data").glob("lantai.db*"))
    file.unlink()
    return Built(rows=rows, seconds=seconds, bytes_on_disk=stored)


def import_csv(data: Path, file: Path) -> None:
    """The file's rows are in the index of that bench directory."""
    place = open_place(data, None)
    order = ImportOrder(
        archive_code=BENCH_ARCHIVE,
        category=CATEGORY,
        batch_id=f"bench-{file.stem}"[:40],
        accept_warnings=True,
        now=_NOW,
    )
    imported = import_file(
        place,
        order,
        CSVHoldings(file, get_kind(CATEGORY)),
        lambda batch_id: open_findings(place.folder / "reports" / f"{batch_id}.csv"),
        ProgressBar(),
    )
    if imported.has_failed:
        message = f"the generator wrote rows that fail: see {place.folder / 'reports'}"
        raise RuntimeError(message)
