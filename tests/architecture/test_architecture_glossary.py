"""The words of the glossary are the words of the code."""

import re

from deploy.gates.finding import ROOT

GLOSSARY = ROOT / "docs" / "glossary.md"


def test_every_word_of_the_glossary_stands_in_the_file_beside_it() -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| \[([\w/.]+)\]", GLOSSARY.read_text("utf-8"), re.M)
    assert len(rows) >= 40
    for term, words, name in rows:
        code = (ROOT / name).read_text("utf-8")
        for word in re.findall(r"`(\w+)`", words):
            assert re.search(rf"\b{word}\b", code), f"{term}: {word} is not in {name}"


def test_every_term_has_one_word() -> None:
    terms = re.findall(r"^\| ([^|`]+) \| `", GLOSSARY.read_text("utf-8"), re.M)
    assert len(terms) == len(set(terms))
