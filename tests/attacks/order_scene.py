"""Orders of one archive that are handed in with something wrong; import the fixture by name."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from certificate_house import World
from certificate_world import build_world

from records.refusal import Refusal

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> World:
    return build_world(tmp_path_factory.mktemp("orders"), parts / "fonts", AT)


def refusal(world: World, caller: str = "shangrao", **changes: Any) -> Refusal:
    papers = world.papers(**changes)
    with pytest.raises(Refusal) as caught:
        world.issue.prepare(papers, world.images(papers), caller)
    return caught.value
