"""The dialect of a node: a name of a built-in profile, or a file that the archive edits."""

from pathlib import Path

import pytest
from holdings_world import HoldingsWorld, codes, couple

from node.adapters.reference_tables import load_profile, load_query_reader
from node.services.search_catalogue import SearchCatalogue
from records.dialects import MOST_GROUPS, PROFILES, WU, parse_profile
from records.queries import RecordQuery, SoughtPerson
from records.refusal import Refusal

OWN = 'code = "own"\ngroups = ["kong gong", "ma mo"]\n'


def test_a_built_in_profile_is_named(tmp_path: Path) -> None:
    assert load_profile("wu", tmp_path) is WU
    with pytest.raises(Refusal) as refused:
        load_profile("klingon", tmp_path)
    assert refused.value.code == "DIALECT_MALFORMED"


def test_an_archive_writes_its_own_profile_and_the_same_index_answers_by_it(
    tmp_path: Path, table_folder: Path
) -> None:
    world = HoldingsWorld(f"sqlite:///{tmp_path / 'lantai.db'}", tmp_path, table_folder)
    world.take([couple("J1-1-1-1", "孔金水", "吴桂兰")])
    query = RecordQuery(
        category="marriage_registration", subject=SoughtPerson(name="龚金水", birth="1962")
    )
    (tmp_path / "dialect.toml").write_text(OWN, "utf-8")
    profile = load_profile("dialect.toml", tmp_path)
    reader = load_query_reader(table_folder, profile)
    found = SearchCatalogue(world.catalogue, reader).search("361100", query)
    assert codes(found) == ["J1-1-1-1"]
    assert found.candidates[0].tier == "dialect"
    assert not found.candidates[0].releasable
    plain = SearchCatalogue(world.catalogue, load_query_reader(table_folder, PROFILES["plain"]))
    assert all(one.tier == "shape" for one in plain.search("361100", query).candidates)


@pytest.mark.parametrize(
    "content",
    ["", "code = 1\ngroups = []", 'code = "x"\ngroups = ["one"]', 'code = "x"\ngroups = [1]',
     'code = "x"\ngroups = ["huáng wang"]', 'code = "x"\ngroups = ["a b"]\nmore = 1',
     "code = ", 'code = ""\ngroups = []'],
)  # fmt: skip
def test_a_malformed_profile_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "dialect.toml").write_text(content, "utf-8")
    with pytest.raises(Refusal) as refused:
        load_profile("dialect.toml", tmp_path)
    assert refused.value.code == "DIALECT_MALFORMED"


def test_a_missing_profile_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal):
        load_profile("nothing.toml", tmp_path)


def test_a_profile_has_a_most_of_groups() -> None:
    with pytest.raises(Refusal):
        parse_profile({"code": "x", "groups": ["a b"] * (MOST_GROUPS + 1)})
