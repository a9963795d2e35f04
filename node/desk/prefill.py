"""An application as the filing form shows it again: the way back from `filing_form`."""

from node.desk.clues import MAIN_CATEGORIES
from node.domain.application import Application
from records.kinds import KINDS
from records.queries import Period
from webui.form import Form


def form_of(application: Application) -> Form:
    """The fields that would be read as this application."""
    applicant, query = application.applicant, application.query
    fields = {
        "id_type": applicant.id_type,
        "id_no": applicant.id_no,
        "name": applicant.name,
        "mobile": applicant.mobile,
        "no_mobile": "" if applicant.mobile else "yes",
        "relation": applicant.relation,
        "assurance": applicant.identity_assurance,
        "category": query.category if query.category in MAIN_CATEGORIES else "other",
        "category_other": "" if query.category in MAIN_CATEGORIES else query.category,
        "subject_name": query.subject.name,
        "subject_former": "、".join(query.subject.former_names),
        "subject_sex": query.subject.sex,
        "subject_birth": query.subject.birth,
        "subject_id": query.subject.id_no,
        "other_name": query.other_party.name,
        "place": query.place,
        "period": _period_text(query.period),
        "number": query.number,
        "words": query.words,
        "purpose": application.purpose,
        "purpose_text": application.purpose_text,
        "output": application.output,
        "listed": _labels(query.category, application.requested_fields),
        "delivery": application.delivery,
        "consent": "yes" if application.consent else "",
    }
    fields |= {f"free.{code}": text for code, text in query.free.items()}
    return Form({name: (text,) for name, text in fields.items()} | {"holders": application.holders})


def _labels(category: str, codes: tuple[str, ...]) -> str:
    if category not in KINDS:
        return ""
    return "、".join(KINDS[category].get_field(code).label for code in codes)


def _period_text(period: Period) -> str:
    if not period.end or period.start == period.end:
        return period.start
    return f"{period.start}至{period.end}"
