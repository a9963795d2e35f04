"""A usual row says the same as one that was looked at properly: findings, entry and index rows.

Rows of every category with people, their cells drawn from what catalogues hold and what goes
wrong in them; the seed is fixed, and each kind of cell is seen in usual and in other rows.
"""

import pickle
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import pytest
from index_world import AT, new_bench

from node.adapters.catalogue_rows import write_content, write_entry
from node.cli.place import BENCH_ARCHIVE
from node.domain.catalogue_index import entry_of_row, index_entry
from node.domain.four_checks import Verdict, allowed_values, check_row
from node.domain.index_rows import IndexRows
from node.domain.usual_entries import UsualEntries
from node.domain.usual_rows import MOST_REMEMBERED, UsualRow, UsualRows
from records.fields import FieldForm, FieldSpec
from records.kinds import KINDS, Kind
from records.sought import QueryReader

_SHELF, _ENTRY = 3, 77
_CELLS = {
    FieldForm.NAME: (
        "周金水", "吳桂蘭", "张三(阿三)", "A", "阿布都·买买提", "□金水", " 周金水",
        "周金水（大）",
    ),
    FieldForm.DATE: (
        "1985-05-20", "1985", "1950-06", "19620820", "1985年5月20日", "八月廿二日",
        "农历一九五六年八月廿二", "约1960", "2015-01-01",
        "2012-11-22", "2012-11-23", "2030-01-01", "1958-1960", "1985-13-40",
        "不详", "民国三十五年", "1799-01-01", "1985 年",
    ),
    FieldForm.AGE: ("24", "廿四岁", "?"),
    FieldForm.ID_NO: ("330402195605201234", "123", "33040219560520123X"),
    FieldForm.PLACE: ("嘉兴市郊区", "南湖区", "无此地", "秀洲区", "嘉善县", "北京市 "),
    FieldForm.NUMBER: (
        "(1985)嘉郊结字第37号", "（八二）嘉郊結字第叁拾柒號", "J330402-2012-000123", "37",
        "(0099)嘉结字第1号",
        "(1985)三塔结字第37号", "(1985)嘉结字第0037号",
    ),
    FieldForm.TEXT: ("农民", "身份证330402195605201234", "x" * 200, "x" * 201, "\u200b", "\ue5e5"),
}  # fmt: skip
_OWN = {
    "reference_code": ("J012-003-0456-078", "J012-WS·2011·D30-0001-003", "？", "", "J1-2"),
    "year": ("1985", "1799", "1800", "2026", "2027", "85", "", " 1985"),
    "images": ("1.jpg",),
    "open_status": ("open", "restricted", "not_reviewed", "else"),
    "secrecy_level": ("秘密", "公开"),
    "roster_names": ("徐卫东（徐阿大）、王海生",),
}


@dataclass(frozen=True)
class _World:
    reader: QueryReader
    today: date

    def rows(self, kind: Kind) -> UsualRows:
        """What the rows of that kind have said, as another process gets it."""
        made = UsualRows(kind, self.reader.calendar, self.today, self.reader.areas)
        return pickle.loads(pickle.dumps(made))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> _World:
    folder = tmp_path_factory.mktemp("usual")
    reader = new_bench(folder, f"sqlite:///{folder / 'lantai.db'}", parts).reader
    assert reader.areas is not None
    return _World(reader, AT.date())


@pytest.mark.parametrize("code", [code for code, kind in KINDS.items() if kind.people])
def test_a_usual_row_says_what_a_proper_look_says(world: _World, code: str) -> None:
    kind, rng = KINDS[code], Random(f"20261122/{code}")
    usual = world.rows(kind)
    counts = [0, 0]
    for round_ in range(12):
        columns = _columns(kind, rng, everything=round_ == 0)
        look = usual.look_at(columns)
        for _ in range(60):
            row = {one: _cell(kind.columns[one], rng, 0.06) for one in columns}
            seen = look(row)
            counts[seen is not None] += 1
            if seen is not None:
                _same(world, kind, row, seen)
    assert min(counts) > 60, counts


def test_an_office_of_another_time_is_told_of_a_usual_row(world: _World) -> None:
    kind = KINDS["marriage_registration"]
    row = {
        "reference_code": "J1-1-1-1", "year": "1965", "event_type": "marriage",
        "event_date": "1965-01-01", "registration_office": "南湖区",
        "a_name": "周金水", "b_name": "吴桂兰",
    }  # fmt: skip
    seen = world.rows(kind).look_at(tuple(row))(row)
    assert seen is not None
    assert [item for item, _, _ in seen.doubts] == ["L04"]
    _same(world, kind, row, seen)


def test_what_is_remembered_stays_bounded(world: _World) -> None:
    usual = world.rows(KINDS["marriage_registration"])
    first = usual.days["1985-05-20"]
    for number in range(MOST_REMEMBERED + 10):
        usual.days[f"x{number}"]
    assert len(usual.days) <= MOST_REMEMBERED
    assert usual.days["1985-05-20"] == first
    assert usual.days[""] == (0, 0, 0, 0)


def _same(world: _World, kind: Kind, row: dict[str, str], seen: UsualRow) -> None:
    reader = world.reader
    found = check_row(9, row, kind, reader.calendar, world.today, reader.areas)
    assert all(one.verdict is Verdict.WARN for one in found), row
    assert [(one.item, one.field, one.detail) for one in found] == list(seen.doubts), row
    entry = entry_of_row(BENCH_ARCHIVE, kind, row, ())
    indexed = index_entry(entry, reader)
    wanted, made = IndexRows(), IndexRows()
    wanted.add(indexed, _ENTRY, _SHELF)
    entries = UsualEntries(BENCH_ARCHIVE, kind, reader.folding)
    entries.fit(tuple(row))
    people = entries.add(row, seen, (_ENTRY, _SHELF), made)
    assert made == wanted, row
    assert people == (len(indexed.people), indexed.year), row
    assert write_content(entries.content(row, seen)) == write_entry(entry), row
    assert entries.is_hidden(row) == indexed.is_hidden
    assert row["reference_code"] == entry.reference_code


def _columns(kind: Kind, rng: Random, *, everything: bool) -> tuple[str, ...]:
    needed = {*kind.required, *(one.name for one in kind.people if one.is_subject)}
    found = [one for one in kind.columns if everything or one in needed or rng.random() < 0.7]
    rng.shuffle(found)
    return tuple(found)


def _cell(spec: FieldSpec, rng: Random, oddness: float) -> str:
    """What catalogues usually hold, the first of the cells; something odd now and then."""
    cells = _OWN.get(spec.code) or allowed_values(spec) or _CELLS[spec.form]
    if rng.random() < oddness:
        return rng.choice(("", *cells))
    is_rare = spec.form in (FieldForm.ID_NO, FieldForm.AGE) or spec.code in (
        "images", "roster_names", "secrecy_level",
    )  # fmt: skip
    if is_rare or "former_name" in spec.code:
        return ""
    if spec.party and spec.form is FieldForm.DATE:
        return "1956-08-22"
    return cells[0]
