"""C7 by construction: whatever is handed to a logger, no name and no identity number is written."""

import ast
import io
import json
import logging
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from node.adapters.event_lines import EventLines
from records.refusal import Refusal
from trust.channel.log_lines import AllowedLines, allowed
from trust.store.engine import open_engine
from trust.store.reasons import STORE_BUSY

NAME, NUMBER = "周金水", "361199196211050313"
CANARIES = (NAME, NUMBER, "361199621105031", "吴桂兰 361199196402090422")
AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


@pytest.fixture
def lines():
    """Everything that this process would write, at every level."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(AllowedLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logging.getLogger("lantai").setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def is_clean(stream):
    said = stream.getvalue()
    assert said.isascii()
    return not any(canary in said for canary in CANARIES)


@pytest.mark.parametrize("logger", ["lantai.node", "node.desk.live", "trust.channel", "webui.site"])
@pytest.mark.parametrize("canary", CANARIES)
def test_our_own_loggers_write_no_canary(lines, logger, canary):
    log = logging.getLogger(logger)
    log.info("refused %s %s", "CASE_NOT_FOUND", canary)
    log.warning(f"about {canary}")
    log.error(canary)
    log.error("%(who)s", {"who": canary})
    log.info("%s %d", canary, 5)
    try:
        raise ValueError(canary)
    except ValueError:
        log.exception("failed %s", canary)
    said = lines.getvalue()
    assert is_clean(lines), said
    assert "CASE_NOT_FOUND" in said and "ValueError" in said


def test_a_latin_name_is_withheld_too(lines):
    logging.getLogger("lantai.node").info("refused %s", "Zhou Jinshui")
    assert lines.getvalue() == "refused ?\n"


@pytest.mark.parametrize("canary", CANARIES)
def test_libraries_are_not_quoted(lines, canary):
    for name in ("sqlalchemy.engine.Engine", "uvicorn.error", "grpc._server", "pyhanko", "PIL"):
        logging.getLogger(name).warning("INSERT INTO cases VALUES (%s)", canary)
        try:
            raise RuntimeError(canary)
        except RuntimeError:
            logging.getLogger(name).exception(canary)
    assert is_clean(lines)
    assert "WARNING sqlalchemy.engine.Engine" in lines.getvalue()
    assert "RuntimeError" in lines.getvalue()


def test_the_database_driver_shows_no_values(lines, tmp_path):
    from sqlalchemy import text

    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    logging.getLogger("sqlalchemy").setLevel(logging.DEBUG)
    with pytest.raises(Exception) as caught, engine.begin() as connection:
        connection.execute(text("SELECT :n FROM nowhere"), {"n": NAME})
    assert NAME not in str(caught.value)
    assert is_clean(lines)


@pytest.mark.parametrize("canary", CANARIES)
def test_event_lines_have_a_shape_for_every_field(lines, canary):
    log = EventLines("jiaxing", lambda: AT)
    log.note(canary, case_no=canary, code=canary, peer=canary, count=1)
    log.note("delivered", case_no="LT-330400-20261121-0042", code=STORE_BUSY.code, peer="shangrao")
    assert is_clean(lines)
    first, second = (json.loads(line) for line in lines.getvalue().splitlines())
    assert first == {
        "at": "2026-11-21T02:30:00.000+00:00",
        "node": "jiaxing",
        "event": "?",
        "case": "?",
        "code": "?",
        "peer": "?",
        "count": 1,
    }
    assert second["case"] == "LT-330400-20261121-0042" and second["code"] == "STORE_BUSY"


def test_what_lines_need_passes():
    for value in (
        "delivered",
        "STORE_BUSY",
        "LT-330400-20261121-0042",
        "shangrao",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "ab" * 32,
        "/lantai.v1.Exchange/Submit",
        "2026-11-21T02:30:00.000+00:00",
        "127.0.0.1:8443",
        "15",
        "ValueError at deliver:77 < _loop:63",
    ):
        assert allowed(value) == value
    for value in (
        NAME,
        NUMBER,
        "330411198505201",
        "a b",
        "",
        "13800138000",
        "a361199196211050313",
        "x\ny",
    ):
        assert allowed(value) == "?"


def test_an_uncaught_fault_of_a_process_or_thread_says_no_values():
    program = (
        "import sys, threading\n"
        "from trust.channel.log_lines import configure_lines\n"
        "configure_lines(sys.stderr)\n"
        f"def fail(): raise ValueError('{NAME} {NUMBER}')\n"
        "t = threading.Thread(target=fail); t.start(); t.join()\n"
        "fail()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.count("uncaught ValueError at fail:4") == 2, done.stderr
    assert NAME not in done.stderr and NUMBER not in done.stderr


def test_a_refusal_that_named_somebody_would_not_be_written(lines):
    refusal = Refusal(STORE_BUSY, NAME)
    logging.getLogger("lantai.registry").info("keeper: %s", refusal)
    logging.getLogger("lantai.registry").info("keeper: %s", refusal.code)
    assert lines.getvalue() == "keeper: ?\nkeeper: STORE_BUSY\n"


def test_every_line_of_our_programs_is_a_constant_template():
    """A name in Latin letters could only get in through a template that is put together."""
    root = Path(__file__).resolve().parents[3]
    levels = {"debug", "info", "warning", "error", "exception", "critical"}
    found, wrong = 0, []
    for package in ("node", "trust", "federation_registry", "certificate_service", "webui"):
        for path in (root / package).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                    continue
                owner = ast.unparse(call.func.value).lower()
                if call.func.attr not in levels or "log" not in owner:
                    continue
                found += 1
                fields = any(one.arg == "extra" for one in call.keywords)
                constant = isinstance(call.args[0], ast.Constant)
                dumped = fields and ast.unparse(call.args[0]).startswith("json.dumps(")
                if not (constant or dumped):
                    wrong.append(f"{path.name}:{call.lineno}")
    assert found > 10 and wrong == []
