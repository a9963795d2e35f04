"""Which archive may hold it (category × place then × year × number), and may we ask?

Rule of domain.md §4.7: place and year → areas then → areas today → archives whose declared
coverage includes them → agreement → fan-out. More than one archive is normal. The same function
runs at the asking node, at the registry and at the holder, so the registry may be away. Says why
each archive was chosen or not; it never sees a name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from records.agreement_rules import AgreementQuestion, evaluate_agreements
from records.certificate_numbers import parse_certificate_number
from records.coverage import HoldingsCoverage
from records.coverage_rules import evaluate_coverage
from records.jurisdictions import Jurisdictions, PlaceAnswer
from records.process_reasons import NODE_NOT_ACTIVE, NOT_COVERED
from records.referrals import Referral, court_referrals, referrals_for
from records.refusal import Refusal
from records.route_index import RouteIndex
from records.route_terms import (
    STATES,
    RouteAnswer,
    RouteAsk,
    RouteCandidate,
    RouteJurisdiction,
    RouteQuery,
    RouteRefusal,
)


def route(
    query: RouteQuery,
    *,
    index: RouteIndex,
    jurisdictions: Jurisdictions,
    liveness: Mapping[str, str],
    today: date,
) -> RouteAnswer:
    """Choose the archives for a question.

    Args:
        query: The question.
        index: Facts of the verified directory.
        jurisdictions: The area table.
        liveness: Node → state; a node without an entry counts as ready, because nothing is known
            against it.
        today: The day on which agreements are judged, Beijing time.
    """
    answers = [
        _route_place(replace(query, place=place), index, jurisdictions, liveness, today)
        for place in (query.place, *query.other_places)
    ]
    return _merge(answers, query) if len(answers) > 1 else answers[0]


def _route_place(
    query: RouteQuery,
    index: RouteIndex,
    jurisdictions: Jurisdictions,
    liveness: Mapping[str, str],
    today: date,
) -> RouteAnswer:
    area, year = area_of(query, jurisdictions)
    understood = tuple(
        RouteJurisdiction(code=row.code, name=row.name, period=row.period)
        for row in dict.fromkeys(area.then + area.today)
    )
    if area.reason:
        choices = area.choices or _issued_area(query, jurisdictions)
        ask = RouteAsk(code=area.reason.code, question=area.question, choices=choices)
        return RouteAnswer(ask=ask, jurisdictions=understood)
    chosen: list[RouteCandidate] = []
    refused: list[RouteRefusal] = []
    declared: list[Referral] = []
    judgement = _Judgement(query, index, area, year, today)
    for coverage in index.find_coverage(query.category, area.codes):
        verdict = judgement.judge(coverage, liveness.get(coverage.node_id, "ready"))
        if isinstance(verdict, RouteCandidate):
            chosen.append(verdict)
            continue
        refused.append(verdict)
        if verdict.code == NOT_COVERED.code and coverage.referral:
            declared.append(Referral(name=coverage.referral, why=verdict.why))
    chosen.sort(key=lambda one: _rank(one, query.asking_node))
    return RouteAnswer(
        nodes=tuple(chosen),
        refused=tuple(refused),
        jurisdictions=understood,
        referrals=_referrals(query, year, declared, chosen),
    )


def _merge(answers: Sequence[RouteAnswer], query: RouteQuery) -> RouteAnswer:
    """One answer for all places: an archive that one of them leads to is asked once.

    A place that is not understood asks back before anybody is chosen.
    """
    ask = next((answer.ask for answer in answers if answer.ask), None)
    understood = tuple(dict.fromkeys(row for one in answers for row in one.jurisdictions))
    if ask is not None:
        return RouteAnswer(ask=ask, jurisdictions=understood)
    nodes = {one.archive_code: one for answer in reversed(answers) for one in answer.nodes}
    refused = {
        one.archive_code: one
        for answer in answers
        for one in answer.refused
        if one.archive_code not in nodes
    }
    return RouteAnswer(
        nodes=tuple(sorted(nodes.values(), key=lambda one: _rank(one, query.asking_node))),
        refused=tuple(refused.values()),
        jurisdictions=understood,
        referrals=tuple(dict.fromkeys(row for one in answers for row in one.referrals)),
    )


def _issued_area(query: RouteQuery, jurisdictions: Jurisdictions) -> tuple[str, ...]:
    """The area of the identity number as it is called today, obsolete codes included."""
    if query.place or not query.issued_area:
        return ()
    found = jurisdictions.resolve_code(query.issued_area)
    return () if found.reason else tuple(row.full_name for row in found.today)


def area_of(query: RouteQuery, jurisdictions: Jurisdictions) -> tuple[PlaceAnswer, int | None]:
    """The areas and the year that the question means.

    A national certificate number (J330402-2012-000123) was given by the office itself and beats
    memory; an unknown area code in it falls back to the place.
    """
    if query.number:
        try:
            number = parse_certificate_number(query.number, volume_year=query.year)
        except Refusal:
            return jurisdictions.resolve(query.place, query.year), query.year
        if number.form == "national":
            found = jurisdictions.resolve_code(number.office, number.year)
            if not found.reason:
                return found, number.year
        year = query.year or number.year
        return jurisdictions.resolve(query.place, year), year
    return jurisdictions.resolve(query.place, query.year), query.year


@dataclass(frozen=True, slots=True)
class _Judgement:
    """One question against one declaration after another."""

    query: RouteQuery
    index: RouteIndex
    area: PlaceAnswer
    year: int | None
    today: date

    @property
    def _year_to(self) -> int | None:
        """Last year of the period, unless a number named the year."""
        return self.query.year_to if self.year == self.query.year else None

    def judge(self, coverage: HoldingsCoverage, state: str) -> RouteCandidate | RouteRefusal:
        """Chosen or refused, with the sentence that says why."""
        if coverage.node_id not in self.index.active_nodes:
            return self._refuse(coverage, NODE_NOT_ACTIVE.code, NODE_NOT_ACTIVE.zh + "。")
        covered = evaluate_coverage(
            (coverage,),
            category=self.query.category,
            areas=self.area.codes,
            year_from=self.year,
            year_to=self._year_to,
        )
        if not covered.covered:
            return self._refuse(coverage, NOT_COVERED.code, self._not_covered(coverage))
        why = self._covered(coverage)
        if not self.query.asking_node:
            return self._choose(coverage, state, why)
        decision = evaluate_agreements(
            self.index.agreements_between(self.query.asking_node, coverage.node_id),
            self._agreement_question(coverage.node_id),
            self.today,
            self.index.ended,
        )
        if not decision.allowed:
            refused = self._refuse(coverage, decision.code, decision.why)
            return replace(refused, rule=decision.rule)
        chosen = self._choose(coverage, state, why + decision.why)
        if decision.agreement is None:
            return chosen
        return RouteCandidate(
            node_id=chosen.node_id,
            archive_code=chosen.archive_code,
            why=chosen.why,
            agreement_id=decision.agreement.agreement_id,
            agreement_version=decision.agreement.version,
            seal_mode=decision.agreement.seal_mode,
            state=state,
        )

    def _agreement_question(self, holding_node: str) -> AgreementQuestion:
        query = self.query
        return AgreementQuestion(
            asking_node=query.asking_node,
            holding_node=holding_node,
            category=query.category,
            requester=query.requester,
            purpose=query.purpose,
            year=self.year,
            year_to=self._year_to,
            granularity=query.granularity,
            delivery=query.delivery,
        )

    def _choose(self, coverage: HoldingsCoverage, state: str, why: str) -> RouteCandidate:
        return RouteCandidate(
            node_id=coverage.node_id, archive_code=coverage.archive_code, why=why, state=state
        )

    def _refuse(self, coverage: HoldingsCoverage, code: str, why: str) -> RouteRefusal:
        return RouteRefusal(
            node_id=coverage.node_id, archive_code=coverage.archive_code, code=code, why=why
        )

    def _covered(self, coverage: HoldingsCoverage) -> str:
        """Why it may be there: 「上饶县今属广信区，某馆收藏该地1950–2013年同类档案。」."""
        name = self.index.archive_name(coverage.archive_code)
        places = "、".join(dict.fromkeys(row.name for row in self.area.today))
        then = "、".join(dict.fromkeys(row.name for row in self.area.then))
        moved = f"{then}今属{places}，" if then and then != places else f"{places}，"
        years = f"{coverage.covered_from}–{coverage.covered_to}年"
        unknown = "" if self.year is not None else "（年份不详）"
        return f"{moved}{name}收藏该地{years}同类档案{unknown}。"

    def _not_covered(self, coverage: HoldingsCoverage) -> str:
        name = self.index.archive_name(coverage.archive_code)
        years = f"{coverage.covered_from}–{coverage.covered_to}年"
        referral = f"；{coverage.referral}" if coverage.referral else ""
        last = self._year_to
        asked = f"{self.year}–{last}" if last not in (None, self.year) else f"{self.year}"
        return f"{name}只收藏{years}，不含{asked}年{referral}。"


def _rank(candidate: RouteCandidate, asking_node: str) -> tuple[bool, int, str, str]:
    known = candidate.state in STATES
    state = STATES.index(candidate.state) if known else len(STATES)
    return (candidate.node_id != asking_node, state, candidate.node_id, candidate.archive_code)


def _referrals(
    query: RouteQuery, year: int | None, own: list[Referral], chosen: list[RouteCandidate]
) -> tuple[Referral, ...]:
    """What archives name that do not cover the year, then the offices that usually keep it.

    A divorce may have been a court's: the court is named beside whoever is asked.
    """
    court = court_referrals(query.category, query.event)
    if chosen and not own:
        return court
    return tuple(dict.fromkeys([*own, *court, *referrals_for(query.category, year)]))
