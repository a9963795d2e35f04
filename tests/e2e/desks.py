"""The desks of a running federation, and what tests do at them again and again."""

import json
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.localnet.counter import Counter
from deploy.localnet.document import read_federation
from deploy.localnet.federation import LocalFederation, system_clock
from deploy.localnet.plan import node_of
from node.domain.application import Application
from node.domain.commands import NoRecordCommand, WorkCommand
from node.domain.views import CaseProgress, WorkDetail
from records.release import ExtractRow, ReleaseOrder
from trust.envelope.statement import decode

METHOD = "目录库精确与模糊检索"


class World:
    """Counters of every archive, opened once."""

    def __init__(self, local: LocalFederation, documents: Path) -> None:
        self.local = local
        self.federation = read_federation(local.layout.root)
        self.documents = documents
        self._counters: dict[str, Counter] = {}

    def counter(self, archive_code: str) -> Counter:
        if archive_code not in self._counters:
            office = self.local.office(node_of(archive_code).node_id)
            self._counters[archive_code] = Counter(
                office, self.federation, archive_code, system_clock
            )
        return self._counters[archive_code]

    def file_and_review(self, form: Application) -> str:
        window = self.counter(form.window_archive)
        case_no = window.file(form, secrets.token_urlsafe(16))
        window.review(case_no)
        return case_no

    def fulfil(
        self, case_no: str, archive_code: str, corrections: Mapping[str, str] | None = None
    ) -> WorkDetail:
        """The holder's people compare, order and seal."""
        holder = self.counter(archive_code)
        detail = holder.claim(case_no)
        holder.compare(detail, corrections)
        holder.release(case_no)
        holder.seal(case_no)
        return detail

    def extract(self, form: Application, archive_code: str) -> tuple[str, Path]:
        """From the form to the sealed PDF in var/documents; returns case number and path."""
        case_no = self.file_and_review(form)
        self.fulfil(case_no, archive_code)
        return case_no, self.counter(form.window_archive).save_certificate(case_no, self.documents)

    def order(self, case_no: str, archive_code: str) -> ReleaseOrder:
        """The order that two officers of the holder signed, as its node keeps it."""
        office = self.local.office(node_of(archive_code).node_id)
        detail = office.work.detail(
            case_no, archive_code, self.counter(archive_code).officer("dispatcher")
        )
        return decode(detail.order_json.encode(), ReleaseOrder)

    def rows(self, case_no: str, archive_code: str) -> dict[str, ExtractRow]:
        return {row.field: row for row in self.order(case_no, archive_code).rows}

    def say_no_record(self, case_no: str, archive_code: str) -> CaseProgress:
        """The dispatcher found nothing and says so; the window's view of the case afterwards."""
        holder = self.counter(archive_code)
        holder.claim(case_no)
        office = self.local.office(node_of(archive_code).node_id)
        office.answer.no_record(
            NoRecordCommand(case_no=case_no, holder_archive=archive_code, method=METHOD),
            holder.officer("dispatcher"),
        )
        return self.counter("330400").progress(case_no)

    def claim_again(self, case_no: str, archive_code: str) -> WorkDetail:
        office = self.local.office(node_of(archive_code).node_id)
        command = WorkCommand(case_no=case_no, holder_archive=archive_code)
        return office.work.claim(command, self.counter(archive_code).officer("dispatcher"))


def run(*command: str, timeout: int = 120) -> subprocess.CompletedProcess[str]:
    """A command of this virtual environment, e.g. run("lantai-node", "status")."""
    program = str(Path(sys.executable).with_name(command[0]))
    return subprocess.run(
        [program, *command[1:]],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def verify(world: World, what: str | Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Exit code and answer of `lantai-certificate verify`."""
    done = run(
        "lantai-certificate",
        "verify",
        str(what),
        "--trust-list",
        world.federation.trust_list,
        "--council",
        world.federation.council_keys,
        "--json",
        *options,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout)


def wait_until(condition: Any, seconds: float = 90.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
