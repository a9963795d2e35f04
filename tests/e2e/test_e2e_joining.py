"""Two archives join by docs/joining.md alone, every command as it stands on the page."""

import json
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from joining_desk import (
    PAGE,
    Block,
    Operator,
    base_env,
    blocks,
    programs,
    read_until,
    terms,
)
from node_world import free_port


class Office:
    """The registry and its council, set up as docs/registry.md says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        bin_folder = programs(folder.parent)
        self.env = base_env(bin_folder)
        self.members, self.enrol = (f"127.0.0.1:{free_port()}" for _ in range(2))
        self.me = Operator(folder, self.env | {"REGISTRY_DATA": "R", "TRUST": "trust.dsse"})
        seats = [f"seat-{number}" for number in (1, 2, 3)]
        self.me.env |= {"SEAT_1": seats[0], "SEAT_2": seats[1]}
        make_seats = "\n".join(f"lantai council seat {seat}" for seat in seats)
        self.me.run(
            f"""{make_seats}
lantai council file seat-*/*.pub.json --threshold 2 -o council.json
lantai-registry init --data R --listen {self.members} --enrol-listen {self.enrol} \
  --council council.json --json > init.json
lantai council draft --registry init.json -o draft.json
lantai council sign draft.json --seat seat-1 -o one.dsse
lantai council sign draft.json --seat seat-2 -o two.dsse"""
        )
        # One refusal shown: a single seat signs nothing into force.
        self.me.run("lantai council merge one.dsse --council council.json -o trust.dsse", (3,))
        assert "SIGNATURES_TOO_FEW" in self.me.spoken[-1]
        self.me.run(
            """lantai council merge one.dsse two.dsse --council council.json -o trust.dsse
lantai-registry directory publish-trust-list trust.dsse --data R"""
        )
        served = self.me.start("#\nlantai-registry serve --data R")
        read_until(served, "成员")

    def invite(self, node: str) -> dict[str, str]:
        said = self.me.run(f"lantai-registry invite {node} --by operator-1 --data R --json")
        return json.loads(said)


class Newcomer:
    """An operator who has the page, three files, and a telephone."""

    def __init__(self, office: Office, folder: Path, node: str, archive: str) -> None:
        self.office, self.node = office, node
        folder.mkdir()
        invitation = office.invite(node)
        (folder / "token").write_text(invitation["token"] + "\n")
        (folder / "roots.pem").write_text(invitation["roots_pem"])
        shutil.copy(office.folder / "council.json", folder / "council.json")
        self.enrolment = invitation["enrolment_id"]
        # What the first block of the page has filled in.
        self.env = office.env | {
            "NODE": node,
            "DOMAIN": "demo.invalid",
            "ARCHIVE": archive,
            "NAME": f"{node}档案馆",
            "REGISTRY": office.members,
            "ENROL": office.enrol,
            "LISTEN": f"127.0.0.1:{free_port()}",
            "PASSWORD": "a long password of the leader",
        }
        self.me = Operator(folder, self.env)
        self.waiting: object = None

    def do(self, block: Block) -> None:
        """One block of the page, by whom it names."""
        if block.kind == "wait":
            self.waiting = self.me.start(block.text)
            said = read_until(self.waiting, "指纹")  # type: ignore[arg-type]
            fingerprint = re.search(r"指纹：([0-9a-f ]+)", said)
            assert fingerprint
            self.office.me.env |= {"FINGERPRINT": fingerprint[1], "ENROLMENT": self.enrolment}
        elif block.kind == "serve":
            read_until(self.me.start(block.text), "gRPC")
        elif block.who in ("登记处", "理事会"):
            member = self.me.folder / f"{self.node}.member.json"
            if member.exists():
                shutil.copy(member, self.office.folder)
            self.office.me.env["NODE"] = self.node
            self.office.me.run(block.text)
        else:
            self.me.run(block.text)
        if block.who == "登记处" and self.waiting:
            self.enrolled, self.waiting = read_until(self.waiting, "NOT_LISTED_YET"), None  # type: ignore[arg-type]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "office")
    yield made
    made.me.stop()


def test_two_archives_join_by_the_page_alone(office: Office, tmp_path: Path) -> None:
    began = time.monotonic()
    page = [block for block in blocks()[1:] if block.kind != "install"]
    steps = [block for block in page if block.kind not in ("propose", "sign", "check")]
    propose, sign, check = (
        next(block for block in page if block.kind == kind) for kind in ("propose", "sign", "check")
    )
    archives = [
        Newcomer(office, tmp_path / node, node, code)
        for node, code in (("jiashan", "330421"), ("pinghu", "330482"))
    ]
    try:
        for newcomer in archives:
            for block in steps:
                newcomer.do(block)
            assert "已入网" in newcomer.enrolled
            assert "NOT_LISTED_YET" in newcomer.enrolled
        first, second = archives
        said = first.me.run(check.text, (4,))
        assert "NO_AGREEMENT" in said or "NO_STATEMENTS" in said
        (first.me.folder / "terms.json").write_text(terms("jiashan", "pinghu"))
        first.me.run(propose.text)
        second.me.env["AGREEMENT"] = "jiashan-pinghu-2026"
        until_done(second.me, sign.text)
        for newcomer in archives:
            until_done(newcomer.me, check.text)
            assert "验收通过" in newcomer.me.spoken[-1]
            assert "伙伴" in newcomer.me.spoken[-1]
        print(f"machine time of both joinings: {time.monotonic() - began:.0f} s")
    finally:
        for newcomer in archives:
            newcomer.me.stop()


def until_done(operator: Operator, text: str) -> None:
    """Again and again, as somebody does who was told to wait half a minute."""
    end = time.monotonic() + 60
    while True:
        operator.run(text, (0, 3, 4))
        if "→" not in operator.spoken[-1] and "未通过" not in operator.spoken[-1]:
            return
        assert time.monotonic() < end, operator.spoken[-1]
        time.sleep(1)


def test_the_page_fits_on_a_page_and_names_codes_that_exist() -> None:
    text = PAGE.read_text("utf-8")
    assert len(text.splitlines()) < 160
    errors = (PAGE.parent / "errors.md").read_text("utf-8")
    for code in re.findall(r"`([A-Z]+_[A-Z_]+)`", text):
        assert f"`{code}`" in errors, code
