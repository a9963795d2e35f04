"""Imports the sample holdings with the ordinary command, one process for each file."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from deploy.holdings.columns import COLUMNS
from deploy.localnet.layout import Layout
from deploy.localnet.plan import NODES
from deploy.localnet.processes import program
from deploy.parts import ROOT
from deploy.reasons import PARTS_NOT_READY, STEP_FAILED
from records.refusal import Refusal

HOLDINGS = ROOT / "var" / "parts" / "holdings"
_AT_ONCE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFile:
    """One file for one archive."""

    data: Path
    archive_code: str
    category: str
    path: Path


def sample_files(layout: Layout, holdings: Path = HOLDINGS) -> Iterator[ImportFile]:
    """Every file of the sample holdings and the node that it belongs to.

    Raises:
        Refusal: PARTS_NOT_READY.
    """
    for plan in NODES:
        for archive in plan.archives:
            for category in COLUMNS:
                path = holdings / archive.archive_code / f"{category}.csv"
                if not path.is_file():
                    raise Refusal(PARTS_NOT_READY, path.name)
                yield ImportFile(
                    data=layout.node(plan.node_id),
                    archive_code=archive.archive_code,
                    category=category,
                    path=path,
                )


def import_file(file: ImportFile) -> None:
    """The file is in the catalogue; its warnings were accepted.

    Raises:
        Refusal: STEP_FAILED with the command's own line.
    """
    command = [program("lantai-node"), "import", "--data", str(file.data), "--accept-warnings"]
    command += ["--archive", file.archive_code, "--category", file.category, str(file.path)]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refusal(STEP_FAILED, f"import {file.path.name}: {done.stderr.strip()[:200]}")


def fill(layout: Layout) -> int:
    """All sample holdings are in the nodes' catalogues; returns how many files there were.

    Raises:
        Refusal: PARTS_NOT_READY, STEP_FAILED.
    """
    files = tuple(sample_files(layout))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(import_file, files))
    return len(files)
