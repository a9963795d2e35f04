"""`docs/configuration.md`: every key of every service's TOML file, made from the config classes."""

import sys
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from certificate_service import config as certificate_config
from deploy.gates.finding import ROOT, Finding
from deploy.schema import field_sentences
from federation_registry import config as registry_config
from node import citizen_config
from node import config as node_config

DOCUMENT = "docs/configuration.md"
SECTIONS: tuple[tuple[str, str, str, tuple[type, ...]], ...] = (
    ("node", "节点 Node", node_config.FILE, (node_config.NodeConfig, node_config.ArchiveConfig)),
    (
        "node",
        "群众端 Citizens' pages",
        citizen_config.FILE,
        (citizen_config.CitizenConfig, node_config.ArchiveConfig),
    ),
    (
        "federation_registry",
        "登记处 Registry",
        "registry.toml",
        (registry_config.Settings,),
    ),
    (
        "certificate_service",
        "出证服务 Certificate service",
        certificate_config.FILE,
        (certificate_config.Settings,),
    ),
)
"""Package, title, file, and the classes whose fields are keys."""
_HEAD = """# 配置 Configuration

Made by `python -m deploy.gates.configuration` from the config classes; do not edit. Each service
reads one TOML file in its data directory; unknown keys are refused by name; secrets are never in
the file, only paths to files that hold them. A key without a default must be given.

Environment: `LANTAI_PARTS` names the folder of set-up products (default `var/parts`);
`LANTAI_REGISTRY_DATABASE` and `LANTAI_CERTIFICATE_DATABASE` replace `database` there.
"""


def keys_of(cls: type) -> Iterator[tuple[str, str, str]]:
    """Key, default as TOML ("" = must be given) and meaning, in order."""
    said = field_sentences(cls)
    described: Any = fields(cls)
    for field in described:
        default = "" if field.default is MISSING else _toml(field.default)
        yield field.name, default, " ".join(said.get(field.name, "").split())


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def write_document() -> str:
    """The document's text."""
    parts = [_HEAD]
    for package, title, file, classes in SECTIONS:
        parts.append(f"\n## {title}: {file} ({package})\n")
        for cls in classes:
            if cls is not classes[0]:
                parts.append(f"\n`[[archives]]`, one table for each ({cls.__name__}):\n")
            parts.append("\n| key | default | meaning |\n|---|---|---|\n")
            parts += [
                f"| `{key}` | {f'`{default}`' if default else '—'} | {meaning} |\n"
                for key, default, meaning in keys_of(cls)
            ]
    return "".join(parts)


def check_configuration(root: Path) -> Iterator[Finding]:
    """A document that is not what would be made, and keys without words."""
    for package, _, _, classes in SECTIONS:
        for cls in classes:
            for key, _, meaning in keys_of(cls):
                if not meaning:
                    yield Finding(
                        path=f"{package}/config.py", line=1, what=f"{key}: say what it is"
                    )
    path = root / DOCUMENT
    if not path.is_file() or path.read_text(encoding="utf-8") != write_document():
        what = "is not current: run python -m deploy.gates.configuration"
        yield Finding(path=DOCUMENT, line=1, what=what)


def main() -> int:
    """Writes the document into the project."""
    (ROOT / DOCUMENT).write_text(write_document(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
