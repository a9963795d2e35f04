"""/apply: an application, one question a page; it survives a break, a reload and a lost session."""

from dataclasses import replace

from starlette.responses import Response

from node.desk.citizen.entrance import DRAFT_COOKIE, Entrance
from node.desk.citizen.questions import BY_NAME, PAPERS, Question, asked, category_of
from node.desk.citizen.reading import DraftReader, Reading, errors_of, question_of
from node.desk.citizen.sent_papers import paper_place, take_papers
from node.desk.clues import MAIN_CATEGORIES, clues_of
from node.domain.citizen_filings import CitizenDraft
from node.domain.citizen_reasons import CITIZEN_DRAFT_GONE
from node.domain.citizens import ProvenPerson
from records.kinds import KINDS
from records.purposes import PURPOSES
from records.refusal import Refusal
from webui import csrf
from webui.form import Form
from webui.pages import see_other
from webui.reasons import PAGE_NOT_FOUND
from webui.status import http_status
from webui.visit import Visit

_OURS = (csrf.FIELD, "back")
_CHECK = "/apply/check"


class ApplyPages:
    """Handlers of the application."""

    def __init__(self, entrance: Entrance) -> None:
        """Serve one set of pages."""
        self._door = entrance
        self._reader = DraftReader(entrance.settings)

    def intro(self, visit: Visit) -> Response:
        """What is needed, how long it takes; an application in progress can be gone on with."""
        values = {"going_on": self._code(visit) != "", "errors": {}}
        return self._door.render(visit, "apply.html", values)

    def start(self, visit: Visit) -> Response:
        """A new draft with a code of its own; this browser keeps the code until it is closed."""
        code = self._door.box.begin(visit.now, visit.client)
        response = see_other(f"/apply/{self._questions({})[0].name}")
        return keep_code(response, code, secure=self._door.settings.secure)

    def show(self, visit: Visit) -> Response:
        """One question."""
        question, draft = self._question(visit), self._draft(visit)
        errors: dict[str, str] = {}
        if visit.query.get("wrong"):
            reading = self._read(draft, visit)
            mistakes = reading.errors or self._reader.refused(reading, visit)
            errors = errors_of(question, mistakes)
        return self._page(visit, question, draft, errors)

    def answer(self, visit: Visit) -> Response:
        """The answer is kept, right or wrong; then the next question, or this one again."""
        question, draft = self._question(visit), self._draft(visit)
        try:
            draft = self._with_answer(question, draft, visit)
            self._door.box.save(self._code(visit), draft, visit.now)
        except Refusal as refusal:
            errors = {paper_place(refusal): self._door.say(visit, refusal)}
            status = http_status(refusal.reason.kind)
            return self._page(visit, question, draft, errors, status=status)
        reading = self._read(draft, visit)
        errors = errors_of(question, reading.errors)
        if errors:
            return self._page(visit, question, draft, errors, status=422)
        if visit.form.text("back") == "check":
            return see_other(_CHECK)
        return see_other(self._after(question, draft, reading))

    def keep(self, visit: Visit) -> Response:
        """What is typed so far is kept, whatever it says; the page stays as it is.

        Raises:
            Refusal: CITIZEN_DRAFT_GONE, PAGE_NOT_FOUND.
        """
        question, before = self._question(visit), self._draft(visit)
        if question is not PAPERS:
            draft = self._with_answer(question, before, visit)
            self._door.box.save(self._code(visit), draft, visit.now)
        return Response(status_code=204)

    def go_on(self, visit: Visit) -> Response:
        """To the first question that is not answered, or to the last page."""
        draft = self._draft(visit)
        reading = self._read(draft, visit)
        for question in self._asked(draft, reading):
            seen = any(question.owns(field) for field in draft.fields)
            if not seen or errors_of(question, reading.errors):
                return see_other(f"/apply/{question.name}{'?wrong=1' if seen else ''}")
        return see_other(_CHECK)

    def check(self, visit: Visit) -> Response:
        """Everything once more before it is sent, for somebody whose identity is proven."""
        draft, person = self._draft(visit), self._door.session(visit).person
        reading = self._read(draft, visit)
        wrong = self._wrong(draft, reading, visit)
        if wrong is not None:
            return see_other(f"/apply/{wrong.name}?wrong=1")
        if person is None:
            return self._door.ask_who(visit, _CHECK)
        return self._check_page(visit, draft, reading, {})

    def file(self, visit: Visit) -> Response:
        """The application is in the letter box; pressing twice files it once."""
        code, person = self._code(visit), self._door.session(visit).person
        if code and self._door.box.is_filed(code):
            return see_other("/apply/done")
        draft = self._draft(visit)
        if person is None:
            return self._door.ask_who(visit, _CHECK)
        reading = self._read(draft, visit)
        if self._wrong(draft, reading, visit) is not None:
            return see_other(_CHECK)
        if not visit.form.has("consent"):
            errors = {"consent": visit.words("citizen.need_consent")}
            return self._check_page(visit, draft, reading, errors, status=422)
        application = replace(reading.application, consent=True)
        try:
            self._door.box.file(code, application, person, visit.now)
        except Refusal as refusal:
            errors = {"": self._door.say(visit, refusal)}
            status = http_status(refusal.reason.kind)
            return self._check_page(visit, draft, reading, errors, status=status)
        return see_other("/apply/done")

    def done(self, visit: Visit) -> Response:
        """The code that the citizen keeps, and what happens next."""
        code = self._code(visit)
        if not code or not self._door.box.is_filed(code):
            return see_other("/apply")
        return self._door.render(visit, "done.html", {"code": code, "errors": {}})

    def leave(self, visit: Visit) -> Response:
        """This browser forgets the code; the draft waits for it."""
        response = see_other("/")
        response.delete_cookie(DRAFT_COOKIE, path="/")
        return response

    def drop(self, visit: Visit) -> Response:
        """The draft is thrown away."""
        code = self._code(visit)
        if code:
            self._door.box.drop(code)
        return self.leave(visit)

    def _code(self, visit: Visit) -> str:
        return visit.cookies.get(DRAFT_COOKIE, "")

    def _draft(self, visit: Visit) -> CitizenDraft:
        code = self._code(visit)
        if not code:
            raise Refusal(CITIZEN_DRAFT_GONE)
        return self._door.box.draft(code, visit.now)

    def _question(self, visit: Visit) -> Question:
        question = BY_NAME.get(visit.params["question"])
        if question is None:
            raise Refusal(PAGE_NOT_FOUND)
        return question

    def _read(self, draft: CitizenDraft, visit: Visit) -> Reading:
        return self._reader.read(draft, self._door.session(visit).person, visit)

    def _questions(
        self, answers: dict[str, tuple[str, ...]], *, papers: bool = False
    ) -> tuple[Question, ...]:
        return asked(answers, len(self._door.settings.archives), papers_wanted=papers)

    def _asked(self, draft: CitizenDraft, reading: Reading) -> tuple[Question, ...]:
        wanted = bool(reading.papers_wanted or draft.papers)
        return self._questions(draft.fields, papers=wanted)

    def _after(self, question: Question, draft: CitizenDraft, reading: Reading) -> str:
        questions = self._asked(draft, reading)
        place = questions.index(question) if question in questions else len(questions)
        following = questions[place + 1].name if place + 1 < len(questions) else "check"
        return f"/apply/{following}?after={question.name}"

    def _wrong(self, draft: CitizenDraft, reading: Reading, visit: Visit) -> Question | None:
        """The first question that has to be answered again before anything is sent."""
        person = self._door.session(visit).person
        errors = dict(reading.errors)
        if not errors and person is not None:
            errors = self._reader.refused(reading, visit)
        if reading.papers_wanted:
            errors["paper."] = ""
        for question in self._asked(draft, reading):
            if errors_of(question, errors):
                return question
        return next((found for found in map(question_of, errors) if found), None)

    def _with_answer(self, question: Question, before: CitizenDraft, visit: Visit) -> CitizenDraft:
        sent = {name: said for name, said in visit.form.fields.items() if name not in _OURS}
        fields = {name: said for name, said in before.fields.items() if not question.owns(name)}
        fields |= {name: said for name, said in sent.items() if question.owns(name)}
        papers = before.papers
        if question is PAPERS:
            fields["paper.seen"] = ("yes",)
            papers = take_papers(self._door, visit, before.papers)
        return CitizenDraft(fields=fields, papers=papers)

    def _page(
        self,
        visit: Visit,
        question: Question,
        draft: CitizenDraft,
        errors: dict[str, str],
        *,
        status: int = 200,
    ) -> Response:
        reading = self._read(draft, visit)
        questions = self._asked(draft, reading)
        place = questions.index(question) if question in questions else 0
        return self._door.render(
            visit,
            "question.html",
            {
                "q": question.name,
                "number": place + 1,
                "total": len(questions),
                "previous": questions[place - 1].name if place else "",
                "back": visit.form.text("back") or visit.query.get("back", ""),
                "heard": self._heard(visit, reading),
                "values": Form(draft.fields),
                "draft": draft,
                "reading": reading,
                "clues": clues_of(category_of(draft.fields)),
                "category": category_of(draft.fields),
                "kinds": KINDS,
                "main_categories": MAIN_CATEGORIES,
                "purposes": PURPOSES,
                "documents": (*reading.papers_wanted, *(one.kind for one in draft.papers)),
                "code": self._code(visit),
                "errors": errors,
            },
            status=status,
        )

    def _heard(self, visit: Visit, reading: Reading) -> tuple[str, str]:
        """The question before and how its answer was understood."""
        question = BY_NAME.get(visit.query.get("after", ""))
        if question is None:
            return "", ""
        return question.name, self._reader.understood(question, reading, visit)

    def _check_page(
        self,
        visit: Visit,
        draft: CitizenDraft,
        reading: Reading,
        errors: dict[str, str],
        *,
        status: int = 200,
    ) -> Response:
        person: ProvenPerson | None = self._door.session(visit).person
        return self._door.render(
            visit,
            "citizen_check.html",
            {
                "a": reading.application,
                "values": Form(draft.fields),
                "draft": draft,
                "clues": clues_of(category_of(draft.fields)),
                "heard": self._reader.in_brief(reading),
                "who": person,
                "asked": [one.name for one in self._asked(draft, reading)],
                "code": self._code(visit),
                "errors": errors,
            },
            status=status,
        )


def keep_code(response: Response, code: str, *, secure: bool) -> Response:
    """The browser has the code of the draft until it is closed; no script and no other site."""
    response.set_cookie(DRAFT_COOKIE, code, path="/", secure=secure, httponly=True, samesite="lax")
    return response
