"""An office in memory with two archives, for tests of pages: it behaves, it decides nothing else.

Both archives are hosted, so one request goes from the window of the one to the desk of the other
inside one process. What the real services decide is tested with them, not here.
"""

import itertools
import secrets
import tempfile
from collections.abc import Sequence
from datetime import timedelta

from fake_asking import FakeAsking
from fake_corrections import FakeCorrections
from fake_desks import Answers, Reviews, Works
from fake_doors import doors_of
from fake_management import management_of
from fake_papers import FakePapers
from fake_parts import (
    CODE,
    JIAXING,
    NAMES,
    NAUGHTY,
    PASSWORD,
    SHANGRAO,
    STAFF,
    Case,
    Clock,
    Images,
    actor_of,
    officer,
    one_page_pdf,
    page_scan,
)
from fake_rights import FakeRights
from fake_supervision import Supervised
from fake_withdrawals import FakeWithdrawals

from node.adapters.desk_keys import DeskKeys
from node.desk_wiring import drafts_in
from node.domain.application import Application, verify_application
from node.domain.cases import Event, Leg, RefusedRoute
from node.domain.commands import (
    AnswerQuestionCommand,
    CaseCommand,
    FileRequestCommand,
    HandOverCommand,
    SignInCommand,
)
from node.domain.officers import Actor, Officer, Session
from node.domain.reasons import CASE_NOT_FOUND, CASE_STATE, SESSION_ENDED, SIGN_IN_REFUSED
from node.domain.views import (
    CaseSummary,
    RoutePreview,
)
from node.services.office import HostedArchive, Office
from records.entries import CatalogueEntry, PageImage
from records.refusal import Refusal
from trust.store.engine import open_engine
from trust.store.sealed_fields import SealedFields

__all__ = [
    "CODE",
    "JIAXING",
    "NAMES",
    "NAUGHTY",
    "PASSWORD",
    "SHANGRAO",
    "STAFF",
    "Case",
    "Clock",
    "Images",
    "World",
    "actor_of",
    "officer",
    "one_page_pdf",
    "page_scan",
]


class World(Answers):
    """The fake's whole state."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.images = Images()
        self.sessions: dict[str, Officer] = {}
        self.cases: dict[str, Case] = {}
        self.keys: dict[str, str] = {}
        self.told: list[Event] = []
        self.numbers = itertools.count(42)
        self.tokens = itertools.count(1)
        self.pdf = one_page_pdf()
        self.papers = FakePapers(self.clock, self.pdf)
        self.folder = tempfile.TemporaryDirectory(prefix="lt-world-")
        self.engine = open_engine(f"sqlite:///{self.folder.name}/desk.db")
        secret = secrets.token_bytes(32)
        self.drafts = drafts_in(self.engine, secret, secrets.token_bytes)
        self.revocations = FakeWithdrawals(self)
        self.doors = doors_of(
            self, self.engine, SealedFields(DeskKeys(secret), secrets.token_bytes)
        )
        self.refuse_route: Refusal | None = None
        self.management = management_of(self.clock())
        self.supervised = Supervised(self.clock())
        self.rights = FakeRights(self.clock)
        self.corrections = FakeCorrections(self)
        scan = page_scan(
            "结婚登记申请书",
            [
                "男方姓名　周金水",
                "出生日期　一九六二年十月初九",
                "女方姓名　吴桂兰",
                "出生日期　一九六四年二月九日",
                "登记机关　上饶县皂头乡人民政府",
                "双方自愿　是",
            ],
        )
        digest = self.images.put(scan)
        second = self.images.put(page_scan("审查意见", ["准予登记", "发证日期　1985-05-20"]))
        self.entry = CatalogueEntry(
            archive_code=SHANGRAO,
            category="marriage_registration",
            reference_code="J107-9-0119-003",
            year=1985,
            values={
                "event_type": "marriage",
                "event_date": "1985-05-20",
                "registration_office": "上饶县皂头乡人民政府",
                "a_name": "周金水",
                "a_sex": "男",
                "a_birth": "农历一九六二年十月初九",
                "b_name": "吴桂兰",
                "b_sex": "女",
                "b_birth": "1964-02-09",
            },
            images=(
                PageImage(page_no=1, sha256=digest, media_type="image/jpeg", size_bytes=len(scan)),
                PageImage(page_no=2, sha256=second, media_type="image/jpeg", size_bytes=1),
            ),
        )

    def office(self) -> Office:
        return Office(
            node_id="jiaxing",
            trust_domain="demo.invalid",
            archives=tuple(HostedArchive(archive_code=c, name=n) for c, n in NAMES.items()),
            sign_in=self,  # type: ignore[arg-type]
            staff=self,  # type: ignore[arg-type]
            file_request=self,  # type: ignore[arg-type]
            review=Reviews(self),  # type: ignore[arg-type]
            cases=self,  # type: ignore[arg-type]
            work=Works(self),  # type: ignore[arg-type]
            release=self,  # type: ignore[arg-type]
            answer=self,  # type: ignore[arg-type]
            hand_over=self,  # type: ignore[arg-type]
            supervision=self.supervised,
            papers=self.papers,
            letters=self.papers,
            withdrawals=self.revocations,  # type: ignore[arg-type]
            corrections=self.corrections.doors(),
            rights=self.rights,  # type: ignore[arg-type]
            asking=FakeAsking(self.clock),
        )

    # sign-in and staff
    def sign_in(self, command: SignInCommand) -> Session:
        found = [one for one in STAFF if one.user == command.user]
        if not found or command.password != PASSWORD or command.totp != CODE:
            raise Refusal(SIGN_IN_REFUSED)
        token = f"{'t' * 39}{next(self.tokens):04}"
        self.sessions[token] = found[0]
        expires = self.clock() + timedelta(hours=10)
        return Session(token=token, actor=actor_of(found[0]), expires_at=expires)

    def open_session(self, token: str) -> Actor:
        if token not in self.sessions:
            raise Refusal(SESSION_ENDED)
        return actor_of(self.sessions[token])

    def sign_out(self, token: str) -> None:
        self.sessions.pop(token, None)

    def list_officers(self, archive_code: str = "") -> Sequence[Officer]:
        return [one for one in STAFF if archive_code in ("", one.archive_code)]

    # window
    def preview(self, application: Application, actor: Actor) -> RoutePreview:
        if self.refuse_route:
            raise self.refuse_route
        agent = application.applicant.relation == "agent"
        have = {proof.kind for proof in application.proofs}
        missing = ("notarised_poa",) if agent and "notarised_poa" not in have else ()
        return RoutePreview(
            legs=(
                Leg(
                    holder_archive=SHANGRAO,
                    holder_name=NAMES[SHANGRAO],
                    node_id="shangrao",
                    why="登记机关：上饶县（今 上饶市广信区），1985 年在馆藏范围内",
                    agreement_id="jiaxing-shangrao-2026",
                    agreement_version=1,
                    contact="0793-8228000",
                ),
            ),
            refused_routes=(
                RefusedRoute(
                    node_id="pudong",
                    archive_code="310115",
                    name="浦东新区档案馆",
                    code="AGREEMENT_SCOPE",
                    why="协议不含婚姻登记",
                ),
            ),
            question="",
            choices=(),
            referrals=("2014 年起：广信区民政局婚姻登记处",),
            eligibility_rule="D03" if agent else "D01",
            eligible=not missing,
            eligibility_code="AGENT_NOT_NOTARISED" if missing else "",
            eligibility_why="委托须经公证" if missing else "",
            missing_papers=missing,
            directory="normal",
        )

    def file(self, command: FileRequestCommand, actor: Actor) -> CaseSummary:
        verify_application(command.application)
        case_no = self.keys.get(command.client_key)
        if case_no is None:
            case_no = f"LT-{actor.archive_code}-20261121-{next(self.numbers):04}"
            self.keys[command.client_key] = case_no
            self.cases[case_no] = Case(
                case_no=case_no,
                application=command.application,
                filed_by=actor.display_name,
                submitted_at=self.clock(),
            )
            self.tell(case_no, JIAXING, "window", "submitted")
        return self.summary(self.cases[case_no])

    def resubmit(self, case_no: str, application: Application, actor: Actor) -> CaseSummary:
        case = self.get(case_no)
        case.application, case.review_note = application, ""
        return self.move(case_no, "submitted")

    def answer_question(self, command: AnswerQuestionCommand, actor: Actor) -> CaseSummary:
        case = self.get(command.case_no)
        case.application, case.question = command.application, ""
        case.state = case.work_state = "candidates"
        self.tell_both(case)
        return self.summary(case)

    def list_cases(
        self, actor: Actor, states: Sequence[str] = (), limit: int = 100
    ) -> Sequence[CaseSummary]:
        found = [c for c in self.cases.values() if not states or c.state in states]
        return [self.summary(c) for c in reversed(found) if actor.archive_code == JIAXING]

    def certificate(self, case_no: str, sha256: str, actor: Actor) -> bytes:
        return self.pdf

    def listed_fields(self, case_no: str, actor: Actor) -> dict[str, tuple[object, ...]]:
        return {}

    def events(self, after: int, limit: int = 100) -> Sequence[Event]:
        return [event for event in self.told if event.sequence > after][:limit]

    def last_event(self) -> int:
        return len(self.told)

    def hand_over(self, command: HandOverCommand, actor: Actor) -> CaseSummary:
        return self.move(command.case_no, "delivered", unless=("delivered", "closed"))

    def close(self, command: CaseCommand, actor: Actor) -> CaseSummary:
        return self.move(command.case_no, "closed")

    def withdraw(self, command: CaseCommand, actor: Actor) -> CaseSummary:
        return self.move(command.case_no, "withdrawn", unless=("closed", "withdrawn"))

    # the rest is for the fake itself
    def get(self, case_no: str) -> Case:
        if case_no not in self.cases:
            raise Refusal(CASE_NOT_FOUND)
        return self.cases[case_no]

    def move(self, case_no: str, state: str, unless: Sequence[str] = ()) -> CaseSummary:
        case = self.get(case_no)
        if case.state in unless:
            raise Refusal(CASE_STATE)
        case.state = state
        self.tell(case_no, JIAXING, "window", state)
        return self.summary(case)

    def tell(self, case_no: str, archive: str, desk: str, state: str) -> None:
        self.told.append(
            Event(
                sequence=len(self.told) + 1,
                case_no=case_no,
                archive_code=archive,
                desk=desk,
                state=state,
                at=self.clock(),
            )
        )

    def tell_both(self, case: Case) -> None:
        self.tell(case.case_no, JIAXING, "window", case.state)
        self.tell(case.case_no, SHANGRAO, "holder", case.work_state)
