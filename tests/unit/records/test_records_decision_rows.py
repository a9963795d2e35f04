"""D01–D27, each row: allowed with its papers, asked for each one that is missing, never beyond."""

from itertools import product

import pytest

from records.eligibility import DEFAULT_FLOORS, evaluate_eligibility, meets_floor
from records.eligibility_table import RULES
from records.eligibility_terms import (
    ASSURANCE_ORDER,
    DOCUMENTS,
    FACTS,
    Application,
    Channel,
    Effect,
    Eligibility,
    Limit,
    Requester,
    Rule,
)
from records.kinds import KINDS
from records.process_reasons import AGREEMENT_SCOPE

STATUSES = ("open", "restricted", "deferred", "not_reviewed")


def example(rule: Rule, without: tuple[str, ...] = ()) -> Application:
    """An application that the row is about, with all its papers but one choice."""
    facts = {one for one in rule.when if one in FACTS}
    papers = {one for one in rule.when if one in DOCUMENTS}
    status = next((one for one in rule.when if one in STATUSES), "not_reviewed")
    papers |= {choice[0] for choice in rule.documents if choice != without}
    papers -= set(without)
    purpose = "" if "purpose_statement" in without else "property"
    wants_card = without and "id_card" in without
    category = rule.categories[0] if rule.categories else "labour_recruitment"
    return Application(
        requester=rule.requesters[0] if rule.requesters else "party",
        channel=rule.channels[0] if rule.channels else Channel.WINDOW.value,
        category=category,
        open_status=status,
        documents=frozenset(papers),
        facts=frozenset(facts - {"in_litigation"} if "court_acceptance" in papers else facts),
        purpose=purpose,
        identity_assurance="asserted" if wants_card else "chip_read",
    )


def decide(application: Application, rule: Rule) -> Eligibility:
    return evaluate_eligibility(application, table=(rule,), floors={})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.rule}-{rule.effect}")
def test_a_row_with_all_its_papers_says_what_the_paper_says(rule: Rule) -> None:
    decided = decide(example(rule), rule)
    assert (decided.rule, decided.effect) == (rule.rule, rule.effect)
    assert decided.reason == rule.reason
    open_door = rule.effect in (Effect.ALLOW, Effect.LEADER)
    assert decided.limit is (rule.limit if open_door else Limit.NOTHING)
    assert decided.basis == rule.basis


@pytest.mark.parametrize(
    ("rule", "choice"),
    [(rule, choice) for rule in RULES for choice in rule.documents],
    ids=lambda one: one.rule if isinstance(one, Rule) else one[0],
)
def test_each_missing_paper_is_named_and_nothing_is_given(
    rule: Rule, choice: tuple[str, ...]
) -> None:
    application = example(rule, without=choice)
    if set(rule.when) & set(choice) or (
        set(rule.when) & {"in_litigation"} and "court_acceptance" in choice
    ):
        return  # The row is chosen by this very paper: without it another row decides.
    decided = decide(application, rule)
    assert decided.effect is Effect.SUPPLEMENT
    assert choice[0] in decided.missing
    assert decided.limit is Limit.NOTHING
    assert decided.reason is not None and decided.code


def test_whoever_brings_more_is_never_worse_off() -> None:
    """Adding a paper never turns an allowed application into a refused one (but for a bar)."""
    good = (Effect.ALLOW, Effect.LEADER)
    for rule in RULES:
        application = example(rule)
        before = evaluate_eligibility(application, floors={})
        if before.effect not in good:
            continue
        for paper in DOCUMENTS:
            richer = Application(
                requester=application.requester,
                channel=application.channel,
                category=application.category,
                open_status=application.open_status,
                documents=application.documents | {paper},
                facts=application.facts,
                purpose=application.purpose,
                identity_assurance=application.identity_assurance,
            )
            after = evaluate_eligibility(richer, floors={})
            assert after.effect in good, (rule.rule, paper, after.rule)


@pytest.mark.parametrize("requester", list(Requester))
def test_d24_d25_d26_d27_bar_every_capacity_in_every_category(requester: str) -> None:
    for category in KINDS:
        everything = {
            "requester": requester,
            "category": category,
            "documents": frozenset(DOCUMENTS) - {"depositor_consent"},
            "purpose": "property",
            "identity_assurance": "chip_read",
            "open_status": "open",
        }
        for more, rule, code in (
            ({"secrecy_level": "秘密"}, "D24", "SECRET_OR_RESTRICTED"),
            ({"facts": frozenset({"deposited"})}, "D25", "DEPOSITOR_CONSENT_MISSING"),
            ({"agreement": AGREEMENT_SCOPE}, "D26", "AGREEMENT_SCOPE"),
            ({"facts": frozenset({"bulk"})}, "D27", "NO_LAWFUL_CASE"),
            ({"facts": frozenset({"no_case"})}, "D27", "NO_LAWFUL_CASE"),
            ({"facts": frozenset({"own_relative"})}, "D27", "NO_LAWFUL_CASE"),
        ):
            decided = evaluate_eligibility(Application(**{**everything, **more}))  # type: ignore[arg-type]
            assert (decided.rule, decided.effect, decided.code) == (rule, Effect.REFUSE, code)
            assert decided.limit is Limit.NOTHING


def test_d24_unreviewed_rehabilitation_files_do_not_exist_for_anybody() -> None:
    for requester, status in product(Requester, ("not_reviewed", "deferred")):
        decided = evaluate_eligibility(
            Application(
                requester=requester,
                category="rehabilitation_case",
                open_status=status,
                documents=frozenset(DOCUMENTS),
                identity_assurance="chip_read",
            )
        )
        assert (decided.rule, decided.code) == ("D24", "SECRET_OR_RESTRICTED")


@pytest.mark.parametrize("category", sorted(KINDS))
def test_the_floor_of_each_category_holds_at_the_holder(category: str) -> None:
    floor = DEFAULT_FLOORS.get(category, "asserted")
    for level in ASSURANCE_ORDER:
        strong = ASSURANCE_ORDER.index(level) >= ASSURANCE_ORDER.index(floor)
        assert meets_floor(category, level) is strong, level
    assert not meets_floor(category, "a promise")


def test_very_sensitive_categories_have_a_floor_of_their_own() -> None:
    for code, kind in KINDS.items():
        if kind.care.value in ("high", "very_high"):
            assert DEFAULT_FLOORS.get(code, "asserted") != "asserted", code
