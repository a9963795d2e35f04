"""Every configuration key is documented; nothing else reads the environment."""

import re

from deploy.gates.configuration import SECTIONS, check_configuration, keys_of
from deploy.gates.finding import ROOT


def test_every_key_is_documented_in_words() -> None:
    assert [str(finding) for finding in check_configuration(ROOT)] == []


def test_the_document_covers_all_three_services() -> None:
    assert [package for package, *_ in SECTIONS] == [
        "node",
        "node",
        "federation_registry",
        "certificate_service",
    ]
    keys = [key for *_, classes in SECTIONS for cls in classes for key, _, _ in keys_of(cls)]
    assert len(keys) > 40


def test_nothing_but_config_reads_the_environment() -> None:
    allowed = re.compile(r"/config\.py$|trust/channel/tls13\.py$|/cli/|/bootstrap\.py$")
    readers = [
        name
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
        and not allowed.search(name := str(path.relative_to(ROOT)))
    ]
    assert readers == []
