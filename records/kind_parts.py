"""Building blocks from which the category list is written down."""

from dataclasses import dataclass

from records.fields import ROSTER_COLUMN, FieldForm, FieldSpec, OnExtract, PersonColumns

_ON_REQUEST = OnExtract.ON_REQUEST


@dataclass(frozen=True, slots=True, kw_only=True)
class KindParts:
    """What the list says about one category; `records.kinds.Kind` reads it."""

    code: str
    label: str
    fields: tuple[FieldSpec, ...]
    people: tuple[PersonColumns, ...]
    purposes: tuple[str, ...]
    care: str
    concerns_minors: bool = False


def person_fields(
    role: str,
    label: str,
    *,
    prefix: str = "",
    required: bool = False,
    with_id: bool = True,
) -> tuple[FieldSpec, ...]:
    """Name, former name, sex, birth and identity number of one person, as columns."""

    def spec(code: str, word: str, form: FieldForm, on_extract: OnExtract) -> FieldSpec:
        return FieldSpec(
            code=prefix + code,
            label=label + word,
            form=form,
            party=role,
            on_extract=on_extract,
            required=required and code == "name",
            most_characters=50,
        )

    usual = OnExtract.USUAL
    fields = (
        spec("name", "姓名", FieldForm.NAME, usual),
        spec("former_name", "曾用名", FieldForm.NAME, _ON_REQUEST),
        spec("sex", "性别", FieldForm.SEX, usual),
        spec("birth", "出生日期", FieldForm.DATE, usual),
        spec("id_no", "证件号码", FieldForm.ID_NO, usual),
    )
    return fields if with_id else fields[:-1]


def subject(label: str) -> PersonColumns:
    """The person whom a record with unprefixed columns is about."""
    return PersonColumns(
        role="subject",
        label=label,
        is_subject=True,
        name="name",
        former_name="former_name",
        sex="sex",
        birth="birth",
        id_no="id_no",
    )


def relative(role: str, label: str) -> PersonColumns:
    """A person known by name only, who helps to identify the subject."""
    return PersonColumns(role=role, label=label, is_subject=False, name=f"{role}_name")


def name_of(role: str, label: str) -> FieldSpec:
    """The name column of a `relative`."""
    return FieldSpec(
        code=f"{role}_name",
        label=f"{label}姓名",
        form=FieldForm.NAME,
        party=role,
        most_characters=50,
    )


def text(code: str, label: str, *, on_request: bool = False) -> FieldSpec:
    """A free-text field."""
    shown = _ON_REQUEST if on_request else OnExtract.USUAL
    return FieldSpec(code=code, label=label, on_extract=shown)


def day(code: str, label: str) -> FieldSpec:
    """A date of the act."""
    return FieldSpec(code=code, label=label, form=FieldForm.DATE, most_characters=40)


def number(code: str, label: str) -> FieldSpec:
    """A certificate, approval or document number."""
    return FieldSpec(code=code, label=label, form=FieldForm.NUMBER, most_characters=60)


def place(code: str, label: str, *, on_request: bool = False) -> FieldSpec:
    """A place or an office, as written at the time."""
    shown = _ON_REQUEST if on_request else OnExtract.USUAL
    return FieldSpec(code=code, label=label, form=FieldForm.PLACE, on_extract=shown)


def roster() -> PersonColumns:
    """The people whom a page lists: one entry, many names."""
    return PersonColumns(
        role="roster",
        label="名册所列人员",
        is_subject=False,
        is_roster=True,
        name=ROSTER_COLUMN,
    )


def roster_names() -> FieldSpec:
    """The column of a `roster`: never printed, it is about other people too."""
    return FieldSpec(
        code=ROSTER_COLUMN,
        label="名册所列姓名",
        form=FieldForm.NAME,
        party="roster",
        on_extract=OnExtract.NEVER,
        most_characters=8000,
    )


def about_person(
    code: str,
    label: str,
    fields: tuple[FieldSpec, ...],
    *,
    care: str,
    purposes: tuple[str, ...],
    has_rosters: bool = False,
) -> KindParts:
    """A category whose records are about one person, described by unprefixed columns.

    Where `has_rosters`, a row may describe a page that lists many people instead.
    """
    lists = ((roster_names(),), (roster(),)) if has_rosters else ((), ())
    return KindParts(
        code=code,
        label=label,
        fields=person_fields("subject", "", required=not has_rosters) + fields + lists[0],
        people=(subject("当事人"), *lists[1]),
        purposes=purposes,
        care=care,
    )
