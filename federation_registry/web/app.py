"""The console's pages as one ASGI application; all routes are listed here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta, timezone
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Route

from federation_registry.ports import Clock, Random
from federation_registry.services.answer_route import AnswerRoute
from federation_registry.services.oversee import Oversee
from federation_registry.web.pages import ConsolePages
from federation_registry.web.ring import sign_of, state_of, tone_of
from records.kinds import KINDS
from webui.assets import load_assets
from webui.form import Form
from webui.pages import OUR_WORDS, Look, Pages
from webui.security import BodyLimit, SecurityHeaders
from webui.serving import missing_page, static_files
from webui.site import Site
from webui.words import Words, load_words

_HERE = Path(__file__).parent
_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleConfig:
    """What the pages need besides the registry."""

    web_parts: Path
    clock: Clock
    random: Random
    sample: bool
    """True for a sample federation: every page says so."""
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost")


def create_app(
    oversee: Oversee, routes: Callable[[], AnswerRoute], config: ConsoleConfig
) -> Starlette:
    """The console of one registry. Raises Refusal: PART_MISSING without the scripts."""
    assets = load_assets(config.web_parts)
    words = load_words([OUR_WORDS, _HERE / "catalogues"])
    look = Look(
        templates=[_HERE / "templates"],
        words=words,
        assets=assets,
        zone=_CHINA,
        filters={
            "sign": sign_of,
            "state": state_of,
            "tone": tone_of,
            "as_form": lambda asked: Form({k: (v,) for k, v in asked.items() if v}),
            "category": _category,
        },
    )
    site = Site(Pages(look, config.random), clock=config.clock, random=config.random, secure=False)
    pages = ConsolePages(site.pages, oversee, routes, sample=config.sample)

    missing = missing_page(site.page)
    return Starlette(
        routes=[
            Route("/static/{digest}/{name}", static_files(assets, missing)),
            *_routes(site, pages),
        ],
        exception_handlers={404: missing, 405: missing},
        middleware=[
            Middleware(SecurityHeaders, secure=False),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(config.hosts)),
            Middleware(BodyLimit),
            Middleware(GZipMiddleware, minimum_size=800),
        ],
    )


def _routes(site: Site, pages: ConsolePages) -> Sequence[Route]:
    listed = {
        "/": pages.start,
        "/fed": pages.federation,
        "/fed/nodes/new": pages.joining,
        "/fed/nodes/{id}": pages.member,
        "/fed/certs": pages.endings,
        "/fed/routes": pages.try_route,
        "/fed/log": pages.log,
    }
    reading = [Route(path, site.page(page), methods=["GET"]) for path, page in listed.items()]
    return [*reading, Route("/preferences", site.page(pages.prefer), methods=["POST"])]


def _category(code: str, t: Words) -> str:
    kind = KINDS.get(code)
    return code if kind is None or t.language == "en" else kind.label
