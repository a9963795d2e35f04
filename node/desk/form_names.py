"""Names under which forms are kept while they are filled in."""

import hashlib
import re

FILING = "draft-"
"""Ids of forms that are not yet a case begin with it."""

_NAME = re.compile(r"[a-z]{2,12}-[A-Za-z0-9-]{1,50}")


def is_form_name(name: str) -> bool:
    """Whether a form of a case can be kept under it."""
    return bool(_NAME.fullmatch(name)) and not name.startswith(FILING)


def form_name(kind: str, *about: str) -> str:
    """The name of one form, e.g. "review-LT-330400-20261121-0041".

    What it is about may be of any length and in any writing; a form about nothing makes
    a new thing.
    """
    said = "-".join(one for one in about if one) or "new"
    name = f"{kind}-{said}"
    return (
        name if is_form_name(name) else f"{kind}-{hashlib.sha256(said.encode()).hexdigest()[:32]}"
    )
