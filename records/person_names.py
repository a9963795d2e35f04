"""Names of people: kept as written, compared in a normal form, shown masked.

Three forms of one name: the *original* (code points untouched; printed), the *plain* form (one
code point for one character, spaces and dots gone; equality here is tier `exact`), and the
*normal* form (traditional, regional and variant characters folded; equality here is tier
`variant`, and the dictionary of the catalogue holds it). Further spellings of the normal form are
expanded at question time, each with the way it was made.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from records.characters import check_characters, is_standard, standard_form
from records.reasons import NAME_MISSING, NAME_TOO_LONG, TABLE_DAMAGED
from records.refusal import Refusal
from records.spelling_forms import GIVEN_NAME_FORMS, SURNAME_FORMS, SpellingForm

MOST_CHARACTERS = 50
MOST_SPELLINGS = 24
"""Spellings of one name that are tried; more is reported as truncated."""

_DOT = re.compile("[·•・‧∙⋅]")
_DOTS_AND_SPACES = dict.fromkeys(map(ord, "·•・‧∙⋅.。，,、 \t\u3000\u00a0-'’`＇"))


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write the sought name, in normal form."""

    normal: str
    how: str
    """equal, or the `how` of the spelling form that made it."""
    weight: float
    """0-1: product of the forms' weights; 1 for the name itself."""


@dataclass(frozen=True, slots=True)
class NameFolding:
    """Folds names with the variant table that `deploy.tables` generated."""

    table: Mapping[int, str]
    """Code point to folded character, from `parse_variant_table`."""

    def normal(self, name: str) -> str:
        """The normal form: what the catalogue's dictionary holds and what is looked up."""
        if is_standard(name):
            return name.translate(self.table)
        return plain_form(name).translate(self.table)

    def spellings(self, name: str) -> tuple[Spelling, ...]:
        """The name and its other spellings, best first, at most `MOST_SPELLINGS`.

        At most one given-name character is exchanged at a time, together with the surname: two
        exchanged characters make another person's name.
        """
        normal = self.normal(name)
        if not normal:
            return ()
        found: dict[str, Spelling] = {}
        for surname in _exchanged(normal, 0, _OF_SURNAMES):
            _keep_best(found, surname)
            for place in range(1, len(normal)):
                for given in _exchanged(surname.normal, place, _OF_GIVEN_NAMES):
                    how = given.how if surname.how == "equal" else surname.how
                    weight = surname.weight * given.weight
                    _keep_best(found, Spelling(given.normal, how, weight))
        ordered = sorted(found.values(), key=lambda one: -one.weight)
        return tuple(ordered[:MOST_SPELLINGS])


def plain_form(name: str) -> str:
    """One code point per character, no spaces, no name dots; Latin letters in upper case."""
    return standard_form(name).translate(_DOTS_AND_SPACES).upper()


def name_parts(name: str) -> tuple[str, ...]:
    """The parts of a name with the dot (阿布都·买买提) as written; empty for any other name.

    Somebody who is asked for by one part is the same person, said with less.
    """
    parts = [part for part in _DOT.split(name) if len(part) > 1] if len(name) > 4 else []
    return tuple(parts) if len(parts) > 1 else ()


def check_name(name: str) -> None:
    """The name can be kept and looked for.

    Raises:
        Refusal: NAME_MISSING, NAME_TOO_LONG, CODE_POINT_FORBIDDEN.
    """
    if not name.strip():
        raise Refusal(NAME_MISSING)
    if len(name) > MOST_CHARACTERS:
        raise Refusal(NAME_TOO_LONG, f"{len(name)} characters")
    check_characters(name)


def mask_name(name: str) -> str:
    """First and last character, everything between hidden: 周*水, 王*, 欧**华."""
    shown = "".join(name.split())
    if len(shown) <= 1:
        return "*" * len(shown)
    if len(shown) == 2:
        return shown[0] + "*"
    return shown[0] + "*" * (len(shown) - 2) + shown[-1]


def parse_variant_table(content: Mapping[str, object]) -> NameFolding:
    """The folding out of the decoded `variants.json` of `deploy.tables`.

    Our own variants (鳯, 囯) are added: two characters of full weight are the same character.

    Raises:
        Refusal: TABLE_DAMAGED.
    """
    pairs = content.get("map")
    if not isinstance(pairs, Mapping) or not pairs:
        raise Refusal(TABLE_DAMAGED, "variants")
    table: dict[int, str] = {}
    for character, folded in pairs.items():
        if len(character) != 1 or not isinstance(folded, str) or len(folded) != 1:
            raise Refusal(TABLE_DAMAGED, "variants")
        table[ord(character)] = folded
    own = {ord(form.short): form.full for form in GIVEN_NAME_FORMS if form.weight == 1}
    return NameFolding(table | own)


_Others = Mapping[str, tuple[tuple[str, SpellingForm], ...]]
"""The other spellings of a character."""


def _others(forms: tuple[SpellingForm, ...]) -> _Others:
    found: dict[str, tuple[tuple[str, SpellingForm], ...]] = {}
    for form in forms:
        if form.weight < 1:
            found[form.full] = (*found.get(form.full, ()), (form.short, form))
            found[form.short] = (*found.get(form.short, ()), (form.full, form))
    return found


_OF_SURNAMES = _others(SURNAME_FORMS)
_OF_GIVEN_NAMES = _others(GIVEN_NAME_FORMS)


def _exchanged(name: str, place: int, forms: _Others) -> Iterator[Spelling]:
    """The name itself and each form of it with one character exchanged."""
    yield Spelling(name, "equal", 1.0)
    for other, form in forms.get(name[place : place + 1], ()):
        yield Spelling(name[:place] + other + name[place + 1 :], form.how, form.weight)


def _keep_best(found: dict[str, Spelling], spelling: Spelling) -> None:
    known = found.get(spelling.normal)
    if known is None or known.weight < spelling.weight:
        found[spelling.normal] = spelling
