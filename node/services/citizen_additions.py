"""补正 by phone: what an applicant adds to the form that lies at the archive.

The phone's side does not have the form, so a letter carries additions alone and the form here is
the base; what may change is the same as at the window (domain/supplements.py).
"""

from dataclasses import replace

from node.domain.application import Application
from node.domain.cases import Leg, WindowCase
from node.domain.citizens import Additions
from node.domain.commands import AnswerQuestionCommand
from records.exchange import Proof
from records.queries import Period, RecordQuery, SoughtPerson


def amend_with(form: Application, added: Additions, proofs: tuple[Proof, ...]) -> Application:
    """The form that the reviewer returned, corrected; papers of a kind replace the earlier one."""
    papers = {proof.kind: proof for proof in (*form.proofs, *proofs)}
    return replace(
        form,
        query=_query(form.query, added),
        proofs=tuple(papers.values()),
        delivery=added.delivery or form.delivery,
    )


def answer_with(
    case: WindowCase, asking: Leg, added: Additions, proofs: tuple[Proof, ...]
) -> AnswerQuestionCommand:
    """The answer to the archive that asks: it only adds, which `add_facts` sees to."""
    form = case.application
    answered = replace(form, query=_query(form.query, added), proofs=form.proofs + proofs)
    return AnswerQuestionCommand(
        case_no=case.case_no, holder_archive=asking.holder_archive, application=answered
    )


def _query(query: RecordQuery, added: Additions) -> RecordQuery:
    known = query.subject.former_names
    new = tuple(name for name in added.former_names if name not in known)
    words = " ".join(part for part in (query.words, added.words) if part)[:500]
    return replace(
        query,
        subject=replace(query.subject, former_names=known + new),
        other_party=SoughtPerson(name=added.other_name) if added.other_name else query.other_party,
        place=added.place or query.place,
        period=Period(start=added.period_start, end=added.period_end)
        if added.period_start
        else query.period,
        number=added.number or query.number,
        words=words,
    )
