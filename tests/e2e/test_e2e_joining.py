"""An archive joins by docs/joining.md alone, every command as it stands on the page."""

import json
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
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
from own_ports import free_port

from federation_registry.bootstrap import open_house
from federation_registry.folder import Folder
from node.adapters.enrolment_door import EnrolmentDoor
from node.adapters.node_folder import NodeFolder
from node.bootstrap import system_clock
from node.cli.place import create_node
from node.cli.running import RunningNode
from node.config import ArchiveConfig, NodeConfig
from node.domain.officers import Actor
from node.services.agreeing import Agreeing
from trust.identity.keys import Ed25519Signer, new_ed25519, public_key_to_base64
from trust.identity.participant import ParticipantKind


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


class Partner:
    """An archive that has joined before, in this process."""

    def __init__(self, office: Office, data: Path) -> None:
        config = NodeConfig(
            node_id="pinghu",
            trust_domain="demo.invalid",
            archives=(ArchiveConfig(code="330482", name="平湖市档案馆"),),
            listen=f"127.0.0.1:{free_port()}",
            registry=office.members,
            directory_seconds=1.0,
        )
        create_node(data, config, secrets.token_bytes(32))
        shutil.copy(office.folder / "council.json", data / "council.json")
        folder = NodeFolder(data, None)
        house = open_house(Folder(path=office.folder / "R"), system_clock, secrets.token_bytes)
        own = replace(house.participant, kind=ParticipantKind.NODE, slug="pinghu")
        sent = house.enrol.invite(own, invited_by="operator-1")
        roots = house.keys.roots_pem()
        with closing(EnrolmentDoor(office.enrol, house.participant, roots, system_clock)) as door:
            asked = door.ask(sent.token, folder.sign_signer())
            house.enrol.approve(
                asked.enrolment_id,
                officer="operator-2",
                fingerprint_heard=asked.fingerprint,
                issuing=house.issuing(),
            )
            collected = door.collect(asked.enrolment_id)
        folder.store_tls(collected.chain_pem, asked.private_key_pem, collected.roots_pem)
        key = public_key_to_base64(folder.sign_signer().public_key)
        leader = public_key_to_base64(Ed25519Signer.from_private(new_ed25519()).public_key)
        archive = {"archive_code": "330482", "name": "平湖市档案馆", "city_code": "330400"}
        member = {
            "participant_id": "pinghu",
            "kind": "node",
            "name": "平湖市档案馆",
            "sign_public_key": key,
            "archives": [{**archive, "authority_public_key": leader}],
        }
        (office.folder / "pinghu.member.json").write_text(json.dumps(member))
        self.data = data
        self.node: RunningNode | None = None

    def start(self) -> None:
        """Listening, once the list names it."""
        self.node = RunningNode(self.data)
        self.node.start()

    def sign(self, agreement_id: str) -> None:
        """Its leader signs what was proposed, as soon as the directory has it."""
        assert self.node is not None
        base = self.node.base
        leader = Actor(
            officer_id="330482/0000000000000001",
            person_id="p",
            archive_code="330482",
            user="leader",
            display_name="馆领导",
            posts=("leader",),
        )
        agreeing = Agreeing(base.house, base.folder.declare)
        end = time.monotonic() + 240
        while not any(one.agreement.agreement_id == agreement_id for one in agreeing.list()):
            assert time.monotonic() < end, "the proposal never came"
            time.sleep(0.5)
        agreeing.sign(agreement_id, 1, leader)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "office")
    yield made
    made.me.stop()


def test_an_archive_joins_by_the_page_alone(office: Office, tmp_path: Path) -> None:
    page = [block for block in blocks()[1:] if block.kind != "install"]
    steps = [block for block in page if block.kind not in ("propose", "sign", "check")]
    propose, check = (
        next(block for block in page if block.kind == kind) for kind in ("propose", "check")
    )
    partner = Partner(office, tmp_path / "pinghu")
    newcomer = Newcomer(office, tmp_path / "jiashan", "jiashan", "330421")
    # The council lists both with one draft: the page's command, and one more file.
    office.me.env["NODE"] = "pinghu"
    began = time.monotonic()
    try:
        for block in steps:
            if block.who == "理事会":
                block = replace(
                    block, text=block.text.replace("--add ", "--add pinghu.member.json ")
                )
            newcomer.do(block)
        assert "已入网" in newcomer.enrolled
        assert "NOT_LISTED_YET" in newcomer.enrolled
        partner.start()
        said = newcomer.me.run(check.text, (4,))
        assert "NO_AGREEMENT" in said or "NO_STATEMENTS" in said
        (newcomer.me.folder / "terms.json").write_text(terms("jiashan", "pinghu"))
        newcomer.me.run(propose.text)
        partner.sign("jiashan-pinghu-2026")
        until_done(newcomer.me, check.text)
        assert "验收通过" in newcomer.me.spoken[-1]
        assert "伙伴 pinghu" in newcomer.me.spoken[-1]
        print(f"machine time of one joining: {time.monotonic() - began:.0f} s")
    finally:
        newcomer.me.stop()
        if partner.node is not None:
            partner.node.stop(0.5)


def until_done(operator: Operator, text: str) -> None:
    """Again and again, as somebody does who was told to wait half a minute."""
    end = time.monotonic() + 240
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
