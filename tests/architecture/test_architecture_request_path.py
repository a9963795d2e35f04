"""A newcomer follows one request through at most twelve files, each under 300 lines."""

import re

from deploy.gates.finding import ROOT

DOCUMENT = ROOT / "docs" / "request-path.md"


def numbered_files() -> list[str]:
    rows = re.findall(r"^\| (\d+) \|.*?\]\(\.\./([\w/.]+\.py)\)", DOCUMENT.read_text("utf-8"), re.M)
    assert [int(number) for number, _ in rows] == list(range(1, len(rows) + 1))
    return [path for _, path in rows]


def test_the_path_has_at_most_twelve_files() -> None:
    assert 8 <= len(numbered_files()) <= 12


def test_every_file_of_the_path_exists_and_is_short() -> None:
    for name in numbered_files():
        assert len((ROOT / name).read_text("utf-8").splitlines()) <= 300, name


def test_no_document_links_to_a_file_that_is_not_there() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    assert len(documents) > 10
    for document in documents:
        text = document.read_text("utf-8")
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"
