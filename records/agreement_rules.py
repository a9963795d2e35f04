"""Evaluation of agreements: may this node ask that node this question?

Deny by default, and the decision names the rule that made it (domain.md §3.2 D26). The asking
node, the registry and the holder call the same function on the same signed agreements.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from records.agreements import Agreement
from records.process_reasons import AGREEMENT_EXPIRED, AGREEMENT_QUOTA, AGREEMENT_SCOPE
from records.refusal import Reason, Refusal

GRANULARITY: tuple[str, ...] = ("exists", "count", "index", "extract", "image")
"""How much may be given, least first."""

EXPIRING_DAYS = 30
"""An agreement that ends within so many days is shown as expiring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementQuestion:
    """What somebody wants to do under an agreement."""

    asking_node: str
    holding_node: str
    category: str
    requester: str = ""
    """Requester code; empty = not known yet (routing), the requester rule is then left out."""
    purpose: str = ""
    """Purpose code; empty = not known yet."""
    year: int | None = None
    """Year of the record, or first year of the period in question; None = not known, the rule
    about years then passes."""
    year_to: int | None = None
    """Last year of the period; None = the same as `year`. A period may be asked when it overlaps
    the agreement's years; the record that is found is judged again by its own year."""
    granularity: str = "extract"
    used_today: int = 0
    """Requests that the asking node already sent under the agreement today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDecision:
    """Allowed under one agreement, or refused with the rule that decided."""

    agreement: Agreement | None
    """The agreement that allows, or the one that came nearest; None when there is none."""
    reason: Reason | None
    """None = allowed."""
    rule: str
    """"allowed", "own_holdings", "missing", "category", "requester", "purpose", "years",
    "granularity", "validity" or "quota"."""
    why: str
    """One Chinese sentence for the clerk."""

    @property
    def allowed(self) -> bool:
        """Whether the question may be asked."""
        return self.reason is None

    @property
    def code(self) -> str:
        """Reason code; empty when allowed."""
        return self.reason.code if self.reason else ""


_RANK = ("category", "years", "requester", "purpose", "granularity", "validity", "quota")
"""Rules in the order in which they are asked; a later failure is the nearer miss."""


def evaluate_agreements(
    agreements: Iterable[Agreement], question: AgreementQuestion, today: date
) -> AgreementDecision:
    """Decide one question against all agreements, newest version of each only.

    A node may always use its own holdings. Otherwise the first agreement without a failed rule
    allows; without one, the nearest miss gives the reason.
    """
    if question.asking_node and question.asking_node == question.holding_node:
        return AgreementDecision(
            agreement=None, reason=None, rule="own_holdings", why="本节点馆藏，无须协议。"
        )
    nearest: tuple[int, AgreementDecision] | None = None
    for agreement in newest_versions(agreements):
        if not joins(agreement, question.asking_node, question.holding_node):
            continue
        decision = _evaluate(agreement, question, today)
        if decision.allowed:
            return decision
        rank = _RANK.index(decision.rule)
        if nearest is None or rank > nearest[0]:
            nearest = (rank, decision)
    if nearest:
        return nearest[1]
    why = "两馆之间没有此方向的合作协议。"
    return AgreementDecision(agreement=None, reason=AGREEMENT_SCOPE, rule="missing", why=why)


def require_agreement(
    agreements: Iterable[Agreement], question: AgreementQuestion, today: date
) -> Agreement:
    """Return the agreement that allows a question between two different nodes.

    Raises:
        Refusal: AGREEMENT_SCOPE, AGREEMENT_EXPIRED or AGREEMENT_QUOTA; the detail names the rule.
    """
    decision = evaluate_agreements(agreements, question, today)
    if decision.agreement is None or decision.reason:
        raise Refusal(decision.reason or AGREEMENT_SCOPE, decision.rule)
    return decision.agreement


def joins(agreement: Agreement, asking_node: str, holding_node: str) -> bool:
    """Whether the agreement lets the one ask the other, in this direction."""
    return asking_node in agreement.asking_nodes and holding_node in agreement.holding_nodes


def newest_versions(agreements: Iterable[Agreement]) -> tuple[Agreement, ...]:
    """The highest version of each agreement, ordered by id: an amendment replaces its past."""
    newest: dict[str, Agreement] = {}
    for agreement in agreements:
        known = newest.get(agreement.agreement_id)
        if known is None or agreement.version > known.version:
            newest[agreement.agreement_id] = agreement
    return tuple(newest[key] for key in sorted(newest))


def is_named_after_parties(agreement: Agreement) -> bool:
    """Whether the id begins with the slugs of all parties, joined by hyphens, in any order.

    Versions of one id replace each other, so the id must belong to those who sign it: else two
    other members could publish a higher version and silence an agreement that is not theirs.
    """
    rest = f"{agreement.agreement_id}-"
    left = {*agreement.asking_nodes, *agreement.holding_nodes}
    while left:
        party = max((one for one in left if rest.startswith(f"{one}-")), key=len, default="")
        if not party:
            return False
        rest = rest.removeprefix(f"{party}-")
        left.discard(party)
    return True


def standing(agreement: Agreement, today: date) -> str:
    """How the agreement stands: upcoming, in_force, expiring (within 30 days) or expired."""
    if today < agreement.valid_from:
        return "upcoming"
    if today > agreement.valid_to:
        return "expired"
    days_left = (agreement.valid_to - today).days
    return "expiring" if days_left <= EXPIRING_DAYS else "in_force"


def _evaluate(agreement: Agreement, question: AgreementQuestion, today: date) -> AgreementDecision:
    failed = _failed_rule(agreement, question, today)
    if failed is None:
        until = agreement.valid_to.isoformat()
        why = f"协议 {agreement.agreement_id} 第{agreement.version}版允许，有效至 {until}。"
        return AgreementDecision(agreement=agreement, reason=None, rule="allowed", why=why)
    rule, said = failed
    reasons = {"validity": AGREEMENT_EXPIRED, "quota": AGREEMENT_QUOTA}
    why = f"协议 {agreement.agreement_id} 第{agreement.version}版：{said}。"
    reason = reasons.get(rule, AGREEMENT_SCOPE)
    return AgreementDecision(agreement=agreement, reason=reason, rule=rule, why=why)


def _failed_rule(
    agreement: Agreement, question: AgreementQuestion, today: date
) -> tuple[str, str] | None:
    """The first rule that the question fails, with words; None when it passes all."""
    year, wanted = question.year, question.granularity
    last = question.year_to if question.year_to is not None else year
    span = f"{agreement.year_from}–{agreement.year_to}"
    validity = f"{agreement.valid_from}–{agreement.valid_to}"
    checks: tuple[tuple[str, bool, str], ...] = (
        ("category", question.category in agreement.categories, "不含该类别"),
        (
            "years",
            year is None
            or last is None
            or (year <= agreement.year_to and last >= agreement.year_from),
            f"只限 {span} 年",
        ),
        (
            "requester",
            not question.requester or question.requester in agreement.requester_types,
            "不含该类申请人",
        ),
        (
            "purpose",
            not question.purpose
            or not agreement.purposes
            or question.purpose in agreement.purposes,
            "不含该利用目的",
        ),
        ("granularity", _is_within(wanted, agreement.granularity), "超出可提供的程度"),
        (
            "validity",
            agreement.valid_from <= today <= agreement.valid_to,
            f"有效期 {validity}，今日不在其内",
        ),
        ("quota", question.used_today < agreement.daily_quota, "今日协查数量已满"),
    )
    return next(((rule, said) for rule, passed, said in checks if not passed), None)


def _is_within(wanted: str, most: str) -> bool:
    """Unknown words are never within anything."""
    if wanted not in GRANULARITY or most not in GRANULARITY:
        return False
    return GRANULARITY.index(wanted) <= GRANULARITY.index(most)
