"""Where a request would be asked, from the node's own directory: the registry may be dead.

The same pure rules run at the registry and at the holder (records/routing.py).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from node.domain.application import Application, eligibility_of_form, verify_application
from node.domain.cases import Leg, RefusedRoute
from node.domain.views import RoutePreview
from node.ports import Clues
from node.services.house import House
from records.eligibility import DEFAULT_FLOORS, evaluate_eligibility
from records.eligibility_terms import Effect
from records.id_numbers import find_id_number
from records.refusal import Reason
from records.route_terms import RouteAnswer, RouteQuery
from records.service_hours import open_now, read_calendar


class RouteCase:
    """Routes applications."""

    def __init__(self, house: House, clues: Clues) -> None:
        """From the directory of `house`."""
        self._house = house
        self._clues = clues

    def preview(self, form: Application) -> RoutePreview:
        """Eligibility and route of a complete form.

        Raises:
            Refusal: APPLICATION_MALFORMED, the query reasons, DIRECTORY_MISSING.
        """
        verify_application(form)
        self._clues.check(form.query)
        answer = self._route(form)
        legs = tuple(self._legs(form, answer))
        decision = evaluate_eligibility(eligibility_of_form(form), floors=DEFAULT_FLOORS)
        return RoutePreview(
            legs=legs,
            closed=tuple(self._closed(leg.holder_archive for leg in legs)),
            refused_routes=tuple(
                RefusedRoute(
                    node_id=refused.node_id,
                    archive_code=refused.archive_code,
                    name=self._name(refused.archive_code),
                    code=refused.code,
                    why=refused.why,
                )
                for refused in answer.refused
            ),
            question=answer.ask.question if answer.ask else "",
            choices=answer.ask.choices if answer.ask else (),
            referrals=tuple(f"{one.name}：{one.why}" for one in answer.referrals),
            eligibility_rule=decision.rule,
            eligible=decision.effect in (Effect.ALLOW, Effect.LEADER),
            eligibility_code=decision.code,
            eligibility_why=decision.reason.zh if decision.reason else decision.basis,
            missing_papers=decision.missing,
            directory=self._house.directory.current().freshness(self._house.clock()),
        )

    def reason(self, form: Application) -> Reason | None:
        """Why the applicant may not ask; None = they may."""
        decision = evaluate_eligibility(eligibility_of_form(form), floors=DEFAULT_FLOORS)
        return None if decision.effect in (Effect.ALLOW, Effect.LEADER) else decision.reason

    def _route(self, form: Application) -> RouteAnswer:
        years = self._clues.years(form.query)
        places = self._clues.places(form.query) or ("",)
        card = find_id_number(form.query.subject.id_no or form.applicant.id_no)
        return self._clues.route(
            RouteQuery(
                category=form.query.category,
                place=places[0],
                event=form.query.free.get("event_type", "").strip(),
                other_places=tuple(places[1:]),
                issued_area=card.area if card else "",
                year=years[0],
                year_to=years[1],
                number=form.query.number,
                asking_node=self._house.node_id,
                purpose=form.purpose,
                requester=form.applicant.relation,
                granularity="image" if form.output == "copy" else "extract",
                delivery=form.agreed_delivery,
            ),
            self._house.directory.current(),
            self._house.today(),
        )

    def _legs(self, form: Application, answer: RouteAnswer) -> list[Leg]:
        contacts = {
            agreement.agreement_id: agreement.contacts for agreement in self._house.agreements()
        }
        return [
            Leg(
                holder_archive=chosen.archive_code,
                holder_name=self._name(chosen.archive_code),
                node_id=chosen.node_id,
                why=chosen.why + (f"（{chosen.notice}）" if chosen.notice else ""),
                agreement_id=chosen.agreement_id,
                agreement_version=chosen.agreement_version,
                contact=contacts.get(chosen.agreement_id, {}).get(chosen.node_id, ""),
            )
            for chosen in answer.nodes
            if not form.holders or chosen.archive_code in form.holders
        ]

    def _closed(self, archives: Iterable[str]) -> Iterator[tuple[str, datetime | None]]:
        """Archives whose declared hours say that nobody is there now."""
        now, hours = self._house.clock(), self._house.directory.current().hours
        for archive in archives:
            declared = hours.get(archive)
            if declared is None:
                continue
            standing = open_now(read_calendar(declared.statement), now)
            if not standing.is_open:
                yield archive, standing.next_opening

    def _name(self, archive_code: str) -> str:
        return self._house.directory.current().view.get_archive(archive_code)[1].name
