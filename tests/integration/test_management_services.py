"""Agreements with officers' keys, and intake batches by two people, on real nodes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from fake_management import terms
from node_acts import file_and_review, zhou
from node_houses import NodeWorld
from node_places import COLUMNS, MARRIAGE, PASSWORD, ROWS
from node_staff import hire
from node_world import build_node_world

from node.bootstrap import Base, open_base
from node.domain.agreement_pages import (
    ProposeAgreementCommand,
    RetireAgreementCommand,
    SignAgreementCommand,
)
from node.domain.intake_batches import DecideBatchCommand, SendBatchCommand
from node.management_wiring import make_management
from node.services.management_doors import ManagementDoors
from records.agreements import Agreement
from records.refusal import Refusal
from trust.envelope.statement import decode

JIAXING, SHANGRAO = "330400", "361100"


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder) -> NodeWorld:
    made = build_node_world(tmp_path_factory.mktemp("management"), table_folder)
    hire(made, JIAXING, "master", ("repository_master",))
    hire(made, JIAXING, "submission", ("submission_reviewer",))
    hire(made, JIAXING, "double", ("repository_master", "submission_reviewer"))
    made.publish()
    return made


@pytest.fixture
def desks(world) -> Iterator[dict[str, tuple[Base, ManagementDoors]]]:
    """Both nodes as their pages open them."""
    opened = {}
    for node_id in ("jiaxing", "shangrao"):
        base = open_base(world.nodes[node_id].data)
        opened[node_id] = (base, make_management(base))
    yield opened
    for base, _ in opened.values():
        base.engine.dispose()


def leader(world: NodeWorld, archive: str):
    return world.actor(archive, "leader")


def kinds_in_log(base: Base, archive: str) -> list[str]:
    return [row.kind for row in base.figures.leaves(archive, -1, 20)]


def amended(**changes: object) -> Agreement:
    today = date.today()
    said: dict[str, object] = {
        "agreement_id": "jiaxing-shangrao",
        "version": 2,
        "categories": (MARRIAGE,),
        "valid_from": date(2020, 1, 1),
        "valid_to": today + timedelta(days=400),
        "delivery": ("window", "online"),
        "requester_types": ("party",),
    }
    return terms(**(said | changes))


def test_an_amendment_is_in_force_once_both_leaders_and_both_nodes_have_signed(world, desks):
    base, doors = desks["jiaxing"]
    mine = doors.agreements
    before = [one.agreement.version for one in mine.list(leader(world, JIAXING))]
    assert before == [1]
    text = amended()
    with pytest.raises(Refusal, match="PASSWORD_WRONG"):
        mine.propose(ProposeAgreementCommand(terms=text, password="wrong"), leader(world, JIAXING))
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        mine.propose(
            ProposeAgreementCommand(terms=text, password=PASSWORD + "clerk"),
            world.actor(JIAXING, "clerk"),
        )
    assert "agreement_proposed" not in kinds_in_log(base, JIAXING)
    command = ProposeAgreementCommand(terms=text, password=PASSWORD + "leader")
    mine.propose(command, leader(world, JIAXING))
    assert kinds_in_log(base, JIAXING)[:2] == ["statement", "agreement_proposed"]
    world.publish()

    base, doors = open_base(world.nodes["shangrao"].data), None
    theirs = make_management(base).agreements
    (proposed,) = [one for one in theirs.list(leader(world, SHANGRAO)) if one.waits_for_us]
    assert proposed.signed_by == ("jiaxing",) and proposed.standing == "proposed"
    assert proposed.officers == (), "whose hand it was stays with their archive"
    sign = SignAgreementCommand(
        agreement_id="jiaxing-shangrao", version=2, password=PASSWORD + "leader"
    )
    theirs.sign(sign, leader(world, SHANGRAO))
    world.publish()
    base.engine.dispose()

    base = open_base(world.nodes["jiaxing"].data)
    (agreed,) = [
        one
        for one in make_management(base).agreements.list(leader(world, JIAXING))
        if one.standing == "in_force"
    ]
    assert agreed.agreement.version == 2 and agreed.signed_by == ("jiaxing", "shangrao")
    (signatory,) = agreed.officers
    assert signatory.archive_name == "嘉兴市档案馆" and signatory.posts == ("leader",)
    directory = base.house.directory.current()
    envelope = directory.agreements["jiaxing-shangrao"].envelope
    assert len(envelope.signatures) == 2, "published with the parties' signatures alone"
    assert decode(envelope.payload, Agreement) == text
    base.engine.dispose()


def test_what_a_change_would_refuse_is_counted_on_real_requests(world, desks):
    _, doors = desks["jiaxing"]
    file_and_review(world, zhou(), key="management-0001")
    said = leader(world, JIAXING)
    narrower = amended(version=3, categories=("school_record",))
    effect = doors.agreements.effect(narrower, said)
    assert effect.tried >= 1 and dict(effect.refused)["category"] == effect.tried
    assert effect.cases[0].startswith("LT-330400-")
    wider = amended(version=3, categories=(MARRIAGE, "school_record"))
    assert doors.agreements.effect(wider, said).refused == ()
    older = amended(version=3, year_from=1949, year_to=1980)
    assert dict(doors.agreements.effect(older, said).refused)["years"] == effect.tried
    (sheet,) = [one for one in doors.agreements.list(said) if one.standing == "in_force"]
    assert sheet.asked_today == effect.tried


def test_an_end_is_announced_by_one_side_with_notice(world, desks):
    base, doors = desks["jiaxing"]
    tomorrow = base.house.today() + timedelta(days=1)
    command = RetireAgreementCommand(
        agreement_id="jiaxing-shangrao",
        last_day=tomorrow,
        reason="机构调整",
        password=PASSWORD + "leader",
    )
    last = doors.agreements.retire(command, leader(world, JIAXING))
    assert last == base.house.today() + timedelta(days=30)
    assert kinds_in_log(base, JIAXING)[:2] == ["statement", "agreement_retired"]


GOOD = f"{COLUMNS}\n" + ROWS[SHANGRAO][0].replace("p078.png", "") + "\n"
BAD = GOOD.replace("J012-003-0456-078", "no code")


def test_a_batch_is_checked_when_sent_and_searchable_only_when_taken_in(world, desks):
    base, doors = desks["jiaxing"]
    batches, master = doors.batches, world.actor(JIAXING, "master")
    reviewer = world.actor(JIAXING, "submission")
    shelf = {one.category: one for one in batches.board(reviewer).shelves}[MARRIAGE]
    sent = batches.send(SendBatchCommand(category=MARRIAGE, data=GOOD.encode()), master)
    assert (sent.state, sent.rows) == ("checked", 1)
    waiting = base.places.data / "intake" / f"{sent.batch_id}.dat"
    assert waiting.stat().st_mode & 0o777 == 0o600
    same = {one.category: one for one in batches.board(reviewer).shelves}[MARRIAGE]
    assert same.entries == shelf.entries, "nothing is in the index yet"
    with pytest.raises(Refusal, match="BATCH_SENT_BEFORE"):
        batches.send(SendBatchCommand(category=MARRIAGE, data=GOOD.encode()), master)
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        batches.accept(DecideBatchCommand(batch_id=sent.batch_id), master)
    taken = batches.accept(DecideBatchCommand(batch_id=sent.batch_id), reviewer)
    assert (taken.state, taken.index_version) == ("accepted", shelf.index_version + 1)
    now = {one.category: one for one in batches.board(reviewer).shelves}[MARRIAGE]
    assert now.entries == shelf.entries + 1 and now.declared_from == 1950
    assert not waiting.exists()
    log = kinds_in_log(base, JIAXING)
    assert log[:3] == ["intake_accepted", "import", "intake_sent"]
    with pytest.raises(Refusal, match="BATCH_DECIDED"):
        batches.accept(DecideBatchCommand(batch_id=sent.batch_id), reviewer)


def test_a_row_that_fails_sends_the_batch_back_by_itself(world, desks):
    base, doors = desks["jiaxing"]
    batches, master = doors.batches, world.actor(JIAXING, "master")
    sent = batches.send(SendBatchCommand(category=MARRIAGE, data=BAD.encode()), master)
    assert (sent.state, sent.rejected) == ("failed", 1)
    found = batches.report(sent.batch_id, master)
    assert [(one.line, one.field) for one in found if one.verdict == "不通过"] == [
        ("2", "reference_code")
    ]
    assert all("周金水" not in one.detail for one in found)
    assert not (base.places.data / "intake" / f"{sent.batch_id}.dat").exists()
    with pytest.raises(Refusal, match="BATCH_DECIDED"):
        batches.accept(
            DecideBatchCommand(batch_id=sent.batch_id), world.actor(JIAXING, "submission")
        )


def test_nobody_decides_on_their_own_batch(world, desks):
    _, doors = desks["jiaxing"]
    data = GOOD.replace("J012-003-0456-078", "J012-003-0456-080").encode()
    both = world.actor(JIAXING, "double")
    sent = doors.batches.send(SendBatchCommand(category=MARRIAGE, data=data), both)
    with pytest.raises(Refusal, match="DUTY_CONFLICT"):
        doors.batches.accept(DecideBatchCommand(batch_id=sent.batch_id), both)
    reviewer = world.actor(JIAXING, "submission")
    with pytest.raises(Refusal, match="BATCH_NOTE"):
        doors.batches.decline(DecideBatchCommand(batch_id=sent.batch_id, note="坏"), reviewer)
    back = doors.batches.decline(
        DecideBatchCommand(batch_id=sent.batch_id, note="缺少页号"), reviewer
    )
    assert (back.state, back.note) == ("declined", "缺少页号")
    other = replace(reviewer, archive_code="330481")
    with pytest.raises(Refusal, match="BATCH_NOT_FOUND"):
        doors.batches.get(sent.batch_id, other)


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"%PDF-1.7", b"a,b\n1,2\n"])
def test_what_is_no_index_file_is_refused_and_not_kept(world, desks, data):
    base, doors = desks["jiaxing"]
    before = len(doors.batches.board(world.actor(JIAXING, "master")).batches)
    kept = set((base.places.data / "intake").glob("*.dat"))
    with pytest.raises(Refusal):
        doors.batches.send(
            SendBatchCommand(category=MARRIAGE, data=data), world.actor(JIAXING, "master")
        )
    assert set((base.places.data / "intake").glob("*.dat")) == kept
    assert len(doors.batches.board(world.actor(JIAXING, "master")).batches) == before
