"""The operator's console in Chromium: every page for everybody, in two languages and widths."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from console_world import console_app, console_of, populated
from playwright.sync_api import Browser, Page
from registry_world import MovableClock, RegistryWorld, wall_clock

PATHS = (
    "/fed",
    "/fed/nodes/new",
    "/fed/nodes/jiaxing",
    "/fed/nodes/shangrao",
    "/fed/certs",
    "/fed/routes",
    "/fed/routes?category=marriage_registration&place=上饶县&year=1985",
    "/fed/log",
    "/fed/nodes/nobody",
)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHECK = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})"
NO_PAGES = {"/static/{digest}/{name}", "/"}


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> RegistryWorld:
    """Four members."""
    folder = tmp_path_factory.mktemp("registry")
    return populated(RegistryWorld(folder, MovableClock(wall_clock())))


@pytest.fixture(scope="module")
def console(registry: RegistryWorld) -> Iterator[str]:
    """Its console."""
    with console_of(registry) as url:
        yield url


def test_every_page_of_the_console_is_walked(registry: RegistryWorld) -> None:
    routes = {route.path for route in console_app(registry).routes if "GET" in route.methods}
    walked = {path.partition("?")[0] for path in PATHS}
    patterns = {route: re.sub(r"\{\w+\}", "[^/]+", route) for route in routes - NO_PAGES}
    assert [r for r, p in patterns.items() if not any(re.fullmatch(p, w) for w in walked)] == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_page_bars_anybody(browser: Browser, console: str, parts: Path, language: str) -> None:
    context = browser.new_context(bypass_csp=True)
    context.add_init_script(path=parts / "web" / "axe.min.js")
    context.add_cookies([{"name": "lantai_language", "value": language, "url": console}])
    page, found = context.new_page(), []
    for path in PATHS:
        page.goto(console + path)
        rules = page.evaluate(CHECK, TAGS)["violations"]
        found += [(path, rule["id"], rule["nodes"][0]["html"][:160]) for rule in rules]
    context.close()
    assert found == []


@pytest.mark.parametrize(("width", "size"), [(320, "standard"), (720, "elder")])
def test_no_page_scrolls_sideways_or_breaks_its_policy(
    page: Page, console: str, width: int, size: str, screens: Path
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.context.add_cookies([{"name": "lantai_size", "value": size, "url": console}])
    wide = []
    for path in PATHS:
        page.goto(console + path)
        reach = page.evaluate("document.documentElement.scrollWidth")
        wide += [(path, reach)] if reach > width else []
        assert page.evaluate("window.violations") == [], path
    assert wide == []
    page.set_viewport_size({"width": 1440, "height": 900})
    page.context.clear_cookies()
    for name, path in (("f1-ring", "/fed"), ("f4-certs", "/fed/certs"), ("f5-routes", PATHS[6])):
        page.goto(console + path)
        page.screenshot(path=screens / f"{name}.png")
