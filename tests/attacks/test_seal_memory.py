"""One order, one document: races and repeated asking give no second seal and no lost revocation."""

import hashlib
import signal
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms
from certificate_house import World
from certificate_keys import make_officer
from certificate_papers import HOLDER, real_now
from certificate_world import build_world

from certificate_service.adapters.evidence import EvidenceFolder
from certificate_service.adapters.seal_process import SealProcesses
from certificate_service.services.examine import Examiner
from certificate_service.services.examine_parts import Question
from records.refusal import Refusal
from trust.envelope.statement import decode, sign_statement
from trust.identity.statements import Appointment

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


class Attributes:
    """Has the seal sign attributes over any bytes, as a thief of the service would."""

    def __init__(self, world: World) -> None:
        self.world, self.seen = world, []
        self.papers, release = prepared(world)
        self.release_id = release.release_id
        sign = world.seals.sign
        world.seals.sign = lambda *said: (self.seen.append(said[2]), sign(*said))[1]  # type: ignore[method-assign]
        proof = world.certificate_leaf(release.number, release.token)
        world.issue.issue(release.release_id, proof, "shangrao")
        world.seals.sign = sign  # type: ignore[method-assign]

    def over(self, digest: bytes) -> bytes:
        attributes = cms.CMSAttributes.load(self.seen[0])
        for one in attributes:
            if one["type"].native == "message_digest":
                one["values"] = [digest]
        return attributes.dump(force=True)

    def ask(self, attributes: bytes) -> bytes:
        seals, papers = self.world.seals, self.papers
        seals.admit(HOLDER, papers.order, papers.appointments)
        return seals.sign(HOLDER, self.release_id, attributes)


def test_one_true_order_seals_one_document_and_no_other(world: World) -> None:
    thief = Attributes(world)
    assert thief.ask(thief.seen[0])
    for _ in range(2):
        with pytest.raises(Refusal) as caught:
            thief.ask(thief.over(hashlib.sha256(b"another certificate").digest()))
        assert caught.value.code == "SEAL_REFUSED"
        # A signer that was started anew remembers.
        world.seals._signers.clear()
    assert thief.ask(thief.seen[0])


def test_the_signer_takes_no_older_appointment_than_it_has_seen(world: World) -> None:
    """The service, or a thief in its place, hides the dismissal; the signer has seen it."""
    keeper = make_officer(world.authority, ("seal_keeper",), world.now)
    said = decode(keeper.appointment.payload, Appointment)
    revoked = replace(said, sequence=said.sequence + 1, revoked=True)
    dismissal = sign_statement(revoked, world.authority.signer)
    order = world.sign(
        world.order(world.request(), seal_keeper=keeper.officer_id), world.dispatcher, keeper
    )
    good = (world.dispatcher.appointment, keeper.appointment)
    world.seals.admit(HOLDER, order, good)
    for appointments in ((*good, dismissal), good, good):
        with pytest.raises(Refusal) as caught:
            world.seals.admit(HOLDER, order, appointments)
        assert caught.value.code == "SEAL_REFUSED"
        world.seals._signers.clear()


def test_a_signer_that_hangs_is_ended_and_another_one_answers(tmp_path: Path, parts: Path) -> None:
    world = build_world(tmp_path, parts / "fonts", real_now())
    papers = world.papers()
    seals = SealProcesses(tmp_path / "archives", {}, patience_seconds=20)
    try:
        seals.admit(HOLDER, papers.order, papers.appointments)
        signer = seals._signers[HOLDER]
        signer._patience = 0.5
        signer._child.send_signal(signal.SIGSTOP)
        with pytest.raises(Refusal) as caught:
            seals.admit(HOLDER, papers.order, papers.appointments)
        assert caught.value.code == "SEAL_UNAVAILABLE"
        signer._patience = 20
        seals.admit(HOLDER, papers.order, papers.appointments)
    finally:
        seals.close()
