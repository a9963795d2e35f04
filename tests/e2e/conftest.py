"""One sample federation of separate processes for the whole folder, ended behind it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from deploy.localnet.document import Federation
from deploy.localnet.federation import LocalFederation
from deploy.localnet.progress import Progress
from tests.e2e.desks import World
from tests.faults.template import copy_running

DOCUMENTS = Path(__file__).resolve().parents[2] / "var" / "documents"


@pytest.fixture(scope="package")
def local() -> Iterator[LocalFederation]:
    """A running federation in a folder of its own; every process has ended afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="lt-e2e-"))
    made = LocalFederation(folder, Progress(silent=True))
    try:
        made.start(anew=True)
        # Whoever needs the copy says so where it could not be made.
        with suppress(AssertionError):
            copy_running(folder, _founded_of(folder))
        yield made
    finally:
        made.stop()
        for one in (folder, _founded_of(folder)):
            shutil.rmtree(one, ignore_errors=True)


@pytest.fixture(scope="package")
def founded(local: LocalFederation) -> Path:
    """The federation as it was before anybody did anything in it; nothing of it may be changed."""
    copied = _founded_of(local.layout.root)
    assert copied.is_dir(), "the federation did not stand still for a copy"
    return copied


def _founded_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}-founded")


@pytest.fixture(scope="package")
def world(local: LocalFederation, worker_id: str) -> World:
    """The desks of the running federation.

    Each process of `make test` has a federation and so the same certificate numbers: the second
    one's papers lie beside those of the first.
    """
    documents = DOCUMENTS if worker_id in ("master", "gw0") else DOCUMENTS / worker_id
    documents.mkdir(parents=True, exist_ok=True)
    return World(local, documents)


@pytest.fixture(scope="package")
def federation(world: World) -> Federation:
    """The document of the running federation."""
    return world.federation
