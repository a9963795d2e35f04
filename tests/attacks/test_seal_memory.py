"""One order, one document: races and repeated asking give no second seal and no lost revocation."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from certificate_world import World, build_world

from certificate_service.adapters.evidence import EvidenceFolder
from certificate_service.services.examine import Examiner
from certificate_service.services.examine_parts import Question
from records.refusal import Refusal

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path, parts: Path) -> World:
    return build_world(tmp_path, parts / "fonts", AT)


def prepared(world: World, **changes: Any) -> Any:
    papers = world.papers(**changes)
    return papers, world.issue.prepare(papers, world.images(papers), "shangrao")


def test_preparing_anew_while_it_is_sealed_does_not_part_file_and_status(world: World) -> None:
    """A certificate whose place in the status list is another's could never be revoked."""
    papers, release = prepared(world)
    proof = world.certificate_leaf(release.number, release.token)
    again = replace(papers, leaf_index=release.leaf_index + 5)
    sign, refused = world.seals.sign, []

    def meanwhile(*arguments: Any) -> bytes:
        try:
            world.issue.prepare(again, world.images(papers), "shangrao")
        except Refusal as refusal:
            refused.append(refusal.code)
        return sign(*arguments)

    world.seals.sign = meanwhile  # type: ignore[method-assign]
    pdf = world.issue.issue(release.release_id, proof, "shangrao")
    assert refused == ["RELEASE_OUT_OF_ORDER"]
    assert world.register.find(release.release_id).token == release.token
    digest = hashlib.sha256(pdf).digest()
    file_proof = world.file_leaf(release.number, pdf)
    world.issue.confirm(release.release_id, digest, file_proof, "shangrao")
    world.publisher.publish_all()
    order = world.status_order(release.number, "revoked")
    world.status.change(order, "shangrao", wanted="revoked")
    examiner = Examiner(world.trust.current(), EvidenceFolder(world.folder / "site"))
    assert examiner.examine_file(pdf, Question(now=AT)).code == "V04"
