"""A case at the holder's own window: the same steps, without a partner's network."""

import pytest
from fake_certificates import FakeCertificates
from node_acts import confirm_first, file_and_review, progress, release_and_seal, zhou
from node_world import build_node_world

from node.bootstrap import make_desks, make_worker, open_base
from node.domain.commands import HandOverCommand


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder):
    return build_node_world(tmp_path_factory.mktemp("world"), table_folder)


def local_worker(world, node_id):
    base = open_base(world.nodes[node_id].data)
    fake = FakeCertificates(lambda: base.kept.current().view, base.house.clock, caller=node_id)
    return base, fake, make_worker(base, make_desks(base), partner=None, certificates=fake)


def test_own_record_ends_with_a_certificate_in_the_window(world):
    _base, fake, worker = local_worker(world, "shangrao")
    form = zhou(window_archive="361100")
    case_no = file_and_review(world, form)
    worker.run_until_idle()
    confirm_first(world, case_no, "361100")
    release_and_seal(world, case_no, "361100")
    worker.run_until_idle()

    seen = progress(world, case_no, "361100")
    assert seen.summary.state == "sealed"
    assert [file.number for file in seen.certificates] == ["361100-2026-000001"]
    assert list(fake.confirmed.values()) == [seen.certificates[0].sha256]

    office = world.office("shangrao")
    clerk = world.actor("361100", "clerk")
    pdf = office.cases.certificate(case_no, seen.certificates[0].sha256, clerk)
    assert pdf.startswith(b"%PDF")
    done = office.hand_over.hand_over(HandOverCommand(case_no=case_no), clerk)
    assert done.state == "delivered" and done.clock.stopped
