"""Every form of the desks survives what befalls forms: nothing typed is lost, nothing runs."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import pytest
from desk_client import Client
from desk_form import Row
from desk_forms import ROWS
from desk_sending import inputs, ready, send, walk
from desk_server import config_of, desk_of
from fake_office import NAUGHTY, World
from full_world import full_world
from starlette.routing import Route

from node.desk.app import create_app

STRANGE = (
    NAUGHTY,
    "\u202e\u200b\u0000𠮷·阿卜杜拉",
    "' OR 1=1 --\r\n\t{% raw %}",
)
"""Script and quotes; right-to-left, nothing, a rare character; SQL, line ends, template marks."""


@pytest.fixture(scope="module")
def world() -> World:
    return full_world()


@pytest.fixture(scope="module")
def url(world: World) -> Iterator[str]:
    with desk_of(world) as address:
        yield address


@pytest.fixture(scope="module")
def clients(url: str) -> dict[str, Client]:
    """One browser for each officer, and one for a stranger."""
    users = {row.user for row in ROWS} - {""}
    return {"": Client(url), **{user: Client(url).sign_in(user) for user in sorted(users)}}


@contextmanager
def failing(world: World) -> Iterator[None]:
    """The database has gone away."""
    kept = world.open_session, world.sign_in

    def fail(*_: object) -> None:
        raise RuntimeError

    world.open_session = world.sign_in = fail  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        world.open_session, world.sign_in = kept  # type: ignore[method-assign]


def test_every_form_has_a_row(world: World) -> None:
    routes = create_app(world.office(), config_of(world, [])).routes
    posts = [one.path for one in routes if isinstance(one, Route) and "POST" in one.methods]
    assert sorted(row.path for row in ROWS) == sorted(posts)


def test_what_is_wrong_is_said_and_what_was_typed_is_there(
    world: World, clients: dict[str, Client]
) -> None:
    def check(number: int, row: Row) -> None:
        if row.wrong is None:
            return
        path, sent = ready(world, row, number)
        answer = send(clients[row.user], path, {**sent, **row.wrong}, clients[row.user].token())
        assert answer.status == 422, (path, answer.status)
        assert 'id="error-summary"' in answer.text, path
        for name in set(row.typed) - set(row.wrong):
            assert str(sent[name]) in inputs(answer.text), (path, name)
        for name, said in row.wrong.items():
            kept = name in row.typed and said
            assert not kept or str(said) in inputs(answer.text), (path, name)

    walk(1000, check)


def test_a_form_of_an_older_session_is_shown_to_be_sent_again(
    world: World, url: str, clients: dict[str, Client]
) -> None:
    other = Client(url).token()

    def check(number: int, row: Row) -> None:
        path, sent = ready(world, row, number)
        answer = send(clients[row.user], path, sent, other)
        assert answer.status == 409, path
        assert "FORM_EXPIRED" in answer.text
        for name in row.typed:
            assert str(sent[name]) in inputs(answer.text), (path, name)
            assert f'name="{name}"' in answer.text, (path, name)

    walk(1100, check)


def test_a_fault_of_the_server_loses_no_word(world: World, clients: dict[str, Client]) -> None:
    def check(number: int, row: Row) -> None:
        if row.path in ("/logout", "/lock", "/unlock"):
            return  # Nothing is typed, and they ask the database for no session.
        path, sent = ready(world, row, number)
        token = clients[row.user].token()
        with failing(world):
            answer = send(clients[row.user], path, sent, token)
        assert answer.status == 500, (path, answer.status)
        assert "INTERNAL_FAULT" in answer.text
        for name in row.typed:
            assert str(sent[name]) in inputs(answer.text), (path, name)
            assert f'name="{name}"' in answer.text, (path, name)
        assert "correct horse" not in answer.text, path

    walk(1200, check)


def test_a_form_sent_after_the_session_ended_is_sent_after_signing_in(
    world: World, url: str
) -> None:
    def check(number: int, row: Row) -> None:
        if row.path in ("/login", "/logout", "/lock", "/unlock"):
            return
        path, sent = ready(world, row, number)
        client = Client(url).sign_in(row.user)
        token = client.token()
        del world.sessions[client.cookies["lantai_session"]]
        answer = send(client, path, sent, token)
        assert answer.status == 401, path
        kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
        for name in row.typed:
            assert unescape(kept[name]) == str(sent[name]), (path, name)
        assert "password" not in kept and "retire_password" not in kept
        fields = {key: unescape(said) for key, said in kept.items() if key != "_csrf"}
        right = {"user": row.user, "password": "correct horse battery", "totp": "123456"}
        again = client.post("/login", {**fields, **right})
        assert again.status in (200, 303), path
        for name in row.typed:
            assert str(sent[name]) in inputs(again.text), (path, name)

    walk(1300, check)


@pytest.mark.parametrize(
    ("first", "strange"), [(1400, STRANGE[0]), (1500, STRANGE[1]), (1600, STRANGE[2])]
)
def test_strange_words_run_nowhere_and_come_back(
    world: World, clients: dict[str, Client], first: int, strange: str
) -> None:
    kept = "".join(c for c in strange if c in "\n\t" or c >= " ").strip().split("\n")[0]

    def check(number: int, row: Row) -> None:
        if not row.typed:
            return
        path, sent = ready(world, row, number)
        worded = {**sent, **dict.fromkeys(row.typed, strange), **(row.wrong or {})}
        answer = send(clients[row.user], path, worded, clients[row.user].token())
        assert answer.status < 500, path
        assert "<script>window" not in answer.text and "<img src=x" not in answer.text, path
        assert "13391" not in answer.text, path
        if answer.status == 422 and set(row.typed) - set(row.wrong or {}):
            assert kept in inputs(answer.text), path

    walk(first, check)


def test_two_presses_are_one(world: World, clients: dict[str, Client], url: str) -> None:
    def check(number: int, row: Row) -> None:
        if row.path in ("/login", "/logout", "/lock", "/unlock", "/keep/{name}"):
            return
        path, sent = ready(world, row, number)
        client = clients[row.user]
        token = client.token()
        first = send(client, path, sent, token)
        assert first.status == row.good, (path, first.status, re.sub("<[^>]+>", "", first.text))
        told = len(world.told)
        second = send(client, path, sent, token)
        assert second.status == first.status, (path, second.status)
        if first.status == 303:
            assert second.headers["location"] == first.headers["location"], path
            assert len(world.told) == told, path

    walk(1700, check)


def test_a_page_from_before_a_restart_is_obeyed_after_it() -> None:
    world = full_world()
    users = sorted({row.user for row in ROWS} - {""})
    with desk_of(world) as first:
        signed = {user: Client(first).sign_in(user) for user in users}
        signed[""] = Client(first)
        tokens = {user: client.token() for user, client in signed.items()}
    with desk_of(world) as second:

        def check(number: int, row: Row) -> None:
            if row.path in ("/login", "/logout", "/lock", "/unlock"):
                return
            path, sent = ready(world, row, number)
            client = Client(second, dict(signed[row.user].cookies))
            answer = send(client, path, sent, tokens[row.user])
            assert answer.status == row.good, (path, answer.status)

        walk(1000, check)
