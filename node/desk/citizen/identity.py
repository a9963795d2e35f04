"""/real-name: to the provider and back; the demo's own form, marked as what it is."""

import hmac
from dataclasses import replace

from starlette.responses import Response

from node.citizen_ports import DemoDesk
from node.desk.citizen.entrance import OWN, Entrance
from node.desk.citizen.sessions import CitizenSession
from node.domain.citizen_reasons import REAL_NAME_REFUSED
from records.refusal import Refusal
from webui.cookies import clear_session, set_session
from webui.pages import see_other
from webui.reasons import PAGE_NOT_FOUND
from webui.visit import Visit

_FIELDS = ("name", "id_no", "mobile")


class IdentityPages:
    """Handlers of proving who one is."""

    def __init__(self, entrance: Entrance) -> None:
        """Serve one set of pages."""
        self._door = entrance
        self._provider = entrance.settings.real_name

    def show(self, visit: Visit) -> Response:
        """Why identity is asked for, and the way to the provider."""
        known = self._door.session(visit)
        state = known.state or self._door.settings.random(16).hex()
        self._door.sessions.keep(visit.session_id, replace(known, state=state))
        values = {"address": self._provider.address(state), "errors": {}}
        return self._door.render(visit, "real_name.html", values)

    def demo_form(self, visit: Visit) -> Response:
        """The demo's form. Raises Refusal: PAGE_NOT_FOUND where a real provider is set up."""
        return self._demo_page(visit, visit.query.get("state", ""), {})

    def demo_prove(self, visit: Visit) -> Response:
        """A ticket for what was typed; the address carries the ticket and nothing of a person."""
        desk, state = self._demo(), visit.form.text("state")
        said = {name: visit.form.text(name) for name in _FIELDS}
        missing = {name: visit.words(f"citizen.need_{name}") for name in _FIELDS if not said[name]}
        if missing:
            return self._demo_page(visit, state, missing, status=422)
        try:
            ticket = desk.prove(said, state, visit.now)
        except Refusal as refusal:
            errors = {"id_no": self._door.say(visit, refusal)}
            return self._demo_page(visit, state, errors, status=422)
        return see_other(f"/real-name/return?ticket={ticket}&state={state}")

    def come_back(self, visit: Visit) -> Response:
        """The person behind the ticket is known in this browser, under a new session id."""
        before, state = self._door.session(visit), visit.query.get("state", "")
        if not before.state or not hmac.compare_digest(before.state, state):
            raise Refusal(REAL_NAME_REFUSED)
        person = self._provider.redeem(visit.query.get("ticket", ""), state, visit.now)
        fresh = self._door.settings.random(32).hex()
        self._door.sessions.end(visit.session_id)
        self._door.sessions.keep(
            fresh, CitizenSession(began=visit.now, seen=visit.now, person=person)
        )
        after = before.next_path if before.next_path != "/" else "/mine"
        response = see_other(after)
        if before.kept:
            known = visit.with_session(fresh)
            values = {"kept": before.kept, "kept_path": after, "errors": {}}
            response = self._door.render(known, "kept.html", values)
        set_session(response, fresh, secure=self._door.settings.secure, whose=OWN)
        return response

    def sign_out(self, visit: Visit) -> Response:
        """Nobody is known in this browser any more."""
        self._door.sessions.end(visit.session_id)
        response = see_other("/")
        clear_session(response, secure=self._door.settings.secure, whose=OWN)
        return response

    def _demo(self) -> DemoDesk:
        if not self._provider.is_demo:
            raise Refusal(PAGE_NOT_FOUND)
        return self._provider  # type: ignore[return-value]

    def _demo_page(
        self, visit: Visit, state: str, errors: dict[str, str], *, status: int = 200
    ) -> Response:
        self._demo()
        values = {"state": state, "errors": errors}
        return self._door.render(visit, "demo_real_name.html", values, status=status)
