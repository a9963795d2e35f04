"""/devices: pairing helpers, asking them, and taking up what they read (docs/devices.md)."""

import hashlib
import json
from dataclasses import replace

from starlette.responses import Response

from node.desk.desk import Desk
from node.desk.drafts import own_draft
from node.domain.officers import Actor
from records.refusal import Refusal
from webui.pages import see_other
from webui.status import http_status
from webui.visit import Visit


class DevicePages:
    """Handlers of devices at the window."""

    def __init__(self, desk: Desk) -> None:
        """Serve one desk."""
        self._desk = desk
        self._devices = desk.config.doors.devices

    def show(self, visit: Visit, actor: Actor) -> Response:
        """What is paired, and the form that pairs one more."""
        return self._page(visit, actor, {})

    def ask(self, visit: Visit, actor: Actor) -> Response:
        """A question for a helper, as JSON."""
        return _json({"challenge": self._devices.ask(actor)})

    def pair(self, visit: Visit, actor: Actor) -> Response:
        """The helper is paired with this archive."""
        errors = {
            name: visit.words(f"devices.need_{name}")
            for name in ("introduction", "code")
            if not visit.form.has(name)
        }
        if errors:
            return self._page(visit, actor, errors, status=422)
        said, code = visit.form.text("introduction"), visit.form.text("code")
        try:
            self._devices.pair(said, code, visit.origin, actor)
        except Refusal as refusal:
            errors = {"code": self._desk.say(visit, refusal)}
            status = http_status(refusal.reason.kind)
            return self._page(visit, actor, errors, status=status)
        return see_other("/devices")

    def end(self, visit: Visit, actor: Actor) -> Response:
        """The pairing ended."""
        self._devices.end(visit.params["device"], actor)
        return see_other("/devices")

    def card(self, visit: Visit, actor: Actor) -> Response:
        """A card was read for a draft: name and number, as JSON for the form.

        Raises:
            Refusal: DRAFT_NOT_FOUND, DEVICE_UNKNOWN, READING_NOT_GENUINE.
        """
        drafts = self._desk.config.drafts
        draft = own_draft(drafts, visit.form.text("draft"), actor, visit)
        reading = self._devices.hear(visit.form.text("said"), visit.origin, actor)
        card = self._devices.card(reading)
        drafts.save(replace(draft, card=card, saved_at=visit.now))
        return _json({"name": card.name, "id_no": card.id_no})

    def picture(self, visit: Visit, actor: Actor) -> Response:
        """A paired camera took this picture: the draft remembers its digest.

        Raises:
            Refusal: as `card`.
        """
        drafts = self._desk.config.drafts
        draft = own_draft(drafts, visit.form.text("draft"), actor, visit)
        reading = self._devices.hear(visit.form.text("said"), visit.origin, actor)
        digest = reading.sha256.lower()
        if len(digest) != hashlib.sha256().digest_size * 2 or not digest.isalnum():
            digest = ""
        scanned = tuple(dict.fromkeys((*draft.scanned, *([digest] if digest else []))))
        drafts.save(replace(draft, scanned=scanned[-20:], saved_at=visit.now))
        return _json({"sha256": digest})

    def _page(
        self, visit: Visit, actor: Actor, errors: dict[str, str], *, status: int = 200
    ) -> Response:
        values = {
            "devices": self._devices.list(actor),
            "challenge": self._devices.ask(actor),
            "errors": errors,
        }
        return self._desk.render(visit, actor, "devices.html", values, status=status)


def _json(told: dict[str, str]) -> Response:
    return Response(json.dumps(told, ensure_ascii=False), media_type="application/json")
