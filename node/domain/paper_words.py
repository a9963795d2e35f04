"""The words of office papers, from a window's case (records/templates.py, records/letters.py)."""

from collections.abc import Sequence

from node.domain.cases import Leg, RefusedRoute, WindowCase
from node.domain.reasons import CASE_STATE
from records import process_reasons
from records.deadlines import BEIJING
from records.field_answers import FIELDS
from records.outcomes import Outcome
from records.refusal import Reason, Refusal
from records.templates import DocumentText, Heading, referral_text, refusal_text

IDENTITY_WORDS = {
    "chip_read": "读取居民身份证芯片核验",
    "national_net_id": "国家网络身份认证核验",
    "document_photo": "当面核对证件并留存影像",
    "asserted": "申请人自述",
}
OUTPUT_WORDS = {
    "extract": "档案摘录证明",
    "copy": "档案复制件",
    "no_record": "检索情况说明",
    FIELDS: "所列字段核对结果（不出证）",
}
_REFERRED = (Outcome.REFERRED, Outcome.NOT_COVERED, Outcome.ARCHIVE_LOST)
_BY_RULE = "依照档案利用规定审核后不予提供"
_REASONS = {one.code: one for one in vars(process_reasons).values() if isinstance(one, Reason)}
_TO_BRING = frozenset(
    {
        process_reasons.AGENT_NOT_NOTARISED.code,
        process_reasons.NO_COURT_PAPER.code,
        process_reasons.PROOF_MISSING.code,
        process_reasons.KINSHIP_PROOF_MISSING.code,
        process_reasons.DEATH_PROOF_MISSING.code,
        process_reasons.IDENTITY_TOO_WEAK.code,
    }
)
"""Codes that papers can cure: the text says 补正, not 不予提供."""


def heading_of_case(case: WindowCase, window: str, holder: str) -> Heading:
    """What every text says about the application.

    Raises:
        Refusal: CASE_STATE while nothing was submitted.
    """
    applicant = case.application.applicant
    applied = case.submitted_at or case.registered_at
    if applied is None:
        raise Refusal(CASE_STATE, "not submitted")
    return Heading(
        applicant=applicant.name,
        id_type=applicant.id_type,
        id_no=applicant.id_no,
        applied_on=applied.astimezone(BEIJING).date(),
        case_no=case.case_no,
        window=window,
        holder=holder,
    )


def refusal_by_rule(heading: Heading, reason: Reason) -> DocumentText:
    """T5: the window's own table says no."""
    missing = (_wanted(reason),) if reason.code in _TO_BRING else ()
    return refusal_text(heading, code=reason.code, sentence=reason.zh, missing=missing)


def _wanted(reason: Reason) -> str:
    """What to bring: the text itself says 请补充."""
    return reason.remedy_zh.removeprefix("补交").removeprefix("补齐")


def refusal_by_holder(heading: Heading, leg: Leg) -> DocumentText:
    """T5: the archive that was asked says no, with the code that it signed."""
    known = _REASONS.get(leg.reason_code)
    sentence = known.zh if known else leg.note or _BY_RULE
    missing = (_wanted(known),) if known and known.code in _TO_BRING else ()
    return refusal_text(
        heading,
        code=leg.reason_code or Outcome.REFUSED.value,
        sentence=sentence,
        missing=missing,
        decided_by=leg.holder_name,
    )


def refusal_by_agreement(heading: Heading, route: RefusedRoute) -> DocumentText:
    """T5: no agreement lets the window ask; the citizen may go to the archive directly."""
    known = _REASONS.get(route.code)
    return refusal_text(
        heading,
        code=route.code,
        sentence=known.zh if known else route.why,
        holder_address=route.name,
    )


def referral_by_holder(heading: Heading, leg: Leg) -> DocumentText:
    """T6: an archive that was asked names who keeps the record."""
    name, _, rest = leg.referral.replace(",", "，").partition("，")
    why = rest or leg.note or f"{leg.holder_name}答复：所查内容不在其保管范围"
    return referral_text(heading, name=name or "记录形成机关或其上级主管部门", why=why)


def referral_by_rule(heading: Heading, referral: str) -> DocumentText:
    """T6: nobody of the federation keeps it; general knowledge of the category."""
    name, _, why = referral.partition("：")
    return referral_text(heading, name=name, why=why or "该类档案一般由其保管")


def referred_leg(legs: Sequence[Leg], holder_archive: str) -> Leg | None:
    """The first archive that referred the citizen on, or the one that is named."""
    found = (leg for leg in legs if leg.outcome in _REFERRED)
    return next((leg for leg in found if holder_archive in ("", leg.holder_archive)), None)


def refused_leg(legs: Sequence[Leg], holder_archive: str) -> Leg | None:
    """The first archive that refused, or the one that is named."""
    found = (leg for leg in legs if leg.outcome == Outcome.REFUSED)
    return next((leg for leg in found if holder_archive in ("", leg.holder_archive)), None)
