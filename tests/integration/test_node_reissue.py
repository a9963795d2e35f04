"""Bulk re-issue: many certificates replaced, signed by two people, resumed where it stopped."""

import secrets

import pytest
from fake_certificates import FakeCertificates
from node_acts import confirm_first, file_and_review, progress, release_and_seal, zhou
from node_database import move_to
from node_places import PASSWORD
from node_world import build_node_world

from node.bootstrap import make_desks, make_worker, open_base
from node.domain.reissue import PlanReissue, ReissueStep
from records.refusal import Refusal

HOLDER = "361100"
CASES = 3


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request, tmp_path_factory, table_folder):
    made = build_node_world(tmp_path_factory.mktemp("world"), table_folder)
    if request.param == "postgresql":
        move_to(made, "shangrao", request.getfixturevalue("new_pg_database")())
    return made


@pytest.fixture(scope="module")
def base(world):
    return open_base(world.nodes["shangrao"].data)


@pytest.fixture(scope="module")
def fake(base):
    return FakeCertificates(lambda: base.kept.current().view, base.house.clock, caller="shangrao")


@pytest.fixture(scope="module")
def worker(base, fake):
    return make_worker(base, make_desks(base), partner=None, certificates=fake)


@pytest.fixture(scope="module")
def cases(world, worker):
    found = []
    for _ in range(CASES):
        case_no = file_and_review(world, zhou(window_archive=HOLDER), "key-" + secrets.token_hex(6))
        worker.run_until_idle()
        confirm_first(world, case_no, HOLDER)
        release_and_seal(world, case_no, HOLDER)
        worker.run_until_idle()
        found.append(case_no)
    return found


def numbers(world, cases):
    return [progress(world, one, HOLDER).certificates[0].number for one in cases]


def step(batch, user, password="", keeper=""):
    return ReissueStep(
        archive_code=HOLDER,
        batch_id=batch.batch_id,
        password=password or PASSWORD + user,
        seal_keeper=keeper,
    )


def test_a_batch_goes_through_two_peoples_hands_and_resumes(world, base, worker, fake, cases):
    desk = world.office("shangrao").corrections.batches
    dispatcher, sealer = (world.actor(HOLDER, user) for user in ("dispatcher", "sealer"))
    old = numbers(world, cases)
    before = len(fake.prepared)
    plan = PlanReissue(archive_code=HOLDER, cause="error_in_extract", note="版式错误，页脚重叠")
    batch = desk.plan(plan, dispatcher)
    assert sorted(one.number for one in batch.certificates) == sorted(old)
    assert len(fake.prepared) == before, "planning makes nothing"

    # The run is cut off after the first certificate.
    first = next(desk.release(step(batch, "dispatcher"), dispatcher))
    assert (first.place, first.of, first.step, first.code) == (1, CASES, "reissuing", "")
    worker.run_until_idle()
    assert len(fake.prepared) == before, "one signature makes nothing"
    again = list(desk.release(step(batch, "dispatcher"), dispatcher))
    assert [one.code for one in again] == [""] * CASES
    sealed = list(desk.seal(step(batch, "sealer"), sealer))
    assert [one.code for one in sealed] == [""] * CASES
    assert list(desk.seal(step(batch, "sealer"), sealer)) == sealed, "nothing is sealed twice"
    worker.run_until_idle()
    assert len(fake.prepared) == before + CASES
    new = numbers(world, cases)
    assert not set(new) & set(old)

    keeper = sealer.officer_id
    list(desk.supersede(step(batch, "dispatcher", keeper=keeper), dispatcher))
    assert not fake.withdrawn, "one signature replaces nothing"
    list(desk.confirm(step(batch, "sealer"), sealer))
    worker.run_until_idle()
    assert {number: said.replaced_by for number, said in fake.withdrawn.items()} == dict(
        zip(old, new, strict=True)
    )
    status = list(desk.status(HOLDER, batch.batch_id, dispatcher))
    assert [one.step for one in status] == ["replaced"] * CASES
    assert [one.code for one in desk.release(step(batch, "dispatcher"), dispatcher)] == [""] * CASES
    worker.run_until_idle()
    assert len(fake.prepared) == before + CASES, "a finished batch does nothing more"


def test_who_released_does_not_seal_and_a_wrong_password_stops_the_run(world, worker, cases):
    desk = world.office("shangrao").corrections.batches
    dispatcher, sealer = (world.actor(HOLDER, user) for user in ("dispatcher", "sealer"))
    (number,) = numbers(world, cases[:1])
    plan = PlanReissue(
        archive_code=HOLDER, numbers=(number,), cause="leaked", note="密钥遗失，逐件更换"
    )
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        desk.plan(plan, sealer)
    batch = desk.plan(plan, dispatcher)
    with pytest.raises(Refusal, match="PASSWORD_WRONG"):
        list(desk.release(step(batch, "dispatcher", "not the password at all"), dispatcher))
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        list(desk.seal(step(batch, "dispatcher"), dispatcher))
    with pytest.raises(Refusal, match="CORRECTION_UNKNOWN"):
        list(desk.status(HOLDER, "CF-361100-2026-999999", dispatcher))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cause": "fun"}, "CORRECTION_MALFORMED"),
        ({"note": "x"}, "CORRECTION_MALFORMED"),
        ({"numbers": ("361100-2026-999999",)}, "CERTIFICATE_STANDS"),
    ],
)
def test_a_plan_is_whole_or_refused(world, cases, changes, code):
    desk = world.office("shangrao").corrections.batches
    fields = {"archive_code": HOLDER, "cause": "leaked", "note": "密钥遗失，逐件更换"} | changes
    with pytest.raises(Refusal, match=code):
        desk.plan(PlanReissue(**fields), world.actor(HOLDER, "dispatcher"))
