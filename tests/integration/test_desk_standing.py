"""What the node cannot do now stands on top of every page, in both languages."""

import pytest
from desk_client import Client
from desk_routes import ALL, EVERYBODY, PAGES, filled
from desk_world import CASE, DRAFT, FORM, file_one, url, world
from fake_office import STAFF, World

from node.services.tell_standing import (
    AGED_DIRECTORY,
    NO_DIRECTORY,
    OLD_DIRECTORY,
    PENDING_TIME,
    READ_ONLY,
)

__all__ = ["url", "world"]
CODES = (READ_ONLY, NO_DIRECTORY, OLD_DIRECTORY, AGED_DIRECTORY, PENDING_TIME)


def test_every_page_says_what_cannot_be_done(url: str, world: World) -> None:
    clerk = Client(url).sign_in("zhoumin")
    file_one(clerk)
    clerk.post("/intake/new/side", {**FORM, "draft": DRAFT})
    world.doors.standing.codes = CODES
    walked, silent = set(), []
    for one in STAFF:
        client = Client(url).sign_in(one.user)
        for path, posts in PAGES.items():
            if path in walked or path == "/events" or posts is EVERYBODY:
                continue
            if posts is not ALL and not posts & set(one.posts):
                continue
            answer = client.get(filled(path))
            walked.add(path)
            html = answer.headers.get("content-type", "").startswith("text/html")
            if html and "<html" in answer.text:
                silent += [(path, code) for code in CODES if f">{code}<" not in answer.text]
    assert len(walked) >= 30
    assert silent == []


def test_a_form_is_kept_while_the_node_is_read_only(url: str, world: World) -> None:
    client = Client(url).sign_in("zhoumin")
    world.doors.standing.codes = (READ_ONLY,)
    page = client.get("/intake/new").text
    assert "本节点只读" in page and "note-bad" in page.split('id="standing"')[1]
    client.cookies["lantai_language"] = "en"
    assert "This node is read-only" in client.get(f"/intake/new?x={CASE}").text


@pytest.mark.parametrize("user", ["zhoumin", "wangmin", "xujing"])
def test_nothing_is_said_while_all_is_well(url: str, user: str) -> None:
    assert 'id="standing"' not in Client(url).sign_in(user).get("/me").text
