"""F1 /fed, F2 /fed/nodes/new, F3 /fed/nodes/{id}, F4 /fed/certs, F5 /fed/routes, F6 /fed/log."""

from collections.abc import Callable, Mapping

from starlette.responses import Response

from federation_registry.services.answer_route import AnswerRoute
from federation_registry.services.oversee import Oversee
from federation_registry.web.ring import MOST, draw_ring
from records.kinds import KINDS
from records.refusal import Refusal
from records.route_terms import RouteAnswer, RouteQuery
from webui.cookies import LANGUAGES, SIZES, set_preference
from webui.pages import Pages, see_other
from webui.status import http_status
from webui.visit import Visit

DOORS = (
    ("/fed", "nav.fed"),
    ("/fed/nodes/new", "nav.joining"),
    ("/fed/certs", "nav.endings"),
    ("/fed/routes", "nav.routes"),
    ("/fed/log", "nav.log"),
)
_ASKED = ("category", "place", "year", "number", "from")


class ConsolePages:
    """Handlers of the console."""

    def __init__(
        self,
        pages: Pages,
        oversee: Oversee,
        routes: Callable[[], AnswerRoute],
        *,
        sample: bool,
    ) -> None:
        """Show what `oversee` sees; `routes` answers tries."""
        self._pages = pages
        self._oversee = oversee
        self._routes = routes
        self._sample = sample

    def start(self, _visit: Visit) -> Response:
        """To the federation."""
        return see_other("/fed")

    def federation(self, visit: Visit) -> Response:
        """The ring and its table."""
        view = self._oversee.federation()
        ring = draw_ring(view, visit.words("fed.ring")) if len(view.members) <= MOST else ""
        urgent = [one for one in self._oversee.endings() if one.notice]
        values = {
            "view": view,
            "ring": ring,
            "urgent": urgent,
            "waiting": self._oversee.waiting(),
        }
        return self._show(visit, "fed.html", values)

    def joining(self, visit: Visit) -> Response:
        """Invitations and the next step of each."""
        return self._show(visit, "joining.html", {"joinings": self._oversee.joinings()})

    def member(self, visit: Visit) -> Response:
        """One member. Raises Refusal: MEMBER_NOT_LISTED."""
        line, agreements, coverage = self._oversee.member(visit.params["id"])
        endings = [one for one in self._oversee.endings() if one.subject == line.participant_id]
        values = {"one": line, "agreements": agreements, "coverage": coverage, "endings": endings}
        return self._show(visit, "member.html", values)

    def endings(self, visit: Visit) -> Response:
        """Certificates and keys by the days they still live."""
        return self._show(visit, "endings.html", {"endings": self._oversee.endings()})

    def log(self, visit: Visit) -> Response:
        """What officers and members did."""
        return self._show(visit, "log.html", {"acts": self._oversee.acts()})

    def try_route(self, visit: Visit) -> Response:
        """试算: which archives would be asked, which not, and why."""
        asked = {name: visit.query.get(name, "").strip() for name in _ASKED}
        answer, errors, status = None, {}, 200
        if asked["category"]:
            try:
                answer = self._answer(asked)
            except Refusal as refusal:
                reason = refusal.reason
                errors = {"": f"{reason.en if visit.english else reason.zh}: {refusal.detail}"}
                status = http_status(reason.kind)
            except ValueError:
                errors, status = {"year": visit.words("routes.bad_year")}, 422
        values = {
            "asked": asked,
            "answer": answer,
            "errors": errors,
            "categories": [(code, kind.label) for code, kind in KINDS.items()],
        }
        return self._show(visit, "routes.html", values, status=status)

    def prefer(self, visit: Visit) -> Response:
        """Language and letter size of this browser."""
        response = see_other("/fed")
        for name, allowed in (("language", LANGUAGES), ("size", SIZES)):
            if visit.form.text(name) in allowed:
                set_preference(response, name, visit.form.text(name), secure=False)
        return response

    def _answer(self, asked: Mapping[str, str]) -> RouteAnswer:
        return self._routes().answer(
            RouteQuery(
                category=asked["category"],
                place=asked["place"],
                year=int(asked["year"]) if asked["year"] else None,
                number=asked["number"],
                asking_node=asked["from"],
            )
        )

    def _show(
        self, visit: Visit, template: str, values: Mapping[str, object], *, status: int = 200
    ) -> Response:
        common = {"doors": DOORS, "here": visit.path, "sample": self._sample, "errors": {}}
        return self._pages.render(visit, template, {**common, **values}, status=status)
