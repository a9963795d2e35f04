"""Answers to a question only add: what two officers looked at stays as it was."""

from dataclasses import replace

import pytest
from node_acts import zhou

from node.domain.supplements import add_facts
from records.exchange import Proof
from records.queries import Period, SoughtPerson
from records.refusal import Refusal


def query(**changes):
    return replace(zhou().query, **changes)


@pytest.mark.parametrize(
    ("field", "swapped"),
    [
        ("purpose", zhou(purpose="pension")),
        ("output", zhou(output="copy")),
        ("requested_fields", zhou(requested_fields=("event_date",))),
        ("applicant", zhou(applicant=replace(zhou().applicant, name="程国富"))),
        ("window_archive", zhou(window_archive="330481")),
        ("query.category", zhou(query=query(category="school_record"))),
        ("query.subject.name", zhou(query=query(subject=SoughtPerson(name="程国富", sex="男")))),
        ("query.subject.birth", zhou(query=query(subject=SoughtPerson(birth="1963-01-01")))),
        ("query.other_party.name", zhou(query=query(other_party=SoughtPerson(name="汪秀英")))),
    ],
)
def test_what_was_reviewed_is_not_replaced(field, swapped):
    with pytest.raises(Refusal) as refused:
        add_facts(zhou(), swapped)
    assert refused.value.code == "APPLICATION_MALFORMED"
    assert refused.value.detail.startswith(field)


def test_facts_are_added_and_clues_put_right():
    filed = zhou(
        query=query(
            subject=SoughtPerson(name="周金水", birth="1962", former_names=("金水",)),
            other_party=SoughtPerson(name="吴"),
            free={"a": "1"},
        )
    )
    paper = Proof(kind="household", sha256="1" * 64, media_type="image/jpeg")
    answered = replace(
        filed,
        purpose_text="卖房",
        proofs=(*filed.proofs, paper),
        query=replace(
            filed.query,
            subject=SoughtPerson(name="周金水", birth="1962-11-05", former_names=("周金生",)),
            other_party=SoughtPerson(name="吴桂兰"),
            place="上饶县旭日镇",
            period=Period(start="1984", end="1986"),
            free={"b": "2"},
        ),
    )
    more = add_facts(filed, answered)
    assert more.query.subject.birth == "1962-11-05"
    assert more.query.subject.former_names == ("金水", "周金生")
    assert more.query.other_party.name == "吴桂兰"
    assert (more.query.place, more.query.period.start) == ("上饶县旭日镇", "1984")
    assert more.query.free == {"a": "1", "b": "2"}
    assert more.proofs == (*filed.proofs, paper)
    assert more.purpose_text == "卖房"


def test_an_empty_answer_takes_nothing_away():
    empty = zhou(
        query=query(subject=SoughtPerson(), other_party=SoughtPerson(), place="", period=Period()),
        proofs=(),
    )
    assert add_facts(zhou(), empty) == zhou()
