"""The 32 categories of livelihood records (民生档案), as data (domain.md §2.4).

A category says which fields its records have, who its people are, which date is the event, how
sensitive it is and what extracts are usually for. The entries stand in `records/kind_list_*.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from records.fields import ARCHIVE_FIELDS, FieldForm, FieldSpec, OnExtract, PersonColumns
from records.kind_list_land import LAND_KINDS
from records.kind_list_person import PERSON_KINDS
from records.kind_list_work import WORK_KINDS
from records.kind_parts import KindParts
from records.reasons import CATEGORY_UNKNOWN, FIELD_UNKNOWN
from records.refusal import Refusal


class Care(StrEnum):
    """How much harm a wrong release does (domain.md §2.4, column "care")."""

    OPEN = "open"
    LOW = "low"
    MID = "mid"
    HIGH = "high"
    VERY_HIGH = "very_high"


@dataclass(frozen=True)
class Kind:
    """One category of records."""

    parts: KindParts

    @property
    def code(self) -> str:
        """Stable code, e.g. "marriage_registration"."""
        return self.parts.code

    @property
    def label(self) -> str:
        """Chinese name, e.g. "婚姻登记"."""
        return self.parts.label

    @property
    def fields(self) -> tuple[FieldSpec, ...]:
        """The category's own fields, in the order in which an extract prints them."""
        return self.parts.fields

    @property
    def people(self) -> tuple[PersonColumns, ...]:
        """People of a record, subjects first; empty for records about things."""
        return self.parts.people

    @property
    def care(self) -> Care:
        """Sensitivity."""
        return Care(self.parts.care)

    @property
    def purposes(self) -> tuple[str, ...]:
        """Usual purposes, codes of records/purposes.py."""
        return self.parts.purposes

    @property
    def concerns_minors(self) -> bool:
        """Records are about children: a guardian's proof is asked for."""
        return self.parts.concerns_minors

    @property
    def may_release_by_machine(self) -> bool:
        """Whether a holder may switch automatic release (T2) on for it: never when sensitive."""
        return self.care in (Care.OPEN, Care.LOW, Care.MID)

    @property
    def may_prove_absence(self) -> bool:
        """Whether T3 is the ordinary answer to a miss; for marriage it is not."""
        return self.code != "marriage_registration"

    @cached_property
    def is_of_pairs(self) -> bool:
        """Its records are about two people, each the other's other party."""
        return len(self.people) == 2 and all(one.is_subject for one in self.people)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Of its own fields, in their order."""
        return tuple(spec.code for spec in self.fields)

    @cached_property
    def dates(self) -> tuple[str, ...]:
        """Its own fields that are dates."""
        return tuple(spec.code for spec in self.fields if spec.form is FieldForm.DATE)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Its own fields that are free text."""
        return tuple(spec.code for spec in self.fields if spec.form is FieldForm.TEXT)

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Import columns that every row fills."""
        return tuple(code for code, spec in self.columns.items() if spec.required)

    @cached_property
    def columns(self) -> Mapping[str, FieldSpec]:
        """Every import column by code: the archive block, then the category's own fields."""
        return MappingProxyType({spec.code: spec for spec in (*ARCHIVE_FIELDS, *self.fields)})

    @cached_property
    def extract_fields(self) -> tuple[FieldSpec, ...]:
        """Fields that an extract prints unless less is asked for, in layout order."""
        return tuple(spec for spec in self.fields if spec.on_extract is OnExtract.USUAL)

    @cached_property
    def event_dates(self) -> tuple[str, ...]:
        """Codes of the date fields that say when the act happened, the chief one first."""
        dates = [s.code for s in self.fields if s.form is FieldForm.DATE and not s.party]
        return tuple(dates)

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Codes of the fields that hold a certificate, approval or student number."""
        return tuple(spec.code for spec in self.fields if spec.form is FieldForm.NUMBER)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Codes of the fields that hold a place or an office."""
        return tuple(spec.code for spec in self.fields if spec.form is FieldForm.PLACE)

    def get_field(self, code: str) -> FieldSpec:
        """The field with that code.

        Raises:
            Refusal: FIELD_UNKNOWN.
        """
        spec = self.columns.get(code)
        if spec is None:
            raise Refusal(FIELD_UNKNOWN, code[:40])
        return spec

    def print_label(self, code: str, values: Mapping[str, str]) -> str:
        """The label as an extract prints it: 男方 and 女方 where the record's sexes say so.

        Columns of a register are swapped now and then, so 甲方 and 乙方 stay where both parties
        have the same sex, or none is recorded.
        """
        spec = self.get_field(code)
        sexes = {person.role: values.get(person.sex, "") for person in self.people if person.sex}
        if sorted(sexes.values()) != ["女", "男"] or spec.party not in sexes:
            return spec.label
        return spec.label.replace(spec.label[:2], f"{sexes[spec.party]}方", 1)

    def get_person(self, role: str) -> PersonColumns:
        """The person with that role.

        Raises:
            Refusal: FIELD_UNKNOWN.
        """
        for person in self.people:
            if person.role == role:
                return person
        raise Refusal(FIELD_UNKNOWN, role[:40])


KINDS: Mapping[str, Kind] = MappingProxyType(
    {parts.code: Kind(parts) for parts in (*PERSON_KINDS, *WORK_KINDS, *LAND_KINDS)}
)
"""All categories by code, in the order in which forms list them."""


def get_kind(code: str) -> Kind:
    """The category with that code.

    Raises:
        Refusal: CATEGORY_UNKNOWN.
    """
    kind = KINDS.get(code)
    if kind is None:
        raise Refusal(CATEGORY_UNKNOWN, "".join(sign for sign in code[:40] if sign.isprintable()))
    return kind
