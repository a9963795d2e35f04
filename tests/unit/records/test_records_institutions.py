import pytest

from records.institutions import Lineages, parse_lineage_table
from records.refusal import Refusal

TABLE = """kind,name,from_year,to_year,successors,keeper,source
school,嘉兴县红卫中学,1968,1978,嘉兴县第四中学,,校史
school,嘉兴县第四中学,1978,1983,嘉兴市第四中学,,
school,嘉兴市第四中学,1983,1996,嘉兴市实验中学,,
school,嘉兴县五七中学,1969,1996,嘉兴市实验中学,,
school,嘉兴市实验中学,1996,,,嘉兴市教育局,
school,海宁县红卫中学,1967,1979,硖石中学,,
"""


@pytest.fixture
def lineages() -> Lineages:
    return Lineages(parse_lineage_table(TABLE))


def test_a_name_of_today_leads_to_all_that_merged_into_it(lineages: Lineages) -> None:
    assert lineages.other_names("嘉兴市实验中学") == {
        "嘉兴县红卫中学", "嘉兴县第四中学", "嘉兴市第四中学", "嘉兴县五七中学"
    }  # fmt: skip


def test_a_name_of_then_leads_on_and_never_sideways(lineages: Lineages) -> None:
    names = lineages.other_names("嘉兴县红卫中学")
    assert names == {"嘉兴县第四中学", "嘉兴市第四中学", "嘉兴市实验中学"}
    assert "嘉兴县五七中学" not in names


def test_a_part_of_a_name_means_every_school_of_that_name(lineages: Lineages) -> None:
    names = lineages.other_names("红卫中学")
    assert {"嘉兴县红卫中学", "海宁县红卫中学", "硖石中学", "嘉兴市实验中学"} <= names
    assert lineages.other_names("中学") == frozenset(), "two characters are part of everything"
    assert lineages.other_names("北门小学") == frozenset()


def test_the_keeper_of_the_files_is_named(lineages: Lineages) -> None:
    assert lineages.keepers("嘉兴县红卫中学") == ("嘉兴市教育局",)
    assert lineages.keepers("硖石中学") == ()


def test_a_circle_of_names_ends() -> None:
    rows = parse_lineage_table(
        "kind,name,from_year,to_year,successors,keeper,source\n"
        "school,甲校,1950,1960,乙校,,\nschool,乙校,1960,1970,甲校,,\n"
    )
    assert Lineages(rows).other_names("甲校") == {"乙校"}


@pytest.mark.parametrize(
    ("table", "where"),
    [("", "line 1"), ("name\n甲\n", "line 1"),
     ("kind,name,from_year,to_year,successors,keeper,source\n", "no rows"),
     (TABLE + "school,甲,1990\n", "line 8"), (TABLE + "shop,甲,1990,,,,\n", "line 8"),
     (TABLE + "school,,1990,,,,\n", "line 8"), (TABLE + "school,甲,90,,,,\n", "line 8"),
     (TABLE + "school,甲,1990,1980,,,\n", "line 8"),
     (TABLE + "school,甲\u202e,1990,,,,\n", "U+202E"),
     (TABLE + 'school,"甲,1990\n', "line")],
)  # fmt: skip
def test_a_malformed_table_is_refused_by_line(table: str, where: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_lineage_table(table)
    assert refused.value.code == "LINEAGE_MALFORMED"
    assert where in refused.value.detail
