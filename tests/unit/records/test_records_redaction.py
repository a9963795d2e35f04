"""What an agreement has left out of an extract, word by word."""

import pytest

from records.agreement_rules import REDACTIONS
from records.kinds import KINDS, get_kind
from records.redaction import left_out

MARRIAGE = get_kind("marriage_registration")


@pytest.mark.parametrize(
    ("redactions", "own", "hidden", "printed"),
    [
        ((), ("a",), set(), {"a_name", "b_name", "b_id_no", "a_residence"}),
        (("residence",), ("a",), {"a_residence", "b_residence", "a_native_place"}, {"a_name"}),
        (("occupation",), ("a",), {"a_occupation", "b_occupation"}, {"a_residence"}),
        (("id_numbers",), ("a",), {"a_id_no", "b_id_no"}, {"b_birth"}),
        (("remarks",), ("a",), set(), {"a_name", "b_name"}),
        (("other_party",), ("a",), {"b_birth", "b_id_no"}, {"a_birth", "a_id_no", "b_name"}),
        (("other_party",), ("b",), {"a_birth", "a_id_no"}, {"b_birth", "b_id_no", "a_name"}),
    ],
)
def test_only_what_is_meant_is_left_out(
    redactions: tuple[str, ...], own: tuple[str, ...], hidden: set[str], printed: set[str]
) -> None:
    found = left_out(MARRIAGE, redactions, own)
    assert hidden <= found
    assert not printed & found


def test_names_and_events_are_printed_whatever_is_left_out() -> None:
    for kind in KINDS.values():
        found = left_out(kind, tuple(REDACTIONS), ())
        assert not found & {person.name for person in kind.people}
        assert not found & set(kind.event_dates)


def test_an_unknown_word_hides_nothing_because_no_agreement_with_it_allows() -> None:
    assert left_out(MARRIAGE, ("everything",), ("a",)) == frozenset()
