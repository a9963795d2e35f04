"""LTA at issue when the authorities are up; flagged and lengthened later when they were not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from authorities_world import Authorities, connect, own_authorities
from certificate_house import World
from certificate_world import build_world

from certificate_service.adapters.evidence import EvidenceFolder
from certificate_service.document.pdf_check import open_sealed
from certificate_service.document.pdf_longterm import ValidationMaterial, add_evidence
from certificate_service.document.security_store import read_security_store
from certificate_service.domain.verdict import Verdict
from certificate_service.services.examine import Examiner
from certificate_service.services.examine_parts import Question

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> World:
    return build_world(tmp_path_factory.mktemp("long"), parts / "fonts", AT)


@pytest.fixture
def authorities(world: World) -> Authorities:
    return own_authorities(world)


def examine(world: World, pdf: bytes) -> Verdict:
    world.publisher.publish_all()
    examiner = Examiner(world.trust.current(), EvidenceFolder(world.folder / "site"))
    return examiner.examine_file(pdf, Question(now=AT))


def test_with_all_authorities_up_the_file_is_lta_at_once(
    world: World, authorities: Authorities
) -> None:
    queue = connect(world, authorities)
    pdf = world.certify().pdf
    found = examine(world, pdf)
    assert (found.code, found.level) == ("V00", "LTA")
    assert queue.waiting() == ()
    assert authorities.stamped == 2


@pytest.mark.parametrize(
    ("fault", "level"),
    [({"stamping": False}, "B"), ({"listing": False}, "T"), ({"dies_after": 1}, "T")],
)
def test_what_was_issued_during_an_outage_is_flagged_and_reaches_lta_later(
    world: World, fault: dict[str, object], level: str
) -> None:
    authorities = own_authorities(world)
    moment = [AT]
    queue = connect(world, authorities, lambda: moment[0])
    for name, value in fault.items():
        setattr(authorities, name, value)
    made = world.certify()
    assert examine(world, made.pdf).level == level
    (waiting,) = queue.waiting()
    assert (waiting.level, waiting.tries) == (level, 0)
    # Still down: tried, postponed, not tried again before its time.
    assert queue.run_due() == 0
    (waiting,) = queue.waiting()
    assert waiting.tries == 1
    assert waiting.reason in ("TSA_UNAVAILABLE", "REVOCATION_UNAVAILABLE")
    assert queue.run_due() == 0
    assert queue.waiting()[0].tries == 1
    # Up again: a worker that was started anew finds the flag.
    authorities.stamping, authorities.listing, authorities.dies_after = True, True, 1 << 30
    moment[0] = AT + timedelta(hours=2)
    queue = connect(world, authorities, lambda: moment[0])
    assert queue.run_due() == 1
    assert queue.waiting() == ()
    longer = queue.newest(waiting.release_id)
    assert longer.startswith(made.pdf)
    found = examine(world, longer)
    assert (found.code, found.level) == ("V00", "LTA")
    # Whoever asks the register again has the file whose digest is in the log.
    assert world.register.file(waiting.release_id) == made.pdf


def test_an_unconfirmed_certificate_waits_for_its_leaf(
    world: World, authorities: Authorities
) -> None:
    authorities.stamping = False
    moment = [AT]
    queue = connect(world, authorities, lambda: moment[0])
    papers = world.papers()
    release = world.issue.prepare(papers, world.images(papers), "shangrao")
    proof = world.certificate_leaf(release.number, release.token)
    world.issue.issue(release.release_id, proof, "shangrao")
    authorities.stamping = True
    assert queue.run_due() == 0
    assert [one.reason for one in queue.waiting()] == ["NOT_CONFIRMED"]


def test_garbage_from_the_authority_is_never_kept(world: World, authorities: Authorities) -> None:
    authorities.garbage = True
    queue = connect(world, authorities)
    before = {one.release_id for one in queue.waiting()}
    made = world.certify()
    assert examine(world, made.pdf).level == "B"
    assert len({one.release_id for one in queue.waiting()} - before) == 1


def test_renewing_adds_one_time_stamp_and_an_interrupted_run_goes_on(
    world: World, authorities: Authorities
) -> None:
    moment = [AT]
    queue = connect(world, authorities, lambda: moment[0])
    made = world.certify()
    release = world.register.find_number(made.number)
    assert release is not None
    moment[0] = AT + timedelta(days=2)
    renewed = dict(queue.renew("361100", timedelta(days=1)))
    assert renewed[made.number] == "LTA"
    longer = queue.newest(release.release_id)
    assert longer.startswith(made.pdf)
    assert len(open_sealed(longer).stamps) == 2
    assert examine(world, longer).level == "LTA"
    assert dict(queue.renew("361100", timedelta(days=1))) == {}


def test_a_security_store_alone_is_lt_and_no_byte_of_it_can_change(
    world: World, authorities: Authorities
) -> None:
    authorities.listing = False
    connect(world, authorities)
    stamped = world.certify().pdf
    authorities.listing = True
    connect(world, authorities)
    lta = open_sealed(world.certify().pdf)
    store = read_security_store(lta.signature.reader)
    material = ValidationMaterial(
        certificates=[one.dump() for one in store.certificates],
        lists=[one.dump() for one in store.lists],
    )
    pdf = add_evidence(stamped, material)
    assert (examine(world, pdf).code, examine(world, pdf).level) == ("V00", "LT")
    for position in range(len(stamped), len(pdf), 173):
        changed = bytearray(pdf)
        changed[position] ^= 1
        assert examine(world, bytes(changed)).genuine is False, position
    for tail in (b"\n", b"%note\n", b"%%EOF\n"):
        assert examine(world, pdf + tail).code == "V06"
        assert examine(world, lta.pdf + tail).code == "V06"
