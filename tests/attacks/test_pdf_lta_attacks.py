"""Hostile forms of a file at LTA: nobody is told that it is genuine, nothing crashes."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from authorities_world import connect, own_authorities
from certificate_house import World
from certificate_world import build_world
from pdf_forge import FAMILIES, flips

from certificate_service.adapters.evidence import EvidenceFolder
from certificate_service.services.examine import Examiner
from certificate_service.services.examine_parts import Question

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
SEED = 20261121
SLOWEST_SECONDS = 4.0
"""Of the processor; the bench reports how long it takes."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> World:
    return build_world(tmp_path_factory.mktemp("lta"), parts / "fonts", AT)


@pytest.fixture(scope="module")
def issued(world: World) -> tuple[Examiner, bytes, object]:
    authorities = own_authorities(world)
    connect(world, authorities)
    pdf = world.certify().pdf
    world.publisher.publish_all()
    examiner = Examiner(world.trust.current(), EvidenceFolder(world.folder / "site"))
    found = examiner.examine_file(pdf, Question(now=AT))
    assert (found.code, found.level) == ("V00", "LTA")
    return examiner, pdf, authorities


@pytest.mark.parametrize("family", FAMILIES)
def test_no_forgery_of_the_family_is_genuine(
    issued: tuple[Examiner, bytes, object], family: str
) -> None:
    examiner, pdf, authorities = issued
    tried = 0
    for name, forged in FAMILIES[family](pdf, authorities.stamp):
        began = time.process_time()
        verdict = examiner.examine_file(forged, Question(now=AT))
        assert verdict.genuine is False, (family, name, verdict.code)
        assert verdict.shown.masked_names == ""
        assert time.process_time() - began < SLOWEST_SECONDS, name
        tried += 1
    assert tried


def test_one_flipped_bit_anywhere_is_reported(issued: tuple[Examiner, bytes, object]) -> None:
    examiner, pdf, _authorities = issued
    for name, forged in flips(pdf, 60, SEED):
        verdict = examiner.examine_file(forged, Question(now=AT))
        assert verdict.genuine is False, (name, SEED, verdict.code)
