"""/help/keys: a card of all keys, to print and put beside the keyboard."""

from starlette.responses import Response

from node.desk.desk import Desk
from node.domain.officers import Actor
from webui.visit import Visit

CARD: dict[str, tuple[tuple[str, str], ...]] = {
    "everywhere": (("?", "help"), ("L", "lock"), ("J K", "up_down"), ("/", "search")),
    "forms": (
        ("Enter", "enter"),
        ("Ctrl+Enter", "submit"),
        ("Ctrl+S", "save"),
        ("Alt+1–4", "blocks"),
        ("1–4", "digits"),
    ),
    "window": (
        ("N", "new"),
        ("F2", "card"),
        ("W", "remind"),
        ("Q", "ask_archives"),
        ("A", "accept"),
        ("B", "send_back"),
    ),
    "partner": (
        ("G", "next"),
        ("C", "claim"),
        ("M 1 2 3", "marks"),
        ("A", "approve"),
        ("B", "return"),
        ("N", "none"),
        ("T", "refer"),
        ("H", "manual"),
        ("E", "hand_over"),
        ("W", "remind"),
        ("U", "undo"),
        ("D", "cover"),
        ("+ − 0 R", "image"),
        ("← →", "page"),
    ),
}
"""Where a key works → keys and the word for what they do (`keys.*`)."""


class HelpPages:
    """Handler of the card."""

    def __init__(self, desk: Desk) -> None:
        """Serve one desk."""
        self._desk = desk

    def keys(self, visit: Visit, actor: Actor) -> Response:
        """The card."""
        return self._desk.render(visit, actor, "help_keys.html", {"card": CARD, "errors": {}})
