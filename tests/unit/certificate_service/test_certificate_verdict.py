"""The judge: which finding decides, what may be shown, which exit code follows."""

import itertools

import pytest

from certificate_service.domain.verdict import (
    MEANING,
    PASSED,
    SKIPPED,
    WORDS,
    Finding,
    Gathered,
    Shown,
    Step,
    judge,
    system_fault,
)

FILE = {step: PASSED for step in Step if step is not Step.NOTICE}
SHOWN = Shown(
    number="361100-2026-000001",
    holder="上饶市档案馆",
    masked_names="张*",
    issued_at="2026-11-21T02:30:00Z",
    facts=("张𠅤",),
)


def verdict(**changes: Finding):
    findings = FILE | {Step[name]: finding for name, finding in changes.items()}
    return judge(Gathered(findings=findings, shown=SHOWN))


def test_every_step_passed_is_genuine() -> None:
    assert (verdict().code, verdict().genuine, verdict().exit_code) == ("V00", True, 0)


@pytest.mark.parametrize("code", [code for code, (genuine, _) in MEANING.items() if not genuine])
def test_what_is_not_genuine_exits_3_and_what_is_undecided_4_or_5(code: str) -> None:
    genuine = MEANING[code][0]
    finding = Finding(genuine, code, "")
    found = verdict(STATUS=finding) if genuine is False else verdict(FORM=finding)
    assert found.code == code
    expected = 3 if genuine is False else (5 if code == "V99" else 4)
    assert found.exit_code == expected


def test_the_first_failed_step_decides() -> None:
    ordered = [step for step in Step if step is not Step.NOTICE]
    for first, second in itertools.combinations(ordered, 2):
        found = verdict(**{first.name: Finding(False, "V06"), second.name: Finding(False, "V04")})
        assert found.code == "V06"


def test_content_decides_before_status_and_log() -> None:
    unchecked = Finding(None, "V10", "离线")
    not_compared = Finding(None, "V09", "")
    assert verdict(STATUS=unchecked).code == "V10"
    assert verdict(LOG=unchecked).code == "V10"
    assert verdict(STATUS=unchecked, CONTENT=not_compared).code == "V09"


def test_a_step_that_was_not_looked_at_never_counts_as_passed() -> None:
    for step in (Step.WHOLE_FILE, Step.SEAL_SIGNATURE, Step.SEAL_CERTIFICATE, Step.AGREEMENT):
        assert verdict(**{step.name: SKIPPED}).code == "V99"
    for step in (Step.FORM, Step.TOKEN):
        assert verdict(**{step.name: SKIPPED}).genuine is None
    assert judge(Gathered(findings={})).code == "V99"


def test_a_notice_is_genuine_and_said() -> None:
    found = verdict(NOTICE=Finding(None, "V07", "出证已超过 180 天"))
    assert (found.code, found.genuine, found.exit_code) == ("V07", True, 0)


def test_on_failure_nothing_about_a_person_is_shown() -> None:
    revoked = verdict(STATUS=Finding(False, "V04"))
    assert revoked.shown.number == SHOWN.number
    assert (revoked.shown.masked_names, revoked.shown.facts) == ("", ())
    forged = verdict(TOKEN=Finding(False, "V02"), STATUS=SKIPPED)
    assert forged.shown == Shown()


def test_a_system_fault_decides_nothing() -> None:
    found = system_fault("MemoryError")
    assert (found.code, found.genuine, found.exit_code) == ("V99", None, 5)


def test_every_step_has_words_and_every_code_a_meaning() -> None:
    assert WORDS.keys() == set(Step)
    assert {"V00", "V01", "V14", "V99"} <= MEANING.keys()
