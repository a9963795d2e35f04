"""The partner's routes: workbench, leader, seal."""

from starlette.routing import Route

from node.desk.approvals import ApprovalPages
from node.desk.desk import REVOKERS, Desk
from node.desk.drafts import KeptForms
from node.desk.record_images import RecordImages
from node.desk.revocations import RevocationPages
from node.desk.routes import form_at, page_at
from node.desk.seal import SealPages
from node.desk.watermark import Watermark
from node.desk.work_acts import WorkActs
from node.desk.workbench import Workbench
from records.duties import Post

_PARTNER = (Post.RELEASE_DISPATCHER, Post.LEADER)
_LOOKERS = (*_PARTNER, Post.SEAL_KEEPER)


def partner_routes(desk: Desk) -> list[Route]:
    """Who finds, compares, releases and seals."""
    staff, workbench = desk.staff, Workbench(desk)
    seal, approvals = SealPages(desk), ApprovalPages(desk)
    kept = KeptForms(desk).keeping
    images = RecordImages(desk, Watermark(desk.config.fonts))
    return [
        page_at("/fulfil", staff(workbench.show, _PARTNER)),
        page_at("/fulfil/{id}/held", staff(workbench.held_part, _PARTNER)),
        page_at("/fulfil/{id}/image/{n:int}", staff(workbench.image_page, _LOOKERS)),
        page_at("/fulfil/{id}/scan/{sha256}", staff(images.scan, _LOOKERS)),
        *_acts(desk, WorkActs(desk, workbench)),
        page_at("/approvals", staff(approvals.show, (Post.LEADER,))),
        form_at("/approvals/{id}", staff(kept("approve", approvals.submit), (Post.LEADER,))),
        page_at("/seal", staff(seal.show, (Post.SEAL_KEEPER,))),
        form_at("/seal/{id}", staff(seal.submit, (Post.SEAL_KEEPER,))),
        form_at("/seal/{id}/decline", staff(seal.decline, (Post.SEAL_KEEPER,))),
        *_revocations(desk),
    ]


def _revocations(desk: Desk) -> list[Route]:
    staff, pages, kept = desk.staff, RevocationPages(desk), KeptForms(desk).keeping
    one = "/revocations/{number}"
    return [
        page_at("/revocations", staff(pages.show, REVOKERS)),
        form_at(f"{one}/order", staff(kept("revoke", pages.order), (Post.RELEASE_DISPATCHER,))),
        form_at(f"{one}/confirm", staff(pages.confirm, (Post.SEAL_KEEPER,))),
        page_at(f"{one}/notice", staff(pages.notice, REVOKERS)),
    ]


def _acts(desk: Desk, acts: WorkActs) -> list[Route]:
    by_name = {
        "claim": acts.claim,
        "give-back": acts.give_back,
        "manual": acts.manual,
        "confirm": acts.confirm,
        "return": acts.return_request,
        "no-record": acts.no_record,
        "refer": acts.refer,
        "refuse": acts.refuse,
        "undo": acts.undo,
        "forget": acts.forget,
        "take-back": acts.take_back,
        "hand-over": acts.hand_over,
        "remind": acts.remind,
    }
    return [
        form_at("/fulfil/next", desk.staff(acts.claim_next, _PARTNER)),
        *(
            form_at(f"/fulfil/{{id}}/{name}", desk.staff(act, _PARTNER))
            for name, act in by_name.items()
        ),
    ]
