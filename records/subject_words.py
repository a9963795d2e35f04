"""Words under which a record about a thing is found: pairs of neighbouring characters.

Chinese is written without spaces, and neither store's own tokeniser cuts it well: SQLite's takes a
whole clause for one word and drops characters that are newer than it, PostgreSQL's depends on the
server's locale. So we cut ourselves, 「大坞里」 into 大坞 and 坞里, and hand both stores plain
ASCII words: the code points in hexadecimal. What shares every pair of a phrase nearly always has
the phrase; whether it does is looked up in the record itself.
"""

import re
from collections.abc import Iterable, Iterator

MOST_WORDS_OF_RECORD = 2000
MOST_WORDS_OF_QUERY = 60

_RUN = re.compile(r"[0-9a-zA-Z]+|[^\W0-9a-zA-Z_]+")
_ASCII = re.compile(r"[0-9a-zA-Z]+")


def subject_words(texts: Iterable[str]) -> tuple[str, ...]:
    """The words of a record's texts in normal form, each once, at most 2,000.

    A single character stands for itself too, so that 「山」 finds 山林.
    """
    found: dict[str, None] = {}
    for text in texts:
        for run in _RUN.findall(text):
            for word in _words_of_record(run):
                found.setdefault(word)
                if len(found) >= MOST_WORDS_OF_RECORD:
                    return tuple(found)
    return tuple(found)


def query_words(phrase: str) -> tuple[str, ...]:
    """The words that a record with this phrase in normal form must have, at most 60."""
    found: dict[str, None] = {}
    for run in _RUN.findall(phrase):
        pairs = [run[at : at + 2] for at in range(len(run) - 1)]
        is_plain = _ASCII.fullmatch(run) or len(run) == 1
        for word in [run] if is_plain else pairs:
            found.setdefault(_coded(word))
    return tuple(found)[:MOST_WORDS_OF_QUERY]


def _words_of_record(run: str) -> Iterator[str]:
    if _ASCII.fullmatch(run):
        yield _coded(run)
        return
    for at, sign in enumerate(run):
        yield _coded(sign)
        if at + 1 < len(run):
            yield _coded(run[at : at + 2])


def _coded(word: str) -> str:
    """ASCII that no tokeniser cuts: latin words as they are, others by code point."""
    if _ASCII.fullmatch(word):
        return "w" + word.lower()
    return "c" + "x".join(f"{ord(sign):x}" for sign in word)
