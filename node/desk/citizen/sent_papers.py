"""Photographs of papers that were sent with a question, put into the letter box."""

from node.desk.citizen.entrance import UPLOADS, Entrance
from node.desk.papers import PREFIX
from node.desk.reasons import PAPER_NOT_READABLE
from node.domain.citizens import SealedPaper
from node.domain.paper_files import media_type_of
from records.eligibility_terms import DOCUMENTS
from records.refusal import Refusal
from webui.visit import Visit


def take_papers(
    door: Entrance, visit: Visit, before: tuple[SealedPaper, ...]
) -> tuple[SealedPaper, ...]:
    """The papers of before and those sent now, one of each kind.

    Raises:
        Refusal: PAPER_NOT_READABLE with the kind, QUOTA_EXCEEDED, and those of a full day.
    """
    kept = {paper.kind: paper for paper in before}
    for name, uploads in visit.form.files.items():
        kind = name.removeprefix(PREFIX)
        if kind not in DOCUMENTS or not name.startswith(PREFIX):
            continue
        door.take(visit, UPLOADS)
        data = uploads[0].data
        media_type = media_type_of(data)
        if not media_type:
            raise Refusal(PAPER_NOT_READABLE, kind)
        kept[kind] = door.box.put_paper(kind, data, media_type, visit.now, visit.client)
    return tuple(kept.values())


def paper_place(refusal: Refusal) -> str:
    """Beside which field a refusal stands; empty = above all of them."""
    return f"{PREFIX}{refusal.detail}" if refusal.code == PAPER_NOT_READABLE.code else ""
