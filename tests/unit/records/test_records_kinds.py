import pytest

from records.fields import FieldForm, OnExtract
from records.kinds import KINDS, Care, get_kind
from records.purposes import PURPOSES
from records.refusal import Refusal

CODES = """marriage_registration school_record educated_youth educated_youth_child only_child
birth_certificate birth_approval adoption downsized_worker labour_recruitment work_seniority
worker_transfer wage_reform model_worker veteran migrant_resettlement rehabilitation_case
land_contract forest_right rural_house house_property land_reform_deed notarisation
civil_litigation work_injury social_insurance title_qualification collective_enterprise
cadre_appointment overseas_return household_migration policy_document""".split()

ARCHIVE_COLUMNS = """reference_code fonds_no catalog_no file_no item_no page_from page_to year title
retention_period open_status secrecy_level damage images remarks""".split()

MARRIAGE = """event_type event_date registration_office certificate_no a_name a_former_name a_sex
a_birth a_age_recorded a_id_no a_ethnicity a_occupation a_residence a_native_place b_name
b_former_name b_sex b_birth b_age_recorded b_id_no b_ethnicity b_occupation b_residence
b_native_place""".split()

SCHOOL = """name former_name sex birth id_no native_place guardian_name address school level major
class_name student_no admission_date graduation_date outcome certificate_no roster_names""".split()

YOUTH = """name former_name sex birth id_no origin_unit origin_place departure_date
destination_place settlement_type return_type return_date return_approval_no
receiving_unit roster_names""".split()
"""The columns of interfaces.md §3, and the one that lists the people of a roster page."""


def test_all_32_categories_are_there() -> None:
    assert set(KINDS) == set(CODES)
    assert len(CODES) == 32


@pytest.mark.parametrize(
    ("code", "columns"),
    [("marriage_registration", MARRIAGE), ("school_record", SCHOOL), ("educated_youth", YOUTH)],
)
def test_import_columns_are_those_of_the_interface(code: str, columns: list[str]) -> None:
    assert set(get_kind(code).columns) == set(columns) | set(ARCHIVE_COLUMNS)


@pytest.mark.parametrize("code", CODES)
def test_a_category_is_consistent(code: str) -> None:
    kind = get_kind(code)
    labels = [spec.label for spec in kind.fields]
    assert len(labels) == len(set(labels))
    assert len({spec.code for spec in kind.fields}) == len(kind.fields)
    assert not {spec.code for spec in kind.fields} & set(ARCHIVE_COLUMNS)
    assert set(kind.purposes) <= set(PURPOSES)
    assert kind.extract_fields
    for person in kind.people:
        assert kind.get_field(person.name).form is FieldForm.NAME
        assert kind.get_field(person.name).party == person.role
        for column in (person.former_name, person.sex, person.birth, person.age, person.id_no):
            assert not column or kind.get_field(column).party == person.role


def test_no_machine_releases_what_is_sensitive() -> None:
    for kind in KINDS.values():
        if kind.care in (Care.HIGH, Care.VERY_HIGH):
            assert not kind.may_release_by_machine
    assert not get_kind("marriage_registration").may_release_by_machine
    assert get_kind("school_record").may_release_by_machine


def test_absence_of_a_marriage_is_not_certified_by_default() -> None:
    assert not get_kind("marriage_registration").may_prove_absence
    assert get_kind("educated_youth").may_prove_absence


def test_an_extract_prints_the_people_before_the_event() -> None:
    printed = [spec.code for spec in get_kind("marriage_registration").extract_fields]
    assert printed[:2] == ["a_name", "a_sex"]
    assert printed[-2:] == ["registration_office", "certificate_no"]
    assert "a_residence" not in printed
    assert get_kind("marriage_registration").get_field("a_residence").on_extract is (
        OnExtract.ON_REQUEST
    )


def test_labels_follow_the_recorded_sexes_not_the_columns() -> None:
    kind = get_kind("marriage_registration")
    assert kind.print_label("a_name", {"a_sex": "女", "b_sex": "男"}) == "女方姓名"
    assert kind.print_label("b_birth", {"a_sex": "女", "b_sex": "男"}) == "男方出生日期"
    assert kind.print_label("a_name", {"a_sex": "男", "b_sex": "男"}) == "甲方姓名"
    assert kind.print_label("a_name", {}) == "甲方姓名"
    assert kind.print_label("event_date", {"a_sex": "女", "b_sex": "男"}) == "登记日期"


def test_unknown_words_are_refused_by_name() -> None:
    with pytest.raises(Refusal) as refused:
        get_kind("no_such_kind\x00")
    assert (refused.value.code, refused.value.detail) == ("CATEGORY_UNKNOWN", "no_such_kind")
    with pytest.raises(Refusal) as refused:
        get_kind("school_record").get_field("spouse")
    assert refused.value.code == "FIELD_UNKNOWN"
    with pytest.raises(Refusal):
        get_kind("forest_right").get_person("subject")


def test_choices_have_printed_words() -> None:
    spec = get_kind("marriage_registration").get_field("event_type")
    assert spec.label_of("late_registered") == "补办结婚登记"
    assert spec.label_of("其他") == "其他"
