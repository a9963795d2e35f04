"""/review/{id}/ask: before a case is admitted, all its archives are asked at once what they have.

Counts and years come back, signed, and no person; silence is shown as silence.
"""

from starlette.responses import Response

from node.desk.desk import Desk
from node.desk.review import ReviewPages
from node.domain.officers import Actor
from records.refusal import Refusal
from webui.pages import see_other
from webui.status import http_status
from webui.visit import Visit


class AskingPages:
    """Handlers of the question; its answers stand on the page of the review."""

    def __init__(self, desk: Desk, review: ReviewPages) -> None:
        """Serve one desk."""
        self._desk = desk
        self._review = review

    def ask(self, visit: Visit, actor: Actor) -> Response:
        """The question is on its way to every archive of the route."""
        case_no = visit.params["id"]
        try:
            self._desk.office.asking.start(case_no, actor)
        except Refusal as refusal:
            said = {"": self._desk.say(visit, refusal)}
            status = http_status(refusal.reason.kind)
            return self._review.page(visit, actor, case_no, said, status=status)
        return see_other(f"/review?id={case_no}")

    def part(self, visit: Visit, actor: Actor) -> Response:
        """What the archives said so far; without scripts the whole page says it."""
        case_no = visit.params["id"]
        if not visit.partial:
            return see_other(f"/review?id={case_no}")
        asked = self._desk.office.asking.show(case_no, actor)
        values: dict[str, object] = {"asked": asked, "asked_case": case_no, "errors": {}}
        return self._desk.render(visit, actor, "asked.html", values)
