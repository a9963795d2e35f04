"""Weighs one record against one query, field by field, with a reason for each (domain.md §4.5-6).

A record that is plainly somebody else's is left out altogether: a clerk should not see strangers.
"""

from records.comparing import (
    CONFLICT,
    NAME_PART,
    Agreement,
    NameScales,
    compare_births,
    compare_names,
    find_date,
    recorded_birth,
)
from records.dates import PartialDate
from records.entries import CatalogueEntry
from records.fields import PersonColumns
from records.id_numbers import find_id_number, mask_id_number
from records.matching import FEW_STRANGERS, MOST_STRANGERS, Evidence, Identifier, Match, Scales
from records.name_likeness import TIERS
from records.person_names import mask_name
from records.rosters import recorded_names
from records.sought import Sought, Wanted
from records.weighing_facts import state_evidence, weigh_facts

_ID_CHANCE = 1e-8
_MASKED = frozenset({"conflicts", "surname", NAME_PART})
"""Where less than the name was said, the reason does not tell the rest."""


def weigh(sought: Sought, entry: CatalogueEntry, role: str, scales: Scales) -> Match | None:
    """The record seen with the sought person in that role; None where it is somebody else's."""
    event = _event_date(sought, entry, scales)
    evidence: list[Evidence] = []
    if role:
        subject = sought.kind.get_person(role)
        evidence += _person(sought.subject, entry, subject, event, scales)
        others = [p for p in sought.kind.people if p.role != role and not p.is_roster]
        evidence += _other_person(sought.other, entry, others, event, scales)
    evidence += weigh_facts(sought, entry, role, event, scales)
    match = Match(entry, role, tuple(evidence), scales.people)
    return None if _is_stranger(match, sought) else match


def _person(
    wanted: Wanted,
    entry: CatalogueEntry,
    columns: PersonColumns,
    event: PartialDate | None,
    scales: Scales,
) -> list[Evidence]:
    values = entry.values
    kind = Identifier.DOCUMENT if columns.is_sought else Identifier.OTHER
    found: list[Evidence] = []
    compared_with = NameScales(scales.folding, scales.name_chance, scales.likeness)
    recorded = recorded_names(
        columns, values, lambda names: compare_names(wanted, names, compared_with)
    )
    name, former = recorded[0], "、".join(recorded[1:])
    names = compare_names(wanted, recorded, compared_with)
    if names is not None:
        shown = mask_name(name) if names.how in _MASKED else name
        shown = former if names.how == "former_name" and former else shown
        weak = names.how == "surname"
        found.append(
            state_evidence(
                Identifier.HINT if weak else kind, columns.name_field, wanted.name, shown, names
            )
        )
    born = recorded_birth(
        values, (columns.birth, columns.age, columns.id_no), event, scales.calendar
    )
    if wanted.birth is not None and born is not None:
        births = compare_births(wanted.birth, born, scales.calendar)
        found.append(
            state_evidence(
                Identifier.HINT, columns.birth, wanted.birth.original, born.original, births
            )
        )
    return [*found, *_id_and_sex(wanted, values, columns, kind)]


def _id_and_sex(
    wanted: Wanted, values: dict[str, str], columns: PersonColumns, kind: Identifier
) -> list[Evidence]:
    found: list[Evidence] = []
    recorded = find_id_number(values.get(columns.id_no, "")) if columns.id_no else None
    if wanted.id_number is not None and recorded is not None:
        same = wanted.id_number.normal == recorded.normal
        short = wanted.id_number.was_short != recorded.was_short
        agreement = Agreement("equal_15_18" if short else "equal", _ID_CHANCE) if same else CONFLICT
        asked, there = mask_id_number(wanted.id_number.original), mask_id_number(recorded.original)
        found.append(state_evidence(kind, columns.id_no, asked, there, agreement))
    sex = values.get(columns.sex, "") if columns.sex else ""
    if wanted.sex and sex in ("男", "女"):
        # Typists swap the two columns of a register: a wrong sex is told, never decides.
        how = "equal" if wanted.sex == sex else "differs"
        agreement = Agreement(how, 0.5 if how == "equal" else 1.0)
        found.append(state_evidence(Identifier.HINT, columns.sex, wanted.sex, sex, agreement))
    return found


def _other_person(
    wanted: Wanted,
    entry: CatalogueEntry,
    others: list[PersonColumns],
    event: PartialDate | None,
    scales: Scales,
) -> list[Evidence]:
    """The other party, or the relative who agrees best; never counts as the document."""
    if not (wanted.name or wanted.id_number):
        return []
    readings = [_person(wanted, entry, columns, event, scales) for columns in others]
    readings = [reading for reading in readings if reading]
    if not readings:
        return []
    best = max(readings, key=lambda reading: sum(one.weight for one in reading))
    return [
        Evidence(Identifier.OTHER, one.reason, one.agreement)
        if one.identifier is Identifier.DOCUMENT
        else one
        for one in best
    ]


def _is_stranger(match: Match, sought: Sought) -> bool:
    """Whether what agrees is too little to show the record to a clerk at all."""
    if not match.role:
        return all(e.agreement.conflicts for e in match.evidence)
    subject = sought.kind.get_person(match.role)
    if subject.id_no and match.how(subject.id_no).startswith("equal"):
        return False
    rest = [e for e in match.evidence if e.reason.field != subject.name_field]
    name = match.how(subject.name_field)
    by_other = any(e.identifier is Identifier.OTHER and not e.agreement.conflicts for e in rest)
    if name == "conflicts" or (not name and not by_other):
        return True
    if not by_other and _is_contradicted(rest, match.how(subject.birth), subject.birth):
        return True
    agreeing = [e for e in rest if not e.agreement.conflicts and e.agreement.chance < 1]
    if name in TIERS and not by_other and any(e.agreement.conflicts for e in rest):
        return True
    if match.is_doubtful and not match.is_likely(_most_strangers(sought)):
        return True
    return bool(rest) and not agreeing


def _most_strangers(sought: Sought) -> float:
    birth = sought.subject.birth
    is_sharp = len(sought.other.name) > 1 or (birth is not None and birth.day is not None)
    return FEW_STRANGERS if is_sharp else MOST_STRANGERS


def _is_contradicted(rest: list[Evidence], birth: str, birth_column: str) -> bool:
    """Birth, event or other party exclude the person, and nothing independent speaks for it."""
    conflicts = {e.reason.field: e for e in rest if e.agreement.conflicts}
    if birth_column in conflicts:
        return True
    other_name = any(
        e.identifier is Identifier.OTHER and field.endswith("name")
        for field, e in conflicts.items()
    )
    # The same person may stand in another couple's record: a second marriage.
    if other_name and birth not in ("equal", "lunar"):
        return True
    return any(
        e.identifier is Identifier.HINT and field.endswith("date") for field, e in conflicts.items()
    )


def _event_date(sought: Sought, entry: CatalogueEntry, scales: Scales) -> PartialDate | None:
    for code in sought.kind.event_dates:
        found = find_date(entry.values.get(code, ""), scales.calendar, entry.year)
        if found is not None:
            return found
    return find_date(str(entry.year), scales.calendar) if entry.year else None
