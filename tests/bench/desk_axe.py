"""Every page of the desks in both languages before the checker of WCAG 2.2 AA.

The everyday suite walks all of them in Chinese and the busiest in English; here all in both.
"""

from desk_pages import PAGES, REACH, TAGS, world_of_pages
from desk_server import PARTS, desk_of
from fake_office import CODE, PASSWORD
from playwright.sync_api import Browser, BrowserContext, Page

Row = dict[str, object]
_RUN = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})"
_NARROW = 320


def axe_rows(browser: Browser) -> list[Row]:
    """Violations and pages wider than 320 pixels, by language."""
    return [_walk(browser, language) for language in ("zh-CN", "en")]


def _walk(browser: Browser, language: str) -> Row:
    context = browser.new_context(bypass_csp=True, viewport={"width": 1440, "height": 900})
    context.add_init_script(path=PARTS / "web" / "axe.min.js")
    page, last, found, wide = context.new_page(), "", [], []
    with desk_of(world_of_pages()) as url:
        for user, path in PAGES:
            if user != last:
                _sign_in(context, page, url, user, language)
                last = user
            page.set_viewport_size({"width": 1440, "height": 900})
            page.goto(url + path)
            result = page.evaluate(_RUN, TAGS)
            found += [f"{path} {rule['id']}" for rule in result["violations"]]
            page.set_viewport_size({"width": _NARROW, "height": 800})
            wide += [path] if page.evaluate(REACH) > _NARROW else []
    context.close()
    return {
        "what": f"axe on every page, {language}",
        "pages": len(PAGES),
        "violations": len(found),
        "found": found,
        "wider_than_320": wide,
    }


def _sign_in(context: BrowserContext, page: Page, url: str, user: str, language: str) -> None:
    context.clear_cookies()
    page.goto(f"{url}/login")
    for name, said in (("user", user), ("password", PASSWORD), ("totp", CODE)):
        page.locator(f'main [name="{name}"]').fill(said)
    page.locator("main button").first.click()
    page.wait_for_url(lambda address: "/login" not in address)
    context.add_cookies([{"name": "lantai_language", "value": language, "url": url}])
