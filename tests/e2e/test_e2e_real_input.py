"""The same job on input that nobody here made: surnames, a register scan, the area-code history."""

import csv
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from deploy.holdings.columns import COLUMNS
from deploy.holdings.id_numbers import with_check_digit
from deploy.holdings.scenario_people import Person
from deploy.localnet.applications import as_subject, own_application
from deploy.localnet.counter import current_code
from deploy.localnet.document import Login
from deploy.localnet.federation import system_clock
from node.config import FILE, dump_config, load_config
from records.queries import Period, RecordQuery, SoughtPerson
from tests.e2e.desks import World, run, verify

MARRIAGE = "marriage_registration"
ROWS = 1200
REFERENCE = "J012-004-0777-009"
GIVEN = "建国秀英志明桂兰永福春梅家栋玉珍"

pytestmark = pytest.mark.shared_data


@pytest.fixture(scope="module")
def person(shared_data: Path) -> Person:
    """An applicant with one of the rarer surnames of the list."""
    with (shared_data / "names" / "chinese_family_name_1k.csv").open(encoding="utf-8-sig") as file:
        rare = [row["NameB"] for row in csv.DictReader(file)][500]
    return Person(
        name=f"{rare}永福",
        sex="男",
        id_no=with_check_digit("36119919580307011"),
        birth="1958-03-07",
    )


@pytest.fixture(scope="module")
def catalogue(shared_data: Path, person: Person, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GB18030 import file with surnames drawn by frequency and the 4 MB scan as page image."""
    folder = tmp_path_factory.mktemp("real")
    shutil.copyfile(shared_data / "pages" / "FRAN_0187_49914_L.jpg", folder / "scan.jpg")
    with (shared_data / "names" / "chinese_family_name_1k.csv").open(encoding="utf-8-sig") as file:
        counted = [(row["NameB"], float(row["TF"])) for row in csv.DictReader(file)]
    rng = Random(20261121)
    surnames = rng.choices([name for name, _ in counted], [n for _, n in counted], k=2 * ROWS)
    rows = [_row(index, surnames[2 * index : 2 * index + 2], rng) for index in range(ROWS)]
    rows.append(_wanted(person))
    path = folder / "marriages.csv"
    with path.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS[MARRIAGE], restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def _row(index: int, surnames: list[str], rng: Random) -> dict[str, str]:
    names = [surname + "".join(rng.sample(GIVEN, 2)) for surname in surnames]
    code = f"J012-004-{900 + index // 40:04d}-{index % 40 + 1:03d}"
    row = dict(zip(("fonds_no", "catalog_no", "file_no", "item_no"), code.split("-"), strict=True))
    return row | {
        "reference_code": code,
        "year": "1983",
        "open_status": "open",
        "event_type": "marriage",
        "event_date": f"1983-{index % 12 + 1:02d}-{index % 27 + 1:02d}",
        "registration_office": "万年县裴梅人民公社管理委员会",
        "a_name": names[0],
        "a_sex": "男",
        "a_birth": f"19{rng.randrange(50, 62)}-{rng.randrange(1, 13):02d}",
        "b_name": names[1],
        "b_sex": "女",
    }


def _wanted(person: Person) -> dict[str, str]:
    code = dict(
        zip(("fonds_no", "catalog_no", "file_no", "item_no"), REFERENCE.split("-"), strict=True)
    )
    return code | {
        "reference_code": REFERENCE,
        "page_from": "9",
        "page_to": "9",
        "year": "1984",
        "open_status": "open",
        "event_type": "marriage",
        "event_date": "1984-10-01",
        "registration_office": "万年县陈营镇人民政府",
        "certificate_no": "(84)陈营结字第9号",
        "a_name": person.name,
        "a_sex": "男",
        "a_birth": person.birth,
        "b_name": "龚玉珍",
        "b_sex": "女",
        "b_birth": "1960-12",
        "images": "scan.jpg",
    }


@pytest.fixture(scope="module")
def historic(world: World, shared_data: Path) -> Iterator[None]:
    """Both nodes and the registry use the national area-code history; put back afterwards."""
    table = shared_data / "admin" / "areacodes_result.csv"
    done = run(
        "lantai-registry", "import-jurisdictions", str(table),
        "--data", world.federation.registry["data"],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    nodes = ("jiaxing", "shangrao")
    kept = {}
    for node in nodes:
        data = Path(world.federation.node(node).data)
        kept[node] = (data / FILE).read_text("utf-8")
        shutil.copyfile(table, data / "areas.csv")
        config, _ = load_config(data)
        (data / FILE).write_text(dump_config(replace(config, areas="areas.csv")), "utf-8")
    world.local.restart(*nodes)
    yield
    for node in nodes:
        (Path(world.federation.node(node).data) / FILE).write_text(kept[node], "utf-8")
    world.local.restart(*nodes)


def officer_options(prefix: str, login: Login, folder: Path) -> list[str]:
    """How a command is told which officer runs it; the password goes by a file."""
    path = folder / f"{login.user}.password"
    path.touch(mode=0o600)
    path.write_text(login.password, encoding="utf-8")
    code = current_code(login, system_clock())
    return [
        f"--{prefix}user", login.user, f"--{prefix}password-file", str(path),
        f"--{prefix}totp", code,
    ]  # fmt: skip


def test_old_places_lead_to_the_archives_of_today(world: World, historic: None) -> None:
    for place, year, now in (("万年县", 1984, "361129"), ("广丰县", 1991, "361103")):
        done = run(
            "lantai-registry", "route", "--category", MARRIAGE, "--place", place,
            "--year", str(year), "--from", "jiaxing", "--json",
            "--data", world.federation.registry["data"],
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        assert [node["node_id"] for node in answer["nodes"]] == ["shangrao"]
        assert now in {row["code"] for row in answer["jurisdictions"]}


def test_a_real_scan_and_real_surnames_end_in_the_same_certificate(
    world: World, historic: None, catalogue: Path, person: Person, tmp_path: Path
) -> None:
    assert catalogue.with_name("scan.jpg").stat().st_size > 3_900_000
    holder = world.counter("361100")
    done = run(
        "lantai-node", "import", "--category", MARRIAGE, str(catalogue), "--accept-warnings",
        "--archive", "361100", "--data", world.federation.node("shangrao").data, "--json",
        *officer_options("", holder.login("master"), tmp_path),
        *officer_options("reviewer-", holder.login("submission"), tmp_path),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["rows"], report["accepted"], report["rejected"]) == (ROWS + 1, ROWS + 1, 0)

    query = RecordQuery(
        category=MARRIAGE,
        subject=as_subject(person),
        other_party=SoughtPerson(name="龚玉珍"),
        place="万年县",
        period=Period(start="1984", end="1984"),
    )
    window = world.counter("330481").at(world.local.office("jiaxing"))
    case_no = window.file(own_application(person, "330481", query), "real-input-0001")
    window.review(case_no)
    (leg,) = window.progress(case_no).legs
    assert leg.holder_archive == "361100"
    holder = holder.at(world.local.office("shangrao"))
    detail = holder.claim(case_no)
    (candidate,) = detail.candidates
    assert candidate.entry.reference_code == REFERENCE
    assert candidate.entry.images[0].size_bytes > 3_900_000
    holder.compare(detail)
    holder.release(case_no)
    holder.seal(case_no)
    pdf = window.save_certificate(case_no, world.documents)
    site = world.federation.certificate_service["verify"]
    code, verdict = verify(world, pdf, "--site", site)
    assert (code, verdict["verdict"]) == (0, "V00")
    assert verdict["certificate"]["holder"] == "上饶市档案馆"
