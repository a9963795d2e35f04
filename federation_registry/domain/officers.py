"""Officers of the registry appear by pseudonym: never a name, in no table and no file."""

import re

from federation_registry.domain.reasons import PSEUDONYM_MALFORMED
from records.refusal import Refusal

_PSEUDONYM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,63}")


def verify_officer(pseudonym: str) -> str:
    """Return the pseudonym: 1-64 ASCII letters, digits and _ . / - .

    Raises:
        Refusal: PSEUDONYM_MALFORMED.
    """
    if not _PSEUDONYM.fullmatch(pseudonym):
        raise Refusal(PSEUDONYM_MALFORMED)
    return pseudonym
