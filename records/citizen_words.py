"""What the window says to the citizen who waits, by code (domain.md §4.2, escalation).

The words promise nothing that nobody has promised: a time stands in them only where an archive
has named it, and no word says whether a record exists.
"""

from datetime import datetime

from records.deadlines import BEIJING

SAYINGS: dict[str, str] = {
    "UNCLAIMED": (
        "{holder}已收到您的申请，暂时还没有工作人员接手，已通知该馆值班人员；"
        "您可以在此等候，也可以先离开，有结果我们电话通知您。"
    ),
    "WORKING": "{holder}正在为您查找和核对，还需要一点时间，请稍候。",
    "UNREACHABLE": (
        "暂时联系不上{holder}，系统会一直重试，您的申请已经登记，不用重新提交；"
        "这不表示没有您要的档案，您可以先离开，有结果我们电话通知您。"
    ),
    "MANUAL": "{holder}需要到库房人工查找，最迟{due}答复；您不用在此等候。",
    "EXTENDED": "{holder}的人工查找需要延长，最迟{due}答复。原因：{reason}",
    "REOPENED": "{holder}经复核，正在重新办理您的申请，有结果我们电话通知您。",
    "PAUSED": "{holder}请您补充一项信息，补充后继续办理。",
    "CLOSED_NOW": "{holder}现在不在服务时间，{due}开始办理；您不用在此等候。",
}
"""Code → words; `{holder}` is an archive's name, `{due}` a day or an hour of Beijing time."""


def say_to_citizen(code: str, *, holder: str, due: datetime | None = None, reason: str = "") -> str:
    """The sentence for the window's clerk to read out; empty for a code without words."""
    words = SAYINGS.get(code, "")
    if "{due}" in words and due is None:
        words = words.replace("最迟{due}答复", "有结果即答复").replace("{due}", "服务时间内")
    return words.format(holder=holder, due=_print(due), reason=reason)


def _print(moment: datetime | None) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(BEIJING)
    return f"{local.month}月{local.day}日{local:%H:%M}"
