"""Figures, log and registers of a real node, read by those who may only look."""

from datetime import timedelta
from pathlib import Path

import pytest
from node_acts import file_and_review, zhou
from node_staff import hire
from node_world import build_node_world

from node.desk.settings import CHINA
from node.domain.commands import WorkCommand
from node.domain.service_levels import StatisticsQuestion
from records.refusal import Refusal


def test_a_case_is_counted_logged_and_verified(tmp_path: Path, parts: Path) -> None:
    world = build_node_world(tmp_path, parts / "tables")
    hire(world, "330400", "auditor", ("auditor",))
    case_no = file_and_review(world, zhou())
    look = world.office("jiaxing").supervision
    auditor = world.actor("330400", "auditor")
    board = look.board(auditor, CHINA)
    assert (board.levels.cases, board.open, board.overdue) == (1, 1, ())
    assert [name for name, _ in board.partners] == ["上饶市档案馆"]
    now = world.clock()
    question = StatisticsQuestion(since=now - timedelta(days=1), until=now + timedelta(days=1))
    found = look.statistics(question, auditor)
    assert [(name, levels.cases) for name, levels in found.groups] == [("marriage_registration", 1)]
    rows = look.read_log(auditor)
    assert rows[0].kind == "log_read"
    assert {row.kind for row in rows} >= {"state", "statement"}
    of_case = look.read_log(auditor, case_no=case_no)
    assert {row.case_no for row in of_case} == {case_no}
    checked = look.verify_log(auditor)
    assert checked.size == len(look.read_log(auditor)) - 2
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        look.read_log(world.actor("330400", "clerk"))


def test_the_leader_decides_only_what_waits_for_a_leader(tmp_path: Path, parts: Path) -> None:
    world = build_node_world(tmp_path, parts / "tables")
    form = zhou(window_archive="330400")
    file_and_review(world, form)
    work = world.office("shangrao").work
    leader = world.actor("361100", "leader")
    command = WorkCommand(case_no="LT-330400-20261121-9999", holder_archive="361100")
    with pytest.raises(Refusal, match="CASE_NOT_FOUND"):
        work.approve(command, leader)
    with pytest.raises(Refusal, match="LEADER_NOTE_MISSING"):
        work.decline(command, leader)
