"""The rows of an extract: what a clerk read on the page, in the order of a paper form.

Where a record has two parties, their fields stand side by side; where the page says who is the
man and who the woman, the labels say 男方 and 女方 and the sexes need no row of their own.
"""

from collections.abc import Collection, Mapping

from node.domain.cases import ComparedField, Comparison
from node.domain.comparison import NOT_RECORDED
from records.disclosure import disclosed_value
from records.fields import FieldSpec
from records.kinds import Kind
from records.release import ExtractRow


def write_rows(kind: Kind, comparison: Comparison, own: Collection[str]) -> tuple[ExtractRow, ...]:
    """The printed rows of a comparison; other people's numbers are masked.

    The labels follow the sexes as compared with the page, never the index: register columns are
    swapped by typists now and then (domain.md §2.1).
    """
    read = {
        field.field: field.value for field in comparison.fields if field.compared != NOT_RECORDED
    }
    return tuple(
        ExtractRow(
            field=compared.field,
            label=kind.print_label(compared.field, read),
            value=_printed(kind.get_field(compared.field), compared, own),
            compared=compared.compared,
        )
        for compared in _side_by_side(kind, comparison.fields)
        if not _label_tells(kind, compared.field, read)
    )


def _side_by_side(kind: Kind, fields: tuple[ComparedField, ...]) -> list[ComparedField]:
    """The same fields with those of the parties in turn: name, name, birth, birth ..."""
    by_party: dict[str, list[ComparedField]] = {person.role: [] for person in kind.people}
    rest: list[ComparedField] = []
    for field in fields:
        party = kind.get_field(field.field).party
        by_party.get(party, rest).append(field)
    columns = [column for column in by_party.values() if column]
    longest = max((len(column) for column in columns), default=0)
    paired = [column[row] for row in range(longest) for column in columns if row < len(column)]
    return paired + rest


def _label_tells(kind: Kind, code: str, read: Mapping[str, str]) -> bool:
    """Whether this is a sex that the labels 男方 and 女方 say already."""
    if code not in {person.sex for person in kind.people}:
        return False
    return kind.print_label(code, read) != kind.get_field(code).label


def _printed(spec: FieldSpec, compared: ComparedField, own: Collection[str]) -> str:
    """As printed: codes as words, other people's numbers masked, silence as silence."""
    if compared.compared == NOT_RECORDED:
        return compared.value
    return disclosed_value(spec, spec.label_of(compared.value), own)
