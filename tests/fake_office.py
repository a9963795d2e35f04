"""An office in memory with two archives, for tests of pages: it behaves, it decides nothing else.

Both archives are hosted, so one request goes from the window of the one to the desk of the other
inside one process. What the real services decide is tested with them, not here.
"""

import io
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from PIL import Image, ImageDraw

from node.domain.application import Application, verify_application
from node.domain.cases import ComparedField, Comparison, Event, Leg, RefusedRoute
from node.domain.commands import (
    AnswerQuestionCommand,
    CaseCommand,
    ConfirmCommand,
    FileRequestCommand,
    HandOverCommand,
    NoRecordCommand,
    ReferCommand,
    RefuseCommand,
    ReleaseCommand,
    ReturnCommand,
    ReviewCommand,
    SealCommand,
    SignInCommand,
    WorkCommand,
)
from node.domain.exchange_reasons import CLAIMED_BY_OTHER, NOT_CLAIMED, PASSWORD_WRONG
from node.domain.officers import Actor, Officer, Session
from node.domain.reasons import CASE_NOT_FOUND, SESSION_ENDED, SIGN_IN_REFUSED
from node.domain.views import (
    CandidateView,
    CaseClock,
    CaseProgress,
    CaseSummary,
    ReviewView,
    RoutePreview,
    Step,
    WorkDetail,
    WorkSummary,
)
from node.services.office import HostedArchive, Office
from records.entries import CatalogueEntry, MatchReason, PageImage
from records.exchange import AssistRequest, DeliveredFile, Header, SearchedScope
from records.id_numbers import mask_id_number
from records.kinds import KINDS
from records.person_names import mask_name
from records.refusal import Refusal

JIAXING, SHANGRAO = "330400", "361100"
NAMES = {JIAXING: "嘉兴市档案馆", SHANGRAO: "上饶市档案馆"}
PASSWORD, CODE = "correct horse battery", "123456"
NAUGHTY = "<script>window.hit=1</script>\"'><img src=x onerror=window.hit=1>{{7*7}}${1}"


def officer(user: str, name: str, archive: str, *posts: str) -> Officer:
    return Officer(
        officer_id=f"{archive}/{user}",
        person_id=f"person-{user}",
        archive_code=archive,
        user=user,
        display_name=name,
        posts=posts,
        kid="",
        public_key="",
    )


STAFF = (
    officer("zhoumin", "周敏", JIAXING, "window_clerk"),
    officer("linyan", "林燕", JIAXING, "window_reviewer"),
    officer("wangmin", "王敏", SHANGRAO, "release_dispatcher"),
    officer("lihua", "李华", SHANGRAO, "release_dispatcher"),
    officer("zhouguoliang", "周国梁", SHANGRAO, "seal_keeper"),
)


@dataclass
class Clock:
    """A clock that stands still unless it is moved."""

    now: datetime = datetime(2026, 11, 21, 2, 42, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Images:
    """Pictures by digest."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def put(self, data: bytes) -> str:
        import hashlib

        digest = hashlib.sha256(data).hexdigest()
        self.kept[digest] = data
        return digest

    def get(self, sha256: str) -> bytes:
        return self.kept[sha256]


@dataclass
class Case:
    """Both ends of one request."""

    case_no: str
    application: Application
    filed_by: str
    state: str = "submitted"
    work_state: str = ""
    claimed_by: str = ""
    reviewed_by: str = ""
    review_note: str = ""
    submitted_at: datetime | None = None
    registered_at: datetime | None = None
    deadline: datetime | None = None
    question: str = ""
    outcome: str = ""
    note: str = ""
    comparison: Comparison | None = None
    dispatcher: str = ""
    keeper: str = ""
    files: tuple[DeliveredFile, ...] = ()
    entry: CatalogueEntry | None = None


def page_scan(title: str, lines: Sequence[str]) -> bytes:
    """A page like the reference picture's: paper, a form, a red ring."""
    from PIL import ImageFont

    page = Image.new("RGB", (1100, 1500), (233, 222, 196))
    pen = ImageDraw.Draw(page)
    path = "var/parts/fonts/NotoSerifSC_400Regular.ttf"
    try:
        big, small = ImageFont.truetype(path, 64), ImageFont.truetype(path, 38)
    except OSError:
        big = small = ImageFont.load_default(40)
    pen.text((330, 120), title, font=big, fill=(70, 40, 36))
    for row, line in enumerate(lines):
        top = 300 + row * 104
        pen.rectangle((120, top, 980, top + 104), outline=(110, 66, 58), width=4)
        pen.text((160, top + 26), line, font=small, fill=(62, 44, 52))
    pen.ellipse((680, 1150, 900, 1370), outline=(178, 38, 30), width=7)
    written = io.BytesIO()
    page.save(written, "JPEG", quality=80)
    return written.getvalue()


def one_page_pdf() -> bytes:
    """A PDF with one page."""
    from reportlab.pdfgen.canvas import Canvas

    written = io.BytesIO()
    canvas = Canvas(written, pagesize=(420, 595))
    canvas.drawString(60, 500, "SR-2026-0011-4473")
    canvas.save()
    return written.getvalue()


class World:
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
        self.refuse_route: Refusal | None = None
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

    def progress(self, case_no: str, actor: Actor) -> CaseProgress:
        case = self.get(case_no)
        order = ["submitted", "registered", "assisting", "delivered"]
        here = {"submitted": 1, "sealed": 4, "delivered": 4, "closed": 4}.get(case.state, 2)
        labels = ["提交申请", "登记审核", "馆际协办", "材料反馈"]
        steps = tuple(
            Step(
                code=code,
                label=label,
                done=n < here,
                current=n == here,
                at=case.submitted_at if n == 0 else case.registered_at if n < here else None,
                who=(case.filed_by, case.reviewed_by, NAMES[SHANGRAO], "")[n] if n < here else "",
            )
            for n, (code, label) in enumerate(zip(order, labels, strict=True))
        )
        return CaseProgress(
            summary=self.summary(case),
            version=1,
            applicant_name=case.application.applicant.name,
            steps=steps,
            legs=(self.leg(case),) if case.work_state else (),
            refused_routes=(),
            question="",
            choices=(),
            referrals=(),
            review_note=case.review_note,
            filed_by=case.filed_by,
            reviewed_by=case.reviewed_by,
            certificates=case.files,
            events=(),
            application=case.application,
        )

    def certificate(self, case_no: str, sha256: str, actor: Actor) -> bytes:
        return self.pdf

    def events(self, after: int, limit: int = 100) -> Sequence[Event]:
        return [event for event in self.told if event.sequence > after][:limit]

    def last_event(self) -> int:
        return len(self.told)

    def hand_over(self, command: HandOverCommand, actor: Actor) -> CaseSummary:
        return self.move(command.case_no, "delivered")

    def close(self, command: CaseCommand, actor: Actor) -> CaseSummary:
        return self.move(command.case_no, "closed")

    def withdraw(self, command: CaseCommand, actor: Actor) -> CaseSummary:
        return self.move(command.case_no, "withdrawn")

    # release, answers
    def release(self, command: ReleaseCommand, actor: Actor) -> WorkDetail:
        if command.password != PASSWORD:
            raise Refusal(PASSWORD_WRONG)
        case = self.get(command.case_no)
        case.work_state = "released"
        case.state = "released"
        case.dispatcher, case.keeper = actor.officer_id, f"{SHANGRAO}/zhouguoliang"
        self.tell_both(case)
        return self.work_detail(case, actor)

    def seal(self, command: SealCommand, actor: Actor) -> WorkDetail:
        if command.password != PASSWORD:
            raise Refusal(PASSWORD_WRONG)
        case = self.get(command.case_no)
        case.work_state = case.state = "sealed"
        digest = "ab" * 32
        case.files = (
            DeliveredFile(
                number="SR-2026-0011-4473",
                template="T1",
                sha256=digest,
                size_bytes=len(self.pdf),
                pages=1,
            ),
        )
        self.tell_both(case)
        return self.work_detail(case, actor)

    def return_request(self, command: ReturnCommand, actor: Actor) -> WorkSummary:
        case = self.get(command.case_no)
        case.question = command.question
        case.state = case.work_state = "supplement_required"
        self.tell_both(case)
        return self.work_summary(case, actor)

    def no_record(self, command: NoRecordCommand, actor: Actor) -> WorkSummary:
        case = self.get(command.case_no)
        case.state = case.work_state = "not_found_confirmed"
        case.outcome, case.note = "NO_RECORD_COVERED", command.method
        self.tell_both(case)
        return self.work_summary(case, actor)

    def refer(self, command: ReferCommand, actor: Actor) -> WorkSummary:
        case = self.get(command.case_no)
        case.state = case.work_state = "referred"
        case.outcome, case.note = "REFERRED", command.referral
        self.tell_both(case)
        return self.work_summary(case, actor)

    def refuse(self, command: RefuseCommand, actor: Actor) -> WorkSummary:
        case = self.get(command.case_no)
        case.state = case.work_state = "refused"
        case.outcome, case.note = "REFUSED", command.note
        self.tell_both(case)
        return self.work_summary(case, actor)

    # the rest is for the fake itself
    def get(self, case_no: str) -> Case:
        if case_no not in self.cases:
            raise Refusal(CASE_NOT_FOUND)
        return self.cases[case_no]

    def move(self, case_no: str, state: str) -> CaseSummary:
        case = self.get(case_no)
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

    def clock_of(self, case: Case) -> CaseClock:
        stopped = case.state in ("delivered", "closed", "withdrawn", "not_found_confirmed")
        paused = case.question if case.state == "supplement_required" else ""
        return CaseClock(
            now=self.clock(), deadline=case.deadline, paused_reason=paused, stopped=stopped
        )

    def summary(self, case: Case) -> CaseSummary:
        return CaseSummary(
            case_no=case.case_no,
            archive_code=JIAXING,
            state=case.state,
            category=case.application.query.category,
            purpose=case.application.purpose,
            applicant_masked=mask_name(case.application.applicant.name),
            holders=(NAMES[SHANGRAO],) if case.work_state else (),
            submitted_at=case.submitted_at,
            clock=self.clock_of(case),
        )

    def leg(self, case: Case) -> Leg:
        return Leg(
            holder_archive=SHANGRAO,
            holder_name=NAMES[SHANGRAO],
            node_id="shangrao",
            why="登记机关：上饶县（今 上饶市广信区），1985 年在馆藏范围内",
            state="fetched" if case.files else "received",
            outcome=case.outcome or ("HIT_UNIQUE" if case.files else ""),
            files=case.files,
            question=case.question,
            note=case.note,
        )

    def work_summary(self, case: Case, actor: Actor) -> WorkSummary:
        claimant = next((o.display_name for o in STAFF if o.officer_id == case.claimed_by), "")
        return WorkSummary(
            case_no=case.case_no,
            holder_archive=SHANGRAO,
            window_name=NAMES[JIAXING],
            category=case.application.query.category,
            purpose=case.application.purpose,
            subject_masked=mask_name(case.application.query.subject.name),
            state=case.work_state,
            outcome="HIT_UNIQUE",
            claimed_by=claimant,
            mine=case.claimed_by == actor.officer_id,
            clock=self.clock_of(case),
        )

    def work_detail(self, case: Case, actor: Actor) -> WorkDetail:
        query, entry = case.application.query, case.entry or self.entry
        kind = KINDS[entry.category]
        reasons = (
            MatchReason(field="a_name", queried=query.subject.name, recorded="周金水", how="equal"),
            MatchReason(
                field="b_name", queried=query.other_party.name, recorded="吴桂兰", how="equal"
            ),
            MatchReason(
                field="event_date",
                queried=query.period.start,
                recorded="1985-05-20",
                how="within",
            ),
            MatchReason(
                field="registration_office",
                queried=query.place,
                recorded="上饶县皂头乡人民政府",
                how="contains",
            ),
        )
        view = CandidateView(
            entry=entry,
            tier="exact",
            score=0.97,
            reasons=reasons,
            releasable=True,
            printable=tuple(
                (spec.code, spec.label, entry.values.get(spec.code, ""))
                for spec in kind.extract_fields
                if spec.code in entry.values or spec.code == "certificate_no"
            ),
        )
        other = replace(entry, reference_code="J107-9-0133-017", images=())
        candidates = (view, replace(view, entry=other, tier="variant", score=0.61))
        return WorkDetail(
            summary=self.work_summary(case, actor),
            version=1,
            request=self.request(case),
            candidates=candidates,
            scope=SearchedScope(
                archive_code=SHANGRAO,
                category=entry.category,
                covered_from=1950,
                covered_to=2013,
            ),
            ask="",
            comparison=case.comparison,
            order_json=self.order(case) if case.work_state == "released" else "",
            release_id="",
            dispatcher=case.dispatcher,
            seal_keeper=case.keeper,
            files=case.files,
            events=(),
        )

    def request(self, case: Case) -> AssistRequest:
        application, now = case.application, self.clock()
        return AssistRequest(
            header=Header(
                message_id="m",
                case_no=case.case_no,
                sender="jiaxing",
                recipient="shangrao",
                created_at=now,
                expires_at=now + timedelta(hours=1),
            ),
            window_archive=JIAXING,
            holder_archive=SHANGRAO,
            applicant=application.applicant,
            query=application.query,
            purpose=application.purpose,
            purpose_text=application.purpose_text,
            eligibility_rule="D01",
            output=application.output,
            proofs=application.proofs,
            filed_by="x",
            reviewed_by="y",
            deadline=case.deadline or now,
        )

    def order(self, case: Case) -> str:
        import json

        done = case.comparison
        assert done is not None
        return json.dumps(
            {
                "release_id": "0198-fake",
                "case_no": case.case_no,
                "template": "T1",
                "title": "档案证明（摘录）",
                "window_name": NAMES[JIAXING],
                "seal_mode": "HOLDER_ELECTRONIC",
                "opening": f"{case.application.applicant.name}：您提出的查档申请已办结。"
                "本馆保管的婚姻登记档案原文记载：",
                "rows": [
                    {"label": f.label, "value": f.value, "compared": f.compared}
                    for f in done.fields
                ],
                "closing": ["上列文字按档案原文摘录，并经与原件核对无误。"],
                "notes": [],
                "reference_code": done.reference_code,
                "handler_line": "经办人：王敏　审核人：周国梁",
            },
            ensure_ascii=False,
        )


class Reviews:
    """登记审核 of the fake."""

    def __init__(self, world: World) -> None:
        self.world = world

    def view(self, case_no: str, actor: Actor) -> ReviewView:
        case = self.world.get(case_no)
        application = case.application
        return ReviewView(
            case_no=case_no,
            version=1,
            state=case.state,
            filed_by=case.filed_by,
            applicant_name=application.applicant.name,
            applicant_id_masked=mask_id_number(application.applicant.id_no),
            category=application.query.category,
            purpose=application.purpose,
            purpose_text=application.purpose_text,
            route=self.world.preview(application, actor),
        )

    def review(self, command: ReviewCommand, actor: Actor) -> CaseSummary:
        case = self.world.get(command.case_no)
        case.reviewed_by, case.review_note = actor.display_name, command.note
        if not command.accept:
            case.state = "supplement_required"
        else:
            now = self.world.clock()
            case.registered_at, case.deadline = now, now + timedelta(minutes=15)
            case.state = case.work_state = "candidates"
        self.world.tell_both(case)
        return self.world.summary(case)


class Works:
    """协办 of the fake."""

    def __init__(self, world: World) -> None:
        self.world = world

    def list_work(
        self, actor: Actor, states: Sequence[str] = (), limit: int = 100
    ) -> Sequence[WorkSummary]:
        cases = [c for c in self.world.cases.values() if c.work_state]
        found = [c for c in cases if not states or c.work_state in states]
        found.sort(key=lambda c: c.deadline or self.world.clock())
        return [self.world.work_summary(c, actor) for c in found]

    def detail(self, case_no: str, holder_archive: str, actor: Actor) -> WorkDetail:
        case = self.world.get(case_no)
        if actor.officer_id not in (case.claimed_by, case.keeper):
            raise Refusal(NOT_CLAIMED)
        return self.world.work_detail(case, actor)

    def claim(self, command: WorkCommand, actor: Actor) -> WorkDetail:
        case = self.world.get(command.case_no)
        if case.claimed_by not in ("", actor.officer_id):
            raise Refusal(CLAIMED_BY_OTHER)
        case.claimed_by = actor.officer_id
        self.world.tell(case.case_no, SHANGRAO, "holder", case.work_state)
        return self.world.work_detail(case, actor)

    def give_back(self, command: WorkCommand, actor: Actor) -> WorkSummary:
        case = self.world.get(command.case_no)
        case.claimed_by = ""
        return self.world.work_summary(case, actor)

    def page_image(
        self, case_no: str, holder_archive: str, sha256: str, actor: Actor
    ) -> tuple[bytes, str]:
        return self.world.images.get(sha256), "image/jpeg"

    def confirm(self, command: ConfirmCommand, actor: Actor) -> WorkDetail:
        case = self.world.get(command.case_no)
        values = self.world.entry.values
        columns = KINDS["marriage_registration"].columns
        case.comparison = Comparison(
            reference_code=command.reference_code,
            index_version=1,
            fields=tuple(
                ComparedField(
                    field=mark.field,
                    label=columns[mark.field].label,
                    index_value=values.get(mark.field, ""),
                    value=mark.value
                    if mark.compared == "corrected"
                    else values.get(mark.field, ""),
                    compared=mark.compared,
                )
                for mark in command.marks
            ),
            images=command.images,
            confirmed_by=actor.officer_id,
            confirmed_at=self.world.clock(),
        )
        case.work_state = case.state = "holder_review"
        return self.world.work_detail(case, actor)

    def manual_search(self, command: WorkCommand, actor: Actor) -> WorkSummary:
        case = self.world.get(command.case_no)
        case.work_state = case.state = "manual_search"
        case.deadline = None
        self.world.tell_both(case)
        return self.world.work_summary(case, actor)


def actor_of(one: Officer) -> Actor:
    return Actor(
        officer_id=one.officer_id,
        person_id=one.person_id,
        archive_code=one.archive_code,
        user=one.user,
        display_name=one.display_name,
        posts=one.posts,
    )
