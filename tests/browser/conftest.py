"""Chromium for the browser suite, with our own flags, and a record of every CSP violation."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desk_server import desk_of
from fake_office import CODE, PASSWORD, World
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from verify_browser import Verifying, build_verifying
from verify_stand import served, site_parts

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
SCREENS = Path(__file__).resolve().parents[2] / "var" / "screens"
PATIENCE_MS = 30_000
"""How long anything is waited for before it counts as missing: the machine may be busy."""
expect.set_options(timeout=PATIENCE_MS)
WATCH = """
window.violations = [];
document.addEventListener('securitypolicyviolation', e =>
    window.violations.push(e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sourceFile));
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The Chromium of this machine; ended with its module.

    While it lives an event loop runs in the main thread, and no other suite could use asyncio.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "chromium is missing: make test installs it on Debian and Ubuntu"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def world() -> World:
    """A fresh office."""
    return World()


@pytest.fixture
def url(world: World) -> Iterator[str]:
    """Its pages."""
    with desk_of(world) as address:
        yield address


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of one person; fails when a page broke its own policy or a script failed."""
    made = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    made.set_default_timeout(PATIENCE_MS)
    made.add_init_script(WATCH)
    faults: list[str] = []
    made.on("weberror", lambda error: faults.append(str(error.error)))
    made.on(
        "console",
        lambda message: (
            faults.append(message.text)
            if "Content Security Policy" in message.text and "inline style" not in message.text
            else None
        ),
    )
    yield made
    made.close()
    assert not faults


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """One tab."""
    return context.new_page()


@pytest.fixture
def sign_in(url: str) -> Callable[[Page, str], None]:
    """Signs an officer in through the page."""

    def do(page: Page, user: str) -> None:
        page.context.clear_cookies(name="lantai_session")
        page.goto(f"{url}/login")
        page.get_by_label("工号").fill(user)
        page.get_by_label("口令").fill(PASSWORD)
        page.get_by_label("动态验证码").fill(CODE)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda address: "/login" not in address)

    return do


@pytest.fixture
def come_in(sign_in: Callable[[Page, str], None]) -> Callable[[Page, str], None]:
    """Signs a holder's officer in; what happened before the line was open has been read."""

    def do(page: Page, user: str) -> None:
        with page.expect_response(re.compile("part=queue")):
            sign_in(page, user)
        expect(page.locator("[data-live]")).to_have_attribute("data-state", "live")

    return do


@pytest.fixture(scope="session")
def screens() -> Path:
    """Where pictures of the key screens are kept."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    return SCREENS


@pytest.fixture(scope="session")
def verifying(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> Iterator[Verifying]:
    """A verify site with certificates in every state, for the whole run."""
    made = build_verifying(tmp_path_factory.mktemp("verify"), parts / "fonts")
    with served(site_parts(made.site, made.world.council)) as address:
        made.address = address
        yield made


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone's browser; fails when a page broke its own policy or a script failed."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    context.set_default_timeout(PATIENCE_MS)
    faults: list[str] = []
    context.add_init_script(WATCH)
    context.on("weberror", lambda error: faults.append(str(error.error)))
    page = context.new_page()
    page.on("console", lambda one: faults.append(one.text) if "Policy" in one.text else None)
    yield page
    if page.url.startswith("http"):
        faults += page.evaluate("window.violations || []")
    context.close()
    assert not faults
