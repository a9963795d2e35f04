"""The node put together: the only place that knows which adapter stands behind which port."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from node.adapters.clues import RememberedClues, load_areas
from node.adapters.due_work import DueWork
from node.adapters.event_lines import EventLines
from node.adapters.history import open_history
from node.adapters.image_files import ImageFiles
from node.adapters.node_folder import NodeFolder
from node.adapters.officer_keys import FileOfficerKeys
from node.adapters.page_covers import PillowCovers
from node.adapters.passwords import Argon2Passwords
from node.adapters.reference_tables import load_profile, load_query_reader
from node.adapters.service_file import ServicePlan, read_plan
from node.adapters.snapshot_folder import SnapshotFiles
from node.adapters.sql_casebook import SqlCasebook
from node.adapters.sql_catalogue import SqlCatalogue
from node.adapters.sql_figures import SqlFigures
from node.adapters.sql_staff import SqlStaffBook
from node.adapters.sql_witnessed import SqlWitnessedLeaves
from node.config import NodeConfig, Places, load_config
from node.correction_wiring import make_corrections
from node.domain.historic_clues import HistoricClues
from node.domain.own_remarks import OwnRemarks
from node.ports import Certificates, Clock, NodeKeys, Partner, Random
from node.question_wiring import make_questions
from node.rights_ports import Notifier
from node.rights_wiring import make_notifier, make_rights, watch_duties
from node.services.answer_request import AnswerDeskService
from node.services.case_status import CaseStatus
from node.services.case_views import CaseViewsService
from node.services.collect_files import CollectFiles
from node.services.copy_pages import CopyPages
from node.services.deliver_messages import DeliverMessages
from node.services.dispatching import Dispatch
from node.services.draw_papers import DrawPapers
from node.services.file_request import FileRequestService
from node.services.follow_directory import KeptDirectory
from node.services.give_file import GiveFile
from node.services.guard_lookups import GuardLookups
from node.services.guarded_filing import GuardedFiling
from node.services.hand_over import HandOverService
from node.services.house import House, Policy
from node.services.issue_extract import IssueExtract
from node.services.local_partner import LocalPartner
from node.services.locate_records import LocateRecords
from node.services.office import HostedArchive, Office
from node.services.office_papers import OfficePapers
from node.services.password_tries import GuardedKeys, PasswordTries
from node.services.post_letters import PostLetters
from node.services.receive_answer import ReceiveAnswer
from node.services.receive_request import ReceiveRequest
from node.services.release_extract import ReleaseDeskService
from node.services.review_request import ReviewRequestService
from node.services.routing import RouteCase
from node.services.search_catalogue import SearchCatalogue
from node.services.search_holdings import SearchHoldings
from node.services.settle_delivery import SettleDelivery
from node.services.sign_in import SignInService
from node.services.staff import StaffService
from node.services.standing import verify_standing
from node.services.supervise import Supervise
from node.services.withdraw_certificate import WithdrawCertificate
from node.services.witnessed_proofs import WitnessedProofs
from node.services.work_desk import WorkDeskService
from node.services.work_views import WorkViews
from node.services.worker import BY_THE_CLOCK, Worker
from node.services.write_orders import OrderWriter
from node.store_wiring import open_store, sample_key_of
from records.jurisdictions import Jurisdictions
from records.sought import QueryReader
from trust.identity.council import council_from_json
from trust.store.sealed_fields import SealedFields


def system_clock() -> datetime:
    """Now, aware, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What every process of a node opens: books, keys, tables. No network."""

    config: NodeConfig
    places: Places
    house: House
    engine: Engine
    fields: SealedFields
    folder: NodeFolder
    kept: KeptDirectory
    catalogue: SearchCatalogue
    clues: RememberedClues
    history: HistoricClues
    reader: QueryReader
    images: ImageFiles
    staff: SqlStaffBook
    officer_keys: FileOfficerKeys
    log: EventLines
    figures: SqlFigures
    plan: ServicePlan
    notifier: Notifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """The use cases that partners' calls and the worker share."""

    requests: ReceiveRequest
    answers: ReceiveAnswer
    locate: LocateRecords
    status: CaseStatus
    search: SearchHoldings
    files: GiveFile


def open_base(
    data: Path, clock: Clock = system_clock, random: Random = secrets.token_bytes
) -> Base:
    """The node in `data`, opened.

    Raises:
        Refusal: DATA_FOLDER, CONFIG_MALFORMED, and those of keys, stores and tables.
    """
    config, places = load_config(data)
    passphrase = places.passphrase.read_bytes().strip() if places.passphrase else None
    folder = NodeFolder(places.data, passphrase)
    archives = {archive.code: archive.name for archive in config.archives}
    engine, fields, people = open_store(config, places, folder, clock, random)
    signers = folder.log_signers(tuple(archives))
    council = council_from_json(places.council.read_bytes())
    kept = KeptDirectory(SnapshotFiles(places.data / "directory", council))
    reader = load_query_reader(places.parts / "tables", load_profile(config.dialect, places.data))
    jurisdictions = Jurisdictions(load_areas(places.areas))
    history = open_history(engine, reader.folding, jurisdictions)
    plan, log = read_plan(places.service), EventLines(config.node_id, clock)
    book = SqlCasebook(engine, config.trust_domain, signers, fields, random)
    house = House(
        node_id=config.node_id,
        trust_domain=config.trust_domain,
        archives=archives,
        signer=folder.sign_signer(),
        sample_key=sample_key_of(folder),
        people=people,
        book=book,
        proofs=book,
        directory=kept,
        clock=clock,
        random=random,
        policy=Policy(
            manual_sample_percent=config.manual_sample_percent,
            call_back_percent=config.call_back_percent,
            claim_minutes=config.claim_minutes,
        ),
        calendar=plan.calendar(),
    )
    return Base(
        config=config,
        places=places,
        house=house,
        engine=engine,
        fields=fields,
        folder=folder,
        kept=kept,
        catalogue=SearchCatalogue(SqlCatalogue(engine, reader.sounds), reader, history),
        reader=replace(reader, areas=jurisdictions),
        clues=RememberedClues(reader, jurisdictions),
        history=history,
        images=ImageFiles(places.data / "images", fields),
        staff=SqlStaffBook(engine, folder.secret(), fields, random),
        officer_keys=FileOfficerKeys(places.data / "officers"),
        log=log,
        plan=plan,
        notifier=make_notifier(plan, places.data, log),
        figures=SqlFigures(
            engine,
            config.trust_domain,
            {code: signer.public_key for code, signer in signers.items()},
            fields,
        ),
    )


def make_office(base: Base) -> Office:
    """All that officers can do, on this base."""
    house, staff = base.house, base.staff
    passwords = Argon2Passwords()
    tries = PasswordTries(staff, house.clock)
    keys = GuardedKeys(base.officer_keys, staff, tries)
    routes = RouteCase(house, base.clues)
    dispatch = Dispatch(house)
    copies = CopyPages(base.catalogue, base.images, PillowCovers())
    remarks = OwnRemarks(base.reader.calendar, base.history.places)
    orders = OrderWriter(base.catalogue, remarks, copies)
    views = WorkViews(house, base.catalogue, staff)
    work = WorkDeskService(house, base.catalogue, base.images, views, GuardLookups(house))
    papers = OfficePapers(house, routes, base.images, staff)
    release = ReleaseDeskService(house, orders, staff, keys, work, views)
    withdrawals = WithdrawCertificate(house, staff, keys)
    return Office(
        node_id=house.node_id,
        trust_domain=house.trust_domain,
        archives=tuple(
            HostedArchive(archive_code=code, name=name) for code, name in house.archives.items()
        ),
        sign_in=SignInService(staff, passwords, house.clock, house.random, tries, verify_standing),
        staff=StaffService(
            house,
            staff,
            base.officer_keys,
            passwords,
            base.folder.secret(),
            base.folder.declare,
        ),
        file_request=GuardedFiling(
            FileRequestService(house, routes, base.clues, dispatch), GuardLookups(house)
        ),
        review=ReviewRequestService(house, routes, dispatch, staff),
        cases=CaseViewsService(house, base.images, staff),
        work=work,
        release=release,
        answer=AnswerDeskService(house, base.catalogue, work, views),
        hand_over=HandOverService(house, dispatch),
        supervision=Supervise(house, base.figures, staff),
        papers=papers,
        asking=make_questions(house, base.clues, base.engine, base.fields),
        letters=PostLetters(house, papers, routes, staff),
        withdrawals=withdrawals,
        rights=make_rights(house, views, staff, papers),
        corrections=make_corrections(
            house,
            (base.engine, base.fields, staff, base.images),
            base.reader,
            (work, views),
            (release, withdrawals),
        ),
    )


def open_office(
    data: Path, clock: Clock = system_clock, random: Random = secrets.token_bytes
) -> Office:
    """The office of the node in `data`, for pages and commands. Raises Refusal: as `open_base`."""
    return make_office(open_base(data, clock, random))


def make_desks(base: Base) -> Desks:
    """The use cases behind partners' calls."""
    return Desks(
        requests=ReceiveRequest(base.house, base.clues),
        answers=ReceiveAnswer(base.house),
        locate=LocateRecords(base.house, base.catalogue, base.clues),
        status=CaseStatus(base.house),
        search=SearchHoldings(base.house, base.catalogue, base.clues, base.log),
        files=GiveFile(base.house, base.images),
    )


def make_witnessed(base: Base) -> WitnessedProofs:
    """Leaves of our logs as their witnesses saw them."""
    return WitnessedProofs(base.house, SqlWitnessedLeaves(base.engine, base.config.trust_domain))


def make_worker(
    base: Base,
    desks: Desks,
    partner: Partner,
    certificates: Certificates,
    more: Mapping[str, Callable[[], int]] | None = None,
) -> Worker:
    """The node's own hands; `more` are further duties by name."""
    house = base.house
    local = LocalPartner(house, desks.requests, desks.answers, desks.locate, desks.files)

    def reach(node_id: str) -> Partner:
        return local if node_id == house.node_id else partner

    keys: NodeKeys = base.folder
    issue = IssueExtract(
        house, certificates, base.images, base.staff, keys, base.log, make_witnessed(base)
    )
    collect = CollectFiles(house, reach, base.images)
    deliver = DeliverMessages(house, reach, SettleDelivery(house), collect, base.log)
    duties: list[tuple[str, Callable[[], int]]] = [
        ("search", desks.search.run),
        ("issue", issue.run),
        ("deliver", deliver.run),
        ("papers", DrawPapers(house, certificates, base.images, base.log).run),
        *watch_duties(house, base.staff, base.plan, base.notifier, base.log),
        *(more or {}).items(),
    ]
    return Worker(duties, base.log, DueWork(base.engine, house.clock), BY_THE_CLOCK)
