"""补正 by phone: the form of what is missing, read."""

from dataclasses import dataclass, field

from node.desk.citizen.questions import DELIVERIES
from node.desk.papers import PREFIX
from node.desk.reasons import PAPER_NOT_READABLE
from node.desk.spoken_dates import SpokenDate, hear_date
from node.domain.citizens import Additions
from node.domain.paper_files import media_type_of
from records.eligibility_terms import DOCUMENTS
from records.lunar import LunarTable
from records.person_names import check_name
from records.refusal import Refusal
from webui.visit import Visit

_MOST_CLUE = 100
_MOST_WORDS = 500
_MOST_NAMES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What was typed and understood."""

    additions: Additions = field(default_factory=Additions)
    papers: tuple[tuple[str, bytes, str], ...] = ()
    """Document code, photograph, media type."""
    errors: dict[str, str] = field(default_factory=dict)


def read_additions(visit: Visit, lunar: LunarTable) -> Added:
    """The form as far as it is right; every mistake by field."""
    form, errors = visit.form, dict[str, str]()
    period = _period(visit, lunar, errors)
    former = form.text("subject_former").replace("，", "、").replace(",", "、")
    names = tuple(name.strip() for name in former.split("、") if name.strip())[:_MOST_NAMES]
    for place, name in (
        ("other_name", form.text("other_name")),
        *(("subject_former", n) for n in names),
    ):
        _check_name(place, name, visit, errors)
    for place, most in (("place", _MOST_CLUE), ("number", _MOST_CLUE), ("words", _MOST_WORDS)):
        if len(form.text(place)) > most:
            errors[place] = visit.words("file.too_long", most=most)
    delivery = form.text("delivery")
    papers = _papers(visit, errors)
    additions = Additions(
        other_name=form.text("other_name"),
        former_names=names,
        place=form.text("place"),
        period_start=period.period.start if period else "",
        period_end=period.period.end if period else "",
        number=form.text("number"),
        words=" ".join(form.text("words").split()),
        delivery=delivery if delivery in DELIVERIES else "",
    )
    if additions == Additions() and not papers and not errors:
        errors["words"] = visit.words("citizen.need_more")
    return Added(additions=additions, papers=papers, errors=errors)


def _period(visit: Visit, lunar: LunarTable, errors: dict[str, str]) -> SpokenDate | None:
    if not visit.form.has("period"):
        return None
    try:
        return hear_date(visit.form.text("period"), lunar)
    except Refusal:
        errors["period"] = visit.words("file.wrong_period")
        return None


def _check_name(place: str, name: str, visit: Visit, errors: dict[str, str]) -> None:
    if not name:
        return
    try:
        check_name(name)
    except Refusal as refusal:
        errors[place] = refusal.reason.en if visit.english else refusal.reason.zh


def _papers(visit: Visit, errors: dict[str, str]) -> tuple[tuple[str, bytes, str], ...]:
    kind = visit.form.text("paper_kind")
    uploads = visit.form.files.get(f"{PREFIX}file", ())
    if not uploads:
        return ()
    media_type = media_type_of(uploads[0].data)
    if kind not in DOCUMENTS:
        errors["paper_kind"] = visit.words("citizen.choose")
    if not media_type:
        reason = PAPER_NOT_READABLE
        errors[f"{PREFIX}file"] = reason.en if visit.english else reason.zh
    return () if errors else ((kind, uploads[0].data, media_type),)
