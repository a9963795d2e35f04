"""Two archives with the records that the scenarios of rights ask for, and the steps of a case."""

from dataclasses import replace

import pytest
from node_acts import zhou
from node_places import MARRIAGE, YOUTH
from node_staff import hire, import_file, page_image
from node_world import build_node_world
from stepped_world import SteppedWorld, Turned

from node.domain.commands import FileRequestCommand, ReviewCommand
from node.domain.paper_commands import PaperCommand
from records.exchange import Applicant, Proof
from records.refusal import Refusal

HOLDER, WINDOW = "361100", "330400"
BIRTH = "birth_certificate"
MARRIAGES = (
    "reference_code,fonds_no,catalog_no,file_no,item_no,page_from,page_to,year,title,images,"
    "event_type,event_date,registration_office,a_name,a_sex,a_birth,b_name,b_sex,b_birth\n"
    "J012-001-0040-003,J012,001,0040,003,3,3,1958,1958年结婚登记,k1.png,marriage,1958-10-01,"
    "上饶县沙溪乡人民政府,王金根,男,1934-05,陆阿娥,女,1936\n"
)
YOUTHS = (
    "reference_code,year,title,name,sex,birth,origin_place,departure_date,destination_place\n"
    "Z050-001-0001-001,1970,1970年知青名册,朱建华,男,1951-03-01,嘉兴市,1970-03-05,海宁县\n"
)
SENT_DOWN = (
    "reference_code,year,title,images,name,sex,birth,origin_place,departure_date,"
    "destination_place\n"
    "J050-001-0009-001,1970,1970年知青名册,k3.png,徐阿大,男,1952-02-14,上饶市,1970-03-05,上饶县\n"
)
BIRTHS = (
    "reference_code,year,title,images,name,sex,birth,mother_name,father_name,hospital,"
    "certificate_no\n"
    "C001-001-0001-001,2016,2016年出生医学证明,k2.png,林小满,女,2016-05-20,方秀兰,林志强,"
    "上饶市人民医院,P360123456\n"
)


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder):
    made = build_node_world(tmp_path_factory.mktemp("rights"), table_folder)
    shangrao = made.nodes["shangrao"]
    made.folder = tmp_path_factory.mktemp("more")
    folder = made.folder / "holdings" / HOLDER
    folder.mkdir(parents=True)
    for name in ("k1.png", "k2.png", "k3.png"):
        (folder / name).write_bytes(page_image(name))
    import_file(made, shangrao, HOLDER, MARRIAGE, MARRIAGES)
    import_file(made, shangrao, HOLDER, BIRTH, BIRTHS)
    import_file(made, shangrao, HOLDER, YOUTH, SENT_DOWN)
    (made.folder / "holdings" / WINDOW).mkdir()
    import_file(made, made.nodes["jiaxing"], WINDOW, YOUTH, YOUTHS)
    hire(made, HOLDER, "auditor", ("auditor",))
    made.extra_parts.pop(0)
    askers = ("party", "spouse", "agent", "agency")
    made.agree("jiaxing", "shangrao", version=2, requester_types=askers)
    made.declare(HOLDER, category=BIRTH, covered_to=2020)
    made.declare(WINDOW, category=YOUTH)
    made.publish()
    stepped = SteppedWorld(world=made, clock=Turned())
    for node_id in ("jiaxing", "shangrao"):
        stepped.open(node_id)
    yield stepped
    stepped.close()


def proofs(*kinds: str) -> tuple[Proof, ...]:
    return tuple(Proof(kind=one, sha256="0" * 64, media_type="image/jpeg") for one in kinds)


def asks(relation: str, name: str, id_no: str, *papers: str, **form: object):
    """A form at the holder's own window by somebody in that capacity."""
    made = zhou(window_archive=HOLDER, proofs=proofs("id_card", *papers), **form)
    applicant = Applicant(
        name=name, id_type="resident_id", id_no=id_no, relation=relation,
        identity_assurance="chip_read",
    )  # fmt: skip
    return replace(made, applicant=applicant)


def submit(world, form, window=HOLDER) -> str:
    office = world.at(window).office
    world.keys += 1
    command = FileRequestCommand(client_key=f"key-right-{world.keys:04}", application=form)
    return office.file_request.file(command, world.actor(window, "clerk")).case_no


def review(world, case_no, window=HOLDER):
    office = world.at(window).office
    command = ReviewCommand(case_no=case_no, accept=True)
    return office.review.review(command, world.actor(window, "reviewer"))


def notice(world, case_no, window=HOLDER) -> str:
    """The words of T5."""
    office = world.at(window).office
    paper = office.papers.refusal(PaperCommand(case_no=case_no), world.actor(window, "reviewer"))
    return paper.envelope.payload.decode()


def refused(world, form) -> tuple[str, str]:
    """Code and T5 of an application that the review refuses."""
    case_no = submit(world, form)
    with pytest.raises(Refusal) as refusal:
        review(world, case_no)
    world.run()
    assert world.progress(case_no, HOLDER).legs == (), "nothing was searched"
    return refusal.value.code, notice(world, case_no)
