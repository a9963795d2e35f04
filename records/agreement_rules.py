"""Evaluation of agreements: may this node ask that node this question?

Deny by default, and the decision names the rule that made it (domain.md §3.2 D26). The asking
node, the registry and the holder call the same function on the same signed agreements.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from records.agreement_standing import NONE_ENDED, Endings, last_day
from records.agreements import Agreement
from records.process_reasons import AGREEMENT_EXPIRED, AGREEMENT_QUOTA, AGREEMENT_SCOPE
from records.refusal import Reason, Refusal

GRANULARITY: tuple[str, ...] = ("exists", "count", "index", "extract", "image")
"""How much may be given, least first."""

SEAL_MODES = frozenset(
    {"HOLDER_ELECTRONIC", "HOLDER_ELECTRONIC_WINDOW_COUNTERSIGN", "HOLDER_PAPER_POST"}
)
DELIVERIES = frozenset({"window", "post", "online", "agency"})
REDACTIONS: Mapping[str, str] = {
    "other_party": "除申请人外的当事人信息",
    "residence": "住址、籍贯",
    "occupation": "职业、单位、成分",
    "id_numbers": "身份证件号码",
    "remarks": "备注",
}
"""What an agreement may have left out of an extract, and how that is said."""
LONGEST_MINUTES = 1440


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
    delivery: str = ""
    """How the answer shall reach the applicant; empty = not known yet."""
    seal_mode: str = ""
    """How it shall be sealed; empty = as agreed."""
    minutes: int | None = None
    """Within how many minutes an answer is wanted; None = as agreed."""
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
    """"allowed", "own_holdings", "missing", or the rule that failed: a word of `RULES`."""
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


RULES = (
    "category",
    "years",
    "requester",
    "purpose",
    "granularity",
    "delivery",
    "seal_mode",
    "time_limit",
    "redactions",
    "validity",
    "retired",
    "quota",
)
"""Rules in the order in which they are asked; a later failure is the nearer miss."""


def evaluate_agreements(
    agreements: Iterable[Agreement],
    question: AgreementQuestion,
    today: date,
    ended: Endings = NONE_ENDED,
) -> AgreementDecision:
    """Decide one question against all agreements, newest version of each only.

    A node may always use its own holdings. Otherwise the first agreement without a failed rule
    allows; without one, the nearest miss gives the reason. `ended` are announced ends.
    """
    if question.asking_node and question.asking_node == question.holding_node:
        return AgreementDecision(
            agreement=None, reason=None, rule="own_holdings", why="本节点馆藏，无须协议。"
        )
    nearest: tuple[int, AgreementDecision] | None = None
    for agreement in newest_versions(agreements):
        if not joins(agreement, question.asking_node, question.holding_node):
            continue
        decision = _evaluate(agreement, question, today, last_day(agreement, ended))
        if decision.allowed:
            return decision
        rank = RULES.index(decision.rule)
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
    """Whether the agreement's id is that of its parties: see `names_parties`."""
    parties = (*agreement.asking_nodes, *agreement.holding_nodes)
    return names_parties(agreement.agreement_id, parties)


def names_parties(agreement_id: str, parties: Iterable[str]) -> bool:
    """Whether the id begins with the slugs of all parties, joined by hyphens, in any order.

    Versions of one id replace each other, so the id must belong to those who sign it: else two
    other members could publish a higher version and silence an agreement that is not theirs.
    """
    rest = f"{agreement_id}-"
    left = set(parties)
    while left:
        party = max((one for one in left if rest.startswith(f"{one}-")), key=len, default="")
        if not party:
            return False
        rest = rest.removeprefix(f"{party}-")
        left.discard(party)
    return True


def _evaluate(
    agreement: Agreement, question: AgreementQuestion, today: date, last: date
) -> AgreementDecision:
    failed = _failed_rule(agreement, question, today, last)
    if failed is None:
        why = f"协议 {agreement.agreement_id} 第{agreement.version}版允许，有效至 {last}。"
        return AgreementDecision(agreement=agreement, reason=None, rule="allowed", why=why)
    rule, said = failed
    reasons = {
        "validity": AGREEMENT_EXPIRED,
        "retired": AGREEMENT_EXPIRED,
        "quota": AGREEMENT_QUOTA,
    }
    why = f"协议 {agreement.agreement_id} 第{agreement.version}版：{said}。"
    reason = reasons.get(rule, AGREEMENT_SCOPE)
    return AgreementDecision(agreement=agreement, reason=reason, rule=rule, why=why)


def _failed_rule(
    agreement: Agreement, question: AgreementQuestion, today: date, last: date
) -> tuple[str, str] | None:
    """The first rule that the question fails, with words; None when it passes all."""
    validity = f"{agreement.valid_from}–{agreement.valid_to}"
    checks: tuple[tuple[str, bool, str], ...] = (
        *_scope_checks(agreement, question),
        *_manner_checks(agreement, question),
        (
            "validity",
            agreement.valid_from <= today <= agreement.valid_to,
            f"有效期 {validity}，今日不在其内",
        ),
        ("retired", today <= last, f"已通知终止，{last} 为最后一日"),
        ("quota", question.used_today < agreement.daily_quota, "今日协查数量已满"),
    )
    return next(((rule, said) for rule, passed, said in checks if not passed), None)


def _scope_checks(
    agreement: Agreement, question: AgreementQuestion
) -> tuple[tuple[str, bool, str], ...]:
    """What is asked, by whom and why."""
    year, span = question.year, f"{agreement.year_from}–{agreement.year_to}"
    end = question.year_to if question.year_to is not None else year
    in_years = (
        year is None or end is None or (year <= agreement.year_to and end >= agreement.year_from)
    )
    who, why = question.requester, question.purpose
    return (
        ("category", question.category in agreement.categories, "不含该类别"),
        ("years", in_years, f"只限 {span} 年"),
        ("requester", not who or who in agreement.requester_types, "不含该类申请人"),
        (
            "purpose",
            not why or not agreement.purposes or why in agreement.purposes,
            "不含该利用目的",
        ),
        (
            "granularity",
            _is_within(question.granularity, agreement.granularity),
            "超出可提供的程度",
        ),
    )


def _manner_checks(
    agreement: Agreement, question: AgreementQuestion
) -> tuple[tuple[str, bool, str], ...]:
    """How it is answered; a word that this program does not know allows nothing."""
    way, mode, within = question.delivery, question.seal_mode, question.minutes
    return (
        (
            "delivery",
            DELIVERIES.issuperset(agreement.delivery) and (not way or way in agreement.delivery),
            "不含该交付方式",
        ),
        (
            "seal_mode",
            agreement.seal_mode in SEAL_MODES and mode in ("", agreement.seal_mode),
            "约定的用印方式不同",
        ),
        (
            "time_limit",
            1 <= agreement.minutes <= LONGEST_MINUTES
            and (within is None or within >= agreement.minutes),
            f"约定时限为 {agreement.minutes} 分钟",
        ),
        (
            "redactions",
            REDACTIONS.keys() >= set(agreement.redactions),
            "含有本系统不识别的遮盖要求",
        ),
    )


def _is_within(wanted: str, most: str) -> bool:
    """Unknown words are never within anything."""
    if wanted not in GRANULARITY or most not in GRANULARITY:
        return False
    return GRANULARITY.index(wanted) <= GRANULARITY.index(most)
