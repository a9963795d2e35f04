"""Routes of agreements (M4) and of intake batches (M6)."""

from starlette.routing import Route

from node.desk.agreements import AgreementPages
from node.desk.desk import INTAKERS, LOOKERS, Desk
from node.desk.drafts import KeptForms
from node.desk.intake_batches import IntakeBatchPages
from node.desk.routes import form_at, page_at
from records.duties import Post

LEADERS = (Post.LEADER,)
KEEPERS = (Post.REPOSITORY_MASTER,)
REVIEWERS = (Post.SUBMISSION_REVIEWER,)


def management_routes(desk: Desk) -> list[Route]:
    """Leaders sign agreements; keepers send batches, reviewers decide on them."""
    staff, doors = desk.staff, desk.config.management
    agreements = AgreementPages(desk, doors.agreements)
    batches = IntakeBatchPages(desk, doors.batches)
    kept = KeptForms(desk).keeping
    propose = kept("terms", agreements.propose, "agreement_id")
    one = "/agreements/{id}/{version}"
    return [
        page_at("/agreements", staff(agreements.list, LOOKERS)),
        page_at("/agreements/new", staff(agreements.new, LEADERS)),
        form_at("/agreements/new", staff(propose, LEADERS)),
        page_at(one, staff(agreements.show, LOOKERS)),
        form_at(f"{one}/sign", staff(agreements.sign, LEADERS)),
        form_at(f"{one}/retire", staff(kept("retire", agreements.retire), LEADERS)),
        page_at("/catalog", staff(batches.list, INTAKERS)),
        form_at("/catalog", staff(batches.send, KEEPERS)),
        page_at("/catalog/{id}", staff(batches.show, INTAKERS)),
        page_at("/catalog/{id}/report.csv", staff(batches.report_file, INTAKERS)),
        form_at("/catalog/{id}/accept", staff(batches.accept, REVIEWERS)),
        form_at("/catalog/{id}/decline", staff(kept("decline", batches.decline), REVIEWERS)),
    ]
