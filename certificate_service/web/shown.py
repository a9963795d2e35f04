"""A verdict as the page shows it without JavaScript; the words are those of verify.js."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from certificate_service.domain.advice import advice_of
from certificate_service.domain.verdict import Verdict

_TEMPLATE_WORDS = {
    "T1": "档案证明（摘录）",
    "T2": "复制件证明",
    "T3": "未查见档案记录证明",
    "T4": "记载不一致说明",
    "T5": "不予提供（补正）告知书",
    "T6": "转办告知书",
    "T7": "查档结果汇总单",
    "T8": "撤销公告",
}
_CHINA = timezone(timedelta(hours=8))
_MARKS = {"ok": "✓", "bad": "✕", "warn": "!"}


def colour_of(verdict: Verdict) -> str:
    """Green only for V00; red when not genuine, or when a list is rolled back or 72 hours old."""
    if verdict.genuine is False:
        return "bad"
    if verdict.code == "V10" and any(step.grave for step in verdict.steps):
        return "bad"
    return "ok" if verdict.code == "V00" else "warn"


def _local(instant: str) -> str:
    """The time on the wall in China, which is what the paper says."""
    if not instant:
        return ""
    return f"{datetime.fromisoformat(instant).astimezone(_CHINA):%Y/%m/%d %H:%M:%S}"


def show(verdict: Verdict) -> Mapping[str, object]:
    """What the template shows."""
    colour, shown = colour_of(verdict), verdict.shown
    rows = (
        ("证明编号", shown.number),
        ("出具单位", shown.holder),
        ("种类", _TEMPLATE_WORDS.get(shown.template, "")),
        ("当事人", shown.masked_names.replace("|", " ／ ")),
        ("出证时间", _local(shown.issued_at)),
        ("页数", f"{shown.pages} 页" if shown.pages else ""),
    )
    return {
        "code": verdict.code,
        "banner": verdict.banner,
        "advice": advice_of(verdict),
        "colour": colour,
        "mark": _MARKS[colour],
        "steps": verdict.steps,
        "sample": shown.sample,
        "rows": [(label, value) for label, value in rows if value],
        "facts": shown.facts,
    }
