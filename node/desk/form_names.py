"""Names under which forms are kept while they are filled in.

What a form is about can be anything that a person could type: a 档号, the id of an agreement, a
number. The name is a keyed digest of it (decision 1310), so that neither the store nor an address
tells what somebody is working on, and nobody can try out guesses.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from node.domain.drafts import FILING

KeptForm = tuple[str, ...]
"""Kind of form, then what it is about, e.g. ("review", "LT-330400-20261121-0041"); what is empty
is left out, and a form about nothing makes a new thing."""

_NAME = re.compile(r"[a-z]{2,12}-(?:new|[0-9a-f]{4}\.[A-Za-z0-9_-]{43})")
_SAID = b"name of a kept form\n"
_MOST_REMEMBERED = 4096


def is_form_name(name: str) -> bool:
    """Whether a form can be kept under it."""
    return bool(_NAME.fullmatch(name)) and not name.startswith(FILING)


class FormNames:
    """The names of one node's forms."""

    def __init__(self, digests: Callable[[bytes], Sequence[str]]) -> None:
        """`digests` gives keyed digests of what is said, that under the newest key first."""
        self._digests = digests
        # A page shows the same forms again and again, and a digest costs 0.3 ms.
        self.every = lru_cache(_MOST_REMEMBERED)(self._every)

    def newest(self, kind: str, *about: str) -> str:
        """The name under which that form is kept from now on, e.g. "review-0001.mEW..."."""
        return self.every((kind, *about))[0]

    def _every(self, form: KeptForm) -> tuple[str, ...]:
        """Names under which that form may be kept, the newest first."""
        kind, *about = form
        told = "\0".join(one for one in about if one)
        if not told:
            return (f"{kind}-new",)
        said = _SAID + f"{kind}\0{told}".encode()
        return tuple(f"{kind}-{digest}" for digest in self._digests(said))
