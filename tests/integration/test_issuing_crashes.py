"""kill -9 during issuance: no number twice, no certificate without leaf, no leaf without it."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from certificate_house import World
from certificate_world import build_world
from issuing_crashes import crash_once, faults_of, prepare_world

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
SEED = 7
POINTS = 6
"""A sample: `make faults` kills at every one."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> World:
    world = build_world(tmp_path_factory.mktemp("crash"), parts / "fonts", AT)
    prepare_world(world)
    return world


def test_killed_at_a_write_the_issuance_is_finished_by_another_process(world: World) -> None:
    killed, met = crash_once(world, 0)
    assert not killed
    assert met > 20
    for point in random.Random(SEED).sample(range(1, met + 1), POINTS):
        killed, _met = crash_once(world, point)
        assert killed, (point, SEED)
        assert faults_of(world) == [], (point, SEED)


def test_the_count_of_faults_sees_what_it_should(world: World) -> None:
    """The harness itself: a leaf without a certificate, and a second leaf, are found."""
    from issuing_crashes import append, read_leaves

    from trust.transparency.leaf import Leaf

    good = next(leaf for _i, leaf in read_leaves(world) if leaf.kind == "certificate")
    append(world, Leaf(ts_ms=1, kind="certificate", number="361100-2026-999999", token_sha256="a"))
    append(world, Leaf(ts_ms=1, kind="certificate", number=good.number, token_sha256="b"))
    found = " ".join(faults_of(world))
    assert "361100-2026-999999: leaf certificate without certificate" in found
    assert f"{good.number}: 2 leaves certificate" in found
