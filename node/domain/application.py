"""利用申请表: what the window knows about the person, the record and the purpose.

Refuses an incomplete form with the field's name; says nothing about who may be asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from node.domain.reasons import APPLICATION_MALFORMED
from records import eligibility_terms
from records.exchange import Applicant, AssistRequest, LocateQuestion, Proof
from records.field_answers import FIELDS
from records.id_numbers import parse_id_number
from records.kinds import get_kind
from records.person_names import check_name
from records.purposes import is_purpose, needs_words
from records.queries import RecordQuery
from records.refusal import Refusal

OUTPUTS = ("extract", "copy", "no_record", FIELDS)
ID_TYPES = ("resident_id", "passport", "hk_macao_permit", "taiwan_permit", "officer_letter")
_AGENCY = eligibility_terms.Requester.AGENCY
_MOST_PROOFS = 20
_MOST_WORDS = 200
_MOST_ID_SIGNS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The form as filed; its JSON form is the body of `lantai-node request --file`."""

    window_archive: str
    """Six-digit code of the archive at whose window the citizen stands."""
    applicant: Applicant
    query: RecordQuery
    purpose: str
    """Purpose code, e.g. "pension", "property", "notary"."""
    purpose_text: str = ""
    """The citizen's own words, at most 200 characters; printed only when asked for."""
    output: str = "extract"
    """extract, copy, no_record, or fields: what an authority asked for, without a sealed paper."""
    requested_fields: tuple[str, ...] = ()
    """Field codes wanted; empty = the usual fields of the category."""
    proofs: tuple[Proof, ...] = ()
    holders: tuple[str, ...] = ()
    """Archives that the clerk ticked; empty = all that the routing names."""
    consent: bool = False
    """The citizen agreed that the archives asked may see the application (PIPL 23)."""
    delivery: str = "window"
    """How the citizen gets it: window, mobile, post or nearest (the archive nearest to them)."""

    @property
    def agreed_delivery(self) -> str:
        """The same as agreements call it (`agreement_rules.DELIVERIES`)."""
        return {"mobile": "online", "nearest": "agency"}.get(self.delivery, self.delivery)


def verify_application(form: Application) -> None:
    """Return only if the form is complete and every text within its bounds.

    Raises:
        Refusal: APPLICATION_MALFORMED with the field's name, CATEGORY_UNKNOWN, FIELD_UNKNOWN,
            and the reasons of names and identity numbers.
    """
    applicant = form.applicant
    check_name(applicant.name)
    if applicant.id_type == "resident_id":
        parse_id_number(applicant.id_no)
    kind = get_kind(form.query.category)
    for code in form.requested_fields:
        kind.get_field(code)
    words = form.purpose_text
    checks = (
        ("applicant.id_type", applicant.id_type in ID_TYPES),
        ("applicant.id_no", 1 <= len(applicant.id_no) <= _MOST_ID_SIGNS),
        ("applicant.relation", applicant.relation in set(eligibility_terms.Requester)),
        (
            "applicant.identity_assurance",
            applicant.identity_assurance in eligibility_terms.ASSURANCE_ORDER,
        ),
        ("purpose", is_purpose(form.purpose)),
        ("purpose_text", len(words) <= _MOST_WORDS and (words or not needs_words(form.purpose))),
        ("output", form.output in OUTPUTS),
        ("requested_fields", form.output != FIELDS or bool(form.requested_fields)),
        ("output", form.output != FIELDS or applicant.relation == _AGENCY),
        ("proofs", len(form.proofs) <= _MOST_PROOFS),
        ("consent", form.consent),
    )
    wrong = next((name for name, right in checks if not right), "")
    if wrong:
        raise Refusal(APPLICATION_MALFORMED, wrong)


def verify_request(request: AssistRequest) -> None:
    """Return only if a partner's request is as whole as a form of our own window.

    Raises:
        Refusal: as `verify_application`.
    """
    verify_application(
        Application(
            window_archive=request.window_archive,
            applicant=request.applicant,
            query=request.query,
            purpose=request.purpose,
            purpose_text=request.purpose_text,
            output=request.output,
            requested_fields=request.requested_fields,
            proofs=request.proofs,
            consent=True,
        )
    )


def eligibility_of_form(form: Application) -> eligibility_terms.Application:
    """The facts that the decision table looks at; no name among them."""
    return _facts(form.applicant, form.query.category, form.proofs, form.purpose)


def eligibility_of_request(request: AssistRequest) -> eligibility_terms.Application:
    """The same facts of a request that a partner sent."""
    return _facts(request.applicant, request.query.category, request.proofs, request.purpose)


def eligibility_of_question(question: LocateQuestion) -> eligibility_terms.Application:
    """The same facts of a question for a count: who asks is not told, in which capacity is."""
    asker = Applicant(
        name="",
        id_type="",
        id_no="",
        relation=question.relation,
        identity_assurance=question.identity_assurance,
    )
    return _facts(asker, question.query.category, question.proofs, question.purpose)


def _facts(
    applicant: Applicant, category: str, proofs: Iterable[Proof], purpose: str
) -> eligibility_terms.Application:
    documents = {proof.kind for proof in proofs}
    # Whoever read the chip, compared the photograph or asked the national service had the card.
    if applicant.identity_assurance != "asserted":
        documents.add("id_card")
    return eligibility_terms.Application(
        requester=applicant.relation,
        category=category,
        documents=frozenset(documents),
        purpose=purpose,
        identity_assurance=applicant.identity_assurance,
    )
