"""The pages of the desks as one ASGI application; routes and guards are all listed here."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Route

from node.desk.asking import AskingPages
from node.desk.corrections import CorrectionPages
from node.desk.corrections_new import ProposalPages
from node.desk.desk import AUDITORS, CORRECTORS, EVERY_POST, LOOKERS, Desk, marked
from node.desk.drafts import KeptForms
from node.desk.filing import FilingPages
from node.desk.filters import FILTERS
from node.desk.hand_over import HandOverPages
from node.desk.help import HelpPages
from node.desk.intake import IntakePages
from node.desk.live import LiveEvents
from node.desk.lock import LockPages
from node.desk.management_routes import management_routes
from node.desk.partner_routes import partner_routes
from node.desk.preferences import PreferencePages
from node.desk.review import ReviewPages
from node.desk.rights_routes import rights_routes
from node.desk.routes import form_at, page_at
from node.desk.settings import CHINA, DeskConfig
from node.desk.sign_in import SignInPages
from node.desk.supervision import SupervisionPages
from node.desk.supplement import SupplementPages
from node.desk.vocabulary import catalogues, read_vocabulary
from node.desk.window_papers_routes import window_papers_routes
from node.services.office import Office
from records.duties import Post
from webui.assets import Assets, load_assets
from webui.pages import OUR_WORDS, Look, Pages
from webui.security import BodyLimit, SecurityHeaders
from webui.serving import missing_page, static_files
from webui.site import Site
from webui.words import load_words

_HERE = Path(__file__).parent

_WINDOW = (Post.WINDOW_CLERK, Post.WINDOW_REVIEWER)


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
        filters={**FILTERS, "form_name": config.form_names.newest},
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
        exception_handlers={404: missing_page(site.page), 405: missing_page(site.page)},
        middleware=[
            Middleware(SecurityHeaders, secure=config.secure, connect=config.helper),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(config.hosts)),
            Middleware(BodyLimit),
            Middleware(GZipMiddleware, minimum_size=800),
        ],
    )


def _routes(desk: Desk, assets: Assets, live: LiveEvents) -> list[Route]:
    sign_in, own, locks = SignInPages(desk), PreferencePages(desk), LockPages(desk)
    page, staff = desk.anybody, desk.staff
    return [
        page_at(
            "/static/{digest}/{name}",
            marked(static_files(assets, missing_page(desk.site.page)), ()),
        ),
        page_at("/events", marked(live.serve, EVERY_POST)),
        page_at("/login", page(sign_in.show)),
        form_at("/login", page(sign_in.submit)),
        form_at("/logout", page(sign_in.sign_out)),
        form_at("/lock", page(locks.lock)),
        page_at("/locked", page(locks.show)),
        form_at("/unlock", page(locks.unlock)),
        page_at("/help/keys", staff(HelpPages(desk).keys)),
        page_at("/", staff(own.start)),
        page_at("/me", staff(own.show)),
        form_at("/me", staff(own.save)),
        form_at("/keep/{name}", staff(KeptForms(desk).serve)),
        *_window_routes(desk),
        *window_papers_routes(desk),
        *partner_routes(desk),
        *_supervision_routes(desk),
        *_correction_routes(desk),
        *management_routes(desk),
        *rights_routes(desk),
    ]


def _window_routes(desk: Desk) -> list[Route]:
    staff, filing, intake = desk.staff, FilingPages(desk), IntakePages(desk)
    supplement, hand_over, review = SupplementPages(desk), HandOverPages(desk), ReviewPages(desk)
    clerk, reviewer = (Post.WINDOW_CLERK,), (Post.WINDOW_REVIEWER,)
    asking, kept = AskingPages(desk, review), KeptForms(desk).keeping
    supply = kept("supplement", supplement.submit, "holder")
    return [
        page_at("/intake", staff(intake.list, _WINDOW)),
        page_at("/intake/new", staff(filing.new, clerk)),
        form_at("/intake/new", staff(filing.submit, clerk)),
        form_at("/intake/new/side", staff(filing.side, clerk)),
        form_at("/intake/new/clues", staff(filing.clues, clerk)),
        page_at("/intake/{id}/check", staff(filing.check, clerk)),
        form_at("/intake/{id}/check", staff(filing.file, clerk)),
        form_at("/intake/{id}/amend", staff(filing.amend, clerk)),
        form_at("/intake/{id}/drop", staff(filing.drop, clerk)),
        page_at("/intake/{id}", staff(intake.show, _WINDOW)),
        form_at("/intake/{id}/unmask", staff(intake.unmask, _WINDOW)),
        page_at("/intake/{id}/receipt", staff(intake.receipt, _WINDOW)),
        form_at("/intake/{id}/remind", staff(intake.remind, clerk)),
        form_at("/intake/{id}/withdraw", staff(kept("withdraw", intake.withdraw), clerk)),
        form_at("/intake/{id}/close", staff(intake.close, clerk)),
        page_at("/intake/{id}/supplement", staff(supplement.show, clerk)),
        form_at("/intake/{id}/supplement", staff(supply, clerk)),
        page_at("/intake/{id}/deliver", staff(hand_over.show, clerk)),
        form_at("/intake/{id}/deliver", staff(hand_over.submit, clerk)),
        page_at("/intake/{id}/file/{sha256}", staff(hand_over.download, _WINDOW)),
        page_at("/intake/{id}/file/{sha256}/{page:int}", staff(hand_over.page_picture, _WINDOW)),
        page_at("/review", staff(review.show, reviewer)),
        form_at("/review/{id}", staff(kept("review", review.submit), reviewer)),
        form_at("/review/{id}/ask", staff(asking.ask, reviewer)),
        page_at("/review/{id}/asked", staff(asking.part, reviewer)),
        page_at("/review/{id}/paper/{sha256}", staff(review.paper, reviewer)),
    ]


def _correction_routes(desk: Desk) -> list[Route]:
    staff, page, new = desk.staff, CorrectionPages(desk), ProposalPages(desk)
    kept = KeptForms(desk).keeping
    decide = kept("correct", page.decide)
    clerk, dispatcher = (Post.CORRECTION_CLERK,), (Post.RELEASE_DISPATCHER,)
    return [
        page_at("/corrections", staff(page.show, CORRECTORS)),
        page_at("/corrections/new", staff(new.new, clerk)),
        form_at("/corrections/new", staff(kept("propose", new.submit, "reference"), clerk)),
        page_at("/corrections/scan/{sha256}", staff(new.scan, CORRECTORS)),
        page_at("/corrections/{id}/notice/{number}", staff(page.notice, CORRECTORS)),
        form_at(
            "/corrections/{id}/decide",
            staff(decide, (Post.SUBMISSION_REVIEWER,)),
        ),
        form_at("/corrections/{id}/reissue", staff(page.reissue, dispatcher)),
        form_at("/corrections/{id}/supersede", staff(page.supersede, dispatcher)),
        form_at("/corrections/{id}/confirm", staff(page.confirm, (Post.SEAL_KEEPER,))),
    ]


def _supervision_routes(desk: Desk) -> list[Route]:
    staff, look = desk.staff, SupervisionPages(desk)
    return [
        page_at("/dash", staff(look.dash, LOOKERS)),
        page_at("/stats", staff(look.stats, LOOKERS)),
        page_at("/stats.csv", staff(look.stats_file, LOOKERS)),
        page_at("/posts", staff(look.posts, LOOKERS)),
        page_at("/certs", staff(look.certificates, LOOKERS)),
        page_at("/audit", staff(look.audit, AUDITORS)),
        form_at("/audit/verify", staff(look.verify, AUDITORS)),
    ]
