"""The citizens' pages as one ASGI application; routes and guards are all listed here."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Route

from node.desk.citizen.apply import ApplyPages
from node.desk.citizen.entrance import KEPT, OWN, Entrance
from node.desk.citizen.follow import FollowPages
from node.desk.citizen.identity import IdentityPages
from node.desk.citizen.resume import HomePages
from node.desk.citizen.settings import CitizenSettings
from node.desk.filters import FILTERS
from node.desk.settings import CHINA
from node.desk.vocabulary import catalogues, read_vocabulary
from node.services.citizen_letterbox import CitizenLetterbox
from trust.channel.quota import MemoryRateLimiter, RateLimiter
from webui.assets import Assets, load_assets
from webui.pages import OUR_WORDS, Look, Pages
from webui.security import BodyLimit, SecurityHeaders
from webui.serving import missing_page, static_files
from webui.site import Endpoint, Site
from webui.words import load_words

_HERE = Path(__file__).parent


def create_citizen_app(
    box: CitizenLetterbox, settings: CitizenSettings, limiter: RateLimiter | None = None
) -> Starlette:
    """The citizens' pages in front of one letter box.

    Raises:
        Refusal: PART_MISSING where set-up did not bring the scripts.
    """
    assets = load_assets(settings.web_parts)
    look = Look(
        templates=[_HERE / "templates"],
        words=load_words([OUR_WORDS, *catalogues()], read_vocabulary()),
        assets=assets,
        zone=CHINA,
        filters=FILTERS,
    )
    site = Site(
        Pages(look, settings.random),
        clock=settings.clock,
        random=settings.random,
        secure=settings.secure,
        whose=OWN,
    )
    door = Entrance(box, site, settings, limiter or MemoryRateLimiter())
    return Starlette(
        routes=citizen_routes(door, assets),
        exception_handlers={404: missing_page(door.page), 405: missing_page(door.page)},
        middleware=[
            Middleware(SecurityHeaders, secure=settings.secure),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(settings.hosts)),
            Middleware(BodyLimit),
            Middleware(GZipMiddleware, minimum_size=800),
        ],
    )


def citizen_routes(door: Entrance, assets: Assets) -> list[Route]:
    """Every page; `proven` ones are for the person whose application it is, and nobody else."""
    home, apply, follow = HomePages(door), ApplyPages(door), FollowPages(door)
    identity = IdentityPages(door)
    page, secret, proven = door.page, door.secret, door.proven
    return [
        _get("/static/{digest}/{name}", static_files(assets, missing_page(door.page))),
        _get("/", page(home.show)),
        _post("/look", page(home.look)),
        _get("/resume", page(home.ask_code)),
        _post("/resume", secret(home.resume)),
        _get("/apply", page(apply.intro)),
        _post("/apply", secret(apply.start)),
        _get("/apply/next", page(apply.go_on)),
        _get("/apply/check", page(apply.check)),
        _post("/apply/check", page(apply.file)),
        _get("/apply/done", page(apply.done)),
        _post("/apply/leave", page(apply.leave)),
        _post("/apply/drop", page(apply.drop)),
        _get("/apply/{question}", page(apply.show)),
        _post("/apply/{question}", page(apply.answer)),
        _post("/keep/{question}", page(apply.keep, KEPT)),
        _get("/real-name", page(identity.show)),
        _get("/real-name/demo", page(identity.demo_form)),
        _post("/real-name/demo", secret(identity.demo_prove)),
        _get("/real-name/return", secret(identity.come_back)),
        _post("/sign-out", page(identity.sign_out)),
        _get("/track", page(follow.ask_code)),
        _post("/track", secret(follow.find)),
        _get("/track/case", page(follow.tracked)),
        _get("/mine", proven(follow.mine)),
        _get("/looks", proven(follow.ask_looks)),
        _post("/looks", proven(follow.looks)),
        _get("/mine/{id}", proven(follow.case)),
        _post("/mine/{id}/withdraw", proven(follow.withdraw)),
        _get("/mine/{id}/more", proven(follow.ask_more)),
        _post("/mine/{id}/more", proven(follow.add)),
        _post("/mine/{id}/keep", proven(follow.keep, KEPT)),
        _get("/mine/{id}/file/{sha256}", proven(follow.download)),
        _get("/mine/{id}/file/{sha256}/{page:int}", proven(follow.picture)),
    ]


def _get(path: str, endpoint: Endpoint) -> Route:
    return Route(path, endpoint, methods=["GET"])


def _post(path: str, endpoint: Endpoint) -> Route:
    return Route(path, endpoint, methods=["POST"])
