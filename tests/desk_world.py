"""Fixtures and steps that the HTTP tests of the desk share; import the fixtures by name."""

from collections.abc import Iterator

import pytest
from desk_client import Client
from desk_server import desk_of
from fake_office import World

FORM = {
    "name": "周金水",
    "id_type": "resident_id",
    "id_no": "361199196211050313",
    "no_mobile": "yes",
    "relation": "party",
    "assurance": "document_photo",
    "category": "marriage_registration",
    "other_name": "吴桂兰",
    "place": "上饶县皂头乡",
    "period": "85年",
    "purpose": "property",
    "output": "extract",
    "delivery": "window",
    "consent": "yes",
}
DRAFT = "draft-" + "0" * 24
CASE = "LT-330400-20261121-0042"


@pytest.fixture
def world() -> World:
    """A fresh office."""
    return World()


@pytest.fixture
def url(world: World) -> Iterator[str]:
    """Its pages."""
    with desk_of(world) as address:
        yield address


def file_one(client: Client) -> str:
    """Files the form and returns the case number."""
    answer = client.post("/intake/new", {**FORM, "draft": DRAFT, "action": "check"})
    assert answer.status == 303, answer.text
    assert client.post(f"/intake/{DRAFT}/check").status == 303
    return CASE
