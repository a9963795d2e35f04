"""Words of the pages in each language, from small catalogue files.

A catalogue is a TOML file of nested tables of sentences; `a.b` names sentence `b` of table `a`.
Both languages carry the same keys: `load_words` refuses a gap, so no page falls back silently.
"""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from webui.cookies import LANGUAGES

NOTHING: Mapping[str, Mapping[str, str]] = MappingProxyType({})


class Words:
    """All sentences of one language."""

    def __init__(self, language: str, sentences: Mapping[str, str]) -> None:
        """Keep the sentences by dotted key."""
        self.language = language
        self._sentences = dict(sentences)

    @property
    def keys(self) -> frozenset[str]:
        """Dotted keys of all sentences."""
        return frozenset(self._sentences)

    def __call__(self, key: str, **values: object) -> str:
        """The sentence under `key` with `{name}` places filled; plain text, not markup.

        Raises:
            KeyError: no such sentence: a programmer's mistake, found by the catalogue tests.
        """
        sentence = self._sentences[key]
        return sentence.format_map(values) if values else sentence

    def find(self, key: str, otherwise: str) -> str:
        """The sentence under a key that data decides, else `otherwise`."""
        return self._sentences.get(key, otherwise)


def load_words(
    folders: Sequence[Path], vocabulary: Mapping[str, Mapping[str, str]] = NOTHING
) -> dict[str, Words]:
    """Words of each language from `<folder>/<language>.toml`; a later folder adds and replaces.

    Args:
        folders: catalogue folders, ours first.
        vocabulary: by language, words that are data elsewhere (names of categories and fields).

    Raises:
        ValueError: the languages do not carry the same keys.
    """
    languages = {}
    for language in LANGUAGES:
        sentences: dict[str, str] = {}
        for folder in folders:
            sentences |= read_catalogue(folder / f"{language}.toml")
        sentences |= vocabulary.get(language, {})
        languages[language] = Words(language, sentences)
    first = languages[LANGUAGES[0]].keys
    for words in languages.values():
        if words.keys != first:
            gap = ", ".join(sorted(words.keys ^ first))
            message = f"catalogue keys differ in {words.language}: {gap}"
            raise ValueError(message)
    return languages


def read_catalogue(path: Path) -> dict[str, str]:
    """Sentences of one catalogue file by dotted key."""
    sentences: dict[str, str] = {}
    _flatten("", tomllib.loads(path.read_text(encoding="utf-8")), sentences)
    return sentences


def _flatten(prefix: str, table: Mapping[str, object], into: dict[str, str]) -> None:
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            _flatten(f"{name}.", value, into)
        else:
            into[name] = str(value)
