"""The pages of the desks as one ASGI application; routes and guards are all listed here."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from node.desk.approvals import ApprovalPages
from node.desk.corrections import CorrectionPages
from node.desk.corrections_new import ProposalPages
from node.desk.desk import AUDITORS, CORRECTORS, EVERY_POST, LOOKERS, Desk, marked, open_to
from node.desk.drafts import KeptForms
from node.desk.filing import FilingPages
from node.desk.filters import FILTERS
from node.desk.hand_over import HandOverPages
from node.desk.intake import IntakePages
from node.desk.live import LiveEvents
from node.desk.preferences import PreferencePages
from node.desk.record_images import RecordImages
from node.desk.review import ReviewPages
from node.desk.seal import SealPages
from node.desk.settings import CHINA, DeskConfig
from node.desk.sign_in import SignInPages
from node.desk.supervision import SupervisionPages
from node.desk.supplement import SupplementPages
from node.desk.vocabulary import catalogues, read_vocabulary
from node.desk.watermark import Watermark
from node.desk.work_acts import WorkActs
from node.desk.workbench import Workbench
from node.services.office import Office
from records.duties import Post
from records.refusal import Refusal
from webui.assets import Assets, load_assets
from webui.pages import OUR_WORDS, Look, Pages
from webui.reasons import PAGE_NOT_FOUND
from webui.security import BodyLimit, SecurityHeaders
from webui.site import Endpoint, Site
from webui.visit import Visit
from webui.words import load_words

_HERE = Path(__file__).parent

ErrorPage = Callable[[Request, Exception], Awaitable[Response]]

_WINDOW = (Post.WINDOW_CLERK, Post.WINDOW_REVIEWER)
_PARTNER = (Post.RELEASE_DISPATCHER, Post.LEADER)


def create_app(office: Office, config: DeskConfig) -> Starlette:
    """The desks of one node. Nothing is opened before the application starts.

    Raises:
        Refusal: PART_MISSING where set-up did not bring the scripts.
    """
    assets = load_assets(config.web_parts)
    look = Look(
        templates=[_HERE / "templates"],
        words=load_words([OUR_WORDS, *catalogues()], read_vocabulary()),
        assets=assets,
        zone=CHINA,
        filters=FILTERS,
    )
    site = Site(
        Pages(look, config.random),
        clock=config.clock,
        random=config.random,
        secure=config.secure,
    )
    desk = Desk(office, site, config)
    live = LiveEvents(desk)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with live.running():
            yield

    return Starlette(
        routes=_routes(desk, assets, live),
        lifespan=lifespan,
        exception_handlers={404: _not_found(site), 405: _not_found(site)},
        middleware=[
            Middleware(SecurityHeaders, secure=config.secure),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(config.hosts)),
            Middleware(BodyLimit),
            Middleware(GZipMiddleware, minimum_size=800),
        ],
    )


def _routes(desk: Desk, assets: Assets, live: LiveEvents) -> list[Route]:
    sign_in, own = SignInPages(desk), PreferencePages(desk)
    page, staff = desk.anybody, desk.staff
    return [
        _get("/static/{digest}/{name}", marked(_served(desk.site, assets), ())),
        _get("/events", marked(live.serve, EVERY_POST)),
        _get("/login", page(sign_in.show)),
        _post("/login", page(sign_in.submit)),
        _post("/logout", page(sign_in.sign_out)),
        _get("/", staff(own.start)),
        _get("/me", staff(own.show)),
        _post("/me", staff(own.save)),
        _post("/keep/{name}", staff(KeptForms(desk).serve)),
        *_window_routes(desk),
        *_partner_routes(desk),
        *_supervision_routes(desk),
        *_correction_routes(desk),
    ]


def _window_routes(desk: Desk) -> list[Route]:
    staff, filing, intake = desk.staff, FilingPages(desk), IntakePages(desk)
    supplement, hand_over, review = SupplementPages(desk), HandOverPages(desk), ReviewPages(desk)
    clerk, reviewer = (Post.WINDOW_CLERK,), (Post.WINDOW_REVIEWER,)
    return [
        _get("/intake", staff(intake.list, _WINDOW)),
        _get("/intake/new", staff(filing.new, clerk)),
        _post("/intake/new", staff(filing.submit, clerk)),
        _post("/intake/new/side", staff(filing.side, clerk)),
        _post("/intake/new/clues", staff(filing.clues, clerk)),
        _get("/intake/{id}/check", staff(filing.check, clerk)),
        _post("/intake/{id}/check", staff(filing.file, clerk)),
        _post("/intake/{id}/amend", staff(filing.amend, clerk)),
        _post("/intake/{id}/drop", staff(filing.drop, clerk)),
        _get("/intake/{id}", staff(intake.show, _WINDOW)),
        _get("/intake/{id}/receipt", staff(intake.receipt, _WINDOW)),
        _post("/intake/{id}/withdraw", staff(intake.withdraw, clerk)),
        _post("/intake/{id}/close", staff(intake.close, clerk)),
        _get("/intake/{id}/supplement", staff(supplement.show, clerk)),
        _post("/intake/{id}/supplement", staff(supplement.submit, clerk)),
        _get("/intake/{id}/deliver", staff(hand_over.show, clerk)),
        _post("/intake/{id}/deliver", staff(hand_over.submit, clerk)),
        _get("/intake/{id}/file/{sha256}", staff(hand_over.download, _WINDOW)),
        _get("/intake/{id}/file/{sha256}/{page:int}", staff(hand_over.page_picture, _WINDOW)),
        _get("/review", staff(review.show, reviewer)),
        _post("/review/{id}", staff(review.submit, reviewer)),
    ]


def _partner_routes(desk: Desk) -> list[Route]:
    staff, workbench = desk.staff, Workbench(desk)
    acts, seal, approvals = WorkActs(desk, workbench), SealPages(desk), ApprovalPages(desk)
    images = RecordImages(desk, Watermark(desk.config.fonts))
    lookers = (*_PARTNER, Post.SEAL_KEEPER)
    by_name = {
        "claim": acts.claim,
        "give-back": acts.give_back,
        "manual": acts.manual,
        "confirm": acts.confirm,
        "return": acts.return_request,
        "no-record": acts.no_record,
        "refer": acts.refer,
        "refuse": acts.refuse,
    }
    return [
        _get("/fulfil", staff(workbench.show, _PARTNER)),
        _post("/fulfil/next", staff(acts.claim_next, _PARTNER)),
        *(_post(f"/fulfil/{{id}}/{name}", staff(act, _PARTNER)) for name, act in by_name.items()),
        _get("/fulfil/{id}/image/{n:int}", staff(workbench.image_page, lookers)),
        _get("/fulfil/{id}/scan/{sha256}", staff(images.scan, lookers)),
        _get("/approvals", staff(approvals.show, (Post.LEADER,))),
        _post("/approvals/{id}", staff(approvals.submit, (Post.LEADER,))),
        _get("/seal", staff(seal.show, (Post.SEAL_KEEPER,))),
        _post("/seal/{id}", staff(seal.submit, (Post.SEAL_KEEPER,))),
    ]


def _correction_routes(desk: Desk) -> list[Route]:
    staff, page, new = desk.staff, CorrectionPages(desk), ProposalPages(desk)
    clerk, dispatcher = (Post.CORRECTION_CLERK,), (Post.RELEASE_DISPATCHER,)
    return [
        _get("/corrections", staff(page.show, CORRECTORS)),
        _get("/corrections/new", staff(new.new, clerk)),
        _post("/corrections/new", staff(new.submit, clerk)),
        _get("/corrections/scan/{sha256}", staff(new.scan, CORRECTORS)),
        _get("/corrections/{id}/notice/{number}", staff(page.notice, CORRECTORS)),
        _post("/corrections/{id}/decide", staff(page.decide, (Post.SUBMISSION_REVIEWER,))),
        _post("/corrections/{id}/reissue", staff(page.reissue, dispatcher)),
        _post("/corrections/{id}/supersede", staff(page.supersede, dispatcher)),
        _post("/corrections/{id}/confirm", staff(page.confirm, (Post.SEAL_KEEPER,))),
    ]


def _supervision_routes(desk: Desk) -> list[Route]:
    staff, look = desk.staff, SupervisionPages(desk)
    return [
        _get("/dash", staff(look.dash, LOOKERS)),
        _get("/stats", staff(look.stats, LOOKERS)),
        _get("/stats.csv", staff(look.stats_file, LOOKERS)),
        _get("/posts", staff(look.posts, LOOKERS)),
        _get("/certs", staff(look.certificates, LOOKERS)),
        _get("/audit", staff(look.audit, AUDITORS)),
        _post("/audit/verify", staff(look.verify, AUDITORS)),
    ]


def _get(path: str, endpoint: Endpoint) -> Route:
    open_to(endpoint)  # A page of which nobody said who may see it is not served at all.
    return Route(path, endpoint, methods=["GET"])


def _post(path: str, endpoint: Endpoint) -> Route:
    open_to(endpoint)
    return Route(path, endpoint, methods=["POST"])


def _served(site: Site, assets: Assets) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            return await assets.serve(request)
        except Refusal:
            return await _not_found(site)(request, Exception())

    return endpoint


def _not_found(site: Site) -> ErrorPage:
    def refuse(_: Visit) -> Response:
        raise Refusal(PAGE_NOT_FOUND)

    endpoint = site.page(refuse)

    async def answer(request: Request, _: Exception) -> Response:
        return await endpoint(request)

    return answer
