"""Weighs one record against one query, field by field, with a reason for each (domain.md §4.5-6).

A record that is plainly somebody else's is left out altogether: a clerk should not see strangers.
"""

from records.comparing import (
    CONFLICT,
    Agreement,
    NameScales,
    compare_births,
    compare_names,
    compare_texts,
    find_date,
    recorded_birth,
)
from records.dates import PartialDate
from records.entries import CatalogueEntry, MatchReason
from records.fields import PersonColumns
from records.id_numbers import find_id_number, mask_id_number
from records.matching import MOST_STRANGERS, Evidence, Identifier, Match, Scales
from records.name_likeness import SPREAD
from records.number_evidence import compare_numbers
from records.person_names import mask_name
from records.sought import Sought, Wanted

_EVENT_SPAN_DAYS = 40 * 365.25
_ID_CHANCE = 1e-8


def weigh(sought: Sought, entry: CatalogueEntry, role: str, scales: Scales) -> Match | None:
    """The record seen with the sought person in that role; None where it is somebody else's."""
    event = _event_date(sought, entry, scales)
    evidence: list[Evidence] = []
    if role:
        subject = sought.kind.get_person(role)
        evidence += _person(sought.subject, entry, subject, event, scales)
        others = [person for person in sought.kind.people if person.role != role]
        evidence += _other_person(sought.other, entry, others, event, scales)
    evidence += _number(sought, entry)
    evidence += _period(sought, event)
    evidence += _place(sought, entry, scales)
    evidence += _free(sought, entry, role, scales)
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
    kind = Identifier.DOCUMENT if columns.is_subject else Identifier.OTHER
    found: list[Evidence] = []
    name = values.get(columns.name, "")
    former = values.get(columns.former_name, "") if columns.former_name else ""
    compared_with = NameScales(scales.folding, scales.name_chance, scales.sounds)
    names = compare_names(wanted, (name, former), compared_with)
    if names is not None:
        shown = mask_name(name) if names.conflicts or names.how == "surname" else name
        shown = former if names.how == "former_name" and former else shown
        weak = names.how == "surname"
        found.append(
            _evidence(Identifier.HINT if weak else kind, columns.name, wanted.name, shown, names)
        )
    born = recorded_birth(
        values, (columns.birth, columns.age, columns.id_no), event, scales.calendar
    )
    if wanted.birth is not None and born is not None:
        births = compare_births(wanted.birth, born, scales.calendar)
        found.append(
            _evidence(Identifier.HINT, columns.birth, wanted.birth.original, born.original, births)
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
        found.append(_evidence(kind, columns.id_no, asked, there, agreement))
    sex = values.get(columns.sex, "") if columns.sex else ""
    if wanted.sex and sex in ("男", "女"):
        # Typists swap the two columns of a register: a wrong sex is told, never decides.
        how = "equal" if wanted.sex == sex else "differs"
        agreement = Agreement(how, 0.5 if how == "equal" else 1.0)
        found.append(_evidence(Identifier.HINT, columns.sex, wanted.sex, sex, agreement))
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


def _number(sought: Sought, entry: CatalogueEntry) -> list[Evidence]:
    found = [
        (code, entry.values[code], agreement)
        for code in sought.kind.numbers
        if (agreement := compare_numbers(sought.number, entry.values.get(code, ""), entry.year))
    ]
    if not found:
        return []
    code, text, agreement = min(found, key=lambda one: (one[2].conflicts, one[2].chance))
    shown = "" if agreement.conflicts else text
    kind = Identifier.HINT if agreement.how == "serial" else Identifier.OTHER
    return [_evidence(kind, code, sought.number, shown, agreement)]


def _period(sought: Sought, event: PartialDate | None) -> list[Evidence]:
    period = sought.period
    if period is None or event is None or not sought.kind.event_dates:
        return []
    field, queried = sought.kind.event_dates[0], period.original
    if not period.overlaps(event):
        near = period.years_apart(event) <= 1
        agreement = Agreement("near", 3 * 365.25 / _EVENT_SPAN_DAYS) if near else CONFLICT
        return [_evidence(Identifier.HINT, field, queried, event.original, agreement)]
    exact = period.day is not None and event.day is not None
    days = max((period.latest - period.earliest).days, (event.latest - event.earliest).days) + 1
    agreement = Agreement("equal" if exact else "within", min(1.0, days / _EVENT_SPAN_DAYS))
    identifier = Identifier.OTHER if exact else Identifier.HINT
    return [_evidence(identifier, field, queried, event.original, agreement)]


def _place(sought: Sought, entry: CatalogueEntry, scales: Scales) -> list[Evidence]:
    for code in sought.kind.places if sought.place else ():
        text = entry.values.get(code, "")
        agreement = compare_texts(sought.place, text, scales.folding)
        if agreement is not None and not agreement.conflicts:
            agreement = Agreement(agreement.how, 0.3)
            return [_evidence(Identifier.HINT, code, sought.place, text, agreement)]
    return []  # Place names change: another name is no conflict.


def _free(sought: Sought, entry: CatalogueEntry, role: str, scales: Scales) -> list[Evidence]:
    found: list[Evidence] = []
    for code, wanted in sought.free.items():
        column = code if code in sought.kind.columns else f"{role}_{code}"
        recorded = entry.values.get(column, "") or getattr(entry, column, "") or ""
        agreement = compare_texts(wanted, str(recorded), scales.folding)
        if agreement is not None:
            identifies = agreement.how == "equal" and len(wanted) > 1
            kind = Identifier.OTHER if identifies else Identifier.HINT
            shown = "" if agreement.conflicts else str(recorded)
            found.append(_evidence(kind, column, wanted, shown, agreement))
    return found


def _is_stranger(match: Match, sought: Sought) -> bool:
    """Whether what agrees is too little to show the record to a clerk at all."""
    if not match.role:
        return all(e.agreement.conflicts for e in match.evidence)
    subject = sought.kind.get_person(match.role)
    if subject.id_no and match.how(subject.id_no).startswith("equal"):
        return False
    rest = [e for e in match.evidence if e.reason.field != subject.name]
    name = match.how(subject.name)
    by_other = any(e.identifier is Identifier.OTHER and not e.agreement.conflicts for e in rest)
    if name == "conflicts" or (not name and not by_other):
        return True
    if not by_other and _is_contradicted(rest, match.how(subject.birth), subject.birth):
        return True
    agreeing = [e for e in rest if not e.agreement.conflicts and e.agreement.chance < 1]
    if name in SPREAD and not by_other:
        contradicted = any(e.agreement.conflicts for e in rest)
        return contradicted or not agreeing or match.namesake_chance > MOST_STRANGERS
    return bool(rest) and not agreeing


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


def _evidence(
    kind: Identifier, field: str, queried: str, recorded: str, agreement: Agreement
) -> Evidence:
    reason = MatchReason(field=field, queried=queried, recorded=recorded, how=agreement.how)
    return Evidence(kind, reason, agreement)
