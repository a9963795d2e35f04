"""What a search's matches amount to: the outcome, who is shown, and what to ask next.

Source: domain.md §4.5. A person whose identity is certain hides the doubtful ones; where several
remain, the answer is a question to the citizen, never other people's data.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from records.entries import Candidate
from records.fields import FieldForm
from records.matching import Match
from records.outcomes import Outcome
from records.person_names import NameFolding
from records.sought import Sought


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Outcome of one search before coverage is considered."""

    outcome: Outcome
    shown: tuple[Match, ...]
    """Best first."""
    ask: str = ""
    """The question that would tell them apart; empty where none is needed."""


def judge(matches: Sequence[Match], sought: Sought, folding: NameFolding) -> Judgement:
    """The outcome for these matches, one per record."""
    ranked = sorted(matches, key=lambda match: (match.is_doubtful, -match.score))
    vouched = [match for match in ranked if match.is_vouched]
    identified = vouched or [match for match in ranked if match.is_identified]
    shown = tuple(identified or ranked)
    if not shown:
        return Judgement(outcome=Outcome.NO_RECORD_COVERED, shown=())
    if not identified or len(_persons(shown, folding)) > 1:
        return Judgement(
            outcome=Outcome.HIT_AMBIGUOUS, shown=shown, ask=next_question(sought, shown)
        )
    if not vouched:
        return Judgement(outcome=Outcome.HIT_DISCREPANCY, shown=shown)
    if len(shown) > 1:
        return Judgement(outcome=Outcome.HIT_SAME_PERSON_MULTI, shown=shown)
    best = shown[0]
    partial = bool(best.entry.damage) or "□" in "".join(best.entry.values.values())
    # A line of a roster is less than the person's own card: where there is no card, it is part.
    partial = partial or sought.kind.get_person(best.role).is_roster
    return Judgement(outcome=Outcome.HIT_PARTIAL if partial else Outcome.HIT_UNIQUE, shown=shown)


def next_question(sought: Sought, shown: Sequence[Match]) -> str:
    """The most telling fact that was not given and that these records hold."""
    kind = sought.kind
    relatives = [person for person in kind.people if not person.is_sought]
    spouses = len([person for person in kind.people if person.is_subject]) > 1
    if not sought.other.name and spouses:
        return "配偶姓氏？"
    for person in relatives if not sought.other.name else ():
        if _is_recorded(shown, person.name):
            return f"{person.label}姓名？"
    if sought.subject.birth is None:
        return "出生年份？"
    if sought.period is None and kind.event_dates:
        return f"{kind.get_field(kind.event_dates[0]).label.removesuffix('日期')}年份？"
    for spec in kind.fields:
        telling = spec.form in (FieldForm.TEXT, FieldForm.NUMBER) and not spec.party
        if telling and spec.code not in sought.free and _is_recorded(shown, spec.code):
            return f"{spec.label}？"
    return "登记地点或住址？"


def candidate_of(match: Match) -> Candidate:
    """The match as the interface shows it."""
    return Candidate(
        reference_code=match.entry.reference_code,
        tier=match.tier,
        score=match.score,
        reasons=tuple(one.reason for one in match.evidence),
        releasable=match.is_releasable,
    )


def _is_recorded(shown: Sequence[Match], column: str) -> bool:
    return any(match.entry.values.get(column, "").strip() for match in shown)


def _persons(shown: Sequence[Match], folding: NameFolding) -> set[frozenset[str]]:
    """The people that the records are about: one couple's several events are one."""
    return {
        frozenset(folding.normal(name) for name in _names(match)) or frozenset({match.role})
        for match in shown
    }


def _names(match: Match) -> list[str]:
    names = (code for code in match.entry.values if code.endswith("name") and "former" not in code)
    return [match.entry.values[code] for code in names if match.entry.values[code].strip()]
