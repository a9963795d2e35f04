"""A draft read as an application: what was understood, what is wrong, which papers are wanted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from node.desk.citizen.questions import BY_NAME, CATEGORY, DELIVERIES, RELATIONS, Question
from node.desk.citizen.settings import CitizenSettings
from node.desk.filing_form import Filing, FilingForm
from node.domain.application import Application, eligibility_of_form
from node.domain.citizen_filings import CitizenDraft
from node.domain.citizens import ProvenPerson
from records import eligibility_terms
from records.eligibility import DEFAULT_FLOORS, evaluate_eligibility
from records.eligibility_terms import DOCUMENTS, Effect, Eligibility
from records.jurisdictions import PlaceAnswer
from records.refusal import Refusal
from webui.form import Form
from webui.visit import Visit

_NOT_ASKED = ("name", "id_no", "mobile", "consent")
"""Fields of the window's form that the provider answers, or the last page."""
_FROM_QUERY = {
    "query.subject.name": "subject_name",
    "query.subject.birth": "subject_birth",
    "query.other_party.name": "other_name",
    "query.place": "place",
    "query.number": "number",
    "query.period": "period",
    "query.words": "words",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A draft as understood."""

    filing: Filing
    errors: Mapping[str, str]
    """Sentence by field."""
    papers_wanted: tuple[str, ...]
    """Document codes that the rule asks for and that are not there."""

    @property
    def application(self) -> Application:
        """The form as it would be filed."""
        return self.filing.application


class DraftReader:
    """Reads drafts for one set of pages."""

    def __init__(self, settings: CitizenSettings) -> None:
        """With the tables of `settings`."""
        self._settings = settings

    def read(self, draft: CitizenDraft, person: ProvenPerson | None, visit: Visit) -> Reading:
        """The draft as far as it is filled in."""
        archive = _chosen(draft, "archive", [one.archive_code for one in self._settings.archives])
        fields = {**draft.fields, **_identity(person), "consent": ("yes",)}
        fields["relation"] = (_chosen(draft, "relation", RELATIONS),)
        fields["delivery"] = (_chosen(draft, "delivery", DELIVERIES),)
        form = FilingForm(Form(fields), visit.words, self._settings.reader.calendar, visit.english)
        filing = form.read(archive, ())
        # How well identity was proven is the provider's word, not a choice on a form.
        assurance = person.assurance if person else "national_net_id"
        applicant = replace(filing.application.applicant, identity_assurance=assurance)
        filing = replace(filing, application=replace(filing.application, applicant=applicant))
        errors = {field: said for field, said in filing.errors.items() if field not in _NOT_ASKED}
        if "relation" not in draft.fields:
            errors["relation"] = visit.words("citizen.choose")
        if "delivery" not in draft.fields:
            errors["delivery"] = visit.words("citizen.choose")
        papers, barred = self._judge(filing, draft, visit)
        if barred:
            errors.setdefault("relation", barred)
        return Reading(filing=filing, errors=errors, papers_wanted=papers)

    def refused(self, reading: Reading, visit: Visit) -> dict[str, str]:
        """Why no archive could search by this, by field: the same reading as at the archive."""
        try:
            self._settings.reader.read(reading.application.query)
        except Refusal as refusal:
            reason = refusal.reason
            said = f"{reason.en}. {reason.remedy_en}" if visit.english else ""
            said = said or f"{reason.zh}。{reason.remedy_zh}"
            return {_FROM_QUERY.get(f"query.{refusal.detail}", "place"): said}
        return {}

    def understood(self, question: Question, reading: Reading, visit: Visit) -> str:
        """How the answer to a question was understood; empty where there is nothing to say."""
        filing, words = reading.filing, visit.words
        if question.name == "when" and filing.period:
            return words("citizen.heard_when", what=filing.period.echo)
        if question.name == "subject" and filing.birth:
            return words("citizen.heard_birth", what=filing.birth.echo)
        if question.name == "where" and filing.application.query.place:
            return self._place(reading, visit)
        return ""

    def in_brief(self, reading: Reading) -> dict[str, str]:
        """The same for the last page, by question: days and today's places alone."""
        filing = reading.filing
        names = [row.name for row in self._resolve(reading).today]
        return {
            "when": filing.period.echo if filing.period else "",
            "subject": filing.birth.echo if filing.birth else "",
            "where": "、".join(dict.fromkeys(names)),
        }

    def _place(self, reading: Reading, visit: Visit) -> str:
        found = self._resolve(reading)
        if found.today:
            names = "、".join(dict.fromkeys(row.name for row in found.today))
            return visit.words("citizen.heard_where", what=names)
        if found.choices:
            return visit.words("citizen.where_which", what="、".join(found.choices[:6]))
        return visit.words("citizen.where_unknown")

    def _resolve(self, reading: Reading) -> PlaceAnswer:
        filing = reading.filing
        year = filing.period.earliest.year if filing.period else None
        text = self._settings.reader.folding.normal(filing.application.query.place)
        return self._settings.places.resolve(text, year)

    def _judge(
        self, filing: Filing, draft: CitizenDraft, visit: Visit
    ) -> tuple[tuple[str, ...], str]:
        """Papers that the rule still wants, and why nobody may be asked even with them."""
        if not {CATEGORY.name, "purpose", "relation"} <= draft.fields.keys():
            return (), ""
        facts = eligibility_of_form(filing.application)
        have = facts.documents | {paper.kind for paper in draft.papers}
        decision = _decide(facts, have)
        if decision.effect is not Effect.REFUSE:
            return tuple(decision.missing), ""
        for helpful in DOCUMENTS:
            # A paper that turns a refusal into a question is the paper to ask for.
            better = _decide(facts, have | {helpful})
            if helpful not in have and better.effect is not Effect.REFUSE:
                return (helpful, *better.missing), ""
        reason = decision.reason
        why = (reason.en if visit.english else reason.zh) if reason else ""
        return (), visit.words("citizen.not_by_phone", why=why)


def _decide(facts: eligibility_terms.Application, documents: frozenset[str]) -> Eligibility:
    return evaluate_eligibility(replace(facts, documents=documents), floors=DEFAULT_FLOORS)


def errors_of(question: Question, errors: Mapping[str, str]) -> dict[str, str]:
    """The mistakes that this question's own page can mend."""
    return {field: said for field, said in errors.items() if question.owns(field)}


def question_of(field: str) -> Question | None:
    """The question that asks for the field."""
    return next((one for one in BY_NAME.values() if one.owns(field)), None)


def _identity(person: ProvenPerson | None) -> dict[str, tuple[str, ...]]:
    if person is None:
        # Stands for a name that is not proven yet; never shown, never filed.
        return {
            "name": ("申请人",),
            "id_type": ("passport",),
            "id_no": ("0000",),
            "no_mobile": ("yes",),
        }
    return {
        "name": (person.name,),
        "id_type": (person.id_type,),
        "id_no": (person.id_no,),
        "mobile": (person.mobile,),
        "no_mobile": (),
    }


def _chosen(draft: CitizenDraft, field: str, allowed: "list[str] | tuple[str, ...]") -> str:
    said = (draft.fields.get(field) or ("",))[0]
    return said if said in allowed else allowed[0]
