"""A form that is sent twice is obeyed once; another form, another session, a part are not."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event
from types import SimpleNamespace

from starlette.responses import Response

from webui.form import Form, Upload
from webui.pages import see_other
from webui.twice import REMEMBERED, Twice
from webui.visit import Visit

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def visit(**fields: str) -> Visit:
    return Visit(
        method="POST",
        path="/intake/1/letter",
        params={},
        query={},
        form=Form({name: (text,) for name, text in fields.items()}),
        words=SimpleNamespace(language="zh-CN"),  # type: ignore[arg-type]
        size="standard",
        shortcuts="on",
        partial=False,
        session_id="s" * 64,
        fresh=False,
        now=NOW,
        client="",
    )


class Act:
    """Counts how often it was obeyed."""

    def __init__(self, make: Callable[[], Response] = lambda: see_other("/done")) -> None:
        self.count, self.make = 0, make

    def __call__(self, _: Visit) -> Response:
        self.count += 1
        return self.make()


def test_the_same_press_is_obeyed_once() -> None:
    twice, act, press = Twice(secrets.token_bytes), Act(), visit(_csrf="a", note="词")
    first = twice.obey(press, act)
    assert twice.obey(press, act) is first
    assert act.count == 1


def test_whatever_differs_is_another_press() -> None:
    twice, act, press = Twice(secrets.token_bytes), Act(), visit(_csrf="a", note="词")
    upload = Upload(media_type="image/png", data=b"x")
    others = (
        press,
        visit(_csrf="b", note="词"),
        visit(_csrf="a", note="词 "),
        visit(_csrf="an", ote="词"),
        replace(press, path="/intake/2/letter"),
        replace(press, session_id="t" * 64),
        replace(press, form=Form(press.form.fields, {"file": (upload,)})),
    )
    for other in others:
        twice.obey(other, act)
    assert act.count == len(others)


def test_a_press_from_an_older_page_is_meant_once_something_else_was_pressed() -> None:
    twice, act = Twice(secrets.token_bytes), Act()
    claim = visit(_csrf="a")
    give_back = replace(visit(_csrf="b"), path="/fulfil/1/give-back")
    for press in (claim, claim, give_back, give_back, claim):
        twice.obey(press, act)
    assert act.count == 3


def test_another_session_presses_in_between_and_changes_nothing() -> None:
    twice, act, press = Twice(secrets.token_bytes), Act(), visit(_csrf="a")
    for one in (press, replace(press, session_id="t" * 64), press):
        twice.obey(one, act)
    assert act.count == 2


def test_what_was_refused_and_what_scripts_send_is_obeyed_again() -> None:
    twice, press = Twice(secrets.token_bytes), visit(_csrf="a")
    refused, part = Act(lambda: Response(status_code=422)), Act()
    for _ in range(2):
        twice.obey(press, refused)
        twice.obey(replace(press, partial=True), part)
    assert (refused.count, part.count) == (2, 2)


def test_it_is_forgotten_after_ten_minutes() -> None:
    twice, act, press = Twice(secrets.token_bytes), Act(), visit(_csrf="a")
    twice.obey(press, act)
    twice.obey(replace(press, now=NOW + REMEMBERED - timedelta(seconds=1)), act)
    assert act.count == 1
    twice.obey(replace(press, now=NOW + REMEMBERED), act)
    assert act.count == 2


def test_two_presses_at_once_come_one_after_the_other() -> None:
    twice, press, begun, go = Twice(secrets.token_bytes), visit(_csrf="a"), Event(), Event()

    def slow() -> Response:
        begun.set()
        go.wait(60)
        return see_other("/done")

    act = Act(slow)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(twice.obey, press, act)
        begun.wait(60)
        second = threads.submit(twice.obey, press, act)
        go.set()
        assert first.result() is second.result()
    assert act.count == 1
