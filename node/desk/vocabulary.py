"""Names of categories, fields, purposes and papers as words of the pages.

The Chinese words are the archivist's own and stand in records/; only their English translation
is a catalogue of the pages.
"""

from pathlib import Path

from records.eligibility_terms import DOCUMENTS
from records.kinds import KINDS
from records.purposes import PURPOSES
from webui.words import read_catalogue

_FOLDER = Path(__file__).parent / "catalogues"
_ENGLISH = _FOLDER / "vocabulary" / "en.toml"


def catalogues() -> list[Path]:
    """The folders of our catalogues: the main one, then one for each idea that has its own."""
    own = [path.parent for path in sorted(_FOLDER.glob("*/zh-CN.toml"))]
    return [_FOLDER, *own]


def read_vocabulary() -> dict[str, dict[str, str]]:
    """Words of both languages by dotted key; `load_words` refuses one that is missing."""
    return {"zh-CN": _chinese(), "en": read_catalogue(_ENGLISH)}


def _chinese() -> dict[str, str]:
    words = {f"category.{kind.code}": kind.label for kind in KINDS.values()}
    words |= {f"purpose.{code}": text for code, text in PURPOSES.items()}
    words |= {f"document.{code}": text for code, text in DOCUMENTS.items()}
    for kind in KINDS.values():
        # One code may carry another label in another category: pages print the category's own.
        words |= {f"field.{spec.code}": spec.label for spec in kind.fields}
        words |= {f"who.{person.role}": person.label for person in kind.people}
    words["who.spouse"] = "配偶"
    words["field.subject"] = "主题词"
    return words
