"""Papers that an applicant presents: photographed or scanned at the window, kept by content.

What a file is, its first bytes say; its name and claimed type are not looked at.
"""

from node.desk.reasons import PAPER_NOT_READABLE
from node.domain.paper_files import media_type_of
from node.ports import ImageStore
from records.eligibility_terms import DOCUMENTS
from records.exchange import Proof
from records.refusal import Refusal
from webui.form import Form

PREFIX = "paper."
"""Field names are `paper.<document code>`."""


def read_papers(form: Form, before: tuple[Proof, ...], store: ImageStore) -> tuple[Proof, ...]:
    """The papers of a draft with those that came with this form; one for each document code.

    Raises:
        Refusal: PAPER_NOT_READABLE names the document code.
    """
    papers = {proof.kind: proof for proof in before}
    for name, uploads in form.files.items():
        code = name.removeprefix(PREFIX)
        if name.startswith(PREFIX) and code in DOCUMENTS:
            data = uploads[0].data
            media_type = media_type_of(data)
            if not media_type:
                raise Refusal(PAPER_NOT_READABLE, DOCUMENTS[code])
            papers[code] = Proof(kind=code, sha256=store.put(data), media_type=media_type)
    return tuple(papers[code] for code in sorted(papers))
