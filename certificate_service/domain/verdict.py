"""Is it genuine? Ten numbered steps, the same at every place where a certificate is verified.

    file   1 form   2 whole file   3 seal signature   4 seal certificate
    both   5 QR token   6 token and file agree   7 log   8 status   9 content   10 notice

Pure: whoever verifies gathers one `Finding` a step (services/examine.py) and this module judges.
The first step that fails names the verdict; a step that could not be looked at never counts as
passed. What each verdict code means to a person is fixed in interfaces.md §2.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from records.refusal import Reason


class Step(IntEnum):
    """The steps, in the order in which they decide."""

    FORM = 1
    """It is one of our files, or one of our QR texts."""
    WHOLE_FILE = 2
    """The seal covers every byte; nothing but time-stamps and their evidence follows."""
    SEAL_SIGNATURE = 3
    """The signature was made with the key of the certificate in it."""
    SEAL_CERTIFICATE = 4
    """That key is the archive's seal: stated by its authority, certified below a listed root."""
    TOKEN = 5
    """The QR token was signed by a key that the archive's authority stated."""
    AGREEMENT = 6
    """Token and file name the same certificate, pages and words."""
    LOG = 7
    """Number and token are in the holder's log, under a key that the holder's node stated."""
    STATUS = 8
    """The archive's status list says valid, and is not old."""
    CONTENT = 9
    """The facts were shown for comparison, or the file contains them."""
    NOTICE = 10
    """Age and purpose raise no question."""


WORDS: Mapping[Step, str] = {
    Step.FORM: "文件或二维码为本系统所出",
    Step.WHOLE_FILE: "签章覆盖整个文件，其后无改动",
    Step.SEAL_SIGNATURE: "签章的数字签名正确",
    Step.SEAL_CERTIFICATE: "印章为该档案馆所有且受信任",
    Step.TOKEN: "二维码签名正确，密钥由该馆授权",
    Step.AGREEMENT: "二维码与文件内容一致",
    Step.LOG: "已写入出证馆的存证链",
    Step.STATUS: "未撤销、未换发",
    Step.CONTENT: "内容已比对",
    Step.NOTICE: "期限与用途",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What looking at one step gave."""

    ok: bool | None
    """True = holds, False = does not, None = could not be looked at."""
    verdict: str = ""
    """Verdict code that a failure means; empty unless `ok` is False or None."""
    detail: str = ""
    """For the report; never a name."""
    grave: bool = False
    """Undecided for a reason that is shown red: a list rolled back, or older than 72 hours."""


PASSED = Finding(True)
SKIPPED = Finding(None, "", "前面的步骤未通过")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What may be shown of a certificate whose token is genuine: masked, nothing sealed."""

    number: str = ""
    holder: str = ""
    template: str = ""
    issued_at: str = ""
    masked_names: str = ""
    pages: int = 0
    sample: bool = False
    """Made outside a production trust domain: 「演示数据」."""
    verify_url: str = ""
    """The verify page that the certificate itself names; from a verified file only."""
    facts: tuple[str, ...] = ()
    """Opened with the 核验码 that the asker typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All findings about one file or QR text."""

    findings: Mapping[Step, Finding]
    level: str = ""
    """B, T, LT or LTA; empty for a QR text."""
    status: str = "not checked"
    """valid, superseded, revoked, suspended or not checked."""
    shown: Shown = field(default_factory=Shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedStep:
    """One line of the report."""

    n: int
    what: str
    ok: bool | None
    detail: str
    grave: bool = False
    """As in `Finding`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer."""

    code: str
    genuine: bool | None
    """None = could not be decided."""
    level: str
    status: str
    steps: tuple[JudgedStep, ...]
    shown: Shown

    @property
    def banner(self) -> str:
        """The sentence at the top."""
        return UNWITNESSED if self.is_unwitnessed else MEANING[self.code][1]

    @property
    def is_unwitnessed(self) -> bool:
        """Whether nothing but the log's witnesses is missing."""
        by = {step.n: step for step in self.steps}
        if self.code != "V10" or not {Step.STATUS, Step.LOG} <= by.keys():
            return False
        log = by[Step.LOG]
        return by[Step.STATUS].ok is True and log.ok is None and NOT_WITNESSED in log.detail

    @property
    def exit_code(self) -> int:
        """0 genuine, 3 not genuine, 4 could not decide, 5 system fault (interfaces.md §2)."""
        if self.code == "V99":
            return 5
        return {True: 0, False: 3, None: 4}[self.genuine]


MEANING: Mapping[str, tuple[bool | None, str]] = {
    "V00": (True, "证明真实有效，内容已比对"),
    "V01": (False, "编号或核验码不符"),
    "V02": (False, "签名不成立"),
    "V03": (False, "出具单位当时不受信任"),
    "V04": (False, "证明已撤销"),
    "V05": (False, "证明已由新证替代"),
    "V06": (False, "文件被改动"),
    "V07": (True, "证明真实，请留意期限或用途"),
    "V08": (False, "不是本系统出具"),
    "V09": (None, "签章真实，内容未核对"),
    "V10": (True, "证明真实，但未能核对是否已撤销"),
    "V11": (None, "查询过于频繁"),
    "V12": (False, "证明暂停使用"),
    "V13": (False, "未存证"),
    "V14": (False, "页面与二维码不符"),
    "V99": (None, "系统故障，未能核验"),
}
"""Whether genuine, and the banner, by verdict code."""

UNWITNESSED = "证明真实，但存证尚未获他馆见证"
"""The banner of V10 where the log's witnesses are all that is missing."""
NOT_WITNESSED = "尚未见证"
"""Stands in the detail of step 7 then."""
_ALWAYS_NEEDED = (Step.FORM, Step.TOKEN)


def judge(gathered: Gathered) -> Verdict:
    """The verdict on what was gathered."""
    code = _decide(gathered.findings)
    genuine, _banner = MEANING[code]
    return Verdict(
        code=code,
        genuine=genuine,
        level=gathered.level,
        status=gathered.status,
        steps=tuple(
            JudgedStep(
                n=step,
                what=WORDS[step],
                ok=finding.ok,
                detail=finding.detail,
                grave=finding.grave,
            )
            for step, finding in sorted(gathered.findings.items())
        ),
        shown=_showable(gathered, genuine),
    )


def _decide(findings: Mapping[Step, Finding]) -> str:
    ordered = [findings[step] for step in sorted(findings)]
    # 1. Whatever fails first decides: a revoked certificate that was also altered is altered.
    failed = next((finding for finding in ordered if finding.ok is False), None)
    if failed is not None:
        return failed.verdict
    # 2. Without a form and a token there is nothing to be genuine.
    for needed in _ALWAYS_NEEDED:
        finding = findings.get(needed, SKIPPED)
        if finding.ok is None:
            return finding.verdict or "V99"
    # 3. What could not be looked at: content before status, because content decides more.
    for step in (Step.CONTENT, Step.STATUS, Step.LOG):
        finding = findings.get(step, SKIPPED)
        if finding.ok is None:
            return finding.verdict or "V99"
    # 4. No other step may stay open.
    if any(finding.ok is None for step, finding in findings.items() if step is not Step.NOTICE):
        return "V99"
    # 5. Genuine; the notice step may add a word.
    notice = findings.get(Step.NOTICE, PASSED)
    return "V07" if notice.ok is None else "V00"


def _showable(gathered: Gathered, genuine: bool | None) -> Shown:
    """On failure nothing about a person: number and holder only, and only if the token holds."""
    if genuine is not False:
        return gathered.shown
    if gathered.findings.get(Step.TOKEN, SKIPPED).ok is not True:
        return Shown()
    shown = gathered.shown
    return Shown(
        number=shown.number,
        holder=shown.holder,
        sample=shown.sample,
    )


def system_fault(detail: str) -> Verdict:
    """The verdict when the verifier itself could not work; `detail` names no person."""
    finding = Finding(None, "V99", detail)
    return judge(Gathered(findings={Step.FORM: finding}))


def failure(verdict: str, reason: Reason, detail: str = "") -> Finding:
    """A failed step, told in the reason's words."""
    said = f"{reason.zh}（{detail}）" if detail else reason.zh
    return Finding(False, verdict, said)
