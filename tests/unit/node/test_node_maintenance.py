"""A maintenance that is announced: kept until it is over, told to the registry."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from node.cli import beating
from node.cli.beating import Maintenance, read_maintenance
from records.refusal import Refusal

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    base = SimpleNamespace(house=SimpleNamespace(clock=lambda: AT))
    monkeypatch.setattr(beating, "open_base", lambda _: base)
    return tmp_path


def announce(data: Path, **given: object) -> int:
    chosen = {"data": data, "json": True, "end": False, "hours": 2.0, "message": "服务器升级"}
    return beating._maintenance(SimpleNamespace(**(chosen | given)))  # type: ignore[arg-type]


def test_it_is_said_until_it_is_over(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert read_maintenance(data, AT) == Maintenance()
    assert announce(data) == 0
    assert json.loads(capsys.readouterr().out)["until"] == "2026-11-21T04:30+00:00"
    said = read_maintenance(data, AT + timedelta(hours=1))
    assert (said.message, said.until_ms) == ("服务器升级", 1795235400000)
    assert read_maintenance(data, AT + timedelta(hours=2)) == Maintenance()
    assert announce(data, end=True) == 0
    assert read_maintenance(data, AT) == Maintenance()


@pytest.mark.parametrize(
    "given", [{"hours": 0}, {"hours": 721}, {"message": "长" * 201}, {"message": "a\nb"}]
)
def test_what_is_out_of_bounds_is_refused(data: Path, given: dict[str, object]) -> None:
    with pytest.raises(Refusal, match="MAINTENANCE_MALFORMED"):
        announce(data, **given)


@pytest.mark.parametrize("text", ["", "[]", '{"until_ms": "x"}', '{"other": 1}'])
def test_a_damaged_file_announces_nothing(data: Path, text: str) -> None:
    (data / "run").mkdir()
    (data / "run" / "maintenance.json").write_text(text)
    assert read_maintenance(data, AT) == Maintenance()


def test_the_registry_is_told_with_the_next_beat_and_a_newer_head_hurries(data: Path) -> None:
    announce(data)
    told: list[tuple[object, ...]] = []
    versions: list[int] = []

    class Registry:
        def beat(self, *said: object) -> int:
            told.append(said)
            return 7

    class Book:
        def __enter__(self) -> "Book":
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def counts(self) -> dict[str, int]:
            return {"outbox": 3}

    house = SimpleNamespace(clock=lambda: AT, book=SimpleNamespace(read=Book))
    base = SimpleNamespace(house=house, places=SimpleNamespace(data=data))
    beat = beating.beats(base, Registry(), versions.append)  # type: ignore[arg-type]
    beat()
    beat()
    assert told == [(1795228200000, 3, 1795235400000, "服务器升级")]
    assert versions == [7]
