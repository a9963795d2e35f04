"""The house holds: layers, sizes, forbidden patterns, generated code, documented refusals."""

import subprocess
import sys
from pathlib import Path

from deploy.gates.errors import check_reasons, find_reasons
from deploy.gates.finding import ROOT
from deploy.gates.forbidden import check_forbidden
from deploy.gates.generated import check_protos
from deploy.gates.sizes import check_sizes


def said(findings: object) -> str:
    return "\n".join(map(str, findings))  # type: ignore[call-overload]


def test_packages_depend_downwards_only() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "Contracts: 7 kept, 0 broken." in done.stdout


def test_no_module_is_over_three_hundred_lines() -> None:
    assert said(check_sizes(ROOT)) == ""


def test_no_forbidden_pattern_is_back() -> None:
    assert said(check_forbidden(ROOT)) == ""


def test_generated_code_is_what_the_protos_make() -> None:
    assert said(check_protos(ROOT)) == ""


def test_every_reason_code_is_unique_and_documented() -> None:
    assert said(check_reasons(ROOT)) == ""


def test_reasons_say_what_is_wrong_and_what_to_do_in_both_languages() -> None:
    for module, reason in find_reasons():
        where = f"{module}: {reason.code}"
        assert reason.code.replace("_", "").isalnum() and reason.code.isupper(), where
        assert len(reason.code) <= 40, where
        for words in (reason.zh, reason.en, reason.remedy_zh, reason.remedy_en):
            assert words.strip() and "\n" not in words and "|" not in words, where
        assert any("\u4e00" <= character <= "\u9fff" for character in reason.zh), where
