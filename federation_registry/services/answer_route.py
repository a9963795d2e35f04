"""Answers a routing question with the same pure rules that every node has."""

from collections.abc import Callable, Mapping
from typing import Protocol

from federation_registry.domain.reasons import ROUTE_MALFORMED
from federation_registry.ports import Clock
from federation_registry.services.current_directory import CurrentDirectory
from records.deadlines import BEIJING
from records.jurisdictions import Jurisdictions
from records.kinds import get_kind
from records.refusal import Refusal
from records.route_terms import RouteAnswer, RouteQuery, with_notices
from records.routing import route

LONGEST_PLACE = 100
LONGEST_NUMBER = 60
LONGEST_CODE = 64
FIRST_YEAR, LAST_YEAR = 1900, 2100


class States(Protocol):
    """What is known of who is awake."""

    def states(self) -> Mapping[str, str]:
        """State of every node that is not ready."""
        ...

    def notices(self) -> Mapping[str, str]:
        """What nodes say of their maintenance."""
        ...


class AnswerRoute:
    """Routes by the directory in force."""

    def __init__(
        self,
        directory: CurrentDirectory,
        jurisdictions: Callable[[], Jurisdictions],
        states: States,
        clock: Clock,
    ) -> None:
        """Read areas from `jurisdictions` and liveness from `states`."""
        self._directory = directory
        self._jurisdictions = jurisdictions
        self._states = states
        self._clock = clock

    def answer(self, query: RouteQuery) -> RouteAnswer:
        """The archives to ask, not to ask, or a question.

        Raises:
            Refusal: CATEGORY_UNKNOWN, ROUTE_MALFORMED with the field.
        """
        get_kind(query.category)
        _verify(query)
        answer = route(
            query,
            index=self._directory.index(),
            jurisdictions=self._jurisdictions(),
            liveness=self._states.states(),
            today=self._clock().astimezone(BEIJING).date(),
        )
        return with_notices(answer, self._states.notices())


def _verify(query: RouteQuery) -> None:
    texts = (
        ("place", query.place, LONGEST_PLACE),
        ("number", query.number, LONGEST_NUMBER),
        ("asking_node", query.asking_node, LONGEST_CODE),
        ("purpose", query.purpose, LONGEST_CODE),
        ("requester", query.requester, LONGEST_CODE),
        ("delivery", query.delivery, LONGEST_CODE),
        ("granularity", query.granularity, LONGEST_CODE),
    )
    for field, value, longest in texts:
        if len(value) > longest or not value.isprintable():
            raise Refusal(ROUTE_MALFORMED, field)
    for year in (query.year, query.year_to):
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
            raise Refusal(ROUTE_MALFORMED, "year")
