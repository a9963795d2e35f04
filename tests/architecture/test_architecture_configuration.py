"""Every configuration key is documented, and the document names no key that does not exist."""

import importlib
import re
from dataclasses import fields, is_dataclass
from pathlib import Path

from deploy.gates.finding import ROOT

DOCUMENT = ROOT / "docs" / "configuration.md"


def configured_keys() -> dict[str, set[str]]:
    """Service → every field of the dataclasses that its config module defines."""
    found: dict[str, set[str]] = {}
    for service in ("node", "federation_registry", "certificate_service"):
        module = importlib.import_module(f"{service}.config")
        found[service] = {
            field.name
            for value in vars(module).values()
            if isinstance(value, type)
            and is_dataclass(value)
            and value.__module__ == module.__name__
            for field in fields(value)
        }
    return found


def documented_keys() -> dict[str, set[str]]:
    sections = re.split(r"^## .*\((\w+)\)$", DOCUMENT.read_text(encoding="utf-8"), flags=re.M)[1:]
    return {
        name: set(re.findall(r"^\| `(\w+)`", text, flags=re.M))
        for name, text in zip(sections[::2], sections[1::2], strict=True)
    }


def test_every_key_is_documented() -> None:
    assert documented_keys() == configured_keys()


def test_nothing_but_config_and_commands_reads_the_environment() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for service in (
            "records",
            "trust",
            "node",
            "federation_registry",
            "certificate_service",
            "webui",
        )
        for path in (ROOT / service).rglob("*.py")
        if re.search(r"\bos\.(environ|getenv)\b", path.read_text(encoding="utf-8"))
    ]
    allowed = re.compile(r"(config|tls13|bootstrap)\.py$|/cli/")
    assert [name for name in readers if not allowed.search(name)] == []
    assert Path("node/domain/cases.py") not in map(Path, readers)
