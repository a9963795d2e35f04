"""Catalogues: both languages complete, every sentence that a template asks for exists."""

import re
from pathlib import Path

import pytest

from node.desk.vocabulary import catalogues, read_vocabulary
from webui.words import Words, load_words

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = [ROOT / "webui" / "catalogues", *catalogues()]
TEMPLATES = [*ROOT.glob("webui/templates/*.html"), *ROOT.glob("node/desk/**/templates/*.html")]


@pytest.fixture(scope="module")
def words() -> dict[str, Words]:
    return load_words(FOLDERS, read_vocabulary())


def test_every_sentence_of_a_template_exists(words: dict[str, Words]) -> None:
    asked = set()
    for template in TEMPLATES:
        asked |= set(re.findall(r'\bt\("([a-z_.]+)"[,)]', template.read_text("utf-8")))
    assert len(asked) > 150
    assert asked - words["zh-CN"].keys == set()


def test_every_sentence_of_a_handler_exists(words: dict[str, Words]) -> None:
    asked = set()
    for module in ROOT.glob("node/desk/**/*.py"):
        asked |= set(re.findall(r'words\("([a-z_.]+)"', module.read_text("utf-8")))
    assert len(asked) > 5
    assert asked - words["zh-CN"].keys == set()


def test_no_sentence_is_kept_for_nobody(words: dict[str, Words]) -> None:
    text = "\n".join(
        one.read_text("utf-8") for one in [*TEMPLATES, *ROOT.glob("node/desk/**/*.py")]
    )
    data = ("category.", "purpose.", "document.", "field.", "who.")
    unused = []
    for key in words["zh-CN"].keys:
        table, _, _ = key.partition(".")
        by_name = f'"{key}"' in text
        by_data = re.search(
            rf'["\'(\s]{re.escape(table)}(\.|_)?"? ~|f"{re.escape(table)}\.|"{table}"\)', text
        )
        by_part = any(
            f'"{key[:n]}" ~' in text or f'f"{key[:n]}{{' in text for n in range(4, len(key))
        )
        if not key.startswith(data) and not (by_name or by_data or by_part):
            unused.append(key)
    assert unused == []


def test_both_languages_fill_the_same_places(words: dict[str, Words]) -> None:
    for key in words["zh-CN"].keys:
        places = [set(re.findall(r"\{(\w+)\}", one.find(key, ""))) for one in words.values()]
        assert places[0] == places[1], key


def test_english_sentences_hold_no_chinese_but_examples(words: dict[str, Words]) -> None:
    examples = ("_hint", "wrong_period", "subject_former", "other_language")
    for key in words["en"].keys:
        if re.search(r"[\u4e00-\u9fff]", words["en"].find(key, "")):
            assert key.endswith(examples), key


def test_a_gap_in_one_language_is_refused(tmp_path: Path) -> None:
    (tmp_path / "zh-CN.toml").write_text('[a]\nb = "好"\nc = "有"\n', "utf-8")
    (tmp_path / "en.toml").write_text('[a]\nb = "good"\n', "utf-8")
    with pytest.raises(ValueError, match=r"a\.c"):
        load_words([tmp_path])


def test_values_fill_places_as_plain_text() -> None:
    words = Words("en", {"a.b": "Draft of {at}"})
    assert words("a.b", at="<b>{x}</b>") == "Draft of <b>{x}</b>"
    with pytest.raises(KeyError):
        words("a.c")


def test_scripts_hold_no_words() -> None:
    for script in ROOT.glob("webui/static/*.js"):
        text = script.read_text("utf-8")
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.S)
        assert not re.search(r"[\u4e00-\u9fff]", code), script.name


def test_templates_hold_no_words_scripts_or_styles() -> None:
    allowed = {
        "me.html": "中文",
        "file_clues.html": "男女",
        "check.html": "（）：、",
        "request.html": "：～—",
    }
    for template in TEMPLATES:
        text = re.sub(r"\{#.*?#\}", "", template.read_text("utf-8"), flags=re.S)
        left = re.sub(f"[{allowed.get(template.name, '')}、—·]", "", text)
        assert not re.search(r"[\u4e00-\u9fff]", left), template.name
        assert not re.search(r"<script(?! defer src)|\sstyle=|<style|\son\w+=|javascript:", text)
        assert "|safe" not in text
