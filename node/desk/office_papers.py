"""/intake/{id}/papers, /papers/{paper}, /post: notices, cover sheets, letters and their answers."""

from collections.abc import Callable

from starlette.responses import Response

from node.desk.desk import Desk
from node.desk.drafts import KeptForms
from node.domain.office_papers import CasePaper
from node.domain.officers import Actor
from node.domain.paper_commands import (
    EnterAnswerCommand,
    LetterCommand,
    PaperCommand,
    PostCommand,
)
from node.services.post_letters import ANSWERS, CARRIERS
from records.duties import Post
from records.letters import LETTER
from records.refusal import Refusal
from webui.form import Form
from webui.pages import see_other
from webui.status import http_status
from webui.visit import Visit

_ORDERED_BY = {
    "refusal": Post.WINDOW_REVIEWER,
    "referral": Post.WINDOW_REVIEWER,
    "cover": Post.WINDOW_CLERK,
}
"""Paper → the post at the window that orders it."""
_MOST_PAGES = 500


class OfficePaperPages:
    """Handlers of the papers of a case and of the register of post."""

    def __init__(self, desk: Desk) -> None:
        """Serve one desk."""
        self._desk = desk
        self._kept = KeptForms(desk)

    def show(self, visit: Visit, actor: Actor) -> Response:
        """Papers of one case, and what can be ordered; the list alone for a live page."""
        return self._page(visit, actor, visit.params["id"], {})

    def order(self, visit: Visit, actor: Actor) -> Response:
        """T5, T6 or T7 is ordered."""
        papers, kind = self._desk.office.papers, visit.form.text("paper")
        acts = {"refusal": papers.refusal, "referral": papers.referral, "cover": papers.cover}
        command = PaperCommand(case_no=visit.params["id"], holder_archive=visit.form.text("holder"))
        act = acts.get(kind, papers.cover)
        return self._do(visit, actor, command.case_no, lambda: act(command, actor), "paper")

    def letter(self, visit: Visit, actor: Actor) -> Response:
        """协查函 is signed by the reviewer."""
        case_no, form = visit.params["id"], visit.form
        self._kept.keep(visit, actor, ("letter", case_no))
        errors = {
            name: visit.words(f"papers.need_{name}")
            for name, least, most in (("addressee", 2, 60), ("reply_to", 4, 120))
            if not least <= len(form.text(name)) <= most
        }
        if errors:
            return self._page(visit, actor, case_no, errors, status=422)
        command = LetterCommand(
            case_no=case_no, addressee=form.text("addressee"), reply_to=form.text("reply_to")
        )
        letters = self._desk.office.letters
        return self._do(visit, actor, case_no, lambda: letters.write(command, actor), "addressee")

    def post(self, visit: Visit, actor: Actor) -> Response:
        """寄送登记: the letter left the house."""
        form, case_no = visit.form, visit.params["id"]
        paper, pages = visit.params["paper"], _number(form, "pages")
        if not 1 <= pages <= _MOST_PAGES:
            errors = {f"pages-{paper}": visit.words("papers.wrong_pages")}
            return self._page(visit, actor, case_no, errors, status=422)
        command = PostCommand(
            paper_id=paper,
            carrier=form.text("carrier"),
            tracking=form.text("tracking"),
            pages=pages,
        )
        letters = self._desk.office.letters
        return self._do(
            visit, actor, case_no, lambda: letters.post(command, actor), f"pages-{paper}"
        )

    def answer(self, visit: Visit, actor: Actor) -> Response:
        """What came back on paper is entered."""
        form, case_no, paper = visit.form, visit.params["id"], visit.params["paper"]
        if form.text("outcome") not in ANSWERS:
            errors = {f"outcome-{paper}": visit.words("papers.wrong_outcome")}
            return self._page(visit, actor, case_no, errors, status=422)
        command = EnterAnswerCommand(
            paper_id=paper,
            outcome=form.text("outcome"),
            pages=max(0, _number(form, "pages")),
            reference=form.text("reference"),
            note=form.text("note"),
        )
        letters = self._desk.office.letters
        return self._do(
            visit, actor, case_no, lambda: letters.enter_answer(command, actor), f"outcome-{paper}"
        )

    def open(self, visit: Visit, actor: Actor) -> Response:
        """The drawn PDF."""
        data = self._desk.office.papers.open(visit.params["paper"], actor)
        name = f"{visit.params['id']}-{visit.params['paper'][:8]}.pdf"
        headers = {"Content-Disposition": f'inline; filename="{name}"'}
        return Response(data, media_type="application/pdf", headers=headers)

    def register(self, visit: Visit, actor: Actor) -> Response:
        """寄送登记簿, newest first."""
        posted = self._desk.office.letters.register(actor)
        values = {"posted": posted, "errors": {}}
        return self._desk.render(visit, actor, "post_register.html", values)

    def _do(
        self,
        visit: Visit,
        actor: Actor,
        case_no: str,
        act: Callable[[], CasePaper],
        field: str,
    ) -> Response:
        try:
            act()
        except Refusal as refusal:
            said = {field: self._desk.say(visit, refusal)}
            status = http_status(refusal.reason.kind)
            return self._page(visit, actor, case_no, said, status=status)
        self._kept.drop(actor, [("letter", case_no)])
        return see_other(f"/intake/{case_no}/papers")

    def _page(
        self,
        visit: Visit,
        actor: Actor,
        case_no: str,
        errors: dict[str, str],
        *,
        status: int = 200,
    ) -> Response:
        progress = self._desk.office.cases.progress(case_no, actor)
        visit = self._kept.filled(visit, actor, [("letter", case_no)])
        papers = self._desk.office.papers.list(case_no, actor)
        rows = {
            one.paper_id: ("answer" if one.posting else "post", case_no, one.paper_id)
            for one in papers
        }
        answered = [leg for leg in progress.legs if leg.outcome]
        values = {
            "case": progress.summary,
            "papers": papers,
            "forms": self._kept.rows(visit, actor, rows, visit.params.get("paper", "")),
            "orders": [kind for kind, post in _ORDERED_BY.items() if post in actor.posts],
            "may_write": Post.WINDOW_REVIEWER in actor.posts,
            "may_post": Post.WINDOW_CLERK in actor.posts,
            "holders": [(leg.holder_archive, leg.holder_name) for leg in answered],
            "letter_kind": LETTER,
            "carriers": CARRIERS,
            "answers": [one.value for one in ANSWERS],
            "values": visit.form,
            "errors": errors,
        }
        template = "papers_rows.html" if visit.partial else "papers.html"
        return self._desk.render(visit, actor, template, values, status=status)


def _number(form: Form, name: str) -> int:
    text = form.text(name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
