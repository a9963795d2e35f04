"""Routes of complaints (R5), misuse alerts and call-backs."""

from starlette.routing import Route

from node.desk.desk import COMPLAINT_POSTS, LOOKERS, Desk
from node.desk.drafts import KeptForms
from node.desk.rights_pages import RightsPages
from node.desk.routes import form_at, page_at
from records.duties import Post

_CALLERS = (Post.RELEASE_DISPATCHER, Post.LEADER)
_ASSIGNERS = (Post.LEADER, Post.SUPERVISOR)
_REGISTRARS = (Post.WINDOW_CLERK, Post.WINDOW_REVIEWER, Post.RELEASE_DISPATCHER, Post.LEADER)
_REVIEWERS = (Post.LEADER, Post.SUPERVISOR, Post.WINDOW_REVIEWER, Post.RELEASE_DISPATCHER)


def rights_routes(desk: Desk) -> list[Route]:
    """Registrars register, leaders and supervisors assign, who is assigned decides."""
    staff, pages, kept = desk.staff, RightsPages(desk), KeptForms(desk).keeping
    return [
        page_at("/complaints", staff(pages.complaints, COMPLAINT_POSTS)),
        form_at("/complaints", staff(kept("complain", pages.register), _REGISTRARS)),
        form_at("/complaints/{id}/assign", staff(pages.assign, _ASSIGNERS)),
        form_at("/complaints/{id}/decide", staff(kept("decide", pages.decide), _REVIEWERS)),
        page_at("/alerts", staff(pages.alerts, LOOKERS)),
        form_at("/alerts/{id}/acknowledge", staff(kept("alert", pages.acknowledge), _ASSIGNERS)),
        page_at("/callbacks", staff(pages.call_backs, _CALLERS)),
        form_at("/callbacks/{id}", staff(kept("callback", pages.record), _CALLERS)),
    ]
