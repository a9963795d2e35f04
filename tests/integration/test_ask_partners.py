"""One question to several archives: each named once, silence never counted as "no"."""

from datetime import timedelta

import pytest
from fan_out_world import FanOut, build_fan_out

from node.adapters.sql_askings import SqlAskings
from node.asking_wiring import make_asking_duty
from node.bootstrap import open_office
from node.domain.asking import LEASE
from records.exchange import LocateAnswer
from records.outcomes import Outcome
from records.refusal import Refusal
from trust.envelope.statement import decode


@pytest.fixture(scope="module")
def fan(tmp_path_factory, table_folder):
    found = build_fan_out(tmp_path_factory.mktemp("fan-out"), table_folder, 3)
    yield found
    found.close()


def test_every_archive_answers_once_with_a_signed_count_or_negative(fan: FanOut) -> None:
    outcomes = fan.window.ask_partners.ask(fan.case_no, fan.reviewer, 30.0)
    by_archive = {one.archive_code: one for one in outcomes}
    assert len(by_archive) == len(outcomes)
    assert {"361100", "361121", "361122"} <= by_archive.keys()
    assert by_archive["361100"].outcome == Outcome.HIT_UNIQUE
    assert by_archive["361100"].count == 1
    for code in ("361121", "361122"):
        negative = by_archive[code]
        # Nothing was ever imported there: declared, and not in the index.
        assert negative.outcome not in (Outcome.HIT_UNIQUE, Outcome.NODE_UNAVAILABLE)
        assert negative.answer is not None
        assert decode(negative.answer.payload, LocateAnswer).scope.archive_code == code


def test_only_a_reviewer_of_the_window_may_ask(fan: FanOut) -> None:
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        fan.window.ask_partners.ask(fan.case_no, fan.world.actor("330400", "clerk"), 5.0)


def test_what_a_page_notes_is_asked_by_the_server_and_kept_with_the_case(fan: FanOut) -> None:
    office = open_office(fan.world.nodes["jiaxing"].data)
    assert office.asking.show(fan.case_no, fan.reviewer) is None
    asked = office.asking.start(fan.case_no, fan.reviewer)
    assert (asked.state, asked.outcomes) == ("asking", ())
    # A second click joins the question that is on its way.
    assert office.asking.start(fan.case_no, fan.reviewer).asked_at == asked.asked_at
    duty = make_asking_duty(fan.window.base, fan.window.ask_partners)
    before = office.cases.last_event()
    assert (duty.run(), duty.run()) == (1, 0)
    found = office.asking.show(fan.case_no, fan.reviewer)
    assert (found.state, found.code, found.asked_at) == ("answered", "", asked.asked_at)
    by_archive = {one.archive_code: one for one in found.outcomes}
    assert len(by_archive) == len(found.outcomes)
    assert {"361100", "361121", "361122"} <= by_archive.keys()
    # Under load somebody may be late: then the answer says so, and never "no record".
    for one in found.outcomes:
        assert one.answer_id or one.code
    told = [event for event in office.cases.events(before) if event.case_no == fan.case_no]
    assert [(event.desk, event.archive_code) for event in told] == [("window", "330400")]
    # The table holds nothing that a thief of the file could read.
    with fan.window.base.engine.connect() as connection:
        body = bytes(connection.exec_driver_sql("SELECT body FROM askings").scalar_one())
    assert "上饶".encode() not in body
    assert b"shangrao" not in body


def test_a_question_of_a_process_that_died_is_asked_again_after_its_lease(fan: FanOut) -> None:
    base, office = fan.window.base, open_office(fan.world.nodes["jiaxing"].data)
    office.asking.start(fan.case_no, fan.reviewer)
    book, now = SqlAskings(base.engine, base.fields), base.house.clock()
    assert len(book.take(now, 4)) == 1
    assert not book.take(now, 4)
    assert not book.take(now + LEASE - timedelta(seconds=1), 4)
    assert len(book.take(now + LEASE, 4)) == 1


def test_only_a_reviewer_may_note_a_question_or_read_its_answer(fan: FanOut) -> None:
    office, clerk = open_office(fan.world.nodes["jiaxing"].data), fan.world.actor("330400", "clerk")
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        office.asking.start(fan.case_no, clerk)
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        office.asking.show(fan.case_no, clerk)
    with pytest.raises(Refusal, match="CASE_NOT_FOUND"):
        office.asking.show(fan.case_no, fan.world.actor("361100", "dispatcher"))


def test_a_dead_archive_is_named_as_silent_and_the_others_answer(fan: FanOut) -> None:
    fan.kill("holder00")
    for _ in range(6):
        outcomes = fan.window.ask_partners.ask(fan.case_no, fan.reviewer, 20.0)
        by_archive = {one.archive_code: one for one in outcomes}
        dead = by_archive["361121"]
        assert (dead.outcome, dead.answer) == (Outcome.NODE_UNAVAILABLE, None)
        assert dead.code
        assert by_archive["361100"].outcome == Outcome.HIT_UNIQUE
