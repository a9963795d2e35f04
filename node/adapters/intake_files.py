"""Files that wait for a decision, and their reports, private to the node's user."""

import csv
import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from node.adapters.holdings_files import CSVHoldings, FindingsFile, open_findings
from node.adapters.open_holdings import open_holdings
from node.domain.catalogue_reasons import IMPORT_RUNNING
from node.domain.intake_batches import BatchPaper
from records.kinds import Kind
from records.refusal import Refusal
from trust.envelope.suites import PublicKey

_MOST_SHOWN = 5000


class FolderIntake:
    """`IntakeFiles` in the data folder: intake/<batch>.dat, reports/<batch>.csv."""

    def __init__(self, data: Path, signers: Mapping[str, PublicKey]) -> None:
        """Packages are taken from `signers` alone."""
        self._data, self._signers = data, signers

    def put(self, batch_id: str, data: bytes) -> None:
        """The file waits, on disk."""
        path = self._path(batch_id)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    @contextmanager
    def open(self, batch_id: str, kind: Kind) -> Iterator[CSVHoldings]:
        """The file, read as whatever it is. Raises Refusal: those of the readers."""
        work = self._data / "intake" / "staged"
        with open_holdings(self._path(batch_id), kind, work, self._signers) as file:
            yield file

    def drop(self, batch_id: str) -> None:
        """The file is gone; its report stays."""
        self._path(batch_id).unlink(missing_ok=True)

    @contextmanager
    def report(self, batch_id: str) -> Iterator[FindingsFile]:
        """A new report of that batch."""
        with open_findings(self._report(batch_id)) as report:
            yield report

    def findings(self, batch_id: str) -> Sequence[BatchPaper]:
        """What the report says; empty where there is none."""
        path = self._report(batch_id)
        if not path.is_file():
            return []
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            next(rows, None)
            found: list[BatchPaper] = []
            for row in rows:
                if len(found) == _MOST_SHOWN:
                    break
                line, item, verdict, field, detail = row
                found.append(
                    BatchPaper(line=line, item=item, verdict=verdict, field=field, detail=detail)
                )
            return found

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else imports meanwhile. Raises Refusal: IMPORT_RUNNING."""
        with (self._data / "build.lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Refusal(IMPORT_RUNNING) from None
            yield

    def _path(self, batch_id: str) -> Path:
        return self._data / "intake" / f"{batch_id}.dat"

    def _report(self, batch_id: str) -> Path:
        return self._data / "reports" / f"{batch_id}.csv"
