"""`python -m tests.bench.desk_old_browser CHROMIUM`: the pages in a browser of long ago.

Chromium 86 comes with the npm package chrome-aws-lambda 5.3.1 (`npm pack`, then brotli):
`bin/chromium.br` is a headless shell of 86.0.4240. The driver's own helpers need newer browsers, so
only keys, the pointer and plain DOM are used here.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_TESTS)]

from desk_server import desk_of  # noqa: E402
from fake_office import CODE, JIAXING, PASSWORD, SHANGRAO, World  # noqa: E402
from playwright.sync_api import Error, Page, sync_playwright  # noqa: E402

from tests.bench.desk_figures import arrive  # noqa: E402

_FLAGS = "--headless --no-sandbox --single-process --no-zygote --disable-gpu"
_PATIENCE_MS = 8000
_MINE, _NEW = (f"LT-{JIAXING}-20261121-{number:04}" for number in (1, 77))


def _until(page: Page, what: str, expression: str) -> None:
    for _ in range(_PATIENCE_MS // 50):
        try:
            if page.evaluate(expression):
                sys.stdout.write(f"ok  {what}\n")
                return
        except Error:
            pass  # A page that is on its way to the next one has nothing to say.
        page.wait_for_timeout(50)
    message = f"not so: {what}"
    raise AssertionError(message)


def _focus(page: Page, selector: str, text: str) -> None:
    page.evaluate(f"document.querySelector({selector!r}).focus()")
    page.keyboard.type(text)


def _sign_in(page: Page, url: str, user: str) -> None:
    page.goto(f"{url}/login")
    for selector, text in (("#user", user), ("#password", PASSWORD), ("#totp", CODE)):
        _focus(page, selector, text)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    _until(page, f"{user} is signed in", "!location.pathname.startsWith('/login')")


def _steps(page: Page, url: str, world: World) -> None:
    world.cases[_MINE].claimed_by = f"{SHANGRAO}/wangmin"
    _sign_in(page, url, "wangmin")
    page.goto(f"{url}/fulfil?id={_MINE}")
    _until(
        page, "the stream is open", "document.querySelector('[data-live]').dataset.state==='live'"
    )
    arrive(world, 77)
    _until(page, "a new case shows by itself", f"!!document.getElementById('q-{_NEW}')")
    page.keyboard.press("m")
    rows = page.evaluate("document.querySelectorAll('[data-mark-row]').length")
    for _ in range(rows):
        same = "document.querySelector('[data-mark-row]:not(.is-marked) input[value=same]')"
        page.keyboard.press("1" if page.evaluate(f"!!{same}") else "3")
    _until(page, f"{rows} fields are marked by keys", "document.activeElement.id==='password'")
    _until(
        page, "the order may be signed", "!document.querySelector('[data-needs-marks]').disabled"
    )
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("l")
    _until(page, "the screen is locked", "!document.querySelector('#lock').hidden")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    _until(page, "the screen is open again", "document.querySelector('#lock').hidden")
    box = page.evaluate(
        "(r=>[r.x,r.y,r.width])(document.querySelector('.stage').getBoundingClientRect())"
    )
    _until(page, "three columns stand side by side", str(box[0] > 900 and box[2] > 200).lower())


def _file(page: Page, url: str, _: World) -> None:
    _sign_in(page, url, "zhoumin")
    page.goto(f"{url}/intake/new")
    page.keyboard.press("Alt+1")
    page.keyboard.insert_text("周金水")
    page.keyboard.press("Alt+2")
    page.keyboard.press("Space")
    _focus(page, "#place", "上饶县皂头乡")
    _focus(page, "#period", "85年")
    understood = "document.querySelector('#echo-period').textContent.includes('1985-01-01')"
    _until(page, "a date is echoed while it is typed", understood)
    _until(page, "archives are suggested", "!!document.querySelector('#holders input')")


def main() -> int:
    """0 when every step went as in a new browser; no script failed and no policy was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.desk_old_browser")
    parser.add_argument("chromium", type=Path)
    chosen = parser.parse_args()
    faults: list[str] = []
    acts: tuple[Callable[[Page, str, World], None], ...] = (_steps, _file)
    with sync_playwright() as playwright:
        for act in acts:
            world = World()
            arrive(world, 1)
            browser = playwright.chromium.launch(
                executable_path=chosen.chromium, args=_FLAGS.split()
            )
            with desk_of(world) as url:
                page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
                page.on("pageerror", lambda error: faults.append(str(error)))
                page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
                sys.stdout.write(f"Chromium {browser.version}\n")
                act(page, url, world)
                browser.close()
    sys.stdout.write(f"faults of scripts or policy: {faults}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
