"""协查函: what is asked by post of an archive that has no node, with the slip to answer on.

Fields of the form: domain.md §4.3 (协查函, 反馈单). The letter names the person searched, so it is
printed for an envelope and never sent by fax or mail of ours.
"""

from dataclasses import dataclass
from datetime import date, datetime

from records.papers import OWN, ReplySlip
from records.process_reasons import TEMPLATE_INCOMPLETE
from records.queries import RecordQuery
from records.refusal import Refusal
from records.release import ExtractRow
from records.templates import DocumentText, print_date

LETTER = "LETTER"
TITLE = "协查函"
_BOXES = "□ 查到　　□ 未查到　　□ 不属本馆保管　　□ 不予提供"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalInquiry:
    """What the letter says besides the query."""

    addressee: str
    """The archive or office that may keep the record."""
    applicant: str
    identity: str
    """How the applicant's identity was checked, in words."""
    rule: str
    """Eligibility rule, e.g. "D01"."""
    category_label: str
    purpose: str
    output: str
    """In words: 摘录, 复制件."""
    query: RecordQuery
    reply_to: str
    """Name, address and telephone of the window."""
    due_at: datetime


def letter_text(inquiry: PostalInquiry) -> DocumentText:
    """The letter's words; the rows of `inquiry_rows` stand between opening and closing.

    Raises:
        Refusal: TEMPLATE_INCOMPLETE.
    """
    for name in ("addressee", "applicant", "category_label"):
        if not getattr(inquiry, name).strip():
            raise Refusal(TEMPLATE_INCOMPLETE, name)
    opening = (
        f"我馆受理{inquiry.applicant}的查档申请，经审核申请人身份（{inquiry.identity}）和利用资格"
        f"（{inquiry.rule}）符合规定。据线索，相关档案可能由贵单位保管，请协助查找下列记录："
    )
    closing = (
        f"请于{print_date(inquiry.due_at)}前将查找结果填入所附回执，加盖公章后连同{inquiry.output}"
        f"寄回。未查到的，也请注明检索范围后寄回。",
        f"回寄：{inquiry.reply_to}。",
        "来函所列个人信息仅用于本次查找，请勿留作他用。",
    )
    return DocumentText(template=LETTER, title=TITLE, opening=opening, closing=closing)


def inquiry_rows(inquiry: PostalInquiry) -> tuple[ExtractRow, ...]:
    """What is sought, in rows of our own words; what nobody knows is left out."""
    query, subject = inquiry.query, inquiry.query.subject
    names = "、".join(subject.former_names)
    years = "–".join(dict.fromkeys(one for one in (query.period.start, query.period.end) if one))
    told = (
        ("档案类别", inquiry.category_label),
        ("查找对象", subject.name),
        ("曾用名", names),
        ("出生日期", _day(subject.birth)),
        ("另一方", query.other_party.name),
        ("形成时间", years),
        ("形成地点", query.place),
        ("已知字号", query.number),
        ("查档用途", inquiry.purpose),
    )
    return tuple(_row(label, value) for label, value in told if value)


def reply_slip(inquiry: PostalInquiry, case_no: str, symbol: str) -> ReplySlip:
    """The page that comes back."""
    blank = "　"
    labels = ("档号", "全宗名称", "页数", "检索范围", "未提供原因", "经办人", "联系电话")
    return ReplySlip(
        title="协查回执",
        opening=f"{inquiry.addressee}：请就{symbol}（受理号{case_no}）填写，加盖公章后寄回。",
        rows=(
            _row("来函文号", symbol),
            _row("查找结果", _BOXES),
            *(_row(label, blank) for label in labels),
        ),
        closing=f"寄回：{inquiry.reply_to}。",
    )


def _day(text: str) -> str:
    """An ISO date in words; anything else as it was said."""
    try:
        return print_date(date.fromisoformat(text))
    except ValueError:
        return text


def _row(label: str, value: str) -> ExtractRow:
    return ExtractRow(field=OWN, label=label, value=value, compared=OWN)
