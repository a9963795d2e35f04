"""An archive that is closed is shown before filing, and its clock waits for its opening."""

from datetime import datetime, timedelta

import pytest
from node_acts import zhou
from node_world import build_node_world
from stepped_world import SteppedWorld, Turned

from records.deadlines import BEIJING, CROSS_CITY_MINUTES
from records.service_hours import ServiceHours, open_now, read_calendar
from trust.envelope.statement import sign_statement


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder):
    made = build_node_world(tmp_path_factory.mktemp("hours"), table_folder)
    tomorrow = (datetime.now(BEIJING) + timedelta(days=2)).date()
    said = ServiceHours(
        archive_code="361100", node_id="shangrao", sequence=1, periods=("09:00-17:00",),
        weekdays=(), extra_days=(tomorrow,),
    )  # fmt: skip
    made.extra_parts.append(sign_statement(said, made.nodes["shangrao"].signer))
    strange = ServiceHours(
        archive_code="361100", node_id="jiaxing", sequence=9, periods=("00:00-24:00",),
        weekdays=tuple(range(7)),
    )  # fmt: skip
    forged = sign_statement(strange, made.nodes["jiaxing"].signer)
    made.publish()
    stepped = SteppedWorld(world=made, clock=Turned())
    for node_id in ("jiaxing", "shangrao"):
        stepped.open(node_id)
    yield stepped, said, forged
    stepped.close()


def test_the_clerk_sees_that_the_archive_is_closed_and_when_it_opens(world):
    stepped, said, _ = world
    office, clerk = stepped.at("330400").office, stepped.actor("330400", "clerk")
    preview = office.file_request.preview(zhou(), clerk)
    expected = open_now(read_calendar(said), stepped.clock())
    assert not expected.is_open
    assert preview.closed == (("361100", expected.next_opening),)


def test_the_minutes_begin_when_the_holder_opens_and_both_see_the_same_instant(world):
    stepped, said, _ = world
    opens = open_now(read_calendar(said), stepped.clock()).next_opening
    case_no = stepped.file(zhou())
    stepped.run()
    deadline = stepped.progress(case_no).summary.clock.deadline
    assert deadline == opens + timedelta(minutes=CROSS_CITY_MINUTES)
    (work,) = stepped.at("361100").office.work.list_work(stepped.actor("361100", "dispatcher"))
    assert work.clock.deadline == deadline, "not clamped at the holder"


def test_nobody_declares_another_archives_hours(world):
    from trust.identity.directory_parts import open_part

    stepped, _, forged = world
    view = stepped.at("330400").base.kept.current().view
    with pytest.raises(Exception, match="DIRECTORY_PART_INVALID"):
        open_part(forged, view, stepped.clock())
