"""What a decision allows onto paper: fields within the output limit, other people masked.

Three sets are cut with each other: what was asked for, what the category prints at all, and what
the eligibility rule allows (domain.md §3.2, column "output limit"). Page-level rules are the
holder's own.
"""

from collections.abc import Collection, Mapping

from records.eligibility_terms import Limit
from records.fields import FieldForm, FieldSpec, OnExtract
from records.id_numbers import mask_id_number
from records.kinds import Kind
from records.person_names import mask_name

_WHOLE = frozenset({Limit.OWN_LINES, Limit.WARD, Limit.CASE_RELATED, Limit.OPEN_ONLY})


def disclosed_fields(
    kind: Kind, limit: Limit, *, requested: Collection[str] = (), own_roles: Collection[str] = ()
) -> tuple[FieldSpec, ...]:
    """The fields that may be printed, in the category's order.

    Args:
        kind: The category.
        limit: Output limit of the rule that decided.
        requested: Field codes asked for; empty = the usual ones.
        own_roles: Roles of the record ("a", "subject") that are the applicant's own side.
    """
    if limit in (Limit.NOTHING, Limit.VERIFY_ONLY):
        return ()
    if limit is Limit.YES_NO_DATES:
        return tuple(spec for spec in kind.extract_fields if _is_event_date(spec))
    if limit is Limit.LISTED_FIELDS and not requested:
        return ()
    wanted = [
        spec
        for spec in kind.fields
        if (spec.code in requested if requested else spec.on_extract is OnExtract.USUAL)
    ]
    return tuple(spec for spec in wanted if _may_print(spec, limit, own_roles))


def disclosed_value(spec: FieldSpec, value: str, own_roles: Collection[str]) -> str:
    """The value as printed: codes as words, another person's identity number masked."""
    others = bool(spec.party) and spec.party not in own_roles
    # 「档案未记载」 stands where a number is missing: words are not masked.
    if spec.form is FieldForm.ID_NO and others and any(sign.isdigit() for sign in value):
        return mask_id_number(value)
    return spec.label_of(value)


def own_roles(kind: Kind, values: Mapping[str, str], *, name: str, id_no: str) -> tuple[str, ...]:
    """Roles of the record that carry the applicant's recorded name or number.

    Only equal values count: whether another spelling is the same person, a clerk says.
    """
    return tuple(
        person.role
        for person in kind.people
        if (name and values.get(person.name, "") == name)
        or (id_no and person.id_no and values.get(person.id_no, "") == id_no)
    )


def masked_names(kind: Kind, values: Mapping[str, str]) -> str:
    """Names of the people whom the record is about, masked, e.g. "周*水|吴*兰"."""
    names = (values.get(person.name, "") for person in kind.people if person.is_subject)
    return "|".join(mask_name(name) for name in names if name.strip())


def _is_event_date(spec: FieldSpec) -> bool:
    return spec.form is FieldForm.DATE and not spec.party


def _may_print(spec: FieldSpec, limit: Limit, own: Collection[str]) -> bool:
    if spec.on_extract is OnExtract.NEVER:
        return False
    if spec.on_extract is OnExtract.USUAL:
        return True
    # What is printed only on request (住址, 籍贯 …) is given about the applicant's own side alone.
    return limit in _WHOLE and (not spec.party or spec.party in own or limit is Limit.CASE_RELATED)
