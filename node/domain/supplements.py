"""补正: what an answer to a holder's question may say that two officers have not looked at.

The clerk answers alone, so the answer only adds: who asks, about whom, for what and for which
material was reviewed and stays. Where and when it was, and further clues, may be put right: they
lead to the record of the same people and are judged again by the holder.
"""

from dataclasses import replace

from node.domain.application import Application
from node.domain.reasons import APPLICATION_MALFORMED
from records.queries import RecordQuery, SoughtPerson
from records.refusal import Refusal


def add_facts(filed: Application, answered: Application) -> Application:
    """The reviewed form with the facts that the answer adds; what it leaves empty stays.

    Raises:
        Refusal: APPLICATION_MALFORMED with the field that would be replaced.
    """
    fixed = (
        ("window_archive", filed.window_archive, answered.window_archive),
        ("applicant", filed.applicant, answered.applicant),
        ("query.category", filed.query.category, answered.query.category),
        ("purpose", filed.purpose, answered.purpose),
        ("output", filed.output, answered.output),
        ("requested_fields", filed.requested_fields, answered.requested_fields),
    )
    for name, before, after in fixed:
        if before != after:
            raise _replaced(name)
    new = tuple(proof for proof in answered.proofs if proof not in filed.proofs)
    return replace(
        filed,
        query=_add_to_query(filed.query, answered.query),
        purpose_text=_add("purpose_text", filed.purpose_text, answered.purpose_text),
        proofs=filed.proofs + new,
    )


def _add_to_query(filed: RecordQuery, answered: RecordQuery) -> RecordQuery:
    return replace(
        filed,
        subject=_add_to_person("query.subject", filed.subject, answered.subject),
        other_party=_add_to_person("query.other_party", filed.other_party, answered.other_party),
        place=answered.place or filed.place,
        period=answered.period if answered.period.start else filed.period,
        number=answered.number or filed.number,
        free={**filed.free, **{code: text for code, text in answered.free.items() if text}},
        words=answered.words or filed.words,
    )


def _add_to_person(name: str, filed: SoughtPerson, answered: SoughtPerson) -> SoughtPerson:
    new = tuple(one for one in answered.former_names if one not in filed.former_names)
    return SoughtPerson(
        name=_add(f"{name}.name", filed.name, answered.name),
        former_names=filed.former_names + new,
        sex=_add(f"{name}.sex", filed.sex, answered.sex),
        birth=_add(f"{name}.birth", filed.birth, answered.birth),
        id_no=_add(f"{name}.id_no", filed.id_no, answered.id_no),
    )


def _add(name: str, filed: str, answered: str) -> str:
    """A text that was empty, stays, or goes on: a birth year gains its day, a surname its name."""
    if answered and not answered.startswith(filed):
        raise _replaced(name)
    return answered or filed


def _replaced(name: str) -> Refusal:
    detail = f"{name}: reviewed, an answer may only add"
    return Refusal(APPLICATION_MALFORMED, detail)
