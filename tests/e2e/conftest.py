"""One sample federation of separate processes for the whole folder, ended behind it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.localnet.document import Federation
from deploy.localnet.federation import LocalFederation
from deploy.localnet.progress import Progress
from tests.e2e.desks import World

DOCUMENTS = Path(__file__).resolve().parents[2] / "var" / "documents"


@pytest.fixture(scope="package")
def local() -> Iterator[LocalFederation]:
    """A running federation in a folder of its own; every process has ended afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="lt-e2e-"))
    made = LocalFederation(folder, Progress(silent=True))
    try:
        made.start(anew=True)
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="package")
def world(local: LocalFederation) -> World:
    """The desks of the running federation."""
    DOCUMENTS.mkdir(parents=True, exist_ok=True)
    return World(local, DOCUMENTS)


@pytest.fixture(scope="package")
def federation(world: World) -> Federation:
    """The document of the running federation."""
    return world.federation
