"""Questions that could list many people are refused; narrow ones are not."""

import pytest

from records.queries import Period, RecordQuery, SoughtPerson
from records.query_rules import verify_query
from records.refusal import Refusal

MARRIAGE = "marriage_registration"


def person(name: str = "", **more: object) -> SoughtPerson:
    return SoughtPerson(name=name, **more)  # type: ignore[arg-type]


def code_of(query: RecordQuery) -> str:
    try:
        verify_query(query)
    except Refusal as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(
    "query",
    [
        RecordQuery(category=MARRIAGE, subject=person("周金水", birth="1962")),
        RecordQuery(category=MARRIAGE, subject=person("周金水"), other_party=person("吴桂兰")),
        RecordQuery(category=MARRIAGE, subject=person(id_no="361199196211050313")),
        RecordQuery(category=MARRIAGE, subject=person(id_no="361199621105031")),
        RecordQuery(category=MARRIAGE, number="J330402-2012-000123"),
        RecordQuery(category=MARRIAGE, subject=person("周金水"), number="(82)嘉郊结字第37号"),
        RecordQuery(category=MARRIAGE, other_party=person("吴桂兰", birth="约1964")),
        RecordQuery(
            category=MARRIAGE,
            subject=person("王秀英"),
            place="海宁",
            period=Period(start="1983", end="1983"),
        ),
        RecordQuery(
            category=MARRIAGE, subject=person("王生"), period=Period(start="1998", end="2010")
        ),
        RecordQuery(
            category="school_record", subject=person("徐阿大"), free={"school": "红卫中学"}
        ),
        RecordQuery(category="forest_right", place="天荒坪", free={"mountain_name": "大坞里"}),
        RecordQuery(category=MARRIAGE, subject=person("", former_names=("徐卫东",), birth="1952")),
    ],
)
def test_a_narrow_question_is_allowed(query: RecordQuery) -> None:
    assert code_of(query) == ""
    assert verify_query(query).code == query.category


@pytest.mark.parametrize(
    "query",
    [
        RecordQuery(category=MARRIAGE),
        RecordQuery(category=MARRIAGE, place="嘉兴"),
        RecordQuery(category=MARRIAGE, subject=person("王秀英")),
        RecordQuery(category=MARRIAGE, subject=person("王秀英", sex="女"), place="嘉兴"),
        RecordQuery(category=MARRIAGE, subject=person("王", birth="1962")),
        RecordQuery(category=MARRIAGE, subject=person("王 ", birth="1962")),
        RecordQuery(category=MARRIAGE, subject=person(birth="1962-11-05")),
        RecordQuery(category=MARRIAGE, subject=person("王秀英"), period=Period(start="1950")),
        RecordQuery(
            category=MARRIAGE, subject=person("王秀英"), period=Period(start="1950", end="1990")
        ),
        RecordQuery(category=MARRIAGE, number="37"),
        RecordQuery(category="forest_right", place="天荒坪"),
        RecordQuery(category=MARRIAGE, subject=person(id_no="3304")),
    ],
)
def test_a_broad_question_is_refused(query: RecordQuery) -> None:
    assert code_of(query) == "TOO_BROAD"


@pytest.mark.parametrize(
    "query",
    [
        RecordQuery(category=MARRIAGE, subject=person("周%", birth="1962")),
        RecordQuery(category=MARRIAGE, subject=person("周*", birth="1962")),
        RecordQuery(category=MARRIAGE, subject=person("周金水", birth="1962", sex="M")),
        RecordQuery(category=MARRIAGE, subject=person("周" * 51, birth="1962")),
        RecordQuery(category=MARRIAGE, subject=person("周\u202e金", birth="1962")),
        RecordQuery(category=MARRIAGE, subject=person("周金水", former_names=("甲乙",) * 9)),
        RecordQuery(category=MARRIAGE, subject=person("周金水", birth="1962"), limit=51),
        RecordQuery(category=MARRIAGE, subject=person("周金水", birth="1962"), limit=0),
        RecordQuery(category=MARRIAGE, subject=person("周金水"), place="嘉" * 101),
        RecordQuery(category=MARRIAGE, subject=person("周金水"), free={"x": "y" * 201}),
    ],
)
def test_a_malformed_question_is_refused_by_its_field(query: RecordQuery) -> None:
    assert code_of(query) == "QUERY_MALFORMED"


def test_an_unknown_category_is_refused() -> None:
    assert code_of(RecordQuery(category="no_such_kind")) == "CATEGORY_UNKNOWN"


def test_no_refusal_repeats_a_name() -> None:
    with pytest.raises(Refusal) as refused:
        verify_query(RecordQuery(category=MARRIAGE, subject=person("王秀英")))
    assert "王秀英" not in str(refused.value)
