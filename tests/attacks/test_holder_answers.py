"""What a holder's answer may say, and that it arrives: a case at the holder's own window."""

from dataclasses import replace

import pytest
from channel_world import wall_clock
from fake_certificates import FakeCertificates
from node_acts import file_and_review, progress, zhou
from node_places import MARRIAGE
from node_world import build_node_world

from node.adapters.holdings_files import CSVHoldings, open_findings
from node.bootstrap import make_desks, make_worker, open_base
from node.domain.commands import NoRecordCommand, RefuseCommand, ReturnCommand, WorkCommand
from node.services.import_holdings import ImportHoldings, ImportOrder
from records.kinds import get_kind
from records.queries import SoughtPerson
from records.refusal import Refusal

HOLDER = "361100"
HIDDEN = SoughtPerson(name="欧阳静波", sex="男", birth="1960-01-01")
NOBODY = SoughtPerson(name="诸葛长青", sex="男", birth="1971-03-05")
_ROWS = (
    "reference_code,fonds_no,catalog_no,file_no,item_no,year,event_type,event_date,"
    "a_name,a_birth,b_name,b_birth,open_status\n"
    "J012-009-0001-001,J012,009,0001,001,1985,marriage,1985-07-01,"
    "欧阳静波,1960-01-01,司徒兰,1961-01-01,restricted\n"
)


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder):
    """Every plain miss is searched by hand here, like a hit that may not show."""
    folder = tmp_path_factory.mktemp("world")
    return build_node_world(folder, table_folder, manual_sample_percent=100)


@pytest.fixture(scope="module")
def base(world):
    base = open_base(world.nodes["shangrao"].data)
    path = world.folder / "hidden.csv"
    path.write_text(_ROWS, "utf-8")
    order = ImportOrder(
        archive_code=HOLDER,
        category=MARRIAGE,
        batch_id="b" * 32,
        accept_warnings=True,
        now=wall_clock(),
    )
    importer = ImportHoldings(base.catalogue._index, base.images, base.reader)
    file = CSVHoldings(path, get_kind(MARRIAGE))
    imported = importer.run(order, file, lambda batch: open_findings(world.folder / batch))
    assert imported.batch.accepted == 1
    return base


@pytest.fixture(scope="module")
def worker(base):
    fake = FakeCertificates(lambda: base.kept.current().view, base.house.clock, caller="shangrao")
    return make_worker(base, make_desks(base), partner=None, certificates=fake)


def arrive(world, worker, key, **changes) -> str:
    """A case that the holder's dispatcher has claimed after the search."""
    case_no = file_and_review(world, zhou(window_archive=HOLDER, **changes), key=key)
    worker.run_until_idle()
    claim = WorkCommand(case_no=case_no, holder_archive=HOLDER)
    world.office("shangrao").work.claim(claim, world.actor(HOLDER, "dispatcher"))
    return case_no


def about(person):
    form = zhou()
    return replace(form.query, subject=person, other_party=SoughtPerson())


def test_hit_that_may_not_show_never_becomes_a_signed_miss(world, worker):
    case_no = arrive(world, worker, "key-hidden-00001", query=about(HIDDEN))
    said = NoRecordCommand(case_no=case_no, holder_archive=HOLDER, method="目录检索")
    with pytest.raises(Refusal) as refused:
        world.office("shangrao").answer.no_record(said, world.actor(HOLDER, "dispatcher"))
    assert refused.value.code == "RESTRICTED_HIT"
    worker.run_until_idle()
    assert progress(world, case_no, HOLDER).legs[0].outcome == "PENDING_MANUAL"


def test_hidden_hit_and_sampled_miss_read_the_same_at_the_window(world, worker):
    hidden = arrive(world, worker, "key-hidden-00002", query=about(HIDDEN))
    missed = arrive(world, worker, "key-missed-00002", query=about(NOBODY))
    one, other = (progress(world, case_no, HOLDER).legs[0] for case_no in (hidden, missed))
    assert one.outcome == other.outcome == "PENDING_MANUAL"
    assert one.scope == other.scope
    assert (one.scope.tiers, one.scope.variants, one.scope.index_version) == ((), 0, 0)


def test_hidden_hit_is_searched_as_far_as_a_miss(base):
    hidden = base.catalogue.search(HOLDER, about(HIDDEN))
    missed = base.catalogue.search(HOLDER, about(NOBODY))
    assert hidden.tiers == missed.tiers
    assert (hidden.hidden_hit, missed.hidden_hit) == (True, False)


def test_lot_of_a_question_is_drawn_once(base):
    house = replace(base.house, policy=replace(base.house.policy, manual_sample_percent=50))
    queries = [
        about(SoughtPerson(name=f"欧阳静{name}"))
        for name in "一二三四五六七八九十百千甲乙丙丁戊己庚辛壬癸春夏秋冬"
    ]
    lots = [house.is_sample(HOLDER, query) for query in queries]
    assert lots == [house.is_sample(HOLDER, query) for query in queries]
    assert len(set(lots)) == 2
    other = replace(house, sample_key=b"another node's")
    assert lots != [other.is_sample(HOLDER, query) for query in queries]


def test_answer_after_a_question_arrives(world, worker):
    case_no = arrive(world, worker, "key-ask-00000001")
    answer, dispatcher = world.office("shangrao").answer, world.actor(HOLDER, "dispatcher")
    answer.return_request(
        ReturnCommand(
            case_no=case_no, holder_archive=HOLDER, reason="unclear", question="配偶姓名怎么写？"
        ),
        dispatcher,
    )
    worker.run_until_idle()
    assert progress(world, case_no, HOLDER).summary.state == "supplement_required"
    answer.refuse(
        RefuseCommand(
            case_no=case_no, holder_archive=HOLDER, reason_code="NOT_PARTY", note="不是当事人"
        ),
        dispatcher,
    )
    worker.run_until_idle()
    assert progress(world, case_no, HOLDER).legs[0].outcome == "REFUSED"
    assert progress(world, case_no, HOLDER).summary.state == "refused"
