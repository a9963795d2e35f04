"""/me: post in force, language, letter size, single-key shortcuts."""

from starlette.responses import Response

from node.desk.desk import Desk
from node.domain.officers import Actor
from webui.cookies import LANGUAGES, SHORTCUTS, SIZES, set_preference
from webui.pages import see_other
from webui.visit import Visit

_CHOICES = {"language": LANGUAGES, "size": SIZES, "shortcuts": SHORTCUTS}


class PreferencePages:
    """Handlers of the officer's own page."""

    def __init__(self, desk: Desk) -> None:
        """Serve one desk."""
        self._desk = desk

    def start(self, visit: Visit, actor: Actor) -> Response:
        """To the desk of the officer's own post; to their own page where they have none."""
        doors = [door for door in self._desk.doors_of(actor) if door.posts[0] in actor.posts]
        return see_other(doors[0].path if doors else "/me")

    def show(self, visit: Visit, actor: Actor) -> Response:
        """What is chosen now."""
        return self._desk.render(visit, actor, "me.html", {"errors": {}})

    def save(self, visit: Visit, actor: Actor) -> Response:
        """The choices are kept in this browser; unknown values are ignored."""
        response = see_other("/me")
        for name, allowed in _CHOICES.items():
            value = visit.form.text(name)
            if value in allowed:
                set_preference(response, name, value, secure=self._desk.config.secure)
        return response
