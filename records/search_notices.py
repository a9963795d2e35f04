"""Texts about a search that found nothing, or not everything: T3 and T7 (domain.md §4.4).

A "no" is one archive's answer about its own declared coverage at one moment. Where a part is
missing from the search, or the category forbids a no-record certificate, the same text is called
检索情况说明.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from records.coverage import Gap
from records.exchange import SearchedScope
from records.outcomes import LABELS, UNANSWERED, Outcome
from records.papers import OWN
from records.process_reasons import TEMPLATE_INCOMPLETE
from records.refusal import Refusal
from records.release import ExtractRow
from records.templates import TITLES, DocumentText, Heading, print_instant

SEARCH_REPORT = "检索情况说明"
NOT_SEARCHED = "依法不予提供利用的档案不在检索范围内。"
"""Always printed: so a restricted hit and a plain miss read the same (architecture.md 3)."""
ONLY_THIS = (
    "本证明仅反映上述范围内的检索结果，不证明相关事实未曾发生，不作为婚姻状况或身份的认定依据。"
)

TIER_NAMES: dict[str, str] = {
    "exact": "原文",
    "variant": "异体字、简繁体",
    "homophone": "同音字",
    "dialect": "方言近音字",
    "shape": "形近字",
}
"""How each tier of a search is called on paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRecordText:
    """What T3 needs beside the scope of the search."""

    subject: str
    """Name that was searched."""
    former_names: tuple[str, ...] = ()
    category_label: str
    year_from: str
    year_to: str
    sources: tuple[str, ...]
    """Fonds, catalogues or registration offices that were searched."""
    scope: SearchedScope
    method: str = "目录库精确与模糊检索"
    searched_at: datetime
    is_certificate: bool
    """False where the category allows only a 检索情况说明 (marriage)."""


def no_record_text(heading: Heading, text: NoRecordText) -> DocumentText:
    """T3, or 检索情况说明 where a gap is touched or the category allows no certificate.

    Raises:
        Refusal: TEMPLATE_INCOMPLETE when the search was cut short, or a part is empty.
    """
    if text.scope.truncated:
        raise Refusal(TEMPLATE_INCOMPLETE, "truncated search")
    if not (text.subject.strip() and text.sources and text.category_label):
        raise Refusal(TEMPLATE_INCOMPLETE, "subject, sources, category")
    proves = text.is_certificate and not text.scope.gaps
    opening = (
        f"本馆按下列条件检索，截至{print_instant(text.searched_at)}未查见与申请信息相符的记录。"
    )
    conditions = (
        f"检索对象：{text.subject}{_also(text)}；类别：{text.category_label}；"
        f"时间：{text.year_from or '不限'}–{text.year_to or '不限'}；"
        f"检索范围：{'、'.join(text.sources)}"
        f"（{text.scope.covered_from}–{text.scope.covered_to}年）；"
        f"范围内未收录或未数字化部分：{_gaps(text.scope.gaps)}；"
        f"检索方式：{text.method}；目录版本：{text.scope.index_version}。"
    )
    caution = ONLY_THIS if proves else ONLY_THIS.replace("本证明", "本说明")
    closing = (
        conditions,
        NOT_SEARCHED,
        caution,
        f"申请受理号：{heading.case_no}；出具机构：{heading.holder}；核验码见二维码旁。",
    )
    title = TITLES["T3"] if proves else SEARCH_REPORT
    return DocumentText(template="T3", title=title, opening=opening, closing=closing)


def _also(text: NoRecordText) -> str:
    """（另按…检索）: former names and the kinds of spelling that were tried."""
    tiers = [
        TIER_NAMES[tier] for tier in text.scope.tiers if tier in TIER_NAMES and tier != "exact"
    ]
    said = [f"曾用名{'、'.join(text.former_names)}"] if text.former_names else []
    if text.scope.variants:
        said.append(f"{'、'.join(tiers) or '其他写法'}共{text.scope.variants}个")
    return f"（另按{'、'.join(said)}检索）" if said else ""


def _gaps(gaps: Sequence[Gap]) -> str:
    if not gaps:
        return "无"
    return "；".join(f"{gap.year_from}–{gap.year_to}年{gap.what}" for gap in gaps)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLine:
    """One archive's own answer, as listed on the cover sheet."""

    holder: str
    outcome: Outcome
    number: str = ""
    """Certificate number, where one was issued."""
    note: str = ""


def cover_sheet(
    case_no: str, window: str, answers: Sequence[AnswerLine], printed_at: datetime
) -> DocumentText:
    """T7: lists each archive's own signed answer and who has not answered; certifies nothing.

    Raises:
        Refusal: TEMPLATE_INCOMPLETE when no archive was asked.
    """
    if not answers:
        raise Refusal(TEMPLATE_INCOMPLETE, "answers")
    lines = tuple(_line(answer) for answer in answers)
    open_ones = [answer.holder for answer in answers if answer.outcome in UNANSWERED]
    done = f"未完成：{'、'.join(open_ones)}未答复。" if open_ones else "各馆均已答复。"
    opening = f"查档申请（受理号{case_no}）截至{print_instant(printed_at)}各馆答复如下："
    closing = (
        *lines,
        done,
        "各项结果由相应档案馆就本馆馆藏分别作出，本单不作证明使用。",
        f"受理机构：{window}。",
    )
    return DocumentText(template="T7", title=TITLES["T7"], opening=opening, closing=closing)


def cover_rows(answers: Sequence[AnswerLine]) -> tuple[ExtractRow, ...]:
    """The answers of T7 as rows of a table: archive, then what it said."""
    return tuple(
        ExtractRow(field=OWN, label=one.holder, value=_line(one).partition("：")[2], compared=OWN)
        for one in answers
    )


def _line(answer: AnswerLine) -> str:
    number = f"，证明编号{answer.number}" if answer.number else ""
    note = f"，{answer.note}" if answer.note else ""
    return f"{answer.holder}：{LABELS[answer.outcome]}（{answer.outcome}）{number}{note}。"
