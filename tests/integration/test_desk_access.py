"""Who may see and do what at the desk, and what no answer gives away."""

import re
import urllib.parse

import pytest
from desk_client import Client, value_of
from desk_routes import ALL, EVERYBODY, FORMS, PAGES, filled
from desk_server import config_of
from desk_world import CASE, DRAFT, FORM, file_one, url, world
from fake_office import STAFF, World
from starlette.routing import Route

from node.desk.app import create_app
from node.desk.desk import open_to
from webui.security import CSP

__all__ = ["url", "world"]

POLICY = CSP.replace("connect-src 'self'", "connect-src 'self' http://127.0.0.1:47621")
"""The helper on the clerk's own computer is the one other place that scripts may ask."""


def served(world: World) -> dict[str, dict[str, frozenset[str]]]:
    """Method → path → the posts that the application itself lets pass."""
    found: dict[str, dict[str, frozenset[str]]] = {"GET": {}, "POST": {}}
    for route in create_app(world.office(), config_of(world, [])).routes:
        assert isinstance(route, Route), f"{route}: only plain routes can be walked"
        for method in route.methods - {"HEAD"}:
            found[method][route.path] = open_to(route.endpoint)
    return found


def test_every_route_is_classified(world: World) -> None:
    """Who may pass is said twice, in the application and here: a new route must be in both."""
    routes = served(world)
    assert set(routes["GET"]) == set(PAGES)
    assert set(routes["POST"]) == set(FORMS)
    for table, method in ((PAGES, "GET"), (FORMS, "POST")):
        for path, posts in table.items():
            assert routes[method][path] & ALL == posts, (method, path)


def test_each_page_is_shown_to_its_posts_alone(url: str) -> None:
    file_one(Client(url).sign_in("zhoumin"))
    for one in STAFF:
        client = Client(url).sign_in(one.user)
        for path, posts in PAGES.items():
            if path == "/events":
                continue  # An open stream never ends; strangers are walked below.
            answer = client.get(filled(path))
            refused = answer.status == 403 and "DUTY_NOT_HELD" in answer.text
            allowed = posts in (EVERYBODY, ALL) or bool(posts & set(one.posts))
            assert refused is not allowed, (one.user, path, answer.status)
            assert answer.status < 500, (one.user, path)


def test_every_page_has_one_heading_even_when_there_is_nothing_on_it(url: str) -> None:
    """Screen readers jump to it; an empty desk is a page too."""
    wrong = []
    for one in STAFF:
        client = Client(url).sign_in(one.user)
        for path in PAGES:
            if path == "/events":
                continue
            answer = client.get(filled(path))
            if answer.status == 200 and "<main" in answer.text:
                count = len(re.findall(r"<h1[ >]", answer.text))
                wrong += [(one.user, path, count)] if count != 1 else []
    assert wrong == []


def test_each_act_is_open_to_its_posts_alone(url: str, world: World) -> None:
    for one in STAFF:
        client = Client(url).sign_in(one.user)
        for path, posts in FORMS.items():
            if posts is EVERYBODY:
                continue
            answer = client.post(filled(path))
            refused = answer.status == 403 and "DUTY_NOT_HELD" in answer.text
            allowed = posts in (EVERYBODY, ALL) or bool(posts & set(one.posts))
            assert refused is not allowed, (one.user, path, answer.status)
            assert answer.status < 500, (one.user, path)
    assert not world.cases


def test_nothing_is_shown_to_a_stranger(url: str) -> None:
    for path, posts in PAGES.items():
        if posts is EVERYBODY or path == "/events":
            continue
        answer = Client(url).get(filled(path))
        wanted = (303, f"/login?next={filled(path)}")
        assert (answer.status, answer.headers.get("location")) == wanted, path
    for path, posts in FORMS.items():
        if posts is not EVERYBODY:
            assert Client(url).post(filled(path)).status == 401, path
    assert Client(url).get("/events").status == 401


def test_every_answer_is_guarded_and_not_kept(url: str) -> None:
    client = Client(url).sign_in("zhoumin")
    for path in ("/intake", "/login", "/nowhere", "/static/0/x.css", "/seal"):
        headers = client.get(path).headers
        assert headers["content-security-policy"] == POLICY, path
        assert headers["cache-control"] == "no-store", path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"


def test_a_form_of_another_session_is_kept_but_not_obeyed(url: str, world: World) -> None:
    client = Client(url).sign_in("zhoumin")
    other = Client(url).sign_in("zhoumin").token()
    answer = client.post("/intake/new", {**FORM, "draft": DRAFT, "_csrf": other, "action": "check"})
    assert answer.status == 409
    assert "FORM_EXPIRED" in answer.text
    assert value_of(answer.text, "name") == "周金水"
    assert value_of(answer.text, "_csrf") != other


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
def test_a_form_from_another_site_is_refused(url: str, headers: dict[str, str]) -> None:
    client = Client(url).sign_in("zhoumin")
    answer = client.post("/intake/new", {**FORM, "draft": DRAFT}, **headers)
    assert answer.status == 403
    assert "FORM_FROM_ELSEWHERE" in answer.text


def test_a_foreign_host_name_is_refused(url: str) -> None:
    assert Client(url).get("/login", Host="evil.example").status == 400


def test_the_session_cookie_is_for_this_site_and_no_script(url: str) -> None:
    client = Client(url)
    answer = client.post("/login", {"user": "zhoumin", "password": "x", "totp": "1"})
    assert answer.status == 401
    before = client.cookies["lantai_session"]
    signed = client.post(
        "/login", {"user": "zhoumin", "password": "correct horse battery", "totp": "123 456"}
    )
    cookie = signed.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert client.cookies["lantai_session"] != before


def test_a_part_asked_for_without_a_session_opens_none(url: str) -> None:
    """A late part must not replace the session of a sign-in form that was shown since."""
    client = Client(url)
    client.get("/review", **{"HX-Request": "true"})
    assert "lantai_session" not in client.cookies
    client.get("/review")
    assert "lantai_session" not in client.cookies
    client.get("/login")
    assert "lantai_session" in client.cookies


def test_sign_in_gives_one_answer_for_every_cause(url: str) -> None:
    tries = (
        {"user": "nobody", "password": "correct horse battery", "totp": "123456"},
        {"user": "zhoumin", "password": "wrong", "totp": "123456"},
        {"user": "zhoumin", "password": "correct horse battery", "totp": "000000"},
    )
    said = {
        re.sub(r'value="[^"]*"|data-now="\d+"', "", Client(url).post("/login", one).text)
        for one in tries
    }
    assert len(said) == 1


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/x", "/\\evil", "evil"])
def test_sign_in_leads_nowhere_else(url: str, target: str) -> None:
    answer = Client(url).post(
        "/login",
        {"user": "zhoumin", "password": "correct horse battery", "totp": "123456", "next": target},
    )
    assert (answer.status, answer.headers["location"]) == (303, "/")


def test_sign_out_ends_the_session(url: str, world: World) -> None:
    client = Client(url).sign_in("zhoumin")
    assert client.post("/logout").status == 303
    assert not world.sessions
    assert client.get("/intake").status == 303


def test_a_fault_says_an_incident_and_nothing_else(
    url: str, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(url).sign_in("zhoumin")

    def fail(*_: object) -> None:
        raise RuntimeError("周金水 361199196211050313")

    world.list_cases = fail  # type: ignore[method-assign,assignment]
    answer = client.get("/intake")
    assert answer.status == 500
    incident = re.search(r"事件号 <span[^>]*>([0-9a-f]{12})<", answer.text)
    assert incident is not None
    assert incident[1] in caplog.text
    for text in (answer.text, caplog.text):
        assert "周金水" not in text
        assert "361199196211050313" not in text


def test_a_password_is_taken_as_typed(url: str, world: World) -> None:
    answer = Client(url).post(
        "/login", {"user": "zhoumin", "password": " correct horse battery", "totp": "123456"}
    )
    assert answer.status == 401


def test_no_name_or_number_is_in_a_path(url: str) -> None:
    client = Client(url).sign_in("zhoumin")
    file_one(client)
    pages = [client.get(path).text for path in ("/intake", f"/intake/{CASE}")]
    links = re.findall(r'(?:href|action|src|hx-get|data-refresh-url)="([^"]*)"', "".join(pages))
    for link in links:
        assert "周" not in urllib.parse.unquote(link)
        assert "3611991962" not in link
