"""The door of every citizens' page: rate limit, who it is, how a page is drawn."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from starlette.responses import Response

from node.desk.citizen.sessions import CitizenSession, CitizenSessions
from node.desk.citizen.settings import CitizenSettings
from node.domain.citizen_reasons import CITIZEN_IDENTITY_NEEDED
from node.domain.citizens import ProvenPerson
from node.services.citizen_letterbox import CitizenLetterbox
from records.refusal import Refusal
from trust.channel.quota import Limit, RateLimiter
from webui.form import kept_fields
from webui.pages import see_other
from webui.site import Endpoint, Handler, Site
from webui.visit import Visit

OWN = "lantai_citizen"
"""Whose cookies these are: staff pages on the same host never see them as theirs."""
DRAFT_COOKIE = "lantai_filing"
PAGES = Limit(per_minute=240, burst=120)
"""One address may stand for a whole village hall."""
SECRETS = Limit(per_minute=6, burst=12)
"""Codes and identities that are typed, by address."""
KEPT = Limit(per_minute=600, burst=300)
"""What is kept while it is typed, by address: every pause of a hall full of phones."""
UPLOADS = Limit(per_minute=12, burst=24)
"""Photographs, by address."""

PersonHandler = Callable[[Visit, ProvenPerson], Response]


class Entrance:
    """What the citizens' pages share."""

    def __init__(
        self,
        box: CitizenLetterbox,
        site: Site,
        settings: CitizenSettings,
        limiter: RateLimiter,
    ) -> None:
        """Keep what pages need; nothing is opened here."""
        self.box = box
        self.site = site
        self.settings = settings
        self.sessions = CitizenSessions()
        self._limiter = limiter

    def page(self, handler: Handler, limit: Limit = PAGES) -> Endpoint:
        """An endpoint for anybody, so many times a minute."""

        def limited(visit: Visit) -> Response:
            try:
                self.take(visit, limit)
                return handler(visit)
            except Refusal as refusal:
                return self.refuse(visit, refusal)

        return self.site.page(limited)

    def secret(self, handler: Handler) -> Endpoint:
        """An endpoint where a code or an identity is typed: few tries."""
        return self.page(handler, SECRETS)

    def proven(self, handler: PersonHandler, limit: Limit = PAGES) -> Endpoint:
        """An endpoint for who has proven their identity; others are sent to do so."""

        def guarded(visit: Visit) -> Response:
            person = self.session(visit).person
            if person is None:
                return self.ask_who(visit, visit.path, keep=visit.method == "POST")
            return handler(visit, person)

        return self.page(guarded, limit)

    def take(self, visit: Visit, limit: Limit) -> None:
        """One more of what only few may do. Raises QuotaRefusal."""
        self._limiter.take(f"citizen/{limit.per_minute}/{visit.client}", limit, visit.now)

    def session(self, visit: Visit) -> CitizenSession:
        """What is known of the browser."""
        return self.sessions.find(visit.session_id, visit.now)

    def ask_who(self, visit: Visit, next_path: str, *, keep: bool = False) -> Response:
        """To the real-name page, and back to `next_path`; `keep` what was typed for it."""
        if visit.partial:
            return Response(status_code=401, headers={"HX-Reswap": "none"})
        fields = kept_fields(visit.form) if keep else []
        session = replace(self.session(visit), next_path=next_path, kept=tuple(fields))
        self.sessions.keep(visit.session_id, session)
        return see_other("/real-name")

    def render(
        self, visit: Visit, template: str, values: Mapping[str, object], *, status: int = 200
    ) -> Response:
        """A page with the archive's name, letter size, language and telephone."""
        return self.site.pages.render(
            visit, template, {**self._common(visit), **values}, status=status
        )

    def refuse(self, visit: Visit, refusal: Refusal) -> Response:
        """The page that says no."""
        if visit.partial:
            return self.site.pages.refuse(visit, refusal)
        return self.site.pages.refuse(
            visit, refusal, template="citizen_refused.html", values=self._common(visit)
        )

    def say(self, visit: Visit, refusal: Refusal) -> str:
        """What was refused and what to do, in one line."""
        reason = refusal.reason
        if visit.english:
            return f"{reason.en}. {reason.remedy_en}"
        return f"{reason.zh}。{reason.remedy_zh}"

    def _common(self, visit: Visit) -> dict[str, object]:
        settings = self.settings
        return {
            "archive": settings.archives[0].name,
            "archives": settings.archives,
            "phone": settings.phone,
            "verify_url": settings.verify_url,
            "sample": settings.is_sample,
            "demo": settings.real_name.is_demo,
            "person": self.session(visit).person,
            "here": visit.path,
        }


def need_identity() -> Refusal:
    """The refusal of a page that needs to know who asks."""
    return Refusal(CITIZEN_IDENTITY_NEEDED)
