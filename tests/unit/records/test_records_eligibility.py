"""The decision table, row by row, with the scenarios of domain.md §7."""

import pytest

from records.eligibility import (
    DEFAULT_FLOORS,
    PROOF_REASONS,
    evaluate_eligibility,
    meets_floor,
)
from records.eligibility_table import RULES
from records.eligibility_terms import DOCUMENTS, Application, Effect, Eligibility, Limit, Requester
from records.kinds import KINDS
from records.process_reasons import AGREEMENT_EXPIRED, AGREEMENT_SCOPE

MARRIAGE = "marriage_registration"


def decide(
    requester: str, category: str = MARRIAGE, *documents: str, **more: object
) -> Eligibility:
    more.setdefault("identity_assurance", "chip_read")
    return evaluate_eligibility(
        Application(
            requester=requester,
            category=category,
            documents=frozenset(documents),
            **more,  # type: ignore[arg-type]
        )
    )


def test_every_row_names_known_categories_documents_and_requesters() -> None:
    for rule in RULES:
        assert set(rule.categories) | set(rule.not_categories) <= set(KINDS), rule.rule
        assert set(rule.requesters) <= set(Requester), rule.rule
        assert {code for choice in rule.documents for code in choice} <= set(DOCUMENTS), rule.rule
        assert rule.effect is not Effect.REFUSE or rule.reason, rule.rule
    assert set(PROOF_REASONS) <= set(DOCUMENTS)
    assert set(DEFAULT_FLOORS) <= set(KINDS)


def test_every_rule_of_the_table_is_there() -> None:
    # D24-D27 are bars, not rows.
    numbers = {rule.rule for rule in RULES}
    assert {f"D{n:02}" for n in range(1, 24)} <= numbers


@pytest.mark.parametrize(
    ("row", "requester", "category", "documents", "more", "effect"),
    [
        ("D01", "party", MARRIAGE, (), {}, Effect.ALLOW),
        ("D02", "party", MARRIAGE, ("real_name_high", "liveness"), {"channel": "mobile"}, "allow"),
        ("D03", "agent", MARRIAGE, ("notarised_poa", "principal_id"), {}, Effect.ALLOW),
        ("D05", "agent", "school_record", ("power_of_attorney", "principal_id"), {}, "allow"),
        ("D07", "spouse", MARRIAGE, (), {}, Effect.ALLOW),
        ("D11", "guardian", "birth_certificate", ("household_register",), {}, Effect.ALLOW),
        ("D12", "adoptee", "adoption", (), {}, Effect.ALLOW),
        ("D13", "court", MARRIAGE, ("unit_letter", "officer_ids"), {}, Effect.ALLOW),
        ("D14", "lawyer", MARRIAGE, ("court_acceptance", "lawyer_licence"), {}, Effect.ALLOW),
        ("D16", "notary", MARRIAGE, ("unit_letter", "officer_id", "client_consent"), {}, "leader"),
        (
            "D17",
            "civil_affairs",
            MARRIAGE,
            ("officer_id", "matter"),
            {"f": "own_transfer"},
            "allow",
        ),
        ("D18", "agency", "veteran", ("system_case_no", "officer_id", "legal_task"), {}, "allow"),
        ("D19", "employer", "school_record", ("unit_letter", "employee_consent"), {}, "leader"),
        ("D21", "mediation_centre", "forest_right", ("mediation_case_no",), {}, Effect.ALLOW),
        ("D22", "researcher", "land_contract", ("unit_letter",), {"open_status": "open"}, "allow"),
        (
            "D23",
            "foreign",
            MARRIAGE,
            ("introduction", "archive_consent"),
            {"open_status": "open"},
            "leader",
        ),
        ("D00", "anybody", "policy_document", (), {}, Effect.ALLOW),
    ],
)
def test_the_row_decides_when_everything_is_presented(
    row: str,
    requester: str,
    category: str,
    documents: tuple[str, ...],
    more: dict[str, str],
    effect: str,
) -> None:
    facts = frozenset({more["f"]}) if "f" in more else frozenset()
    rest = {key: value for key, value in more.items() if key != "f"}
    decided = decide(requester, category, *documents, facts=facts, **rest)
    assert (decided.rule, decided.effect, decided.code) == (row, effect, "")
    assert decided.limit is not Limit.NOTHING
    assert decided.basis


def test_e13_the_daughter_of_a_dead_man_needs_both_proofs_and_a_leader() -> None:
    first = decide("relative_of_deceased", MARRIAGE, "death_proof", purpose="inheritance")
    assert (first.rule, first.effect, first.code) == (
        "D09",
        Effect.SUPPLEMENT,
        "KINSHIP_PROOF_MISSING",
    )
    assert first.limit is Limit.NOTHING
    both = decide(
        "relative_of_deceased", MARRIAGE, "death_proof", "kinship_proof", purpose="inheritance"
    )
    assert (both.rule, both.effect, both.limit) == ("D09", Effect.LEADER, Limit.MINIMUM)


def test_e14_a_lawyer_without_a_court_paper_is_turned_back() -> None:
    without = decide("lawyer", MARRIAGE, "lawyer_licence", "firm_letter")
    assert (without.rule, without.code) == ("D15", "NO_COURT_PAPER")
    in_suit = decide("lawyer", MARRIAGE, "lawyer_licence", facts=frozenset({"in_litigation"}))
    assert (in_suit.rule, in_suit.code) == ("D14", "NO_COURT_PAPER")
    allowed = decide("lawyer", MARRIAGE, "lawyer_licence", "court_acceptance")
    assert (allowed.effect, allowed.limit) == (Effect.ALLOW, Limit.CASE_RELATED)


def test_e15_a_handwritten_letter_makes_no_agent() -> None:
    letter = decide("agent", MARRIAGE, "power_of_attorney", "principal_id")
    assert (letter.rule, letter.effect, letter.code) == (
        "D04",
        Effect.REFUSE,
        "AGENT_NOT_NOTARISED",
    )
    assert decide("agent", MARRIAGE, "notarised_poa", "principal_id").effect is Effect.ALLOW


def test_an_agreement_may_demand_a_notarised_agent_for_other_categories() -> None:
    wants = frozenset({"agreement_wants_notarised"})
    letter = decide("agent", "educated_youth", "power_of_attorney", "principal_id", facts=wants)
    assert (letter.rule, letter.code) == ("D05", "AGENT_NOT_NOTARISED")


def test_e28_a_guardian_without_the_link_is_asked_for_it() -> None:
    decided = decide("guardian", "birth_certificate")
    assert decided.effect is Effect.SUPPLEMENT
    assert decided.missing == ("guardianship_proof",)


@pytest.mark.parametrize(
    ("requester", "rule", "code"),
    [
        ("kin_of_living", "D08", "NOT_PARTY"),
        ("commercial", "D20", "USE_CERTIFICATE_VERIFY"),
        ("foreign", "D23", "ELIGIBILITY_UNKNOWN"),
        ("journalist_of_no_row", "none", "ELIGIBILITY_UNKNOWN"),
        ("", "none", "ELIGIBILITY_UNKNOWN"),
    ],
)
def test_these_are_refused(requester: str, rule: str, code: str) -> None:
    decided = decide(requester)
    assert (decided.rule, decided.effect, decided.code) == (rule, Effect.REFUSE, code)
    assert decided.limit in (Limit.NOTHING, Limit.VERIFY_ONLY)


def test_d24_secret_and_unreviewed_political_files_exist_for_nobody() -> None:
    assert decide("party", secrecy_level="秘密").rule == "D24"
    assert decide("court", MARRIAGE, "unit_letter", "officer_ids", secrecy_level="绝密").code == (
        "SECRET_OR_RESTRICTED"
    )
    assert decide("party", "rehabilitation_case").rule == "D24"
    assert decide("party", "rehabilitation_case", open_status="open").rule == "D01"


def test_d25_deposited_archives_wait_for_the_depositor() -> None:
    facts = frozenset({"deposited"})
    assert decide("party", facts=facts).code == "DEPOSITOR_CONSENT_MISSING"
    assert decide("party", MARRIAGE, "depositor_consent", facts=facts).effect is Effect.ALLOW


@pytest.mark.parametrize("reason", [AGREEMENT_SCOPE, AGREEMENT_EXPIRED])
def test_d26_the_agreement_refuses_before_the_table_is_asked(reason: object) -> None:
    decided = decide("party", agreement=reason)
    assert (decided.rule, decided.reason) == ("D26", reason)


@pytest.mark.parametrize("fact", ["bulk", "no_case", "own_relative"])
def test_d27_no_lawful_case_no_answer(fact: str) -> None:
    decided = decide("court", MARRIAGE, "unit_letter", "officer_ids", facts=frozenset({fact}))
    assert (decided.rule, decided.code) == ("D27", "NO_LAWFUL_CASE")


def test_asserted_identity_is_too_weak_for_marriage_whatever_is_presented() -> None:
    decided = decide("party", MARRIAGE, "id_card", identity_assurance="asserted")
    assert (decided.rule, decided.code) == ("D01", "IDENTITY_TOO_WEAK")
    assert decide("party", MARRIAGE, identity_assurance="document_photo").effect is Effect.ALLOW
    assert decide("party", MARRIAGE, identity_assurance="witchcraft").code == "IDENTITY_TOO_WEAK"


def test_the_holder_may_raise_the_floor() -> None:
    assert meets_floor("educated_youth", "asserted")
    assert not meets_floor("educated_youth", "asserted", {"educated_youth": "chip_read"})
    assert meets_floor("adoption", "national_net_id")
    assert not meets_floor("adoption", "document_photo")


def test_what_is_not_digitised_is_not_done_on_a_telephone() -> None:
    decided = decide(
        "party",
        MARRIAGE,
        "real_name_high",
        "liveness",
        channel="mobile",
        facts=frozenset({"not_digitised"}),
    )
    assert (decided.rule, decided.code) == ("D02", "APPOINTMENT_NEEDED")


def test_a_telephone_never_falls_through_to_the_window_rule() -> None:
    decided = decide("party", MARRIAGE, channel="mobile")
    assert (decided.rule, decided.effect) == ("D02", Effect.SUPPLEMENT)


def test_invented_facts_and_documents_open_nothing() -> None:
    invented = frozenset({"open", "in_litigation_really"})
    decided = decide("foreign", facts=invented)
    assert decided.code == "ELIGIBILITY_UNKNOWN"
    assert decide("foreign", MARRIAGE, "open").code == "ELIGIBILITY_UNKNOWN"
