"""One officer alone sends nothing out: not by a question, not by a second form, not by haste."""

import secrets
from dataclasses import replace

import pytest
from fake_certificates import FakeCertificates
from node_acts import file_and_review, zhou
from node_staff import hire
from node_world import build_node_world

from node.bootstrap import make_desks, make_worker, open_base
from node.domain.commands import (
    AnswerQuestionCommand,
    FileRequestCommand,
    ReturnCommand,
    ReviewCommand,
    WorkCommand,
)
from node.services.answering import request_of
from records.queries import SoughtPerson
from records.refusal import Refusal

ARCHIVE = "361100"


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder):
    return build_node_world(tmp_path_factory.mktemp("world"), table_folder)


@pytest.fixture(scope="module")
def base(world):
    return open_base(world.nodes["shangrao"].data)


def test_clerk_does_not_swap_the_person_in_an_answer(world, base):
    fake = FakeCertificates(lambda: base.kept.current().view, base.house.clock, "shangrao")
    worker = make_worker(base, make_desks(base), None, fake)
    office = world.office("shangrao")
    case_no = file_and_review(world, zhou(window_archive=ARCHIVE), key="key-swap-0001")
    worker.run_until_idle()
    dispatcher, clerk = world.actor(ARCHIVE, "dispatcher"), world.actor(ARCHIVE, "clerk")
    office.work.claim(WorkCommand(case_no=case_no, holder_archive=ARCHIVE), dispatcher)
    office.answer.return_request(
        ReturnCommand(
            case_no=case_no, holder_archive=ARCHIVE, reason="unclear", question="何处登记？"
        ),
        dispatcher,
    )
    worker.run_until_idle()
    form = zhou(window_archive=ARCHIVE)
    swapped = replace(form, query=replace(form.query, subject=SoughtPerson(name="程国富")))
    for other in (swapped, replace(form, purpose="pension"), replace(form, output="copy")):
        with pytest.raises(Refusal, match="APPLICATION_MALFORMED"):
            office.file_request.answer_question(
                AnswerQuestionCommand(case_no=case_no, holder_archive=ARCHIVE, application=other),
                clerk,
            )
    added = replace(form, query=replace(form.query, place="上饶县旭日镇"))
    office.file_request.answer_question(
        AnswerQuestionCommand(case_no=case_no, holder_archive=ARCHIVE, application=added), clerk
    )
    worker.run_until_idle()
    with base.house.book.read() as book:
        request = request_of(book.get_work(case_no, ARCHIVE))
    assert (request.query.place, request.query.subject.name) == ("上饶县旭日镇", "周金水")


def file(world, user="clerk"):
    return world.office("shangrao").file_request.file(
        FileRequestCommand(
            client_key="key-" + secrets.token_hex(6), application=zhou(window_archive=ARCHIVE)
        ),
        world.actor(ARCHIVE, user),
    )


def test_who_corrects_a_form_does_not_review_it(world):
    hire(world, ARCHIVE, "both", ("window_clerk", "window_reviewer"))
    office, both = world.office("shangrao"), world.actor(ARCHIVE, "both")
    case_no = file(world).case_no
    office.review.review(
        ReviewCommand(case_no=case_no, accept=False, note="用途请写明"),
        world.actor(ARCHIVE, "reviewer"),
    )
    other = zhou(window_archive=ARCHIVE, purpose="pension")
    office.file_request.resubmit(case_no, other, both)
    with pytest.raises(Refusal, match="DUTY_CONFLICT"):
        office.review.review(ReviewCommand(case_no=case_no, accept=True), both)


def test_a_form_that_changed_under_the_reviewers_eyes_is_shown_again(world):
    office, reviewer = world.office("shangrao"), world.actor(ARCHIVE, "reviewer")
    case_no = file(world).case_no
    seen = office.review.view(case_no, reviewer).version
    office.review.review(
        ReviewCommand(case_no=case_no, accept=False, version=seen, note="请核对"), reviewer
    )
    office.file_request.resubmit(
        case_no, zhou(window_archive=ARCHIVE, output="copy"), world.actor(ARCHIVE, "clerk")
    )
    for accept in (True, False):
        with pytest.raises(Refusal, match="CASE_CHANGED"):
            office.review.review(
                ReviewCommand(case_no=case_no, accept=accept, version=seen, note="同意办理"),
                reviewer,
            )
    now = office.review.view(case_no, reviewer).version
    office.review.review(ReviewCommand(case_no=case_no, accept=True, version=now), reviewer)
