"""The filing form (W2) as an `Application`, or what is wrong with it, field by field."""

from dataclasses import dataclass

from node.desk.clues import clues_of
from node.desk.spoken_dates import SpokenDate, hear_date
from node.domain.application import Application
from node.domain.devices import CardRead
from records.eligibility_terms import Requester
from records.exchange import Applicant, Proof
from records.field_answers import FIELDS
from records.id_numbers import parse_id_number
from records.kinds import KINDS
from records.lunar import LunarTable
from records.person_names import check_name
from records.purposes import is_purpose, needs_words
from records.queries import Period, RecordQuery, SoughtPerson
from records.refusal import Refusal
from webui.form import Form
from webui.words import Words

ID_TYPES = ("resident_id", "passport", "hk_macao_permit", "taiwan_permit", "officer_letter")
RELATIONS = (
    "party",
    "spouse",
    "agent",
    "guardian",
    "relative_of_deceased",
    "heir",
    "kin_of_living",
    "adoptee",
    "lawyer",
    "notary",
    "court",
    "civil_affairs",
    "agency",
    "employer",
    "researcher",
)
ASSURANCES = ("document_photo", "asserted")
"""What a clerk can say without a reader; chip_read comes from the reader's own statement."""
CHIP_READ = "chip_read"
DELIVERIES = ("window", "mobile", "post", "nearest")
OUTPUTS = ("extract", "copy", "no_record", FIELDS)
MOST_WORDS = 500
MOST_PURPOSE_WORDS = 200
_MOST_CLUE = 100
_MOST_FORMER_NAMES = 8
_MOST_LISTED = 400
_SHOWN_LABELS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What was understood of the form so far."""

    application: Application
    errors: dict[str, str]
    """Sentence by field, in the order of the form; empty = complete."""
    period: SpokenDate | None
    birth: SpokenDate | None
    category: str

    @property
    def enough_to_route(self) -> bool:
        """True once archives can be suggested: somebody, something, somewhere or some number."""
        query = self.application.query
        return bool(query.subject.name and (query.place or query.number))


class FilingForm:
    """Reads one form; collects every mistake rather than the first."""

    def __init__(
        self,
        form: Form,
        words: Words,
        lunar: LunarTable,
        english: bool,
        card: CardRead | None = None,
    ) -> None:
        """Take the form, the language in which mistakes are named, and the card that was read."""
        self._form = form
        self._card = card
        self._words = words
        self._lunar = lunar
        self._english = english
        self._errors: dict[str, str] = {}

    def read(self, window_archive: str, papers: tuple[Proof, ...]) -> Filing:
        """The application as far as it is filled in, with what is wrong or missing."""
        applicant = self._applicant()
        category = self._category()
        period = self._date("period", about=self._form.text("period_sure") == "about")
        birth = self._date("subject_birth")
        query = self._query(category, applicant, period)
        application = Application(
            window_archive=window_archive,
            applicant=applicant,
            query=query,
            purpose=self._choice("purpose", is_purpose(self._form.text("purpose"))),
            purpose_text=self._bounded("purpose_text", MOST_PURPOSE_WORDS),
            output=self._output(applicant),
            requested_fields=self._listed(category),
            proofs=papers,
            holders=self._form.all("holders"),
            consent=self._form.has("consent"),
            delivery=self._one_of("delivery", DELIVERIES),
        )
        self._check_purpose_words(application)
        if not application.consent:
            self._wrong("consent")
        return Filing(
            application=application,
            errors=self._errors,
            period=period,
            birth=birth,
            category=category,
        )

    def _applicant(self) -> Applicant:
        form = self._form
        id_type = self._one_of("id_type", ID_TYPES)
        id_no = "".join(form.text("id_no").split()).upper()
        self._check_id(id_type, id_no)
        name = self._name("name", required=True)
        mobile = "".join(form.text("mobile").split())
        if not form.has("no_mobile") and not (
            len(mobile) == 11 and mobile.isascii() and mobile.isdigit() and mobile.startswith("1")
        ):
            self._wrong("mobile")
        return Applicant(
            name=name,
            id_type=id_type,
            id_no=id_no,
            mobile="" if form.has("no_mobile") else mobile,
            relation=self._one_of("relation", RELATIONS),
            identity_assurance=self._assurance(id_type, id_no, name),
        )

    def _assurance(self, id_type: str, id_no: str, name: str) -> str:
        """chip_read only for what the reader's card says; a changed letter was typed."""
        card = self._card
        if card and id_type == "resident_id" and (name, id_no) == (card.name, card.id_no):
            return CHIP_READ
        return self._one_of("assurance", ASSURANCES)

    def _output(self, applicant: Applicant) -> str:
        """What is wanted; fields without a paper are an authority's alone, and named one by one."""
        output = self._one_of("output", OUTPUTS)
        if output == FIELDS and applicant.relation != Requester.AGENCY:
            self._wrong("output")
        if output == FIELDS and not self._form.has("listed"):
            self._wrong("listed")
        return output

    def _listed(self, category: str) -> tuple[str, ...]:
        """Codes of the fields that were listed by their labels; a word that is none is named."""
        if category not in KINDS:
            return ()
        by_label = {spec.label: spec.code for spec in KINDS[category].fields}
        said = self._form.text("listed")[:_MOST_LISTED].replace("，", "、").replace(",", "、")
        labels = [one.strip() for one in said.split("、") if one.strip()]
        unknown = [one for one in labels if one not in by_label]
        if unknown:
            usual = "、".join(list(by_label)[:_SHOWN_LABELS])
            self._errors["listed"] = self._words("agency.unknown", field=unknown[0], fields=usual)
        return tuple(dict.fromkeys(by_label[one] for one in labels if one in by_label))

    def _check_id(self, id_type: str, id_no: str) -> None:
        if not id_no:
            self._wrong("id_no")
        elif id_type == "resident_id":
            try:
                holds = parse_id_number(id_no).checksum_holds
            except Refusal:
                holds = False
            if not holds:
                self._errors["id_no"] = self._words("file.wrong_id_check")
        elif not (4 <= len(id_no) <= 40 and id_no.isprintable()):
            self._wrong("id_no")

    def _category(self) -> str:
        chosen = self._form.text("category")
        category = self._form.text("category_other") if chosen == "other" else chosen
        if category not in KINDS:
            self._wrong("category_other" if chosen == "other" else "category")
            return ""
        return category

    def _query(self, category: str, applicant: Applicant, period: SpokenDate | None) -> RecordQuery:
        clues = clues_of(category)
        free = {
            spec.code: self._bounded(f"free.{spec.code}", _MOST_CLUE)
            for spec in clues.free
            if self._form.has(f"free.{spec.code}")
        }
        other = SoughtPerson(name=self._name("other_name")) if clues.other_party else SoughtPerson()
        return RecordQuery(
            category=category,
            subject=self._subject(applicant),
            other_party=other,
            place=self._bounded("place", _MOST_CLUE),
            period=period.period if period else Period(),
            number=self._bounded("number", _MOST_CLUE) if clues.has_number else "",
            free=free,
            # One line: a question between archives carries no control characters.
            words=" ".join(self._bounded("words", MOST_WORDS).split()),
        )

    def _subject(self, applicant: Applicant) -> SoughtPerson:
        """The person sought; the applicant's own data where they ask about themselves."""
        own = applicant.relation == "party"
        named = self._form.has("subject_name")
        if not named and not own:
            self._wrong("subject_name")
        former = self._form.text("subject_former").replace("，", "、").replace(",", "、")
        names = tuple(n.strip() for n in former.split("、") if n.strip())[:_MOST_FORMER_NAMES]
        id_no = "".join(self._form.text("subject_id").split()).upper()
        is_own_id = own and applicant.id_type == "resident_id" and not id_no
        return SoughtPerson(
            name=self._name("subject_name") if named else (applicant.name if own else ""),
            former_names=names,
            sex=self._form.text("subject_sex"),
            birth=self._form.text("subject_birth"),
            id_no=applicant.id_no if is_own_id else id_no,
        )

    def _name(self, field: str, *, required: bool = False) -> str:
        name = self._form.text(field)
        if not name and not required:
            return ""
        try:
            check_name(name)
        except Refusal as refusal:
            reason = refusal.reason
            self._errors[field] = reason.en if self._english else reason.zh
        return name

    def _date(self, field: str, *, about: bool = False) -> SpokenDate | None:
        if not self._form.has(field):
            return None
        try:
            return hear_date(self._form.text(field), self._lunar, about=about)
        except Refusal:
            self._wrong(field)
            return None

    def _check_purpose_words(self, application: Application) -> None:
        if needs_words(application.purpose) and not application.purpose_text:
            self._wrong("purpose_text")

    def _one_of(self, field: str, allowed: tuple[str, ...]) -> str:
        value = self._form.text(field, allowed[0])
        return value if value in allowed else allowed[0]

    def _choice(self, field: str, is_known: bool) -> str:
        if not is_known:
            self._wrong(field)
            return ""
        return self._form.text(field)

    def _bounded(self, field: str, most: int) -> str:
        text = self._form.text(field)
        if len(text) > most:
            self._errors[field] = self._words("file.too_long", most=most)
        return text

    def _wrong(self, field: str) -> None:
        self._errors[field] = self._words(f"file.wrong_{field}")
