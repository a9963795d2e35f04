"""Names of kept forms: keyed, of one form each, and no guess finds them."""

import hashlib

import pytest
from field_keys import MemoryKeys

from node.desk.form_names import FormNames, is_form_name
from trust.store.person_digests import PersonDigests

SECRET = b"s" * 32
TYPED = (
    ("propose", "J107-9-0133-017"),
    ("propose", "上饶县民政局-1985-婚-17"),
    ("terms", "330400-361100-marriage"),
    ("retire", "330400-361100-marriage", "2"),
    ("revoke", "LT-330400-20261121-0041"),
)


def names(keys: MemoryKeys, secret: bytes = SECRET) -> FormNames:
    people = PersonDigests(keys, secret)
    return FormNames(lambda said: people.every(people.kids, said))


@pytest.mark.parametrize("form", TYPED)
def test_a_name_says_the_kind_and_nothing_of_what_was_typed(form: tuple[str, ...]) -> None:
    keys = MemoryKeys(1)
    kind, *about = form
    name = names(keys).newest(*form)
    assert is_form_name(name) and name.startswith(f"{kind}-0001.") and len(name) <= 64
    assert not [one for one in about if len(one) > 1 and one in name]
    said = "-".join(about)
    for guess in (said, f"{kind}-{said}", "\0".join(form), *about):
        for digest in (hashlib.sha256, hashlib.sha1, hashlib.md5, hashlib.blake2b):
            assert digest(guess.encode()).hexdigest()[:32] not in name
    assert name == names(keys).newest(*form), "after a restart too"
    assert name != names(MemoryKeys(1)).newest(*form), "whoever lacks the key finds another"
    assert name != names(keys, b"t" * 32).newest(*form), "or the node's secret"


def test_two_forms_never_share_a_name() -> None:
    made = names(MemoryKeys(1))
    forms = [*TYPED, ("a", "b", "c"), ("a", "bc"), ("a", "b-c"), ("ab", "c"), ("retire", "1", "2")]
    assert len({made.newest(*form) for form in forms}) == len(forms)
    assert made.newest("complain") == made.newest("complain", "") == "complain-new"


def test_what_was_kept_under_an_older_key_is_looked_for_until_that_is_burnt() -> None:
    keys = MemoryKeys(1)
    before = names(keys).newest(*TYPED[0])
    keys.add()
    after = names(keys)
    assert after.every(TYPED[0])[1:] == (before,)
    assert after.newest(*TYPED[0]).startswith("propose-0002.")
    keys.destroy(1)
    assert names(keys).every(TYPED[0]) == (after.newest(*TYPED[0]),)


@pytest.mark.parametrize(
    "name",
    [
        "review-LT-330400-20261121-0041",
        "propose-" + hashlib.sha256(b"J107-9-0133-017").hexdigest()[:32],
        "clear-0001." + "a" * 42,
        "draft-" + "0" * 24,
        "draft-new",
        "review-0001." + "a" * 43 + "/..",
    ],
)
def test_what_names_made_before_or_made_up_is_no_name(name: str) -> None:
    assert not is_form_name(name)
