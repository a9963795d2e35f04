"""Call-backs, misuse alerts (E26) and complaints (R5) between two nodes on a turned clock."""

from collections import Counter
from dataclasses import replace

import pytest
from channel_world import wall_clock
from node_acts import zhou
from node_staff import hire
from stepped_world import build_stepped_world

from node.domain.attention import CallBack
from node.domain.commands import FileRequestCommand, RefuseCommand, ReviewCommand
from node.domain.complaints import DecideCommand, RegisterCommand
from node.services.call_back import CallBackCommand
from records.exchange import Proof
from records.queries import SoughtPerson
from records.refusal import Refusal

HOLDER, WINDOW = "361100", "330400"


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder):
    made = build_stepped_world(tmp_path_factory.mktemp("duties"), table_folder)
    for archive in (HOLDER, WINDOW):
        hire(made.world, archive, "supervisor", ("supervisor",))
    hire(made.world, HOLDER, "fresh", ("release_dispatcher",))
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _now(world):
    world.clock.now = max(world.clock.now, wall_clock())


def rights(world, archive=HOLDER):
    return world.at(archive).office.rights


# -- call-backs


def drawn_case(world) -> str:
    """A case whose lot fell, as if it were one of the fifty."""
    case_no = world.file(zhou())
    world.run()
    with world.at(HOLDER).base.house.book.write() as book:
        work = book.get_work(case_no, HOLDER)
        held = replace(work.attention, call_back=CallBack(state="due"))
        book.save_work(replace(work, attention=held))
    return case_no


def test_two_of_a_hundred_are_drawn_and_only_the_holders_secret_says_which(world):
    house = world.at(HOLDER).base.house
    house = replace(house, policy=replace(house.policy, call_back_percent=2))
    other = replace(house, sample_key=b"another secret of thirty-two byte")
    numbers = [f"LT-330400-20261122-{n:05}" for n in range(20_000)]
    drawn = {one for one in numbers if house.is_called_back(one, HOLDER)}
    elsewhere = {one for one in numbers if other.is_called_back(one, HOLDER)}
    assert 320 <= len(drawn) <= 480, "2 % within five sigmas"
    assert drawn == {one for one in numbers if house.is_called_back(one, HOLDER)}, "never redrawn"
    assert len(drawn & elsewhere) < 40, "nothing follows from the number alone"


def test_every_case_of_a_strict_holder_is_drawn_and_its_own_windows_never(world):
    base = world.at(HOLDER).base
    strict = replace(base.house, policy=replace(base.house.policy, call_back_percent=100))
    from node.services.draw_call_back import draw_call_back

    case_no = world.file(zhou())
    world.run()
    with base.house.book.read() as book:
        work = book.get_work(case_no, HOLDER)
    assert draw_call_back(strict, work).attention.call_back.state == "due"
    own = replace(work, window_archive=HOLDER)
    assert draw_call_back(strict, own).attention.call_back.state == ""


def test_a_drawn_case_is_held_until_the_window_stands_by_it(world):
    case_no = drawn_case(world)
    world.confirm(case_no)
    with pytest.raises(Refusal, match="CALL_BACK_OPEN"):
        world.release(case_no)
    dispatcher = world.actor(HOLDER, "dispatcher")
    (due,) = [
        one for one in rights(world).call_backs.list_due(dispatcher) if one.work.case_no == case_no
    ]
    assert due.telephone == "0573-0000", "the agreement's office, not a number from the request"
    note = "嘉兴馆值班室确认申请表与证件影像在案"
    said = CallBackCommand(case_no=case_no, holder_archive=HOLDER, note=note)
    with pytest.raises(Refusal, match="CALL_BACK_UNSEALED"):
        rights(world).call_backs.record(replace(said, how="sealed_application"), dispatcher)
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        rights(world).call_backs.record(said, world.actor(HOLDER, "sealer"))
    rights(world).call_backs.record(said, dispatcher)
    with pytest.raises(Refusal, match="CALL_BACK_NONE"):
        rights(world).call_backs.record(said, dispatcher)
    assert "call_back_confirmed" in world.leaves(HOLDER, case_no)
    world.release(case_no)


def test_what_the_window_denies_is_for_the_leader_alone(world):
    case_no = drawn_case(world)
    world.confirm(case_no)
    dispatcher, leader = world.actor(HOLDER, "dispatcher"), world.actor(HOLDER, "leader")
    said = CallBackCommand(
        case_no=case_no, holder_archive=HOLDER, confirmed=False, note="该馆称没有这份申请"
    )
    rights(world).call_backs.record(said, dispatcher)
    with pytest.raises(Refusal, match="CALL_BACK_OPEN"):
        world.release(case_no)
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        rights(world).call_backs.waive(said, dispatcher)
    rights(world).call_backs.waive(replace(said, note="该馆补来书面说明"), leader)
    assert Counter(world.leaves(HOLDER, case_no))["call_back_waived"] == 1
    world.release(case_no)


# -- misuse


def tried(world, name):
    form = zhou(query=replace(zhou().query, subject=SoughtPerson(name=name, birth="1962-11-05")))
    return world.at(WINDOW).office.file_request.preview(form, world.actor(WINDOW, "clerk"))


def names(count):
    given = "建国秀英志明桂兰永福春梅家栋玉珍"
    return [f"周{given[n % 16]}{given[n // 16]}" for n in range(count)]


def test_e26_sixty_names_in_ten_minutes_end_in_a_block_an_alert_and_a_report(world):
    refused = []
    for name in names(60):
        world.clock.pass_(seconds=9)
        try:
            tried(world, name)
        except Refusal as refusal:
            refused.append(refusal.code)
    assert refused == ["NO_LAWFUL_CASE"] * 21, "from the fortieth on"
    supervisor = world.actor(WINDOW, "supervisor")
    (report,) = rights(world, WINDOW).alerts.list(supervisor)
    assert (report.alert.rule, report.alert.names, report.alert.blocks) == (
        "NAMES_WITHOUT_CASE", 60, True,
    )  # fmt: skip
    assert report.officer_name == "clerk某" and report.words
    kinds = Counter(world.leaves(WINDOW))
    assert (kinds["misuse_alert"], kinds["misuse_blocked"]) == (1, 1)
    filed = FileRequestCommand(client_key="key-misuse-01", application=zhou())
    office = world.at(WINDOW).office
    with pytest.raises(Refusal, match="NO_LAWFUL_CASE"):
        office.file_request.file(filed, world.actor(WINDOW, "clerk"))
    with world.at(WINDOW).base.engine.connect() as connection:
        kept = str(list(connection.exec_driver_sql("SELECT * FROM lookups")))
    assert "周" not in kept, "names are counted, not kept"

    alerts = rights(world, WINDOW).alerts
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        alerts.list(world.actor(WINDOW, "clerk"))
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        alerts.acknowledge(report.alert.alert_id, "误报", world.actor(WINDOW, "reviewer"))
    alerts.acknowledge(report.alert.alert_id, "培训演练，已谈话", supervisor)
    with pytest.raises(Refusal, match="ALERT_UNKNOWN"):
        alerts.acknowledge(report.alert.alert_id, "培训演练，已谈话", supervisor)
    assert tried(world, "周永福").eligible, "the officer may go on"
    assert world.leaves(WINDOW)[-1] != "misuse_blocked"


def test_an_honest_hour_raises_nothing(world):
    """Twenty cases an hour: previewed twice each, filed once."""
    supervisor = world.actor(HOLDER, "supervisor")
    office, clerk = world.at(HOLDER).office, world.actor(HOLDER, "clerk")
    for number, name in enumerate(names(40)[20:]):
        world.clock.pass_(minutes=3)
        query = replace(zhou().query, subject=SoughtPerson(name=name, birth="1962-11-05"))
        form = zhou(window_archive=HOLDER, query=query)
        office.file_request.preview(form, clerk)
        command = FileRequestCommand(client_key=f"key-honest-{number:02}", application=form)
        office.file_request.file(command, clerk)
    assert rights(world).alerts.list(supervisor) == []


# -- complaints


def refused_case(world) -> str:
    """The holder's dispatcher refused; the window has the answer."""
    case_no = world.file(zhou())
    world.run()
    world.claim(case_no)
    command = RefuseCommand(
        case_no=case_no, holder_archive=HOLDER, reason_code="NOT_PARTY", note="申请人不是当事人"
    )
    world.at(HOLDER).office.answer.refuse(command, world.actor(HOLDER, "dispatcher"))
    world.run()
    assert world.progress(case_no).summary.state == "refused"
    return case_no


def test_an_overturned_refusal_is_done_again_by_others_and_answered_once_more(world):
    case_no = refused_case(world)
    complaints, leader = rights(world).complaints, world.actor(HOLDER, "leader")
    registered = complaints.register(
        RegisterCommand(case_no=case_no, ground="refused", words="本人就是当事人，请复核。"), leader
    )
    assert registered.number.startswith("SS-361100-") and registered.desk == "holder"
    assert (registered.due_at - registered.filed_at).days >= 14
    dispatcher, fresh = world.actor(HOLDER, "dispatcher"), world.actor(HOLDER, "fresh")
    with pytest.raises(Refusal, match="COMPLAINT_OWN_DECISION"):
        complaints.assign(registered.number, dispatcher.officer_id, leader)
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        complaints.assign(registered.number, fresh.officer_id, dispatcher)
    complaints.assign(registered.number, fresh.officer_id, leader)
    decision = DecideCommand(
        number=registered.number, overturn=True, reasons="身份证与档案记载相符"
    )
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        complaints.decide(decision, dispatcher)
    decided = complaints.decide(decision, fresh)
    assert decided.state == "overturned"
    with pytest.raises(Refusal, match="COMPLAINT_STATE"):
        complaints.decide(decision, fresh)
    world.run()
    seen = world.progress(case_no).summary
    assert seen.state == "dispatched" and "正在重新办理" in seen.say
    world.fulfil(case_no)
    assert world.progress(case_no).summary.state == "sealed"
    assert len(world.progress(case_no).certificates) == 1
    kinds = [kind for kind in world.leaves(HOLDER, case_no) if "complaint" in kind]
    assert kinds == ["complaint_registered", "complaint_assigned", "complaint_overturned"]
    states = world.leaves(HOLDER, case_no)
    assert states.index("appeal") < states.index("complaint_overturned") + 2


def test_an_upheld_refusal_stays_and_the_case_is_closed(world):
    case_no = refused_case(world)
    complaints, leader = rights(world).complaints, world.actor(HOLDER, "leader")
    fresh = world.actor(HOLDER, "fresh")
    made = complaints.register(
        RegisterCommand(case_no=case_no, ground="refused", words="请复核。"), leader
    )
    complaints.assign(made.number, fresh.officer_id, leader)
    complaints.decide(DecideCommand(number=made.number, overturn=False, reasons="依据不变"), fresh)
    world.run()
    assert world.progress(case_no).summary.state == "refused"
    with world.at(HOLDER).base.house.book.read() as book:
        assert book.get_work(case_no, HOLDER).state == "closed"
    assert complaints.list(leader, ("registered", "assigned")) == []
    kept = complaints.get(made.number, leader)
    assert kept.words == "请复核。"
    with world.at(HOLDER).base.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT body FROM complaints").scalars().all()
    assert rows and all("复核".encode() not in bytes(row) for row in rows), "sealed at rest"


def test_the_windows_own_refusal_is_reviewed_again_with_a_reply_letter(world):
    form = zhou(proofs=(Proof(kind="id_card", sha256="0" * 64, media_type="image/jpeg"),))
    form = replace(form, applicant=replace(form.applicant, relation="kin_of_living"))
    office = world.at(WINDOW).office
    filed = office.file_request.file(
        FileRequestCommand(client_key="key-complaint-w", application=form),
        world.actor(WINDOW, "clerk"),
    )
    reviewer, leader = world.actor(WINDOW, "reviewer"), world.actor(WINDOW, "leader")
    office.review.review(
        ReviewCommand(case_no=filed.case_no, accept=False, note="不是当事人"), reviewer
    )
    complaints = rights(world, WINDOW).complaints
    made = complaints.register(
        RegisterCommand(case_no=filed.case_no, ground="refused", words="我受母亲委托。"), reviewer
    )
    with pytest.raises(Refusal, match="COMPLAINT_OWN_DECISION"):
        complaints.assign(made.number, reviewer.officer_id, leader)
    complaints.assign(made.number, leader.officer_id, leader)
    decided = complaints.decide(
        DecideCommand(number=made.number, overturn=True, reasons="委托手续可以补正"), leader
    )
    progress = world.progress(filed.case_no)
    assert progress.summary.state == "submitted" and made.number in progress.review_note
    (paper,) = office.papers.list(filed.case_no, leader)
    assert paper.paper_id == decided.paper_id and paper.title == "申诉答复书"


def test_what_another_archive_answered_is_not_overturned_at_the_window(world):
    case_no = refused_case(world)
    complaints, leader = rights(world, WINDOW).complaints, world.actor(WINDOW, "leader")
    made = complaints.register(
        RegisterCommand(case_no=case_no, ground="refused", words="请复核。"), leader
    )
    complaints.assign(made.number, leader.officer_id, leader)
    with pytest.raises(Refusal, match="COMPLAINT_STATE"):
        complaints.decide(
            DecideCommand(number=made.number, overturn=True, reasons="应予提供"), leader
        )
