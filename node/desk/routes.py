"""How routes are written: one line each, and none without saying who may pass it."""

from starlette.routing import Route

from node.desk.desk import open_to
from webui.site import Endpoint


def page_at(path: str, endpoint: Endpoint) -> Route:
    """A page. Of which nobody said who may see it, it is not served at all."""
    open_to(endpoint)
    return Route(path, endpoint, methods=["GET"])


def form_at(path: str, endpoint: Endpoint) -> Route:
    """An act: a form is sent there."""
    open_to(endpoint)
    return Route(path, endpoint, methods=["POST"])
