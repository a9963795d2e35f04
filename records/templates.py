"""Exact texts of the extract, the copy and the notices T4–T6 and T8 (domain.md §4.4).

The wording stands here once; what varies is put in. Rules: only what was asked for, original
wording and characters, nothing derived, our own remarks apart from the archive's words. The
no-record text T3 and the cover sheet T7 are in `records.search_notices`. The 核验码 is drawn when
the seal is set and stands beside the QR code, so the texts only point to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from records.deadlines import BEIJING
from records.id_numbers import mask_id_number
from records.process_reasons import TEMPLATE_INCOMPLETE
from records.refusal import Refusal

ID_TYPES: dict[str, str] = {
    "resident_id": "居民身份证",
    "passport": "护照",
    "hk_macao_permit": "港澳居民来往内地通行证",
    "taiwan_permit": "台湾居民来往大陆通行证",
    "officer_letter": "介绍信",
}
"""Identity document type → printed words."""

TITLES: dict[str, str] = {
    "T1": "档案证明（摘录）",
    "T2": "复制件证明",
    "T3": "未查见档案记录证明",
    "T4": "记载不一致说明",
    "T5": "不予提供（补正）告知书",
    "T6": "转办告知书",
    "T7": "综合反馈单",
    "T8": "撤销（更正）公告",
}
"""Printed title of each template."""

NOT_RECORDED = "档案未记载"
UNREADABLE = "□"
"""Stands for one character that cannot be read; never guessed."""

COMPARED = "上列文字按档案原文摘录，并经与原件（或其数字副本）核对无误。"
THEN_NOT_NOW = "本证明只说明该档案形成时的记载情况，不说明此后有无变化。"
MACHINE_COPY = "由系统依数字副本提供，未经人工核对。"
COMPLAINT = "对本告知有异议的，可以依照《中华人民共和国档案法》第二十八条向档案主管部门投诉。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What every text says about the application and the archive."""

    applicant: str
    id_type: str
    """Code of `ID_TYPES`."""
    id_no: str
    """Given in full; printed masked."""
    applied_on: date
    case_no: str
    window: str
    """Name of the archive at whose window the application was made."""
    holder: str
    """Name of the archive that answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the record stands."""

    fonds_name: str
    reference_code: str
    pages: str
    """Page number as on the file: "78" or "78–79"; empty = the file has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedPages:
    """Which pages of a record a copy gives."""

    total_pages: int
    """0 = not known: the file numbers its pages otherwise than its images are counted."""
    given: str
    """E.g. "1–2"."""
    redacted: str = ""
    """What was covered, e.g. "涉及他人的内容"; empty = nothing."""
    by_machine: bool = False
    """Released without a person's comparison: says so instead of 经核对."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentText:
    """A finished text: what a release order prints."""

    template: str
    title: str
    opening: str
    closing: tuple[str, ...]
    notes: tuple[str, ...] = ()


def addressed(heading: Heading) -> str:
    """The first words of a text to an applicant, with the masked number."""
    _require(
        applicant=heading.applicant,
        case_no=heading.case_no,
        window=heading.window,
        holder=heading.holder,
    )
    id_type = ID_TYPES.get(heading.id_type, "证件")
    number = mask_id_number(heading.id_no)
    return (
        f"{heading.applicant}（{id_type}{number}）：您于{print_date(heading.applied_on)}提出的"
        f"查档申请（受理号{heading.case_no}，受理机构{heading.window}）"
    )


def extract_text(
    heading: Heading, source: Source, issued_at: datetime, notes: Sequence[str] = ()
) -> DocumentText:
    """T1: what the record says; the rows of the table stand between opening and closing.

    Raises:
        Refusal: TEMPLATE_INCOMPLETE; the detail names the part.
    """
    _require(fonds_name=source.fonds_name, reference_code=source.reference_code)
    opening = (
        f"{addressed(heading)}已办结。本馆保管的{source.fonds_name}档案"
        f"（{_where(source)}）原文记载："
    )
    closing = (COMPARED, THEN_NOT_NOW, _signed_off(heading.holder, issued_at))
    return DocumentText(
        template="T1", title=TITLES["T1"], opening=opening, closing=closing, notes=tuple(notes)
    )


def copy_text(
    source: Source, copied: CopiedPages, holder: str, issued_at: datetime
) -> DocumentText:
    """T2: these pages are a copy of the record.

    Raises:
        Refusal: TEMPLATE_INCOMPLETE.
    """
    _require(reference_code=source.reference_code, given=copied.given, holder=holder)
    checked = "" if copied.by_machine else "，经核对与所藏一致"
    covered = f"，其中{copied.redacted}已作遮盖处理" if copied.redacted else ""
    total = f"共{copied.total_pages}页，" if copied.total_pages else ""
    opening = (
        f"本件由本馆所藏档案（档号{source.reference_code}，{total}"
        f"本次提供第{copied.given}页）复制{checked}{covered}。"
    )
    warning = [MACHINE_COPY] if copied.by_machine else []
    closing = (*warning, _signed_off(holder, issued_at))
    return DocumentText(template="T2", title=TITLES["T2"], opening=opening, closing=closing)


def discrepancy_text(*, label: str, recorded: str, submitted: str, agreeing: Sequence[str]) -> str:
    """T4: one difference between record and application, as a paragraph.

    Args:
        label: Field label, e.g. "女方姓名".
        recorded: Original wording.
        submitted: What the applicant says.
        agreeing: Labels of the fields that agree, e.g. ("配偶姓名", "出生日期").

    Raises:
        Refusal: TEMPLATE_INCOMPLETE.
    """
    _require(label=label, recorded=recorded, submitted=submitted)
    same = f"{'、'.join(agreeing)}相符。" if agreeing else ""
    return (
        f"档案原文中{label}记载为“{recorded}”，与申请人提交的“{submitted}”不一致；{same}"
        "本馆据实摘录，是否为同一人由使用单位审核认定。"
    )


def refusal_text(
    heading: Heading,
    *,
    code: str,
    sentence: str,
    missing: Sequence[str] = (),
    decided_by: str = "",
    holder_address: str = "",
) -> DocumentText:
    """T5: why it is not provided or what to bring, who may decide, how to complain.

    Args:
        heading: The application; `holder` is the archive that answers.
        code: Reason code.
        sentence: The reason's Chinese sentence.
        missing: Documents to bring, in words.
        decided_by: Who may decide otherwise, e.g. "保管馆主管领导".
        holder_address: Where the applicant may apply directly (agreement out of scope).

    Raises:
        Refusal: TEMPLATE_INCOMPLETE.
    """
    _require(code=code, sentence=sentence)
    title = "补正告知书" if missing else "不予提供告知书"
    verb = "尚需补正" if missing else "不予提供"
    opening = f"{addressed(heading)}，经审核{verb}。原因：{sentence.rstrip('。')}（{code}）。"
    closing = [f"请补充：{'；'.join(missing)}。"] if missing else []
    closing += [f"有权决定的单位或人员：{decided_by}。"] if decided_by else []
    closing += [f"您可以直接向保管机构申请：{holder_address}。"] if holder_address else []
    closing.append(COMPLAINT)
    return DocumentText(template="T5", title=title, opening=opening, closing=tuple(closing))


def referral_text(
    heading: Heading, *, name: str, why: str, address: str = "", phone: str = ""
) -> DocumentText:
    """T6: another body keeps the record: who, where, why.

    Raises:
        Refusal: TEMPLATE_INCOMPLETE.
    """
    _require(name=name, why=why)
    where = f"；地址：{address}" if address else ""
    call = f"；电话：{phone}" if phone else ""
    opening = f"{addressed(heading)}，所查内容不由{heading.holder}保管。"
    closing = (
        f"请向{name}查询{where}{call}。",
        f"说明：{why.rstrip('。')}。",
        "本告知书不说明该机构是否存有相关记录。",
    )
    return DocumentText(template="T6", title=TITLES["T6"], opening=opening, closing=closing)


def withdrawal_text(
    *, number: str, holder: str, why: str, replaced_by: str, decided_at: datetime
) -> DocumentText:
    """T8: shown when a withdrawn or replaced certificate is verified.

    Raises:
        Refusal: TEMPLATE_INCOMPLETE.
    """
    _require(number=number, holder=holder, why=why)
    verb = "更正" if replaced_by else "撤销"
    opening = f"{holder}于{print_date(decided_at)}{verb}证明{number}。原因类别：{why}。"
    closing = (f"替代证明编号：{replaced_by}。",) if replaced_by else ("该证明自即日起无效。",)
    return DocumentText(template="T8", title=f"{verb}公告", opening=opening, closing=closing)


def print_date(moment: date) -> str:
    """2026年11月21日; an instant is printed as the day in Beijing."""
    day = moment.astimezone(BEIJING).date() if isinstance(moment, datetime) else moment
    return f"{day.year}年{day.month}月{day.day}日"


def print_instant(moment: datetime) -> str:
    """2026年11月21日14时05分, Beijing time."""
    local = moment.astimezone(BEIJING)
    return f"{print_date(local)}{local.hour:02d}时{local.minute:02d}分"


def _where(source: Source) -> str:
    pages = f"，第{source.pages}页" if source.pages else ""
    return f"档号{source.reference_code}{pages}"


def _signed_off(holder: str, issued_at: datetime) -> str:
    return f"出证机构：{holder}；出证时间：{print_instant(issued_at)}；核验码见二维码旁。"


def _require(**parts: str) -> None:
    for name, value in parts.items():
        if not value.strip():
            raise Refusal(TEMPLATE_INCOMPLETE, name)
