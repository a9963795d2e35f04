"""Somebody else was first: the form says so with every word that was typed, and does nothing.

Each form that can meet it is filled in, then a colleague does the act, then the form is sent.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from desk_client import Client
from desk_form import Row
from desk_forms import ROWS
from desk_sending import inputs, ready, send
from desk_server import desk_of
from fake_management import WAITING
from fake_office import SHANGRAO, World
from full_world import full_world

from node.domain.correction_reasons import CORRECTION_OPEN
from node.domain.intake_batches import ACCEPTED
from node.domain.office_papers import PaperAnswer
from node.domain.reasons import CASE_CHANGED
from records.refusal import Refusal

Meanwhile = Callable[[World, str], None]
BY_PATH = {row.path: row for row in ROWS}


def _case(**changes: object) -> Meanwhile:
    def do(world: World, about: str) -> None:
        world.cases[about] = replace(world.cases[about], **changes)  # type: ignore[arg-type]

    return do


def _paper(**changes: object) -> Meanwhile:
    def do(world: World, about: str) -> None:
        kept = world.papers.kept
        posted = next(one for one in kept.values() if one.posting)
        entered = PaperAnswer(
            at=world.clock(), outcome="NO_RECORD_COVERED", pages=1, entered_by="330400/sunli"
        )
        said = {"posting": posted.posting, "answer": entered}
        kept[about] = replace(kept[about], **{name: said[name] for name in changes})

    return do


def _correction_approved(world: World, about: str) -> None:
    world.corrections.made[about] = replace(world.corrections.made[about], state="approved")


def _correction_open(world: World, about: str) -> None:
    world.corrections.refuses = Refusal(CORRECTION_OPEN)


def _ordered(world: World, about: str) -> None:
    kept = world.revocations.kept
    told = {"reason_class": "leaked", "dispatcher": "李华", "keeper": "周国梁", "at": world.clock()}
    kept[about] = replace(kept[about], state="ordered", **told)


def _complaint_decided(world: World, about: str) -> None:
    world.rights.kept = replace(world.rights.kept, state="upheld", reasons="原决定正确")


def _alert_settled(world: World, about: str) -> None:
    world.rights.alert = replace(world.rights.alert, state="acknowledged", note="已处理")


def _agreement_changed(world: World, about: str) -> None:
    agreements = world.management.agreements
    agreements.refuses = Refusal(CASE_CHANGED)  # type: ignore[attr-defined]
    sheets = agreements.sheets  # type: ignore[attr-defined]
    sheets[0] = replace(sheets[0], standing="retiring")


def _batch_taken(world: World, about: str) -> None:
    batches = world.management.batches.batches  # type: ignore[attr-defined]
    batches[WAITING] = replace(batches[WAITING], state=ACCEPTED, decided_at=world.clock())


def _nothing(world: World, about: str) -> None:
    """It is so already."""


TAKEN = _case(claimed_by=f"{SHANGRAO}/lihua")
FIRST: dict[str, tuple[Meanwhile, int]] = {
    "/intake/{id}/withdraw": (_case(state="closed"), 409),
    "/intake/{id}/supplement": (_case(question="", state="candidates"), 409),
    "/intake/{id}/deliver": (_case(state="delivered"), 409),
    "/intake/{id}/papers/{paper}/post": (_paper(posting=True), 403),
    "/intake/{id}/papers/{paper}/answer": (_paper(answer=True), 403),
    "/review/{id}": (_case(state="candidates", work_state="candidates"), 409),
    "/fulfil/{id}/claim": (TAKEN, 409),
    "/fulfil/{id}/confirm": (TAKEN, 403),
    "/fulfil/{id}/return": (TAKEN, 409),
    "/fulfil/{id}/no-record": (TAKEN, 409),
    "/fulfil/{id}/refer": (TAKEN, 409),
    "/fulfil/{id}/refuse": (TAKEN, 409),
    "/fulfil/{id}/hand-over": (TAKEN, 409),
    "/seal/{id}": (_case(work_state="holder_review", keeper=""), 409),
    "/approvals/{id}": (_case(leader_said="approved"), 409),
    "/corrections/new": (_correction_open, 409),
    "/corrections/{id}/decide": (_correction_approved, 409),
    "/revocations/{number}/order": (_ordered, 409),
    "/complaints/{id}/decide": (_complaint_decided, 409),
    "/alerts/{id}/acknowledge": (_alert_settled, 404),
    "/callbacks/{id}": (_nothing, 409),
    "/agreements/{id}/{version}/retire": (_agreement_changed, 409),
    "/catalog/{id}/decline": (_batch_taken, 409),
}
"""Form → what a colleague does meanwhile, and the status of the refusal."""


@pytest.fixture(scope="module")
def world() -> World:
    return full_world()


@pytest.fixture(scope="module")
def url(world: World) -> Iterator[str]:
    with desk_of(world) as address:
        yield address


def forms_elsewhere(page: str, path: str) -> list[str]:
    """The forms of the page that are not the one that was sent."""
    forms = re.findall(r"<form[^>]*>.*?</form>", page, re.S)
    return [one for one in forms if f'action="{path}"' not in one]


def hold(row: Row, fields: dict[str, object]) -> list[str]:
    return [str(fields[name]) for name in row.typed]


@pytest.mark.parametrize("form", sorted(FIRST))
def test_who_comes_second_is_told_and_keeps_every_word(world: World, url: str, form: str) -> None:
    row, (meanwhile, status) = BY_PATH[form], FIRST[form]
    number = 3000 + sorted(FIRST).index(form)
    path, fields = ready(world, row, number)
    client = Client(url).sign_in(row.user)
    token = client.token()
    places = _places(row.path, path)
    about = places.get("paper") or places.get("id") or places.get("number") or ""
    meanwhile(world, about)
    before = len(world.told)
    answer = send(client, path, fields, token)
    world.corrections.refuses = world.management.agreements.refuses = None  # type: ignore[attr-defined]
    assert (answer.status, len(world.told)) == (status, before), answer.text[:2000]
    assert 'id="error-summary"' in answer.text
    for word in hold(row, fields):
        assert word in inputs(answer.text)
        assert not [one for one in forms_elsewhere(answer.text, path) if word in inputs(one)]
    assert not [one for one in forms_elsewhere(answer.text, path) if " checked" in ticks(one)]


def ticks(form: str) -> str:
    """The declarations in a form: boxes by which an officer says that something was done."""
    return "".join(re.findall(r'<input type="checkbox" id="(?:read|seen|sure)"[^>]*>', form))


def _places(pattern: str, path: str) -> dict[str, str]:
    found = re.fullmatch(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(pattern)), path)
    assert found is not None
    return found.groupdict()
