"""The form of another archive's answer: what of it becomes file names, headers and log leaves.

The signature says who speaks, not that they speak sense: a member's node may be taken over. Words
are bounded and readable, codes are codes, numbers are of the archive that answers (trust.md T3).
"""

import re
from collections.abc import Iterator

from node.domain.identifiers import verify_reason_code
from node.domain.reasons import TEXT_MALFORMED
from records.characters import check_characters
from records.exchange import AssistAnswer, DeliveredFile
from records.outcomes import Outcome
from records.refusal import Refusal
from records.templates import TITLES

MOST_FILES = 20
MOST_FILE_BYTES = 64 * 1024 * 1024
_MOST_PAGES = 1000
_MOST_WORDS = 500
_MOST_GAPS = 100
_MOST_EXTRAS = 20
_MOST_EXTRA_BYTES = 128 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"([0-9]{6})-[0-9]{4}-[0-9]{6}")


def verify_answer_form(answer: AssistAnswer) -> None:
    """Return only if every part of the answer has the form of what it is.

    Raises:
        Refusal: TEXT_MALFORMED with the member's name, CODE_POINT_FORBIDDEN.
    """
    if answer.outcome not in set(Outcome):
        raise Refusal(TEXT_MALFORMED, "outcome")
    verify_reason_code(answer.reason_code)
    wrong = next(_wrong(answer), "")
    if wrong:
        raise Refusal(TEXT_MALFORMED, wrong)
    for words in (answer.question, answer.note, answer.referral):
        check_characters(words)


def _wrong(answer: AssistAnswer) -> Iterator[str]:
    words = {"question": answer.question, "note": answer.note, "referral": answer.referral}
    yield from (name for name, said in words.items() if len(said) > _MOST_WORDS)
    files = answer.files
    if len(files) > MOST_FILES or len({file.sha256 for file in files}) != len(files):
        yield "files"
    if not all(_is_file(file, answer.holder_archive) for file in files):
        yield "files"
    gaps = answer.scope.gaps if answer.scope else ()
    if len(gaps) > _MOST_GAPS or any(len(gap.what) > _MOST_WORDS for gap in gaps):
        yield "scope"
    extra = answer.extra.items()
    if len(extra) > _MOST_EXTRAS or sum(len(f"{n}{v}".encode()) for n, v in extra) > (
        _MOST_EXTRA_BYTES
    ):
        yield "extra"


def _is_file(file: DeliveredFile, holder_archive: str) -> bool:
    number = _NUMBER.fullmatch(file.number)
    return (
        number is not None
        and number[1] == holder_archive
        and file.template in TITLES
        and _SHA256.fullmatch(file.sha256) is not None
        and 1 <= file.size_bytes <= MOST_FILE_BYTES
        and 1 <= file.pages <= _MOST_PAGES
    )
