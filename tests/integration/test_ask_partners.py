"""One question to several archives: each named once, silence never counted as "no"."""

import pytest
from fan_out_world import FanOut, build_fan_out

from records.exchange import LocateAnswer
from records.outcomes import Outcome
from records.refusal import Refusal
from trust.envelope.statement import decode


@pytest.fixture(scope="module")
def fan(tmp_path_factory, table_folder):
    found = build_fan_out(tmp_path_factory.mktemp("fan-out"), table_folder, 3)
    yield found
    found.close()


def test_every_archive_answers_once_with_a_signed_count_or_negative(fan: FanOut) -> None:
    outcomes = fan.window.ask_partners.ask(fan.case_no, fan.reviewer, 30.0)
    by_archive = {one.archive_code: one for one in outcomes}
    assert len(by_archive) == len(outcomes)
    assert {"361100", "361121", "361122"} <= by_archive.keys()
    assert by_archive["361100"].outcome == Outcome.HIT_UNIQUE
    assert by_archive["361100"].count == 1
    for code in ("361121", "361122"):
        negative = by_archive[code]
        # Nothing was ever imported there: declared, and not in the index.
        assert negative.outcome not in (Outcome.HIT_UNIQUE, Outcome.NODE_UNAVAILABLE)
        assert negative.answer is not None
        assert decode(negative.answer.payload, LocateAnswer).scope.archive_code == code


def test_only_a_reviewer_of_the_window_may_ask(fan: FanOut) -> None:
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        fan.window.ask_partners.ask(fan.case_no, fan.world.actor("330400", "clerk"), 5.0)


def test_a_dead_archive_is_named_as_silent_and_the_others_answer(fan: FanOut) -> None:
    fan.kill("holder00")
    for _ in range(6):
        outcomes = fan.window.ask_partners.ask(fan.case_no, fan.reviewer, 20.0)
        by_archive = {one.archive_code: one for one in outcomes}
        dead = by_archive["361121"]
        assert (dead.outcome, dead.answer) == (Outcome.NODE_UNAVAILABLE, None)
        assert dead.code
        assert by_archive["361100"].outcome == Outcome.HIT_UNIQUE
