"""Words for codes in templates: masks, labels of categories, outcomes and purposes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from node.desk.clues import Clues
from node.desk.figure_names import group_name
from node.domain.officers import Officer
from records.entries import PageImage
from records.kinds import KINDS
from records.person_names import mask_name
from records.queries import RecordQuery
from webui.cookies import LANGUAGES
from webui.form import Form
from webui.pages import Filter
from webui.words import Words

DEFAULT = LANGUAGES[0]


def _category(code: str, t: Words) -> str:
    return t.find(f"category.{code}", code)


def _purpose(code: str, t: Words) -> str:
    return t.find(f"purpose.{code}", code)


def _document(code: str, t: Words) -> str:
    return t.find(f"document.{code}", code)


def _label(label: str, code: str, t: Words) -> str:
    """The archive's own word for a field; its translation on English pages."""
    return label if t.language == DEFAULT else t.find(f"field.{code}", label)


def _words(codes: Iterable[str], t: Words, table: str) -> list[tuple[str, str]]:
    """Options of a choice: each code with its word from a table of the catalogue."""
    return [(code, t(f"{table}.{code}")) for code in codes]


def _pairs(texts: Iterable[str]) -> list[tuple[str, str]]:
    return [(text, text) for text in texts]


def _masked_number(text: str) -> str:
    """The last four signs of a number: enough to compare with a card in the hand."""
    return "＊" * max(0, len(text) - 4) + text[-4:] if len(text) > 4 else "＊" * len(text)


def _officers(officers: Iterable[Officer]) -> list[tuple[str, str]]:
    """Options of a choice of colleagues."""
    return [(one.officer_id, one.display_name) for one in officers]


def _value_label(category: str, field: str, value: str) -> str:
    """The printed word for a coded value, e.g. 结婚登记; other values as they stand."""
    spec = KINDS[category].columns.get(field) if category in KINDS else None
    return spec.label_of(value) if spec else value


def _free_facts(clues: Clues, query: RecordQuery, t: Words, back: str) -> list[dict[str, str]]:
    """Further clues as rows of a summary."""
    rows = [
        {
            "label": _label(spec.label, spec.code, t),
            "value": spec.label_of(query.free.get(spec.code, "")),
            "change": f"{back}#free.{spec.code}",
        }
        for spec in clues.free
    ]
    words = {"label": t("file.words"), "value": query.words, "change": f"{back}#words"}
    return [*rows, words]


def _page_links(images: Sequence[PageImage], base: str, current: int) -> list[tuple[str, bool]]:
    """Links to the pages of a record on the workbench."""
    return [(f"{base}{n}", n == current) for n in range(1, len(images) + 1)]


def _image_links(
    images: Sequence[PageImage], case_no: str, candidate: int, current: int
) -> list[tuple[str, bool]]:
    """Links to the pages of a record, full screen."""
    return [
        (f"/fulfil/{case_no}/image/{n}?candidate={candidate}", n == current)
        for n in range(1, len(images) + 1)
    ]


def _numbered(values: Sequence[int]) -> list[tuple[str, int]]:
    """Values with their hours, for a table."""
    return [(f"{place:02}:00", value) for place, value in enumerate(values)]


def _as_form(asked: Mapping[str, str]) -> Form:
    """What a page was asked for, as the fields that show it."""
    return Form({name: (value,) for name, value in asked.items() if value})


def _before_midnight(moment: datetime) -> datetime:
    """The last day of a period that ends at midnight."""
    return moment - timedelta(seconds=1)


FILTERS: dict[str, Filter] = {
    "as_form": _as_form,
    "before_midnight": _before_midnight,
    "group_name": group_name,
    "masked": mask_name,
    "masked_id": _masked_number,
    "numbered": _numbered,
    "query_text": urlencode,
    "category": _category,
    "purpose": _purpose,
    "document": _document,
    "label": _label,
    "words": _words,
    "officers": _officers,
    "pairs": _pairs,
    "value_label": _value_label,
    "free_facts": _free_facts,
    "page_links": _page_links,
    "image_links": _image_links,
}
"""Jinja filters by name."""
