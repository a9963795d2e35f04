"""The questions of an application by phone, one a page, in the order in which people remember.

Fields have the names of the window's form (`node.desk.filing_form`), which also reads them: what a
phone may say and what a clerk may type are checked by the same code.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from node.desk.clues import clues_of
from node.domain.citizens import BY_PHONE
from records.kinds import KINDS

RELATIONS = BY_PHONE
"""Who may ask by phone; everybody else is told to come to the window."""
DELIVERIES = ("mobile", "window", "post", "nearest")

Answers = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One page."""

    name: str
    """Last part of its path, and key of its words `q.<name>`."""
    fields: tuple[str, ...]
    """What it asks; a name that ends with "." stands for all fields that begin with it."""

    def owns(self, field: str) -> bool:
        """Whether the field is asked here."""
        return any(
            field.startswith(name) if name.endswith(".") else field == name for name in self.fields
        )


ARCHIVE = Question(name="archive", fields=("archive",))
CATEGORY = Question(name="category", fields=("category", "category_other"))
RELATION = Question(name="relation", fields=("relation",))
SUBJECT = Question(
    name="subject", fields=("subject_name", "subject_former", "subject_birth", "subject_sex")
)
OTHER = Question(name="other", fields=("other_name",))
WHEN = Question(name="when", fields=("period", "period_sure"))
WHERE = Question(name="where", fields=("place",))
MORE = Question(name="more", fields=("number", "words", "free."))
PURPOSE = Question(name="purpose", fields=("purpose", "purpose_text"))
PAPERS = Question(name="papers", fields=("paper.",))
DELIVERY = Question(name="delivery", fields=("delivery",))

ALL = (
    ARCHIVE,
    CATEGORY,
    RELATION,
    SUBJECT,
    OTHER,
    WHEN,
    WHERE,
    MORE,
    PURPOSE,
    PAPERS,
    DELIVERY,
)
BY_NAME = {question.name: question for question in ALL}


def category_of(answers: Answers) -> str:
    """The category chosen; empty until one is."""
    chosen = _first(answers, "category")
    category = _first(answers, "category_other") if chosen == "other" else chosen
    return category if category in KINDS else ""


def asked(answers: Answers, archives: int, *, papers_wanted: bool) -> tuple[Question, ...]:
    """The questions for these answers, in order."""
    has_other = bool(clues_of(category_of(answers)).other_party)
    left_out = {
        ARCHIVE.name: archives < 2,
        OTHER.name: not has_other,
        PAPERS.name: not papers_wanted,
    }
    return tuple(question for question in ALL if not left_out.get(question.name))


def _first(answers: Answers, field: str) -> str:
    return (answers.get(field) or ("",))[0].strip()
