"""Escalation on a turned clock: 3, 5, 8 minutes unclaimed; near and past the deadline; pauses."""

import json
import stat
from dataclasses import replace
from datetime import timedelta

import pytest
from channel_world import wall_clock
from node_acts import zhou
from node_staff import hire
from stepped_world import build_stepped_world

from node.domain.commands import AnswerQuestionCommand, ReturnCommand, WorkCommand
from node.domain.escalation import Notice
from node.services.escalate import Escalate
from node.services.extend_search import ExtendCommand
from node.services.send_notices import SendNotices
from records.deadlines import BEIJING
from records.refusal import Refusal

HOLDER = "361100"
SHELL = '#!/bin/sh\ncat >> "{out}"\necho >> "{out}"\n'


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder):
    made = build_stepped_world(tmp_path_factory.mktemp("clocks"), table_folder)
    hire(made.world, HOLDER, "dispatcher2", ("release_dispatcher",))
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _one_at_a_time(world):
    """What other tests left open is closed, so that each looks at its own case."""
    world.clock.now = wall_clock()
    yield
    for archive in (HOLDER, "330400"):
        with world.at(archive).base.engine.begin() as connection:
            for table in ("work", "cases", "outbox", "notices"):
                connection.exec_driver_sql(f"DELETE FROM {table}")


def steps(world, case_no, archive=HOLDER):
    """Codes of the steps taken of that case, in the order in which they were taken."""
    with world.at(archive).base.house.book.read() as book:
        taken = book.recent_steps(archive, world.clock() - timedelta(days=60), 500)
    return [(one.code, target) for one, _, target in reversed(taken) if one.case_no == case_no]


def officer(world, user, archive=HOLDER):
    return world.actor(archive, user).officer_id


def minutes(world, count):
    for _ in range(count):
        world.clock.pass_(minutes=1)
        world.run()


def test_a_case_that_nobody_claims_climbs_to_named_persons_and_to_the_window(world):
    second = officer(world, "dispatcher2")
    case_no = world.file(zhou())
    world.run()
    minutes(world, 2)
    assert steps(world, case_no) == []
    minutes(world, 1)
    first = officer(world, "dispatcher")
    assert steps(world, case_no) == [("UNCLAIMED", first)]
    minutes(world, 2)
    assert steps(world, case_no)[1:] == [("UNCLAIMED_NEXT", second)]
    (work,) = world.at(HOLDER).office.work.list_work(world.actor(HOLDER, "dispatcher"))
    assert work.assigned_to == "dispatcher2某", "the queue names who was called"
    assert world.progress(case_no).summary.say == ""
    minutes(world, 3)
    assert steps(world, case_no)[2:] == [("UNCLAIMED_WINDOW", "")]
    say = world.progress(case_no).summary.say
    assert "上饶市档案馆已收到您的申请" in say and "没有工作人员接手" in say
    assert "周金水" not in say
    for code in ("unclaimed", "unclaimed_next", "unclaimed_window"):
        assert f"escalated_{code}" in world.leaves(HOLDER, case_no)
    assert "escalated_told_unclaimed" in world.leaves("330400", case_no)
    codes = [event.code for event in world.progress(case_no).events]
    assert "TOLD_UNCLAIMED" in codes, "the window's page hears of it live"


def test_a_claim_ends_the_ladder_and_giving_back_begins_it_anew(world):
    case_no = world.file(zhou())
    world.run()
    minutes(world, 2)
    world.claim(case_no)
    minutes(world, 2)
    assert steps(world, case_no) == [], "claimed in time"
    command = WorkCommand(case_no=case_no, holder_archive=HOLDER)
    world.at(HOLDER).office.work.give_back(command, world.actor(HOLDER, "dispatcher"))
    minutes(world, 2)
    assert steps(world, case_no) == [], "a new stretch of waiting"
    minutes(world, 1)
    assert [code for code, _ in steps(world, case_no)] == ["UNCLAIMED"]


def test_killed_at_any_commit_each_step_is_taken_once(world):
    case_no = world.file(zhou())
    world.run()
    for minute in range(1, 16):
        world.clock.pass_(minutes=1)
        world.open("shangrao")
        world.open("jiaxing")
        world.run()
        if minute % 3 == 0:
            world.open("shangrao")
            world.run()
    taken = [code for code, _ in steps(world, case_no)]
    assert sorted(taken) == sorted(set(taken)), taken
    assert {"UNCLAIMED", "UNCLAIMED_NEXT", "UNCLAIMED_WINDOW", "DEADLINE_NEAR"} <= set(taken)
    kinds = world.leaves(HOLDER, case_no)
    assert [kinds.count(f"escalated_{code.lower()}") for code in taken] == [1] * len(taken)


def test_a_step_that_fails_half_way_leaves_nothing_and_is_taken_next_time(world, monkeypatch):
    case_no = world.file(zhou())
    world.run()
    world.clock.pass_(minutes=3)
    house = world.at(HOLDER)
    from node.adapters.sql_case_writer import SqlCaseWriter

    def broken(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(SqlCaseWriter, "add_notice", broken)
    world.run()
    assert steps(world, case_no) == [] and "escalated_unclaimed" not in world.leaves(
        HOLDER, case_no
    )
    monkeypatch.undo()
    world.clock.pass_(seconds=5)
    world.run()
    assert [code for code, _ in steps(world, case_no)] == ["UNCLAIMED"]
    assert house.base.house.book is not None


def test_the_window_of_a_silent_archive_is_told_and_its_leader_before_the_deadline(world):
    """E09, the clock's part: the archive does not answer; nobody says "no record" for it."""
    world.away.add("shangrao")
    case_no = world.file(zhou())
    for _ in range(8):
        minutes(world, 1)
    assert world.progress(case_no).summary.state == "node_unavailable"
    say = world.progress(case_no).summary.say
    assert "暂时联系不上上饶市档案馆" in say and "不表示没有您要的档案" in say
    minutes(world, 4)
    leader = officer(world, "leader", "330400")
    assert ("DEADLINE_NEAR", leader) in steps(world, case_no, "330400")
    clock = world.progress(case_no).summary.clock
    assert clock.deadline is not None and world.clock() < clock.deadline, "before it has passed"
    minutes(world, 4)
    assert ("DEADLINE_PASSED", leader) in steps(world, case_no, "330400")
    world.away.clear()
    world.clock.pass_(seconds=30)
    world.run()
    assert world.progress(case_no).legs[0].state == "received", "retried all the while"


def test_a_pause_stops_both_clocks_and_the_answer_starts_them_together(world):
    case_no = world.file(zhou())
    world.run()
    world.claim(case_no)
    world.clock.pass_(minutes=2)
    ask = ReturnCommand(
        case_no=case_no, holder_archive=HOLDER, reason="unclear", question="配偶姓氏？"
    )
    world.at(HOLDER).office.answer.return_request(ask, world.actor(HOLDER, "dispatcher"))
    world.run()
    before = world.progress(case_no).summary.clock.deadline
    world.clock.pass_(minutes=20)
    world.run()
    assert steps(world, case_no) == [] and steps(world, case_no, "330400") == [], (
        "nobody is late while it is paused"
    )
    more = AnswerQuestionCommand(
        case_no=case_no, holder_archive=HOLDER, application=replace(zhou(), purpose_text="姓吴")
    )
    world.at("330400").office.file_request.answer_question(more, world.actor("330400", "clerk"))
    world.run()
    window = world.progress(case_no).summary.clock
    assert before is not None and window.deadline == before + timedelta(minutes=20)
    (work,) = world.at(HOLDER).office.work.list_work(world.actor(HOLDER, "dispatcher"))
    assert work.clock.deadline == window.deadline, "one clock, seen by both"
    assert window.now == world.clock(), "the server's time, not the page's"


def test_a_shelf_search_runs_in_working_days_and_is_extended_once_with_notice(world):
    case_no = world.file(zhou())
    world.run()
    world.claim(case_no)
    office, dispatcher = world.at(HOLDER).office, world.actor(HOLDER, "dispatcher")
    office.work.manual_search(WorkCommand(case_no=case_no, holder_archive=HOLDER), dispatcher)
    world.run()
    window = world.progress(case_no).summary
    (work,) = office.work.list_work(dispatcher)
    assert window.clock.deadline is None and window.clock.working_due is not None
    assert window.clock.working_due == work.clock.working_due, "the same last day at both"
    due = window.clock.working_due
    assert "库房人工查找" in window.say and f"{due.astimezone(BEIJING).day}日" in window.say
    world.clock.pass_(minutes=30)
    world.run()
    assert steps(world, case_no) == [], "the minute ladder does not climb"

    extend = ExtendCommand(case_no=case_no, holder_archive=HOLDER, reason="库房搬迁，案卷未上架")
    world.clock.now = due - timedelta(hours=1)
    world.run()
    leader = officer(world, "leader")
    assert steps(world, case_no) == [("SHELF_DUE_SOON", leader)]
    office.rights.extensions.extend(extend, dispatcher)
    world.run()
    later = world.progress(case_no).summary
    assert later.clock.working_due is not None and later.clock.working_due > due
    assert later.clock.extended == "库房搬迁，案卷未上架" and "库房搬迁" in later.say
    assert "search_extended" in world.leaves(HOLDER, case_no)
    with pytest.raises(Refusal, match="EXTENSION_NOT_OPEN"):
        office.rights.extensions.extend(extend, dispatcher)
    world.clock.now = later.clock.working_due
    world.clock.pass_(seconds=1)
    world.run()
    assert ("SHELF_OVERDUE", leader) in steps(world, case_no)
    assert ("SHELF_OVERDUE", officer(world, "leader", "330400")) in steps(world, case_no, "330400")


def test_an_overdue_search_cannot_be_extended_afterwards(world):
    case_no = world.file(zhou())
    world.run()
    world.claim(case_no)
    office, dispatcher = world.at(HOLDER).office, world.actor(HOLDER, "dispatcher")
    office.work.manual_search(WorkCommand(case_no=case_no, holder_archive=HOLDER), dispatcher)
    world.clock.pass_(days=5)
    extend = ExtendCommand(case_no=case_no, holder_archive=HOLDER, reason="来不及了")
    with pytest.raises(Refusal, match="EXTENSION_NOT_OPEN"):
        office.rights.extensions.extend(extend, dispatcher)


def test_the_command_is_given_the_notice_without_a_person(world, tmp_path):
    out, program = tmp_path / "told.jsonl", tmp_path / "page.sh"
    program.write_text(SHELL.format(out=out))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    data = world.world.nodes["shangrao"].data
    (data / "service.toml").write_text(f'[notify]\ncommand = ["{program}"]\n')
    text = (data / "node.toml").read_text()
    (data / "node.toml").write_text('service = "service.toml"\n' + text)
    world.open("shangrao")
    case_no = world.file(zhou())
    world.run()
    minutes(world, 3)
    (said,) = [json.loads(line) for line in out.read_text().splitlines()]
    assert (said["case_no"], said["code"], said["archive_code"]) == (case_no, "UNCLAIMED", HOLDER)
    assert said["officer_id"] == officer(world, "dispatcher")
    for word in ("周", "361199196211050313", "吴"):
        assert word not in out.read_text()


class Away:
    """A pager that does not answer."""

    def __init__(self) -> None:
        self.tries = 0

    def tell(self, notice: Notice) -> None:
        from node.domain.rights_reasons import NOTIFIER_FAILED

        self.tries += 1
        raise Refusal(NOTIFIER_FAILED)


def test_a_dead_pager_is_tried_for_an_hour_and_stops_nothing(world):
    house = world.at(HOLDER).base
    pager = Away()
    sender = SendNotices(house.house, pager, house.log)
    escalate = Escalate(house.house, house.staff, {}, house.log)
    world.file(zhou())
    world.run()
    world.clock.pass_(minutes=3)
    assert escalate.run() == 1
    for _ in range(90):
        sender.run()
        world.clock.pass_(minutes=1)
    assert 8 <= pager.tries <= 40, "ever more slowly"
    with house.house.book.read() as book:
        assert book.due_notices(world.clock() + timedelta(days=1), 9) == []


def test_a_roster_says_who_is_called_first(world):
    house = world.at(HOLDER).base
    named = Escalate(
        house.house, house.staff, {HOLDER: ("leader", "gone", "dispatcher")}, house.log
    )
    assert named.named_persons(HOLDER) == [
        officer(world, "leader"),
        officer(world, "dispatcher"),
    ], "who has left is passed over"
