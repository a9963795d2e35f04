"""What a citizen may be told of looks at their records (node/domain/access_log.py)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from node.domain.access_log import (
    AccessRow,
    AskerClass,
    PartyRow,
    VerifiedCitizen,
    class_of,
    is_of_age,
    may_tell,
    tell,
)
from records.eligibility_terms import Requester

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
ZHOU = VerifiedCitizen(name="周金水", id_no="361199196211050313", identity_assurance="chip_read")
LOOK = AccessRow(
    archive_code="361100",
    reference_code="J012-003-0456-078",
    category="marriage_registration",
    case_no="LT-361100-20261101-0001",
    kind="consulted",
    requester="spouse",
    asker_key="k2",
    at=NOW - timedelta(days=3),
)
PARTY = PartyRow(
    archive_code="361100", reference_code=LOOK.reference_code, person_key="k1", role="a"
)


def test_a_look_is_told_a_day_later_and_not_before() -> None:
    assert may_tell(LOOK, PARTY, ZHOU, NOW)
    assert may_tell(replace(LOOK, at=NOW - timedelta(hours=24)), PARTY, ZHOU, NOW)
    assert not may_tell(replace(LOOK, at=NOW - timedelta(hours=23, minutes=59)), PARTY, ZHOU, NOW)


def test_an_inquiry_of_a_court_is_unsaid_until_the_court_lets_it_be_told() -> None:
    inquiry = replace(LOOK, requester="court")
    assert not may_tell(inquiry, PARTY, ZHOU, NOW)
    released = replace(inquiry, released_at=NOW)
    assert may_tell(released, PARTY, ZHOU, NOW)
    assert class_of(released, ("k1",)) is AskerClass.JUSTICE


@pytest.mark.parametrize("category", ["adoption", "birth_certificate", "only_child"])
@pytest.mark.parametrize("role", ["adopter", "giver", "mother", "father"])
def test_parents_adopters_and_givers_hear_nothing_of_a_childs_record(
    category: str, role: str
) -> None:
    look, party = replace(LOOK, category=category), replace(PARTY, role=role)
    assert not may_tell(look, party, ZHOU, NOW)
    assert may_tell(look, replace(party, role="subject"), ZHOU, NOW), "the grown-up child does"


def test_a_ward_hears_of_the_record_once_of_age() -> None:
    child = replace(ZHOU, id_no="33049920081123001X")
    look = replace(LOOK, category="birth_certificate", requester="guardian")
    ward = replace(PARTY, role="subject")
    assert not is_of_age(child, NOW) and not may_tell(look, ward, child, NOW)
    birthday = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert may_tell(look, ward, child, birthday), "18 on 23 November, Beijing time"


def test_an_unreadable_date_of_birth_is_nobody_of_age() -> None:
    assert not is_of_age(replace(ZHOU, id_no="E12345678"), NOW)


@pytest.mark.parametrize(
    ("requester", "who"),
    [
        ("spouse", AskerClass.PERSON),
        ("lawyer", AskerClass.PERSON),
        ("relative_of_deceased", AskerClass.PERSON),
        ("agent", AskerClass.PERSON),
        ("researcher", AskerClass.PERSON),
        ("agency", AskerClass.BODY),
        ("notary", AskerClass.BODY),
        ("employer", AskerClass.BODY),
    ],
)
def test_others_are_told_as_a_class_so_that_no_relative_shows(
    requester: str, who: AskerClass
) -> None:
    assert class_of(replace(LOOK, requester=requester), ("k1",)) is who


def test_every_capacity_has_a_class() -> None:
    for requester in Requester:
        assert class_of(replace(LOOK, requester=requester.value), ("k1",)) in AskerClass


def test_the_case_number_is_told_of_own_applications_alone() -> None:
    own = replace(LOOK, asker_key="k1", requester="party")
    lines = tell([(LOOK, PARTY), (own, PARTY)], ZHOU, ("k1",), {"361100": "上饶市档案馆"}, NOW)
    assert [(line.who.value, line.case_no) for line in lines] == [
        ("person", ""),
        ("own", LOOK.case_no),
    ]
    assert {line.archive_name for line in lines} == {"上饶市档案馆"}


def test_hidden_records_are_never_told() -> None:
    assert not may_tell(replace(LOOK, hidden=True), PARTY, ZHOU, NOW)
