"""E17: the index is corrected by two people; what was issued from it is replaced by two more."""

import secrets
from dataclasses import replace

import pytest
from fake_certificates import FakeCertificates
from node_acts import confirm_first, file_and_review, progress, release_and_seal, zhou
from node_database import move_to
from node_places import PASSWORD
from node_staff import hire
from node_world import build_node_world

from node.bootstrap import make_desks, make_worker, open_base
from node.domain.corrections import DecideCorrection, ProposeCorrection, ReopenCommand
from node.domain.paper_commands import ConfirmWithdrawalCommand, WithdrawCommand
from records.certificate_numbers import certificate_key
from records.corrections import IndexCorrection
from records.refusal import Refusal
from trust.envelope.statement import open_statement
from trust.transparency.checkpoint import log_origin
from trust.transparency.leaf import decode_leaf
from trust.transparency.log import TransparencyLog

HOLDER = "361100"
RECORD = "J012-003-0456-078"
REGION = (120, 300, 480, 420)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request, tmp_path_factory, table_folder):
    made = build_node_world(tmp_path_factory.mktemp("world"), table_folder)
    if request.param == "postgresql":
        move_to(made, "shangrao", request.getfixturevalue("new_pg_database")())
    for user, posts in (
        ("corrector", ("correction_clerk",)),
        ("checker", ("submission_reviewer",)),
    ):
        hire(made, HOLDER, user, posts)
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


@pytest.fixture
def desk(world):
    return world.office("shangrao").corrections


def actor(world, user):
    return world.actor(HOLDER, user)


def entry_of(base):
    return base.catalogue.get_entry(HOLDER, RECORD)


def proposal(base, field="a_birth", value="1962-11-15", **changes) -> ProposeCorrection:
    made = ProposeCorrection(
        archive_code=HOLDER,
        reference_code=RECORD,
        field=field,
        new_value=value,
        image=entry_of(base).images[0].sha256,
        region=REGION,
        reason="影像上写的是十五日，录入时漏了一笔",
    )
    return replace(made, **changes)


def decision(correction, approve=True, note="") -> DecideCorrection:
    return DecideCorrection(
        archive_code=HOLDER, correction_id=correction.correction_id, approve=approve, note=note
    )


def certify(world, worker) -> str:
    """Zhou's extract from the holder's own window; the case number."""
    case_no = file_and_review(world, zhou(window_archive=HOLDER), "key-" + secrets.token_hex(6))
    worker.run_until_idle()
    confirm_first(world, case_no, HOLDER)
    release_and_seal(world, case_no, HOLDER)
    worker.run_until_idle()
    return case_no


def number_of(world, case_no) -> str:
    return progress(world, case_no, HOLDER).certificates[0].number


def leaves(base):
    with base.engine.connect() as connection:
        origin = log_origin(base.house.trust_domain, HOLDER)
        log = TransparencyLog()
        size = log.size(connection, origin)
        return [decode_leaf(log.leaf(connection, origin, index)) for index in range(size)]


def test_e17_from_the_wrong_index_to_the_notice(world, base, worker, fake, desk):
    case_no = certify(world, worker)
    old, before = number_of(world, case_no), entry_of(base)
    shelf = base.catalogue.find_shelf(HOLDER, before.category)

    proposed = desk.index.propose(proposal(base, because=case_no), actor(world, "corrector"))
    assert (proposed.state, proposed.old_value) == ("proposed", "1962-11-05")
    assert entry_of(base) == before, "a proposal changes nothing"
    approved = desk.index.decide(decision(proposed), actor(world, "checker"))
    assert (approved.state, [one.number for one in approved.affected]) == ("approved", [old])

    after = entry_of(base)
    assert after.values == before.values | {"a_birth": "1962-11-15"}
    assert after.images == before.images, "the record is untouched"
    assert after.index_version == before.index_version + 1
    assert approved.index_version == shelf.index_version + 1

    again = ReopenCommand(archive_code=HOLDER, correction_id=approved.correction_id, number=old)
    desk.replacing.reopen(again, actor(world, "dispatcher"))
    with pytest.raises(Refusal, match="CERTIFICATE_STANDS"):
        desk.replacing.reopen(again, actor(world, "dispatcher"))
    confirm_first(world, case_no, HOLDER)
    release_and_seal(world, case_no, HOLDER)
    worker.run_until_idle()
    new = number_of(world, case_no)
    assert new != old, "the window has the new certificate"
    events = progress(world, case_no, HOLDER).events
    assert "CORRECTED" in [event.code for event in events]
    (order,) = [
        one.order for one in fake.prepared.values() if fake.numbers[one.order.release_id] == new
    ]
    assert {row.field: row.value for row in order.rows}["a_birth"] == "1962-11-15"

    supersede(world, worker, case_no, old, new)
    assert fake.withdrawn[old].replaced_by == new
    (step,) = desk.views.view(approved.correction_id, actor(world, "checker")).affected
    assert (step.step, step.replaced_by, step.notice_drawn) == ("replaced", new, True)

    kinds = [leaf.kind for leaf in leaves(base) if leaf.case == approved.correction_id]
    assert kinds == ["statement", "correction_proposed", "statement", "correction_approved"]
    assert "corrected" in [leaf.kind for leaf in leaves(base) if leaf.case == case_no]


def supersede(world, worker, case_no, old, new):
    office = world.office("shangrao")
    command = WithdrawCommand(
        case_no=case_no,
        holder_archive=HOLDER,
        number=old,
        reason_class="error_in_record",
        replaced_by=new,
        seal_keeper=actor(world, "sealer").officer_id,
        password=PASSWORD + "dispatcher",
    )
    office.withdrawals.order(command, actor(world, "dispatcher"))
    confirm = ConfirmWithdrawalCommand(
        case_no=case_no, holder_archive=HOLDER, password=PASSWORD + "sealer"
    )
    paper = office.withdrawals.confirm(confirm, actor(world, "sealer"))
    assert (paper.template, new in str(paper.envelope.payload.decode())) == ("T8", True)
    worker.run_until_idle()


def test_each_step_is_a_signed_statement_that_the_archive_keeps(world, base, desk):
    proposed = desk.index.propose(
        proposal(base, "registration_office", "上饶县旭日镇政府"), actor(world, "corrector")
    )
    said = "影像与现著录一致，不需修正"
    returned = desk.index.decide(decision(proposed, False, said), actor(world, "checker"))
    assert (returned.state, returned.note) == ("returned", said)
    with base.house.book.read() as book:
        kept = book.list_statements(HOLDER, proposed.correction_id)
    keys = base.kept.current().view.sign_keys("shangrao", base.house.clock())
    steps = [open_statement(one.envelope, IndexCorrection, keys).statement for one in kept]
    assert [step.step for step in steps] == ["proposed", "returned"]
    assert steps[1].officer == actor(world, "checker").officer_id
    assert entry_of(base).values["registration_office"] == "上饶县旭日镇人民政府"


def test_the_corrected_entry_is_found_by_the_new_value_and_not_by_the_old(world, base, desk):
    made = proposal(base, "certificate_no", "(85)旭镇结字第87号")
    correction = desk.index.propose(made, actor(world, "corrector"))
    desk.index.decide(decision(correction), actor(world, "checker"))
    with base.catalogue._index.reading() as index:
        shelf = index.find_shelf(HOLDER, entry_of(base).category)
        found = {
            number: index.find_by_number(shelf, key(number))
            for number in ("(85)旭镇结字第78号", "(85)旭镇结字第87号")
        }
    assert [bool(ids) for ids in found.values()] == [False, True]


def key(number):
    return certificate_key(number, volume_year=1985)


def test_who_proposed_neither_approves_nor_releases(world, base, desk):
    both = ("submission_reviewer",)
    hire(world, HOLDER, "twohats", both, person="corrector")
    proposed = desk.index.propose(
        proposal(base, "b_birth", "1964-02-19"), actor(world, "corrector")
    )
    for user, code in (("twohats", "DUTY_CONFLICT"), ("corrector", "DUTY_NOT_HELD")):
        with pytest.raises(Refusal, match=code):
            desk.index.decide(decision(proposed), actor(world, user))
    with pytest.raises(Refusal, match="CORRECTION_OPEN"):
        desk.index.propose(proposal(base, "b_birth", "1964-02-29"), actor(world, "corrector"))
    assert desk.views.view(proposed.correction_id, actor(world, "twohats")).own
    desk.index.decide(decision(proposed, False, "影像不清，暂不修正"), actor(world, "checker"))
    with pytest.raises(Refusal, match="CORRECTION_DECIDED"):
        desk.index.decide(decision(proposed), actor(world, "checker"))


def test_an_entry_that_changed_meanwhile_is_not_overwritten(world, base, desk):
    first = desk.index.propose(proposal(base, "b_name", "吴桂蘭"), actor(world, "corrector"))
    other = desk.index.propose(proposal(base, "b_sex", ""), actor(world, "corrector"))
    desk.index.decide(decision(first), actor(world, "checker"))
    with pytest.raises(Refusal, match="CORRECTION_STALE"):
        desk.index.decide(decision(other), actor(world, "checker"))
    assert entry_of(base).values["b_sex"] == "女"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"field": "reference_code"}, "CORRECTION_MALFORMED"),
        ({"field": "open_status", "new_value": "open"}, "CORRECTION_MALFORMED"),
        ({"field": "nothing"}, "CORRECTION_MALFORMED"),
        ({"field": "a_sex", "new_value": "丁"}, "CORRECTION_MALFORMED"),
        ({"field": "event_date", "new_value": "2099-05-20"}, "CORRECTION_MALFORMED"),
        ({"new_value": "\x00"}, "CODE_POINT_FORBIDDEN"),
        ({"image": "0" * 64}, "CORRECTION_IMAGE"),
        ({"region": (500, 300, 400, 420)}, "CORRECTION_MALFORMED"),
        ({"region": (0, 0, 1001, 10)}, "CORRECTION_MALFORMED"),
        ({"reason": "错"}, "CORRECTION_MALFORMED"),
        ({"reference_code": "J012-003-0456-999"}, "ENTRY_NOT_FOUND"),
    ],
)
def test_a_proposal_is_whole_or_refused(world, base, desk, changes, code):
    with pytest.raises(Refusal, match=code):
        desk.index.propose(proposal(base, **changes), actor(world, "corrector"))


def test_the_same_value_is_no_correction(world, base, desk):
    same = entry_of(base).values["a_name"]
    with pytest.raises(Refusal, match="CORRECTION_MALFORMED"):
        desk.index.propose(proposal(base, "a_name", same), actor(world, "corrector"))


def test_only_the_posts_that_need_it_look(world, base, desk):
    page = entry_of(base).images[0].sha256
    data, kind = desk.views.page_image(RECORD, page, actor(world, "corrector"))
    assert (kind, bool(data)) == ("image/png", True)
    for user in ("clerk", "leader"):
        with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
            desk.views.page_image(RECORD, page, actor(world, user))
        with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
            desk.views.list(actor(world, user))
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        desk.views.open_entry(RECORD, actor(world, "checker"))
    viewed = [one for one in leaves(base) if one.case == RECORD]
    assert "image_viewed" in {one.kind for one in viewed}
