"""The rows of an extract stand as on a paper form."""

from datetime import UTC, datetime

from node.domain.cases import ComparedField, Comparison
from node.domain.extract_rows import write_rows
from records.kinds import get_kind

CODES = ("a_name", "a_sex", "a_birth", "b_name", "b_sex", "b_birth", "event_date")


def comparison(**values: str) -> Comparison:
    kind = get_kind("marriage_registration")
    return Comparison(
        reference_code="J012-003-0456-078",
        index_version=1,
        fields=tuple(
            ComparedField(
                field=code,
                label=kind.get_field(code).label,
                index_value="",
                value=values.get(code, "档案未记载"),
                compared="corrected" if code in values else "not_recorded",
            )
            for code in CODES
        ),
        images=(),
        confirmed_by="361100/0123456789abcdef",
        confirmed_at=datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
    )


def labels(**values: str) -> list[str]:
    rows = write_rows(get_kind("marriage_registration"), comparison(**values), ("a", "b"))
    return [row.label for row in rows]


def test_the_parties_stand_side_by_side_as_man_and_woman():
    assert labels(a_name="周金水", a_sex="男", b_name="吴桂兰", b_sex="女") == [
        "男方姓名",
        "女方姓名",
        "男方出生日期",
        "女方出生日期",
        "登记日期",
    ]


def test_labels_follow_the_page_when_the_columns_are_swapped():
    assert labels(a_name="吴桂兰", a_sex="女", b_name="周金水", b_sex="男")[:2] == [
        "女方姓名",
        "男方姓名",
    ]


def test_a_page_without_sexes_keeps_neutral_labels_and_says_that_it_is_silent():
    assert labels(a_name="周金水", b_name="吴桂兰") == [
        "甲方姓名",
        "乙方姓名",
        "甲方性别",
        "乙方性别",
        "甲方出生日期",
        "乙方出生日期",
        "登记日期",
    ]
