"""People, pictures and cases of the fake office."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from PIL import Image, ImageDraw

from node.domain.application import Application
from node.domain.cases import Comparison
from node.domain.officers import Actor, Officer
from records.entries import CatalogueEntry
from records.exchange import DeliveredFile

JIAXING, SHANGRAO = "330400", "361100"
NAMES = {JIAXING: "嘉兴市档案馆", SHANGRAO: "上饶市档案馆"}
PASSWORD, CODE = "correct horse battery", "123456"
NAUGHTY = "<script>window.hit=1</script>\"'><img src=x onerror=window.hit=1>{{7*1913}}${1}"


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
    officer("chenli", "陈立", SHANGRAO, "leader"),
    officer("huangying", "黄英", SHANGRAO, "correction_clerk"),
    officer("dengke", "邓珂", SHANGRAO, "submission_reviewer"),
    officer("zongku", "陆存", JIAXING, "repository_master"),
    officer("xujing", "徐静", JIAXING, "supervisor"),
    officer("gaowen", "高文", JIAXING, "auditor"),
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
    needs_leader: bool = False
    leader_said: str = ""
    leader_note: str = ""
    handed_by: str = ""
    claim_note: str = ""
    idle: bool = False
    reminders: int = 0
    reminded_at: datetime | None = None
    pages: list[dict[str, object]] = field(default_factory=list)


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


def actor_of(one: Officer) -> Actor:
    return Actor(
        officer_id=one.officer_id,
        person_id=one.person_id,
        archive_code=one.archive_code,
        user=one.user,
        display_name=one.display_name,
        posts=one.posts,
    )
