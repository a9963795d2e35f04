"""What one request costs from filing to the sealed PDF: human steps scripted, processes real."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from deploy.localnet.applications import e01_application
from deploy.localnet.counter import Counter
from deploy.localnet.federation import LocalFederation, system_clock
from deploy.localnet.progress import Progress
from tests.bench.measuring import Figure, Report, measure

REQUESTS = 8


def run(_folder: Path, *, full: bool) -> Report:
    """The request's figure."""
    return Report.of_figures(list(figures()))


def figures() -> Iterator[Figure]:
    """Scenario E01 through a whole federation, one after another."""
    folder = Path(tempfile.mkdtemp(prefix="lt-bench-"))
    local = LocalFederation(folder, Progress(silent=True))
    try:
        federation = local.start(anew=True)
        window = Counter(local.office("jiaxing"), federation, "330400", system_clock)
        holder = Counter(local.office("shangrao"), federation, "361100", system_clock)

        def request(_number: int) -> None:
            case_no = window.file(e01_application(), secrets.token_urlsafe(16))
            window.review(case_no)
            holder.compare(holder.claim(case_no))
            holder.release(case_no)
            holder.seal(case_no)
            window.save_certificate(case_no, folder / "issued")

        what = "filing to sealed PDF at the window, across two nodes"
        yield measure("request.e01", what, request, REQUESTS, warm=1)
    finally:
        local.stop()
        shutil.rmtree(folder, ignore_errors=True)
