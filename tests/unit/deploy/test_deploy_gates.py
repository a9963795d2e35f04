"""The gates find what they are there to find, and pass what is clean."""

from pathlib import Path

import pytest

from deploy.gates.forbidden import check_forbidden
from deploy.gates.generated import check_protos
from deploy.gates.sizes import check_sizes


def put(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "line",
    [
        "channel = grpc.insecure_channel(target)",
        "options = [('grpc.ssl_target_name_override', name)]",
        "claims = jwt.decode(token, key)",
        "import random",
        "from random import choice",
        "started = time.time()",
        "today = date.today()",
        "session.get(url, verify=False)",
        "query = table.c.name.like(pattern)",
        "connection.execute(f'select {x}')",
        "value = eval(text)",
        "PATH = '/home/someone/x'",
    ],
)
def test_a_forbidden_pattern_is_found(tmp_path: Path, line: str) -> None:
    put(tmp_path, "node/domain/bad.py", f"x = 1\n{line}\n")
    findings = list(check_forbidden(tmp_path))
    assert [(finding.path, finding.line) for finding in findings] == [("node/domain/bad.py", 2)]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("deploy/holdings/x.py", "from random import Random"),
        ("trust/envelope/act_token.py", "jwt.decode(token, key, algorithms=[one])"),
        ("node/adapters/x.py", "c.name.like(pattern, escape='\\\\')"),
        ("trust/x.py", "number = randomise(evaluate(x))"),
    ],
)
def test_what_is_allowed_somewhere_is_not_found_there(tmp_path: Path, path: str, line: str) -> None:
    put(tmp_path, path, line + "\n")
    assert list(check_forbidden(tmp_path)) == []


def test_a_module_over_three_hundred_lines_is_found(tmp_path: Path) -> None:
    put(tmp_path, "records/long.py", "x = 1\n" * 301)
    put(tmp_path, "records/fits.py", "x = 1\n" * 300)
    put(tmp_path, "records/long_pb2.py", "x = 1\n" * 900)
    assert [finding.path for finding in check_sizes(tmp_path)] == ["records/long.py"]


def test_an_edited_generated_module_is_found(tmp_path: Path) -> None:
    source = 'syntax = "proto3";\npackage lantai.v1;\nmessage One { string a = 1; }\n'
    put(tmp_path, "protos/lantai/v1/one.proto", source)
    put(tmp_path, "protos/lantai/v1/gone_pb2.py", "# no .proto file\n")
    found = {finding.path.rsplit("/", 1)[1] for finding in check_protos(tmp_path)}
    assert {"one_pb2.py", "one_pb2.pyi", "gone_pb2.py"} <= found
