"""The part of weighing that is not about people: number, time, place, further clues.

What excludes the record says `conflicts`; a place of another name never does, because names of
places change and records stay with the archive of the old county (domain.md §4.7).
"""

from collections.abc import Iterator

from records.comparing import CONFLICT, Agreement, compare_texts, find_date
from records.dates import PartialDate
from records.entries import CatalogueEntry, MatchReason
from records.fields import FieldForm
from records.matching import Evidence, Identifier, Scales
from records.number_evidence import compare_numbers, compare_references
from records.sought import SUBJECT, Sought

_EVENT_SPAN_DAYS = 40 * 365.25
_PLACE_CHANCE = 0.3
_PHRASE_CHANCE = 0.05
_LINEAGE_CHANCE = 0.02
"""Two names of one school: a little less than the same words, 0.01."""
_IDENTIFYING = frozenset({"equal", "lineage"})


def weigh_facts(
    sought: Sought, entry: CatalogueEntry, role: str, event: PartialDate | None, scales: Scales
) -> Iterator[Evidence]:
    """The testimony of every fact of the query that the record answers."""
    yield from _number(sought, entry)
    yield from _period(sought, entry, event, scales)
    yield from _place(sought, entry, scales)
    yield from _free(sought, entry, role, scales)


def state_evidence(
    kind: Identifier, field: str, queried: str, recorded: str, agreement: Agreement
) -> Evidence:
    """One field's testimony with the reason that a clerk reads."""
    reason = MatchReason(field=field, queried=queried, recorded=recorded, how=agreement.how)
    return Evidence(kind, reason, agreement)


def _number(sought: Sought, entry: CatalogueEntry) -> list[Evidence]:
    found = [
        (code, entry.values[code], agreement)
        for code in sought.kind.numbers
        if (agreement := compare_numbers(sought.number, entry.values.get(code, ""), entry.year))
    ]
    by_code = compare_references(sought.number, entry.reference_code)
    if by_code is not None and not by_code.conflicts:
        found.append(("reference_code", entry.reference_code, by_code))
    if not found:
        return []
    code, text, agreement = min(found, key=lambda one: (one[2].conflicts, one[2].chance))
    shown = "" if agreement.conflicts else text
    # 档号 are consecutive and anybody may have seen a list of them: they narrow, like a serial.
    is_hint = agreement.how == "serial" or code == "reference_code"
    kind = Identifier.HINT if is_hint else Identifier.OTHER
    return [state_evidence(kind, code, sought.number, shown, agreement)]


def _period(
    sought: Sought, entry: CatalogueEntry, chief: PartialDate | None, scales: Scales
) -> list[Evidence]:
    """The date of the record that the period fits best; where none does, the chief one."""
    period = sought.period
    if period is None or chief is None or not sought.kind.event_dates:
        return []
    field, event, queried = sought.kind.event_dates[0], chief, period.original
    for code in sought.kind.event_dates[1:] if not period.overlaps(chief) else ():
        other = find_date(entry.values.get(code, ""), scales.calendar, entry.year)
        if other is not None and period.overlaps(other):
            field, event = code, other
            break
    if not period.overlaps(event):
        near = period.years_apart(event) <= 1
        agreement = Agreement("near", 3 * 365.25 / _EVENT_SPAN_DAYS) if near else CONFLICT
        return [state_evidence(Identifier.HINT, field, queried, event.original, agreement)]
    exact = period.day is not None and event.day is not None
    days = max((period.latest - period.earliest).days, (event.latest - event.earliest).days) + 1
    agreement = Agreement("equal" if exact else "within", min(1.0, days / _EVENT_SPAN_DAYS))
    identifier = Identifier.OTHER if exact else Identifier.HINT
    return [state_evidence(identifier, field, queried, event.original, agreement)]


def _place(sought: Sought, entry: CatalogueEntry, scales: Scales) -> list[Evidence]:
    """The column that agrees best; another place is no conflict."""
    found: list[tuple[Agreement, str, str]] = []
    texts = {code: entry.values.get(code, "") for code in sought.kind.places}
    if not sought.kind.people:
        texts["title"] = entry.title
    for code, text in texts.items() if sought.place else ():
        agreement = _compare_places(sought.place, text, entry, scales)
        if agreement is not None and not agreement.conflicts:
            found.append((agreement, code, text))
    if not found:
        return []
    agreement, code, text = min(found, key=lambda one: one[0].chance)
    return [state_evidence(Identifier.HINT, code, sought.place, text, agreement)]


def _compare_places(
    wanted: str, text: str, entry: CatalogueEntry, scales: Scales
) -> Agreement | None:
    if scales.places is not None:
        return scales.places.compare(wanted, scales.folding.normal(text), entry.year)
    agreement = compare_texts(wanted, text, scales.folding)
    if agreement is None or agreement.conflicts:
        return None
    return Agreement(agreement.how, _PLACE_CHANCE)


def _free(sought: Sought, entry: CatalogueEntry, role: str, scales: Scales) -> list[Evidence]:
    found: list[Evidence] = list(_subject(sought, entry, scales))
    for code, wanted in sought.free.items():
        if code == SUBJECT:
            continue
        column = code if code in sought.kind.columns else f"{role}_{code}"
        recorded = str(entry.values.get(column, "") or getattr(entry, column, "") or "")
        agreement = _compare_free(sought, entry, column, recorded, scales)
        if agreement is not None:
            identifies = agreement.how in _IDENTIFYING and len(wanted) > 1
            identifies = identifies and column != "reference_code"
            kind = Identifier.OTHER if identifies else Identifier.HINT
            shown = "" if agreement.conflicts else recorded
            found.append(state_evidence(kind, column, wanted, shown, agreement))
    return found


def _subject(sought: Sought, entry: CatalogueEntry, scales: Scales) -> Iterator[Evidence]:
    """Each phrase of the subject: the text of the record that has it."""
    for phrase in sought.free.get(SUBJECT, "").split():
        texts = subject_texts(entry).items()
        where = [(field, text) for field, text in texts if phrase in scales.folding.normal(text)]
        if where:
            field, text = where[0]
            agreement = Agreement("contains", _PHRASE_CHANCE)
            yield state_evidence(Identifier.HINT, field, phrase, text, agreement)
        else:
            yield state_evidence(Identifier.HINT, SUBJECT, phrase, "", CONFLICT)


def subject_texts(entry: CatalogueEntry) -> dict[str, str]:
    """The texts of a record about a thing under which it is found: title, fields, remarks."""
    texts = {"title": entry.title, **entry.values, "remarks": entry.remarks}
    return {field: text for field, text in texts.items() if text.strip()}


def _compare_free(
    sought: Sought, entry: CatalogueEntry, column: str, recorded: str, scales: Scales
) -> Agreement | None:
    """The text itself, its code, its place through time, or another name of the institution."""
    code = column if column in sought.free else column.partition("_")[2]
    wanted = sought.free[code]
    if column == "reference_code":
        return compare_references(wanted, recorded)
    spec = sought.kind.columns.get(column)
    agreement = compare_texts(wanted, recorded, scales.folding)
    if agreement is None or not agreement.conflicts or spec is None:
        return agreement
    if spec.choices and any(wanted in (value, label) for value, label in spec.choices):
        return compare_texts(wanted, spec.label_of(recorded), scales.folding)
    if spec.form is FieldForm.PLACE and scales.places is not None:
        return scales.places.compare(wanted, scales.folding.normal(recorded), entry.year)
    if spec.form is FieldForm.NUMBER:
        return compare_numbers(wanted, recorded, entry.year)
    there = scales.folding.normal(recorded)
    if any(form in there for form in sought.other_forms.get(code, ())):
        return Agreement("lineage", _LINEAGE_CHANCE)
    return agreement
