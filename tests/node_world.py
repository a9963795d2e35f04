"""A small federation of real nodes: data folders, keys, officers, directory, sockets.

Jiaxing (嘉兴, 海宁) asks, Shangrao holds, Pudong is a member without the needed agreement. The
directory is signed here by a registry of the tests; nodes read it from disk, so that every test
is also one with a dead registry.
"""

import atexit
import base64
import contextlib
import copy
import functools
import hashlib
import io
import secrets
import shutil
import socket
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from channel_world import DOMAIN, World, wall_clock
from PIL import Image, ImageDraw

from deploy.ceremony import Appointee, ArchiveAuthority, found_authority, listed_key, sign_agreement
from node.adapters.holdings_files import CSVHoldings, open_findings
from node.adapters.node_folder import NodeFolder
from node.adapters.reference_tables import load_query_reader
from node.adapters.sql_catalogue import SqlCatalogue
from node.bootstrap import open_base, open_office
from node.config import ArchiveConfig, NodeConfig, dump_config, load_config
from node.domain.application import Application
from node.domain.commands import (
    AddOfficerCommand,
    ConfirmCommand,
    FieldMark,
    FileRequestCommand,
    ReleaseCommand,
    ReviewCommand,
    SealCommand,
    SignInCommand,
    WorkCommand,
)
from node.domain.officers import Actor, Officer
from node.domain.views import CaseProgress, WorkDetail
from node.services.import_holdings import ImportHoldings, ImportOrder
from node.services.office import Office
from node.services.sign_in import totp_at
from records.agreements import Agreement
from records.coverage import HoldingsCoverage
from records.exchange import Applicant, Proof
from records.kinds import get_kind
from records.queries import Period, RecordQuery, SoughtPerson
from trust.envelope.dsse import Envelope, envelope_from_json
from trust.envelope.statement import sign_statement
from trust.identity.council import CouncilKeys, council_to_json
from trust.identity.directory import build_snapshot
from trust.identity.directory_files import save_snapshot
from trust.identity.directory_parts import contents_of, part_sha256
from trust.identity.keys import Ed25519Signer
from trust.identity.participant import Participant, ParticipantKind
from trust.identity.statements import DirectoryHead, Endpoint
from trust.identity.trust_list import Member, TrustList

MARRIAGE = "marriage_registration"
PASSWORD = "a long password of "
NODES = {
    "jiaxing": {"330400": "嘉兴市档案馆", "330481": "海宁市档案馆"},
    "shangrao": {"361100": "上饶市档案馆"},
    "pudong": {"310115": "上海市浦东新区档案馆"},
}
CITIES = {"330400": "330400", "330481": "330400", "361100": "361100", "310115": "310100"}
AREAS = {"330400": "330400", "330481": "330481", "361100": "361100", "310115": "310115"}
STAFFED = ("330400", "361100")
"""Archives whose officers take part in cases."""
STAFF = {
    "clerk": ("window_clerk",),
    "reviewer": ("window_reviewer",),
    "dispatcher": ("release_dispatcher",),
    "sealer": ("seal_keeper",),
    "leader": ("leader",),
}
_COLUMNS = (
    "reference_code,fonds_no,catalog_no,file_no,item_no,page_from,page_to,year,title,images,"
    "event_type,event_date,registration_office,certificate_no,"
    "a_name,a_sex,a_birth,a_id_no,b_name,b_sex,b_birth,b_id_no"
)
YOUTH = "educated_youth"
_YOUTH_ROW = (
    "reference_code,year,title,name,sex,birth,origin_place,departure_date,destination_place\n"
    "J050-001-0001-001,1969,1969年知青名册,顾国平,男,1950-06-01,川沙县,1969-03-05,波阳县\n"
)
ROWS = {
    "361100": (
        "J012-003-0456-078,J012,003,0456,078,78,78,1985,上饶县1985年结婚登记,p078.png,marriage,"
        "1985-05-20,上饶县旭日镇人民政府,(85)旭镇结字第78号,"
        "周金水,男,1962-11-05,,吴桂兰,女,1964-02-09,361199196402090422",
        "J012-001-0031-012,J012,001,0031,012,12,12,1957,上饶縣1957年結婚登記,p012.png,marriage,"
        "1957-02-18,上饶县沙溪乡人民政府,(57)沙溪结字第12号,"
        "劉炳生,男,1933-03-01,,蕭鳳英,女,1937-04-12,",
        "J012-003-0456-090,J012,003,0456,090,90,90,1986,上饶县1986年结婚登记,,marriage,"
        "1986-03-02,上饶县旭日镇人民政府,(86)旭镇结字第9号,"
        "程国富,男,1960-01-05,,汪秀英,女,1961-08-19,",
    ),
    "330400": (
        "J001-001-0001-001,J001,001,0001,001,1,1,2012,南湖区2012年结婚登记,q001.png,marriage,"
        "2012-05-04,南湖区民政局婚姻登记处,J330402-2012-000123,"
        "钱强,男,1988-08-08,330499198808081197,沈丽华,女,1988-08-08,330499198808081189",
    ),
    "330481": (),
    "310115": (),
}


@dataclass
class NodeHouse:
    """One node of the test federation."""

    node_id: str
    data: Path
    archives: dict[str, str]
    address: str
    signer: Ed25519Signer
    authorities: dict[str, ArchiveAuthority]
    logins: dict[tuple[str, str], str] = field(default_factory=dict)
    """(archive, user) → TOTP URI."""
    officers: dict[tuple[str, str], Officer] = field(default_factory=dict)
    office: Office | None = None


@dataclass
class NodeWorld:
    """All nodes, the registry's key and the directory."""

    folder: Path
    parts: Path
    channel: World
    nodes: dict[str, NodeHouse] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    """Certificate service slug → address."""
    extra_parts: list[Envelope] = field(default_factory=list)
    head_version: int = 0
    witness_quorum: int = 0

    def clock(self) -> datetime:
        return self.channel.clock()

    def publish(self) -> None:
        """A directory with everything that is declared is on every node's disk."""
        now = wall_clock()
        self.head_version += 1
        parts = [self._trust_list(now), *self._declared(now), *self.extra_parts]
        registry, tree = self.channel.people["registry"], contents_of(parts[1:])
        head = DirectoryHead(
            registry_id="registry",
            version=self.head_version,
            issued_at=now,
            trust_list=part_sha256(parts[0]),
            root=tree.root,
            states={},
        )
        envelope = sign_statement(head, registry.signer)
        lists, council = tree.lists.values(), self.council()
        snapshot = build_snapshot(envelope, parts, council, None, now, lists=lists)
        assert not snapshot.rejected, snapshot.rejected
        for node in self.nodes.values():
            save_snapshot(node.data / "directory", snapshot, now)

    def council(self) -> CouncilKeys:
        signers = self.channel.council
        return CouncilKeys(threshold=2, keys={one.kid: one.public_key for one in signers})

    def _trust_list(self, now: datetime) -> Envelope:
        world = self.channel
        trust_list = TrustList(
            trust_domain=DOMAIN,
            version=1,
            issued_at=now - timedelta(minutes=1),
            expires_at=now + timedelta(days=90),
            previous_sha256="",
            suites=("LT-1",),
            tls_roots_pem=world.root.pem.decode(),
            seal_roots_pem=world.root.pem.decode(),
            members=tuple(world.members.values()),
            witness_quorum=self.witness_quorum,
        )
        return sign_statement(trust_list, *world.council[:2])

    def _declared(self, now: datetime) -> list[Envelope]:
        found = []
        for node in self.nodes.values():
            folder = NodeFolder(node.data, None)
            folder.state_tls(node.node_id, folder.tls_identity(), now)
            for code in node.archives:
                folder.state_log(node.node_id, code, now)
            folder.state_endpoint(node.node_id, node.address, now)
            found += folder.declared()
        for slug, address in self.services.items():
            someone = self.channel.people[slug]
            endpoint = Endpoint(participant_id=slug, sequence=1, grpc=address)
            found += [
                sign_statement(endpoint, someone.signer),
                envelope_from_json(someone.statement),
            ]
        return found

    def agree(self, first: str, second: str, **changes: object) -> None:
        """Both nodes signed an agreement in both directions."""
        terms: dict[str, object] = {
            "agreement_id": f"{first}-{second}",
            "version": 1,
            "asking_nodes": (first, second),
            "holding_nodes": (first, second),
            "categories": (MARRIAGE, "school_record", "educated_youth"),
            "requester_types": ("party", "spouse", "agent"),
            "purposes": (),
            "year_from": 1949,
            "year_to": 2030,
            "granularity": "extract",
            "seal_mode": "HOLDER_ELECTRONIC_WINDOW_COUNTERSIGN",
            "minutes": 15,
            "legal_basis": "档案法第二十八条",
            "valid_from": date(2020, 1, 1),
            "valid_to": date(2099, 12, 31),
            "daily_quota": 1000,
            "contacts": {first: "0573-0000", second: "0793-0000"},
        }
        agreement = Agreement(**(terms | changes))  # type: ignore[arg-type]
        one, other = self.nodes[first].signer, self.nodes[second].signer
        self.extra_parts.append(sign_agreement(agreement, one, other))

    def declare(
        self,
        archive_code: str,
        covered_to: int = 2013,
        referral: str = "",
        category: str = MARRIAGE,
    ) -> None:
        """The archive declares its registers of the category from 1950 on."""
        node = self.node_of(archive_code)
        coverage = HoldingsCoverage(
            archive_code=archive_code,
            node_id=node.node_id,
            sequence=1,
            category=category,
            areas=(AREAS[archive_code],),
            covered_from=1950,
            covered_to=covered_to,
            as_of=date(2026, 1, 1),
            referral=referral,
        )
        self.extra_parts.append(sign_statement(coverage, node.signer))

    def node_of(self, archive_code: str) -> NodeHouse:
        return next(node for node in self.nodes.values() if archive_code in node.archives)

    def office(self, node_id: str) -> Office:
        node = self.nodes[node_id]
        if node.office is None:
            node.office = open_office(node.data)
        return node.office

    def sign_in(self, archive_code: str, user: str) -> Actor:
        """The officer with an open session; waits where the code of this moment was used."""
        node = self.node_of(archive_code)
        office = self.office(node.node_id)
        secret = totp_secret(node.logins[archive_code, user])
        session = office.sign_in.sign_in(
            SignInCommand(
                archive_code=archive_code,
                user=user,
                password=PASSWORD + user,
                totp=totp_at(secret, wall_clock()),
            )
        )
        return office.sign_in.open_session(session.token)

    def actor(self, archive_code: str, user: str) -> Actor:
        """The officer, without the ceremony of signing in."""
        officer = self.node_of(archive_code).officers[archive_code, user]
        return Actor(
            officer_id=officer.officer_id,
            person_id=officer.person_id,
            archive_code=officer.archive_code,
            user=officer.user,
            display_name=officer.display_name,
            posts=officer.posts,
        )


def totp_secret(uri: str) -> bytes:
    text = parse_qs(urlsplit(uri).query)["secret"][0]
    return base64.b32decode(text + "=" * (-len(text) % 8))


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def build_node_world(folder: Path, tables: Path, **settings: object) -> NodeWorld:
    """Three nodes with staff, holdings and an agreement between Jiaxing and Shangrao.

    The first call of a session founds them; every call gets a copy with ports of its own.
    """
    template = _found_world(tables)
    world = NodeWorld(folder=folder, parts=template.parts, channel=copy_channel(template.channel))
    world.extra_parts = list(template.extra_parts)
    for node_id, node in template.nodes.items():
        data = folder / node_id
        shutil.copytree(node.data, data)
        (data / "declared" / "endpoint.json").unlink()
        address = f"127.0.0.1:{free_port()}"
        config, _ = load_config(data)
        changed = replace(config, listen=address, **settings)  # type: ignore[arg-type]
        (data / "node.toml").write_text(dump_config(changed), "utf-8")
        world.nodes[node_id] = replace(
            node,
            data=data,
            address=address,
            logins=dict(node.logins),
            officers=dict(node.officers),
            office=None,
        )
    world.publish()
    return world


def copy_channel(channel: World) -> World:
    """The same council, authorities and members; later joiners are the copy's own."""
    copied = copy.copy(channel)
    copied.members = dict(channel.members)
    copied.people = dict(channel.people)
    return copied


@functools.cache
def _found_world(tables: Path) -> NodeWorld:
    folder = Path(tempfile.mkdtemp(prefix="lantai-nodes-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    parts = folder / "parts"
    parts.mkdir()
    (parts / "tables").symlink_to(tables)
    world = NodeWorld(folder=folder, parts=parts, channel=World())
    world.channel.join("registry", ParticipantKind.REGISTRY)
    for node_id, archives in NODES.items():
        _join(world, node_id, archives)
    world.agree("jiaxing", "shangrao")
    world.declare("361100")
    world.declare("361100", category=YOUTH)
    world.declare("330400", referral="2014 年起：南湖区民政局婚姻登记处")
    world.declare("310115")
    world.publish()
    for node in world.nodes.values():
        for code in node.archives:
            if code in STAFFED:
                _hire(world, code)
            _import(world, node, code)
        node.office = None
    return world


def add_certificate_service(world: NodeWorld, slug: str = "certificates") -> str:
    """A member with a port of its own; the address at which it must be served."""
    world.channel.join(slug, ParticipantKind.CERTSVC)
    world.services[slug] = f"127.0.0.1:{free_port()}"
    world.publish()
    return world.services[slug]


def _join(world: NodeWorld, node_id: str, archives: dict[str, str]) -> None:
    data = world.folder / node_id
    data.mkdir(parents=True)
    folder = NodeFolder(data, None)
    folder.create(tuple(archives), secrets.token_bytes(32))
    address = f"127.0.0.1:{free_port()}"
    config = NodeConfig(
        node_id=node_id,
        trust_domain=DOMAIN,
        archives=tuple(ArchiveConfig(code=code, name=name) for code, name in archives.items()),
        listen=address,
        parts=str(world.parts),
        manual_sample_percent=0,
        call_back_percent=0,
    )
    (data / "node.toml").write_text(dump_config(config), "utf-8")
    (data / "council.json").write_bytes(council_to_json(world.council()))
    participant = Participant(kind=ParticipantKind.NODE, slug=node_id, trust_domain=DOMAIN)
    identity = world.channel.issue(participant)
    folder.store_tls(identity.chain_pem, identity.private_key_pem, identity.roots_pem)
    signer = folder.sign_signer()
    now = world.channel.now
    authorities = {
        code: found_authority(world.folder / "authorities" / code, code, node_id)
        for code in archives
    }
    world.channel.members[node_id] = Member(
        participant_id=node_id,
        kind="node",
        name=node_id,
        state="active",
        since=now,
        sign_keys=(listed_key(signer.public_key, now),),
        archives=tuple(
            authorities[code].listed(name, CITIES[code], now) for code, name in archives.items()
        ),
    )
    world.nodes[node_id] = NodeHouse(
        node_id=node_id,
        data=data,
        archives=archives,
        address=address,
        signer=signer,
        authorities=authorities,
    )


def hire(
    world: NodeWorld, archive_code: str, user: str, posts: tuple[str, ...], person: str = ""
) -> Officer:
    """An officer with an appointment by the archive's authority."""
    node = world.node_of(archive_code)
    staff = world.office(node.node_id).staff
    officer, uri = staff.add_officer(
        AddOfficerCommand(
            archive_code=archive_code,
            user=user,
            display_name=f"{user}某",
            posts=posts,
            password=PASSWORD + user,
            person=person or user,
        )
    )
    now = wall_clock()
    appointee = Appointee(
        officer_id=officer.officer_id,
        person_id=officer.person_id,
        posts=officer.posts,
        kid=officer.kid,
        public_key=officer.public_key,
    )
    appointment = node.authorities[archive_code].appoint(appointee, now, now.date())
    node.officers[archive_code, user] = staff.store_appointment(appointment)
    node.logins[archive_code, user] = uri
    return node.officers[archive_code, user]


def _hire(world: NodeWorld, archive_code: str) -> None:
    for user, posts in STAFF.items():
        hire(world, archive_code, user, posts)


def page_image(text: str) -> bytes:
    """A little register page."""
    image = Image.new("RGB", (300, 200), (250, 246, 235))
    ImageDraw.Draw(image).text((20, 80), text, fill=(40, 40, 40))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _import(world: NodeWorld, node: NodeHouse, archive_code: str) -> None:
    rows = ROWS[archive_code]
    if not rows:
        return
    folder = world.folder / "holdings" / archive_code
    folder.mkdir(parents=True)
    for row in rows:
        name = row.split(",")[9]
        if name:
            (folder / name).write_bytes(page_image(name))
    _import_file(world, node, archive_code, MARRIAGE, "\n".join((_COLUMNS, *rows)) + "\n")
    if archive_code == "361100":
        _import_file(world, node, archive_code, YOUTH, _YOUTH_ROW)


def _import_file(
    world: NodeWorld, node: NodeHouse, archive_code: str, category: str, text: str
) -> None:
    folder = world.folder / "holdings" / archive_code
    path = folder / f"{category}.csv"
    path.write_text(text, "utf-8")
    base = open_base(node.data)
    reader = load_query_reader(world.parts / "tables")
    importer = ImportHoldings(SqlCatalogue(base.engine, reader.sounds), base.images, reader)
    order = ImportOrder(
        archive_code=archive_code,
        category=category,
        batch_id=hashlib.sha256((archive_code + category + text).encode()).hexdigest()[:32],
        accept_warnings=True,
        now=wall_clock(),
    )
    report = folder / f"report-{category}"
    report.mkdir()
    file = CSVHoldings(path, get_kind(category))
    imported = importer.run(order, file, lambda batch: open_findings(report / batch))
    assert imported.batch.accepted >= 1, imported
    base.engine.dispose()


def zhou(**changes: object) -> Application:
    """E01: 周金水 at the Jiaxing window asks for his marriage of 1985 in 上饶县."""
    form: dict[str, object] = {
        "window_archive": "330400",
        "applicant": Applicant(
            name="周金水",
            id_type="resident_id",
            id_no="361199196211050313",
            identity_assurance="chip_read",
        ),
        "query": RecordQuery(
            category=MARRIAGE,
            subject=SoughtPerson(
                name="周金水", sex="男", birth="1962-11-05", id_no="361199196211050313"
            ),
            other_party=SoughtPerson(name="吴桂兰"),
            place="上饶县",
            period=Period(start="1985", end="1985"),
        ),
        "purpose": "property",
        "proofs": (Proof(kind="id_card", sha256="0" * 64, media_type="image/jpeg"),),
        "consent": True,
    }
    return Application(**(form | changes))  # type: ignore[arg-type]


def file_and_review(world: NodeWorld, form: Application, key: str = "key-0000-0001") -> str:
    """The clerk files it, the reviewer accepts it; the case number."""
    node = world.node_of(form.window_archive)
    office = world.office(node.node_id)
    filed = office.file_request.file(
        FileRequestCommand(client_key=key, application=form),
        world.actor(form.window_archive, "clerk"),
    )
    office.review.review(
        ReviewCommand(case_no=filed.case_no, accept=True),
        world.actor(form.window_archive, "reviewer"),
    )
    return filed.case_no


def confirm_first(world: NodeWorld, case_no: str, archive_code: str) -> WorkDetail:
    """The dispatcher claims the case and marks every field of the first candidate."""
    office = world.office(world.node_of(archive_code).node_id)
    dispatcher = world.actor(archive_code, "dispatcher")
    detail = office.work.claim(
        WorkCommand(case_no=case_no, holder_archive=archive_code), dispatcher
    )
    candidate = detail.candidates[0]
    return office.work.confirm(
        ConfirmCommand(
            case_no=case_no,
            holder_archive=archive_code,
            reference_code=candidate.entry.reference_code,
            marks=tuple(
                FieldMark(field=code, compared="same" if value else "not_recorded")
                for code, _, value in candidate.printable
            ),
            images=tuple(page.sha256 for page in candidate.entry.images),
        ),
        dispatcher,
    )


def release_and_seal(world: NodeWorld, case_no: str, archive_code: str) -> WorkDetail:
    """Two officers order the extract."""
    office = world.office(world.node_of(archive_code).node_id)
    office.release.release(
        ReleaseCommand(
            case_no=case_no, holder_archive=archive_code, password=PASSWORD + "dispatcher"
        ),
        world.actor(archive_code, "dispatcher"),
    )
    return office.release.seal(
        SealCommand(case_no=case_no, holder_archive=archive_code, password=PASSWORD + "sealer"),
        world.actor(archive_code, "sealer"),
    )


def wait_for(
    look: Callable[[], object], seconds: float = 20.0, message: str = "it never came"
) -> object:
    """What `look` gives once it is truthy."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.03)
    raise AssertionError(message)


def progress(world: NodeWorld, case_no: str, archive_code: str = "330400") -> CaseProgress:
    office = world.office(world.node_of(archive_code).node_id)
    return office.cases.progress(case_no, world.actor(archive_code, "clerk"))
