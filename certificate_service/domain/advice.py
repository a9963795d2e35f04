"""What a person should do about a verdict: the line below the banner, the same everywhere."""

from collections.abc import Mapping

from certificate_service.domain import english
from certificate_service.domain.verdict import Verdict

_DISTRUST = "请勿采信，并联系出证档案馆"

ADVICE: Mapping[str, str] = {
    "V00": "请确认屏幕所列与纸面逐项一致",
    "V01": "请对照纸面重新输入；仍不符请联系出证档案馆",
    "V02": _DISTRUST,
    "V03": _DISTRUST,
    "V04": _DISTRUST,
    "V05": "请勿采信，向当事人索取新证",
    "V06": "手中的文件与档案馆出具的原件不一致，请勿采信",
    "V07": "请确认是否适合本次用途",
    "V08": "请勿采信；官方核验入口印在证明上",
    "V09": "请输入二维码旁的核验码，与纸面逐项比对",
    "V10": "联网后请再核验一次",
    "V11": "请一小时后再试，或联系出证档案馆",
    "V12": "请联系出证档案馆",
    "V13": _DISTRUST,
    "V14": _DISTRUST,
    "V99": "请稍后重试，或输入编号核验",
}
"""By verdict code; verify.js carries the same words, and a test compares both."""
UNWITNESSED_ADVICE = "见证通常在一分钟内完成，请稍后再核验一次"


def advice_of(verdict: Verdict) -> str:
    """The line below the banner."""
    return UNWITNESSED_ADVICE if verdict.is_unwitnessed else ADVICE[verdict.code]


def english_of(verdict: Verdict) -> tuple[str, str]:
    """Banner and advice in English."""
    if verdict.is_unwitnessed:
        return english.UNWITNESSED_BANNER, english.UNWITNESSED_ADVICE
    return english.BANNERS[verdict.code], english.ADVICE[verdict.code]
