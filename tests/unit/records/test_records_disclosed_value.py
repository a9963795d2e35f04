"""What an extract prints for codes and for other people's numbers."""

from records.disclosure import disclosed_value
from records.kinds import KINDS

MARRIAGE = KINDS["marriage_registration"]


def test_codes_are_printed_as_words() -> None:
    assert disclosed_value(MARRIAGE.get_field("event_type"), "marriage", ()) == "结婚登记"


def test_another_persons_number_is_masked_and_words_are_not() -> None:
    spec = MARRIAGE.get_field("b_id_no")
    assert disclosed_value(spec, "361199196402090422", ("a",)) == "3611**********0422"
    assert disclosed_value(spec, "档案未记载", ("a",)) == "档案未记载"
    assert disclosed_value(spec, "361199196402090422", ("b",)) == "361199196402090422"
