"""Every page for everybody: axe, 320 pixels, both languages, no script, no policy broken."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desk_pages import NO_PAGES, PAGES, REACH, TAGS, world_of_pages
from desk_routes import PAGES as ROUTES
from fake_management import BATCH
from fake_office import World
from fake_withdrawals import VALID_ONE, WAITING_ONE
from full_world import ASKED, FILED, MINE
from playwright.sync_api import Browser, BrowserContext, Page, expect

SignIn = Callable[[Page, str], None]
ENGLISH = [
    ("zhoumin", "/intake/new"),
    ("zhoumin", f"/intake/{ASKED}"),
    ("linyan", "/review"),
    ("wangmin", f"/fulfil?id={MINE}"),
    ("wangmin", "/callbacks"),
    ("wangmin", f"/revocations?number={VALID_ONE}"),
    ("zhouguoliang", "/seal"),
    ("zhouguoliang", f"/revocations?number={WAITING_ONE}"),
    ("huangying", "/corrections"),
    ("huangying", "/corrections/new"),
    ("huangying", "/corrections/new?reference=J107-9-0119-003&field=a_birth"),
    ("dengke", "/corrections"),
    ("xujing", "/dash"),
    ("gaowen", "/stats"),
    ("chenli", "/agreements/new"),
    ("dengke", f"/catalog/{BATCH}"),
]


@pytest.fixture
def world() -> World:
    """Cases in every state that a page can show, and a form that is being filled in."""
    return world_of_pages()


def test_every_page_of_the_application_is_walked() -> None:
    """A route that answers GET is in PAGES here, or is said above to be no page."""
    walked = {path.partition("?")[0] for _, path in PAGES}
    missing = []
    for route in ROUTES:
        pattern = re.sub(r"\\\{\w+(?::int)?\\\}", "[^/]+", re.escape(route))
        shown = any(re.fullmatch(pattern, path) for path in walked)
        if shown is (route in NO_PAGES):
            missing.append(route)
    assert missing == []
    assert set(NO_PAGES) <= set(ROUTES)


@pytest.fixture
def axe(browser: Browser, parts: Path) -> Iterator[BrowserContext]:
    """A browser that lets the checker in; the pages' own policy is tested elsewhere."""
    script = parts / "web" / "axe.min.js"
    assert script.is_file(), "run make setup: axe.min.js is missing"
    context = browser.new_context(bypass_csp=True, viewport={"width": 1440, "height": 900})
    context.add_init_script(path=script)
    yield context
    context.close()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_page_bars_anybody(
    axe: BrowserContext, url: str, sign_in: SignIn, language: str
) -> None:
    page, last, found = axe.new_page(), "", []
    # The words differ, the structure does not: all in English are walked by the bench of desks.
    for user, path in PAGES if language == "zh-CN" else ENGLISH:
        if user != last:
            axe.clear_cookies()
            sign_in(page, user)
            last = user
            axe.add_cookies([{"name": "lantai_language", "value": language, "url": url}])
        page.goto(url + path)
        result = page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS
        )
        found += [
            (path, rule["id"], [node["html"][:160] for node in rule["nodes"]][:3])
            for rule in result["violations"]
        ]
    assert found == []


@pytest.mark.parametrize(("width", "size"), [(320, "standard"), (720, "elder")])
def test_no_page_scrolls_sideways_or_breaks_its_own_policy(
    page: Page, url: str, sign_in: SignIn, width: int, size: str, screens: Path
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    last, wide, broken = "", [], []
    for user, path in PAGES:
        if user != last:
            sign_in(page, user)
            last = user
            page.context.add_cookies([{"name": "lantai_size", "value": size, "url": url}])
        page.goto(url + path)
        reach = page.evaluate(REACH)
        if reach > width:
            wide.append((path, reach))
        page.wait_for_timeout(80)
        violations = page.evaluate("window.violations")
        styled = page.evaluate("document.querySelectorAll('[style],style').length")
        if violations or styled > 1:
            broken.append((path, violations, styled))
    page.goto(url + "/seal")
    page.screenshot(path=screens / f"r3-seal-{width}.png", full_page=True)
    assert wide == []
    assert broken == []


def test_every_page_reads_the_same_without_scripts(
    browser: Browser, url: str, sign_in: SignIn
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page, last = context.new_page(), ""
    for user, path in PAGES:
        if user != last:
            sign_in(page, user)
            last = user
        page.goto(url + path)
        assert page.locator("h1").count() >= 1 or page.locator("h2").count() >= 1, path
        assert len(page.locator("main").inner_text()) > 20, path
    context.close()


def test_the_screens_of_those_who_look_are_kept(
    page: Page, url: str, world: World, sign_in: SignIn, screens: Path
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    for user, paths in (("xujing", ("dash", "stats", "posts", "certs")), ("gaowen", ("audit",))):
        sign_in(page, user)
        for path in paths:
            page.goto(f"{url}/{path}")
            page.screenshot(path=screens / f"m-{path}.png")
    sign_in(page, "zhouguoliang")
    page.goto(f"{url}/revocations?number={WAITING_ONE}")
    page.screenshot(path=screens / "r6-revocation.png")
    sign_in(page, "linyan")
    page.goto(f"{url}/review?id={FILED}")
    page.get_by_role("button", name="同时询问各馆").click()
    expect(page.locator("#asked")).to_contain_text("没有答复不等于没有档案")
    page.screenshot(path=screens / "r1-asked.png")
    world.doors.standing.codes = ("READ_ONLY", "PENDING_TIME")
    page.reload()
    page.screenshot(path=screens / "standing.png")
    world.doors.standing.codes = ()
    sign_in(page, "chenli")
    page.goto(f"{url}/approvals")
    assert page.get_by_role("button", name="同意提供").is_enabled()
    page.screenshot(path=screens / "r2-approvals.png")
