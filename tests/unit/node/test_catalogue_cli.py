import json
from pathlib import Path

import pytest
from holdings_world import HEADER, ROW

from node.cli import main


@pytest.fixture
def bench(tmp_path: Path, table_folder: Path) -> list[str]:
    """Arguments that name a bench directory with one record."""
    parts = tmp_path / "parts"
    parts.mkdir()
    (parts / "tables").symlink_to(table_folder)
    place = ["--data", str(tmp_path / "bench"), "--parts", str(parts)]
    assert main(["init", "--bench", *place]) == 0
    (tmp_path / "rows.csv").write_text(HEADER + ROW, "utf-8")
    imported = ["import", *place, "--category", "marriage_registration", str(tmp_path / "rows.csv")]
    assert main(imported) == 0
    return place


def search(bench: list[str], tmp_path: Path, *lines: str) -> list[str]:
    queries = tmp_path / "q.jsonl"
    queries.write_text("\n".join(lines) + "\n", "utf-8")
    return ["search", *bench, "--batch", str(queries), "--json"]


def test_a_batch_is_answered_line_by_line(
    bench: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    query = {
        "id": "a",
        "category": "marriage_registration",
        "subject": {"name": "周金水", "birth": "1962"},
        "other_party": {"name": "吴桂兰"},
        "period": {"from": "1985", "to": None},
    }
    stranger = {"id": 7, "category": "marriage_registration",
                "subject": {"name": "不存在的人", "birth": "1901"}}  # fmt: skip
    lines = [json.dumps(query), json.dumps(stranger), '{"id":"c","category":"no_such_kind"}',
             "", "nonsense", '{"id":"e"}', '{"id":"f","category":"x","shoe":1}', "[]",
             "[" * 9000]  # fmt: skip
    assert main(search(bench, tmp_path, *lines)) == 0
    out = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one.get("id") for one in out] == ["a", 7, "c", None, "e", "f", None, None]
    first = out[0]
    assert set(first) >= {"id", "outcome", "candidates", "depth", "coverage", "millis"}
    assert [c["reference_code"] for c in first["candidates"]] == ["J012-003-0456-078"]
    assert set(first["candidates"][0]) == {
        "reference_code",
        "tier",
        "score",
        "reasons",
        "releasable",
    }
    assert set(first["depth"]) == {"tiers", "variants", "truncated"}
    assert out[1]["candidates"] == []
    assert out[2]["error"]["code"] == "CATEGORY_UNKNOWN"
    for refused in out[2:]:
        assert set(refused["error"]) == {"code", "message", "remedy"}


def test_an_import_reports_counts_and_where_the_findings_are(
    bench: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    rows = tmp_path / "more.csv"
    rows.write_text(HEADER + ROW.replace("078", "079").replace("1964-02-09", "1984"), "utf-8")
    command = ["import", *bench, "--category", "marriage_registration", str(rows), "--json"]
    assert main(command) == 4
    shown = capsys.readouterr()
    answer = json.loads(shown.out)
    assert (answer["rows"], answer["accepted"], answer["warned"], answer["rejected"]) == (
        1,
        0,
        1,
        0,
    )
    assert "L03" in Path(answer["report"]).read_text("utf-8-sig")
    assert shown.err.startswith("IMPORT_HAS_WARNINGS: ")
    assert main([*command, "--accept-warnings"]) == 0
    assert json.loads(capsys.readouterr().out)["accepted"] == 1


def test_a_rejected_batch_exits_3_and_names_the_report(
    bench: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    rows = tmp_path / "bad.csv"
    rows.write_text(HEADER + ROW, "utf-8")
    again = ROW.replace("marriage,", "wedding,")
    rows.write_text(HEADER + again, "utf-8")
    assert main(["import", *bench, "--category", "marriage_registration", str(rows)]) == 3
    error = capsys.readouterr().err
    assert error.startswith("IMPORT_REJECTED: ")
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (["search", "--batch", "q.jsonl"], 2, "DATA_NOT_READY"),
        (["import", "--category", "no_such_kind", "x.csv"], 2, "CATEGORY_UNKNOWN"),
        (["import", "--category", "veteran", "x.csv"], 2, "DATA_NOT_READY"),
    ],
)
def test_errors_are_one_line_with_a_code(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    exit_code: int,
    code: str,
) -> None:
    assert main([*arguments, "--data", str(tmp_path / "nothing")]) == exit_code
    error = capsys.readouterr().err
    assert error.startswith(f"{code}: ")
    assert "→" in error
    assert error.count("\n") == 1


def test_usage_errors_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["search", "--no-such-option"], ["nothing"], ["import"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2
        assert capsys.readouterr().err.strip()


def test_help_is_given_for_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], ["init", "--help"], ["import", "--help"], ["search", "--help"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0
        assert "usage" in capsys.readouterr().out


def test_an_existing_directory_is_not_made_again(
    bench: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "--bench", *bench]) == 3
    assert capsys.readouterr().err.startswith("NODE_DATA_EXISTS: ")


def test_missing_tables_are_named_with_the_remedy(
    bench: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = search(bench, tmp_path, "{}")
    command[command.index("--parts") + 1] = str(tmp_path / "none")
    assert main(command) == 5
    assert "deploy.tables" in capsys.readouterr().err


def test_an_unexpected_fault_shows_no_traceback_and_no_value(
    bench: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from node.services.search_catalogue import SearchCatalogue

    def fail(*_: object) -> None:
        message = "周金水 361199196211050313"
        raise RuntimeError(message)

    monkeypatch.setattr(SearchCatalogue, "search", fail)
    line = '{"id":1,"category":"marriage_registration","subject":{"name":"周金水","birth":"1962"}}'
    assert main(search(bench, tmp_path, line)) == 5
    error = capsys.readouterr().err
    assert error.startswith("INTERNAL_FAULT: ")
    assert "周金水" not in error
    assert "Traceback" not in error


def test_a_bench_directory_is_private(bench: list[str]) -> None:
    folder = Path(bench[1])
    for path in (folder, folder / "bench.json", folder / "lantai.db", folder / "images"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_half_a_surrogate_pair_does_not_end_the_batch(
    bench: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    lines = [
        r'{"id":"\ud800","category":"marriage_registration","subject":{"name":"\ud800"}}',
        r'{"id":"b","category":"\ud800\u202e"}',
        r'{"id":"c","category":"marriage_registration","free":{"\ud800":"x"}}',
        '{"id":["d"],"category":"marriage_registration"}',
        r'{"id":"e","category":"marriage_registration","subject":{"name":"﷽周","birth":"1"}}',
    ]
    assert main(search(bench, tmp_path, *lines)) == 0
    out = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["id"] for one in out] == ["?", "b", "c", None, "e"]
    assert all(one["error"]["code"] for one in out)
