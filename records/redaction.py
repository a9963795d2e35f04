"""What an agreement has left out of an extract beyond the holder's own rules. Pure.

The words are those of `agreement_rules.REDACTIONS`; an agreement with a word that this program
does not know allows nothing, so that nobody prints what was to be left out.
"""

from collections.abc import Collection

from records.fields import FieldForm, FieldSpec
from records.kinds import Kind

_HOMES = ("residence", "native_place", "address", "origin_place", "destination_place")
_WORK = ("occupation", "unit", "class_origin")


def left_out(kind: Kind, redactions: Collection[str], own: Collection[str]) -> frozenset[str]:
    """Codes of the category's fields that are not printed; `own` are the applicant's roles."""
    return frozenset(
        spec.code
        for spec in kind.fields
        if any(_is_meant(spec, redaction, own) for redaction in redactions)
    )


def _is_meant(spec: FieldSpec, redaction: str, own: Collection[str]) -> bool:
    others = bool(spec.party) and spec.party not in own
    # Names are what the record is about: without them an extract says nothing of anybody.
    meant = {
        "other_party": others and spec.form is not FieldForm.NAME,
        "residence": spec.code.endswith(_HOMES),
        "occupation": spec.code.endswith(_WORK),
        "id_numbers": spec.form is FieldForm.ID_NO,
        "remarks": spec.code == "remarks",
    }
    return meant.get(redaction, False)
