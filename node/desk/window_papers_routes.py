"""The window's routes for papers, letters, the register of post, and devices."""

from starlette.routing import Route

from node.desk.desk import Desk
from node.desk.devices import DevicePages
from node.desk.drafts import KeptForms
from node.desk.office_papers import OfficePaperPages
from node.desk.routes import form_at, page_at
from records.duties import Post


def window_papers_routes(desk: Desk) -> list[Route]:
    """Who orders, signs, posts and enters answers at the window."""
    staff, papers, kept = desk.staff, OfficePaperPages(desk), KeptForms(desk).keeping
    window = (Post.WINDOW_CLERK, Post.WINDOW_REVIEWER)
    clerk, reviewer = (Post.WINDOW_CLERK,), (Post.WINDOW_REVIEWER,)
    return [
        page_at("/intake/{id}/papers", staff(papers.show, window)),
        form_at("/intake/{id}/papers", staff(papers.order, window)),
        form_at("/intake/{id}/letter", staff(papers.letter, reviewer)),
        page_at("/intake/{id}/papers/{paper}", staff(papers.open, window)),
        form_at("/intake/{id}/papers/{paper}/post", staff(kept("post", papers.post), clerk)),
        form_at("/intake/{id}/papers/{paper}/answer", staff(kept("answer", papers.answer), clerk)),
        page_at("/post", staff(papers.register, clerk)),
        *_device_routes(desk),
    ]


def _device_routes(desk: Desk) -> list[Route]:
    """Card readers and cameras: the clerk's."""
    staff, devices, clerk = desk.staff, DevicePages(desk), (Post.WINDOW_CLERK,)
    return [
        page_at("/devices", staff(devices.show, clerk)),
        form_at("/devices/ask", staff(devices.ask, clerk)),
        form_at("/devices/pair", staff(devices.pair, clerk)),
        form_at("/devices/card", staff(devices.card, clerk)),
        form_at("/devices/picture", staff(devices.picture, clerk)),
        form_at("/devices/{device}/end", staff(devices.end, clerk)),
    ]
