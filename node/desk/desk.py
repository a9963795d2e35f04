"""What every desk page shares: who is at work, in which post, and how a page is drawn."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from node.desk.settings import DeskConfig
from node.domain.officers import Actor
from node.services.office import Office
from node.services.tell_standing import GRAVE
from records.duties import Post
from records.process_reasons import DUTY_NOT_HELD
from records.refusal import Kind, Reason, Refusal
from webui.form import kept_fields
from webui.pages import Pages, see_other
from webui.reasons import SIGN_IN_REQUIRED
from webui.site import Endpoint, Handler, Site
from webui.visit import Visit

StaffHandler = Callable[[Visit, Actor], Response]
EVERY_POST = tuple(Post)
_OPEN_TO = "open_to"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One entry of the menu and who may pass it."""

    path: str
    label: str
    """Key of the word."""
    posts: tuple[str, ...]
    """The first is the post whose own desk it is."""


LOOKERS = (Post.SUPERVISOR, Post.AUDITOR, Post.LEADER)
"""Who sees figures and registers."""
AUDITORS = (Post.SUPERVISOR, Post.AUDITOR)
"""Who reads the log."""

CORRECTORS = (
    Post.CORRECTION_CLERK,
    Post.SUBMISSION_REVIEWER,
    Post.RELEASE_DISPATCHER,
    Post.SEAL_KEEPER,
    *AUDITORS,
)
"""Who sees corrections of the index: both sides of one, those who replace certificates."""

REVOKERS = (Post.RELEASE_DISPATCHER, Post.SEAL_KEEPER, *LOOKERS)
"""Who sees whether a certificate stands: the two who may end it, and those who look."""

INTAKERS = (Post.REPOSITORY_MASTER, Post.SUBMISSION_REVIEWER, *LOOKERS)
"""Who sees intake batches, index versions and coverage."""

COMPLAINT_POSTS = (
    Post.WINDOW_CLERK,
    Post.WINDOW_REVIEWER,
    Post.RELEASE_DISPATCHER,
    *LOOKERS,
)
"""Who sees complaints: those who register, review or look."""

DOORS = (
    Door(path="/intake", label="nav.intake", posts=(Post.WINDOW_CLERK, Post.WINDOW_REVIEWER)),
    Door(path="/post", label="papers.post", posts=(Post.WINDOW_CLERK,)),
    Door(path="/review", label="nav.review", posts=(Post.WINDOW_REVIEWER,)),
    Door(path="/fulfil", label="nav.fulfil", posts=(Post.RELEASE_DISPATCHER, Post.LEADER)),
    Door(path="/approvals", label="nav.approvals", posts=(Post.LEADER,)),
    Door(path="/seal", label="nav.seal", posts=(Post.SEAL_KEEPER,)),
    Door(path="/corrections", label="nav.corrections", posts=CORRECTORS),
    Door(
        path="/callbacks",
        label="rights_nav.callbacks",
        posts=(Post.RELEASE_DISPATCHER, Post.LEADER),
    ),
    Door(path="/complaints", label="rights_nav.complaints", posts=COMPLAINT_POSTS),
    Door(path="/alerts", label="rights_nav.alerts", posts=LOOKERS),
    Door(path="/dash", label="nav.dash", posts=LOOKERS),
    Door(path="/certs", label="nav.certs", posts=LOOKERS),
    Door(path="/revocations", label="revocations.title", posts=REVOKERS),
    Door(path="/posts", label="nav.posts", posts=LOOKERS),
    Door(path="/agreements", label="nav.agreements", posts=LOOKERS),
    Door(path="/catalog", label="nav.catalog", posts=INTAKERS),
    Door(path="/audit", label="nav.audit", posts=AUDITORS),
)
"""The menu, in the order of a case."""


class Desk:
    """The pages' common ground: office, look and sign-in."""

    def __init__(self, office: Office, site: Site, config: DeskConfig) -> None:
        """Keep what pages need; nothing is opened here."""
        self.office = office
        self.site = site
        self.config = config

    @cached_property
    def archive_names(self) -> dict[str, str]:
        """Names of the hosted archives by code."""
        return {archive.archive_code: archive.name for archive in self.office.archives}

    @property
    def pages(self) -> Pages:
        """The renderer."""
        return self.site.pages

    def staff(self, handler: StaffHandler, posts: Sequence[str] = ()) -> Endpoint:
        """An endpoint for signed-in officers who hold one of the posts; none named = any."""

        def guarded(visit: Visit) -> Response:
            try:
                actor = self.office.sign_in.open_session(visit.session_id)
            except Refusal as refusal:
                if refusal.reason.kind is not Kind.UNAUTHENTICATED:
                    raise
                return self.ask_to_sign_in(visit)
            if self.config.doors.screens.is_locked(visit.session_id):
                return self.ask_to_unlock(visit)
            if posts and not set(posts) & set(actor.posts):
                return self.refuse(visit, actor, Refusal(DUTY_NOT_HELD))
            try:
                return handler(visit, actor)
            except Refusal as refusal:
                return self.refuse(visit, actor, refusal)

        return marked(self.site.page(guarded), posts or EVERY_POST)

    def anybody(self, handler: Handler) -> Endpoint:
        """An endpoint for whoever comes, signed in or not."""
        return marked(self.site.page(handler), ())

    def ask_to_sign_in(self, visit: Visit) -> Response:
        """To the sign-in page; a form that was sent is kept there and can be sent afterwards."""
        if visit.partial:
            return Response(status_code=401, headers={"HX-Reswap": "none"})
        if visit.method != "POST":
            return see_other(f"/login?next={quote(visit.path)}")
        return self.pages.render(
            visit,
            "login.html",
            {
                "errors": {"": _said(SIGN_IN_REQUIRED, visit)},
                "next_path": visit.path,
                "kept": kept_fields(visit.form),
                "archives": list(self.archive_names.items()),
            },
            status=401,
        )

    def ask_to_unlock(self, visit: Visit) -> Response:
        """To the locked screen; a form that was sent is kept there and can be sent afterwards."""
        if visit.partial:
            return Response(status_code=423, headers={"HX-Reswap": "none"})
        if visit.method != "POST":
            asked = f"?{urlencode(visit.query)}" if visit.query else ""
            return see_other(f"/locked?next={quote(visit.path + asked)}")
        values = {"errors": {}, "next_path": visit.path, "kept": kept_fields(visit.form)}
        return self.pages.render(visit, "locked.html", values, status=423)

    def render(
        self,
        visit: Visit,
        actor: Actor,
        template: str,
        values: Mapping[str, object],
        *,
        status: int = 200,
    ) -> Response:
        """A page of the desk, with menu, archive, officer and post."""
        return self.pages.render(
            visit, template, {**self._common(visit, actor), **values}, status=status
        )

    def refuse(self, visit: Visit, actor: Actor, refusal: Refusal) -> Response:
        """The page that says no, inside the desk so that the officer can go on."""
        if visit.partial:
            return self.pages.refuse(visit, refusal)
        return self.pages.refuse(
            visit, refusal, template="desk_refused.html", values=self._common(visit, actor)
        )

    def say(self, visit: Visit, refusal: Refusal) -> str:
        """What was refused and what to do, in one line in the language of the page."""
        reason = refusal.reason
        said = _said(reason, visit)
        remedy = reason.remedy_en if visit.english else reason.remedy_zh
        colon, stop = (": ", ". ") if visit.english else ("：", "。")
        detail = f"{colon}{refusal.detail}" if refusal.detail else ""
        return f"{said}{detail}{stop}{remedy}"

    def doors_of(self, actor: Actor) -> list[Door]:
        """The desks at which the officer's posts let them work."""
        return [door for door in DOORS if set(door.posts) & set(actor.posts)]

    def _common(self, visit: Visit, actor: Actor) -> dict[str, object]:
        return {
            "actor": actor,
            "archive_name": self.archive_names.get(actor.archive_code, actor.archive_code),
            "archive_names": self.archive_names,
            "doors": self.doors_of(actor),
            "sample": self.office.trust_domain.endswith(".invalid"),
            "standing": self.config.doors.standing.of(actor.archive_code),
            "grave": GRAVE,
            "here": visit.path,
            "lock_minutes": self.config.lock_minutes,
            "helper": self.config.helper,
        }


def chosen_of(waiting: Sequence[str], wanted: str, errors: Mapping[str, str]) -> str:
    """What a list shows beside itself: what is wanted; else the first, if nothing was refused.

    What was typed for one case never stands in the form of another.
    """
    if wanted in waiting:
        return wanted
    return waiting[0] if waiting and not errors else ""


def marked(endpoint: Endpoint, posts: Sequence[str]) -> Endpoint:
    """The endpoint, carrying who may pass it: any of the posts, everybody where there is none."""

    async def known(request: Request) -> Response:
        return await endpoint(request)

    setattr(known, _OPEN_TO, frozenset(posts))
    return known


def open_to(endpoint: Endpoint) -> frozenset[str]:
    """The posts that `marked` wrote; empty = everybody.

    Raises:
        AttributeError: nobody said who may pass: such a route must not be served.
    """
    found: frozenset[str] = getattr(endpoint, _OPEN_TO)
    return found


def _said(reason: Reason, visit: Visit) -> str:
    return reason.en if visit.english else reason.zh
