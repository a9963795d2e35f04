"""The sample federation that every run of the harness begins with, founded once and copied.

Founding takes most of a minute (keys, enrolment, holdings, officers); a copy takes none. The
template is founded anew when it is a day old or when what founds it has changed.
"""

import hashlib
import shutil
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from deploy.localnet.document import FILE_NAME
from deploy.localnet.federation import LocalFederation
from deploy.localnet.layout import Layout
from deploy.localnet.progress import Progress
from records.refusal import Refusal
from tests.faults.processes import ROOT
from trust.identity.council import council_from_json
from trust.identity.directory_files import load_snapshot

_DAY_SECONDS = 86_400
_COPIES = 10
_STAMP = "founded-from"
_FOUNDERS = ("deploy/localnet", "deploy/holdings", "deploy/ceremony.py")


def find_template(folder: Path, *, anew: bool = False) -> Path:
    """A founded, stopped federation in `folder`; nothing of it may be changed."""
    if anew or not _is_good(folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        local = LocalFederation(folder, Progress(silent=True))
        try:
            local.start(anew=True)
        finally:
            local.stop()
        (folder / _STAMP).write_text(_fingerprint(), encoding="ascii")
    return folder


def copy_running(federation: Path, folder: Path) -> None:
    """A template of a federation that runs: every node's directory in it is whole.

    Raises:
        AssertionError: Its directory changed during each of several copies.
    """
    for _ in range(_COPIES):
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):  # A file was renamed while it was copied.
            copy_template(federation, folder)
            if _is_whole(folder):
                return
        time.sleep(1.0)
    shutil.rmtree(folder, ignore_errors=True)
    message = "the federation did not stand still for a copy"
    raise AssertionError(message)


def _is_whole(folder: Path) -> bool:
    layout = Layout(root=folder)
    council = council_from_json(layout.council_file.read_bytes())
    for node in sorted((folder / "nodes").iterdir()):
        try:
            if load_snapshot(node / "directory", council) is None:
                return False
        except Refusal:
            return False
    return True


def copy_template(template: Path, folder: Path) -> None:
    """A federation of one's own lies in `folder`."""
    ignored = shutil.ignore_patterns("logs", "run.json", _STAMP, "*.db", "*.db-wal", "*.db-shm")
    shutil.copytree(template, folder, ignore=ignored)
    for path in sorted(template.rglob("*.db")):
        target = folder / path.relative_to(template)
        with sqlite3.connect(path) as source, sqlite3.connect(target) as copy:
            source.backup(copy)
        target.chmod(path.stat().st_mode)


def _is_good(folder: Path) -> bool:
    stamp = folder / _STAMP
    if not stamp.is_file() or not (folder / FILE_NAME).is_file():
        return False
    young = time.time() - stamp.stat().st_mtime < _DAY_SECONDS
    return young and stamp.read_text("ascii") == _fingerprint()


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for name in _FOUNDERS:
        place = ROOT / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(path.read_bytes())
    return digest.hexdigest()
