"""谁查过我的档案 between two nodes: what is written at each look, and what the citizen is told."""

from dataclasses import replace

import pytest
from node_acts import zhou
from stepped_world import build_stepped_world, with_relation

from node.domain.access_log import WITHHELD_SENTENCE, VerifiedCitizen
from node.services.access_log import DAILY_QUESTIONS, ReleaseInquiryCommand
from records.exchange import Proof
from records.refusal import Refusal

ZHOU = VerifiedCitizen(
    name="周金水", id_no="361199196211050313", identity_assurance="national_net_id"
)
WU = VerifiedCitizen(name="吴桂兰", id_no="361199196402090422", identity_assurance="chip_read")


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder):
    made = build_stepped_world(tmp_path_factory.mktemp("access"), table_folder)
    yield made
    made.close()


def proofs(*kinds: str) -> tuple[Proof, ...]:
    return tuple(Proof(kind=one, sha256="0" * 64, media_type="image/jpeg") for one in kinds)


def own(world, citizen, archive="361100", actor=None):
    return world.at(archive).office.rights.access_log.own(citizen, actor)


@pytest.fixture(scope="module")
def cases(world) -> dict[str, str]:
    """His own certificate, and an inquiry of the police at the holder's own window."""
    mine = world.file(zhou())
    world.fulfil(mine)
    form = with_relation(
        zhou(window_archive="361100", purpose="litigation"), "court", id_type="officer_letter",
        id_no="饶公函（2026）第7号", name="上饶市公安局",
    )  # fmt: skip
    police = world.file(replace(form, proofs=proofs("unit_letter", "officer_ids", "id_card")))
    world.run()
    world.claim(police)
    return {"mine": mine, "police": police}


def test_nothing_of_the_last_day_is_told(world, cases):
    report = own(world, ZHOU)
    assert report.lines == () and report.sentence == WITHHELD_SENTENCE


def test_the_citizen_hears_a_day_later_and_the_other_party_hears_a_class(world, cases):
    world.clock.pass_(hours=25)
    mine = own(world, ZHOU)
    assert [(line.what, line.who.value, line.case_no) for line in mine.lines] == [
        ("released", "own", cases["mine"]),
        ("consulted", "own", cases["mine"]),
    ]
    hers = own(world, WU)
    assert [(line.what, line.who.value, line.case_no) for line in hers.lines] == [
        ("released", "person", ""),
        ("consulted", "person", ""),
    ], "her number stands in the record; that it was her husband is not said"


def test_the_police_inquiry_is_told_only_after_the_police_let_it(world, cases):
    leader = world.actor("361100", "leader")
    command = ReleaseInquiryCommand(
        case_no=cases["police"], holder_archive="361100", letter_no="饶公函（2026）第9号"
    )
    service = world.at("361100").office.rights.access_log
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        service.release_inquiry(command, world.actor("361100", "dispatcher"))
    with pytest.raises(Refusal, match="INQUIRY_NOT_FOUND"):
        service.release_inquiry(replace(command, case_no=cases["mine"]), leader)
    assert service.release_inquiry(command, leader) == 1
    assert "inquiry_released" in world.leaves("361100", cases["police"])
    assert [line.who.value for line in own(world, ZHOU).lines] == ["justice", "own", "own"]


def test_a_node_tells_of_its_own_archives_alone_and_leaves_a_leaf_for_each_question(world, cases):
    before = world.leaves("330400").count("access_log_read")
    report = own(world, ZHOU, "330400", world.actor("330400", "clerk"))
    assert report.lines == () and report.archives == ("嘉兴市档案馆", "海宁市档案馆")
    assert world.leaves("330400").count("access_log_read") == before + 1


@pytest.mark.parametrize("level", ["asserted", "document_photo", "made_up"])
def test_below_the_highest_level_nothing_is_said(world, level):
    with pytest.raises(Refusal, match="IDENTITY_TOO_WEAK"):
        own(world, replace(ZHOU, identity_assurance=level))


def test_an_officer_without_a_window_post_asks_for_nobody(world):
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        own(world, ZHOU, "361100", world.actor("361100", "dispatcher"))


def test_a_machine_that_asks_on_and_on_is_stopped(world):
    for _ in range(DAILY_QUESTIONS):
        own(world, replace(ZHOU, id_no="361199196211050014"))
    with pytest.raises(Refusal, match="ACCESS_LOG_QUOTA"):
        own(world, replace(ZHOU, id_no="361199196211050014"))


def test_no_name_and_no_number_lies_in_the_tables(world, cases):
    data = world.world.nodes["shangrao"].data
    rows = world.at("361100").base.engine.connect()
    with rows as connection:
        kept = [
            *connection.exec_driver_sql("SELECT * FROM accesses"),
            *connection.exec_driver_sql("SELECT * FROM record_parties"),
        ]
    assert len(kept) >= 5 and data.is_dir()
    for word in ("周金水", "吴桂兰", "361199196211050313", "361199196402090422", "公函"):
        assert word not in str(kept)
