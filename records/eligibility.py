"""Who may consult what: the decision table D01–D27 applied to one application.

Source: domain.md §3.2. The rules are data (`records.eligibility_table`); this module only walks
them. It runs before any search, and its answer names the rule, so that a refusal can be explained
and complained about (T5). Anything that no rule allows is refused.
"""

from records.eligibility_table import RULES
from records.eligibility_terms import (
    ASSURANCE_ORDER,
    DOCUMENTS,
    FACTS,
    Application,
    Effect,
    Eligibility,
    Limit,
    Rule,
)
from records.process_reasons import (
    DEATH_PROOF_MISSING,
    DEPOSITOR_CONSENT_MISSING,
    ELIGIBILITY_UNKNOWN,
    IDENTITY_TOO_WEAK,
    KINSHIP_PROOF_MISSING,
    NO_LAWFUL_CASE,
    PROOF_MISSING,
    PURPOSE_MISSING,
    SECRET_OR_RESTRICTED,
)
from records.refusal import Reason

DEFAULT_FLOORS: dict[str, str] = {
    "marriage_registration": "document_photo",
    "birth_certificate": "national_net_id",
    "adoption": "national_net_id",
    "rehabilitation_case": "national_net_id",
    "birth_approval": "document_photo",
    "veteran": "document_photo",
    "notarisation": "document_photo",
    "civil_litigation": "document_photo",
    "work_injury": "document_photo",
    "household_migration": "document_photo",
}
"""Weakest identity check per category; a holder's policy may raise it. Others: asserted."""

RESTRICTED_CATEGORIES: frozenset[str] = frozenset({"rehabilitation_case"})
"""Political and rehabilitation files: while not reviewed they do not exist for others (D24)."""


PROOF_REASONS: dict[str, Reason] = {
    "death_proof": DEATH_PROOF_MISSING,
    "kinship_proof": KINSHIP_PROOF_MISSING,
    "purpose_statement": PURPOSE_MISSING,
}
"""Reason for a missing document where a general PROOF_MISSING would say too little."""


def meets_floor(category: str, assurance: str, floors: dict[str, str] | None = None) -> bool:
    """Whether the identity check is as strong as the category demands.

    An unknown way of checking is weaker than every known one.
    """
    floor = (DEFAULT_FLOORS if floors is None else floors).get(category, "asserted")
    if assurance not in ASSURANCE_ORDER:
        return False
    return ASSURANCE_ORDER.index(assurance) >= ASSURANCE_ORDER.index(floor)


def evaluate_eligibility(
    application: Application,
    *,
    table: tuple[Rule, ...] = RULES,
    floors: dict[str, str] | None = None,
) -> Eligibility:
    """Decide an application: first the absolute bars, then the first rule that fits.

    Order: D24 secret or unreviewed political files, D25 deposited, D27 no lawful case, D26
    agreement, then the table from top to bottom: first rule that fits, identity floor, documents.
    A rule whose documents are incomplete answers with what is missing.

    Args:
        application: The facts.
        table: Rows in order of precedence.
        floors: The holder's own identity floors by category; None = `DEFAULT_FLOORS`.
    """
    barred = _find_bar(application)
    if barred:
        return barred
    rule = next((row for row in table if _fits(row, application)), None)
    if rule is None:
        return _refuse("none", ELIGIBILITY_UNKNOWN, "档案法第二十九条")
    if rule.effect is Effect.REFUSE:
        return _decide(rule, rule.effect, rule.reason)
    if not meets_floor(application.category, application.identity_assurance, floors):
        return _refuse(rule.rule, IDENTITY_TOO_WEAK, "个人信息保护法第二十八条")
    return _check_documents(rule, application)


def _find_bar(application: Application) -> Eligibility | None:
    unreviewed = application.open_status in ("not_reviewed", "deferred")
    political = application.category in RESTRICTED_CATEGORIES and unreviewed
    if application.secrecy_level or political:
        return _refuse("D24", SECRET_OR_RESTRICTED, "档案法第二十九条、第三十条")
    if "deposited" in application.facts and "depositor_consent" not in application.documents:
        return _refuse("D25", DEPOSITOR_CONSENT_MISSING, "档案法第二十九条")
    if application.facts & {"bulk", "no_case", "own_relative"}:
        return _refuse("D27", NO_LAWFUL_CASE, "档案法第四十八条、个人信息保护法第十条")
    if application.agreement:
        return _refuse("D26", application.agreement, "馆际合作协议")
    return None


def _fits(rule: Rule, application: Application) -> bool:
    circumstances = _circumstances(application)
    return (
        (not rule.requesters or application.requester in rule.requesters)
        and (not rule.categories or application.category in rule.categories)
        and application.category not in rule.not_categories
        and (not rule.channels or application.channel in rule.channels)
        and set(rule.when) <= circumstances
        and not set(rule.unless) & circumstances
    )


def _circumstances(application: Application) -> frozenset[str]:
    """Everything that a row's `when` and `unless` may name: facts, documents and the status."""
    known = application.facts & FACTS.keys() | application.documents & DOCUMENTS.keys()
    found = known | {application.open_status}
    in_court = application.documents & {"court_acceptance", "investigation_order"}
    return found | {"in_litigation"} if in_court else found


def _presented(application: Application) -> frozenset[str]:
    """The documents, with those that other entries of the application stand for."""
    presented = set(application.documents)
    if application.purpose:
        presented.add("purpose_statement")
    if application.identity_assurance in ASSURANCE_ORDER[1:]:
        presented.add("id_card")
    return frozenset(presented)


def _check_documents(rule: Rule, application: Application) -> Eligibility:
    presented = _presented(application)
    missing = tuple(choice[0] for choice in rule.documents if not presented & set(choice))
    if missing:
        usual = PROOF_REASONS.get(missing[0], PROOF_MISSING)
        reason = rule.missing.get(missing[0], usual)
        return _decide(rule, Effect.SUPPLEMENT, reason, missing)
    return _decide(rule, rule.effect, rule.reason)


def _decide(
    rule: Rule, effect: Effect, reason: Reason | None, missing: tuple[str, ...] = ()
) -> Eligibility:
    open_door = effect in (Effect.ALLOW, Effect.LEADER)
    return Eligibility(
        rule=rule.rule,
        effect=effect,
        reason=reason,
        missing=missing,
        limit=rule.limit if open_door else Limit.NOTHING,
        basis=rule.basis,
    )


def _refuse(rule: str, reason: Reason, basis: str) -> Eligibility:
    return Eligibility(
        rule=rule, effect=Effect.REFUSE, reason=reason, limit=Limit.NOTHING, basis=basis
    )
