"""Words for codes in templates: masks, labels of categories, outcomes and purposes."""

from records.kinds import KINDS
from records.outcomes import LABELS, Outcome
from records.person_names import mask_name
from records.purposes import PURPOSES


def _category(code: str) -> str:
    return KINDS[code].label if code in KINDS else code


def _purpose(code: str) -> str:
    return PURPOSES.get(code, code)


def _outcome(code: str) -> str:
    return LABELS[Outcome(code)] if code in set(Outcome) else code


FILTERS = {
    "masked": mask_name,
    "category": _category,
    "purpose": _purpose,
    "outcome": _outcome,
}
"""Jinja filters by name."""
