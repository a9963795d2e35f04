"""Part `desks`: what an officer waits for, and how many keys the main job takes.

The pages run on this machine beside the browser; every figure is of both. Nothing here is asserted
but what must never happen: a lost character.
"""

import gzip
import secrets
import shutil
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from desk_server import desk_of
from fake_office import CODE, JIAXING, PASSWORD, SHANGRAO, Case, World
from playwright.sync_api import Browser, Page, expect, sync_playwright

from node.domain.application import Application
from records.exchange import Applicant
from records.queries import RecordQuery, SoughtPerson
from tests.bench.desk_axe import axe_rows
from tests.bench.desk_main_job import main_job_rows
from tests.bench.measuring import Report

FLAGS = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
_EVENTS = 40
_LOADS = 7
_SLOWDOWN = 4
_TEN_MEGABIT = 10_000_000 / 8
Row = dict[str, object]


def run(folder: Path, *, full: bool) -> Report:
    """Figures of the desks; `full` adds nothing."""
    rows: list[Row] = []
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        return Report(rows=[], text="chromium is missing: not measured\n")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS.split())
        for part in (weight, live, typing_under_events, restart, lock, throttled, axe_rows):
            rows += part(browser)
            _say(rows[-1])
        rows += main_job_rows(folder, browser)
        browser.close()
    return Report(rows=rows, text="".join(f"{_line(row)}\n" for row in rows))


def weight(browser: Browser) -> list[Row]:
    """Bytes of the workbench as sent, without the record image."""
    with _bench(browser) as (page, _, url):
        sizes: dict[str, int] = {}
        page.on("response", lambda answer: sizes.update(_sent(answer, url)))
        page.goto(f"{url}/fulfil?id={_no(1)}")
        expect(page.locator("[data-live]")).to_have_attribute("data-state", "live")
        page.wait_for_timeout(300)
    total = sum(sizes.values())
    return [{"what": "workbench without its image, gzip", "bytes": total, "limit": 40_000, **sizes}]


def live(browser: Browser) -> list[Row]:
    """From a committed event to the row on the partner's screen."""
    with _bench(browser) as (page, world, url):
        page.goto(f"{url}/fulfil")
        expect(page.locator("[data-live]")).to_have_attribute("data-state", "live")
        spans = []
        for number in range(100, 100 + _EVENTS):
            page.wait_for_timeout(120 + secrets.randbelow(100))
            began = time.perf_counter()
            arrive(world, number)
            page.locator(f'[id="q-{_no(number)}"]').wait_for()
            spans.append((time.perf_counter() - began) * 1000)
    return [{"what": "event to row on the screen", "n": _EVENTS, **_spread(spans), "limit_ms": 300}]


def typing_under_events(browser: Browser) -> list[Row]:
    """Ten events while a text is typed: characters lost."""
    text = "请问当事人父亲的姓名与下乡前的学校，以及迁出时的公社名称"
    with _bench(browser) as (page, world, url):
        page.goto(f"{url}/fulfil?id={_no(1)}")
        expect(page.locator("[data-live]")).to_have_attribute("data-state", "live")
        page.keyboard.press("b")
        for number, sign in enumerate(text):
            page.keyboard.insert_text(sign)
            if number < 10:
                arrive(world, 300 + number)
                page.wait_for_timeout(60)
        page.locator(f'[id="q-{_no(309)}"]').wait_for()
        kept = page.locator("#question").input_value()
    lost = sum(a != b for a, b in zip(text, kept, strict=False)) + abs(len(text) - len(kept))
    return [{"what": "characters lost under ten events", "typed": len(text), "lost": lost}]


def restart(browser: Browser) -> list[Row]:
    """The server stops and starts: seconds until three open pages show what came meanwhile."""
    world = _world()
    paths = ("/fulfil", f"/fulfil?id={_no(1)}", "/fulfil?tab=open")
    with desk_of(world) as url:
        port = int(url.rsplit(":", 1)[1])
        page = _signed_in(browser, url, "wangmin")
        pages = [page, *(page.context.new_page() for _ in paths[1:])]
        for one, path in zip(pages, paths, strict=True):
            one.goto(url + path)
            expect(one.locator("[data-live]")).to_have_attribute("data-state", "live")
    for one in pages:
        expect(one.locator("[data-live]")).to_have_attribute("data-state", "lost", timeout=20_000)
    arrive(world, 500)
    began, spans = time.perf_counter(), []
    with desk_of(world, port):
        up = time.perf_counter() - began
        for one in pages:
            one.locator(f'[id="q-{_no(500)}"]').wait_for(timeout=20_000)
            spans.append(time.perf_counter() - began - up)
        page.context.close()
    return [
        {
            "what": "restart to every open page read again",
            "pages": len(pages),
            "last_page_s": round(max(spans), 2),
            "start_of_server_s": round(up, 2),
            "limit_s": 3,
        }
    ]


def lock(browser: Browser) -> list[Row]:
    """From Enter on the password to the page as it was."""
    spans = []
    with _bench(browser) as (page, _, url):
        page.goto(f"{url}/fulfil?id={_no(1)}")
        for _ in range(5):
            page.locator("h1").first.click()
            page.keyboard.press("l")
            mask = page.locator("#lock")
            expect(mask).to_be_visible()
            page.wait_for_timeout(300)
            page.keyboard.type(PASSWORD)
            began = time.perf_counter()
            page.keyboard.press("Enter")
            mask.wait_for(state="hidden")
            spans.append((time.perf_counter() - began) * 1000)
    return [{"what": "locked screen opens again", "n": 5, **_spread(spans), "limit_ms": 3000}]


def throttled(browser: Browser) -> list[Row]:
    """The workbench with 14 rows on a processor four times slower and 10 Mbit/s."""
    usable, painted = [], []
    with _bench(browser, rows=14) as (page, _, url):
        session = page.context.new_cdp_session(page)
        for _ in range(_LOADS):
            session.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWDOWN})
            session.send("Network.enable")
            session.send("Network.setCacheDisabled", {"cacheDisabled": True})
            line = {"downloadThroughput": _TEN_MEGABIT, "uploadThroughput": _TEN_MEGABIT}
            session.send(
                "Network.emulateNetworkConditions", {"offline": False, "latency": 20, **line}
            )
            page.goto(f"{url}/fulfil?id={_no(1)}")
            # Usable: the scripts have run and a key would be heard.
            times = page.evaluate(_USABLE)
            usable.append(times[0])
            painted.append(times[1])
            session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return [
        {
            "what": "workbench usable, processor at a quarter, 10 Mbit/s",
            "n": _LOADS,
            "usable_ms": round(statistics.median(usable)),
            "largest_paint_ms": round(statistics.median(painted)),
            "limit_ms": 1200,
        }
    ]


_USABLE = """() => new Promise(done => {
  let painted = 0;
  new PerformanceObserver(list => { for (const e of list.getEntries()) painted = e.startTime; })
    .observe({ type: 'largest-contentful-paint', buffered: true });
  const timing = performance.getEntriesByType('navigation')[0];
  setTimeout(() => done([timing.domContentLoadedEventEnd, painted]), 300);
})"""


def arrive(world: World, number: int, minutes: int = 15) -> None:
    """A request of the window's reaches the holder."""
    asked = Application(
        window_archive=JIAXING,
        applicant=Applicant(name="钱志明", id_type="resident_id", id_no="361199196211050313"),
        query=RecordQuery(
            category="marriage_registration", subject=SoughtPerson(name=f"钱志{number}明")
        ),
        purpose="pension",
    )
    now = world.clock()
    world.cases[_no(number)] = Case(
        case_no=_no(number),
        application=asked,
        filed_by="周敏",
        state="candidates",
        work_state="candidates",
        submitted_at=now,
        deadline=now + timedelta(minutes=minutes),
    )
    world.tell(_no(number), SHANGRAO, "holder", "candidates")


def _world(rows: int = 1) -> World:
    world = World()
    for number in range(1, rows + 1):
        arrive(world, number)
    world.cases[_no(1)].claimed_by = f"{SHANGRAO}/wangmin"
    return world


@contextmanager
def _bench(browser: Browser, rows: int = 1) -> Iterator[tuple[Page, World, str]]:
    world = _world(rows)
    with desk_of(world) as url:
        page = _signed_in(browser, url, "wangmin")
        yield page, world, url
        page.context.close()


def _signed_in(browser: Browser, url: str, user: str) -> Page:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(f"{url}/login")
    for name, text in (("user", user), ("password", PASSWORD), ("totp", CODE)):
        page.locator(f"#{name}").fill(text)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda address: "/login" not in address)
    return page


def _sent(answer: object, url: str) -> dict[str, int]:
    """Size on the wire by kind; images of records and the open stream left out."""
    address: str = answer.url  # type: ignore[attr-defined]
    path = address.removeprefix(url)
    if "/scan/" in path or path.startswith("/events"):
        return {}
    name = path.rsplit("/", 1)[1] if path.startswith("/static") else path.split("&")[0]
    return {name: len(gzip.compress(answer.body()))}  # type: ignore[attr-defined]


def _no(number: int) -> str:
    return f"LT-{JIAXING}-20261121-{number:04}"


def _spread(spans: list[float]) -> dict[str, float]:
    ordered = sorted(spans)
    return {
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 1),
        "max_ms": round(ordered[-1], 1),
    }


def _line(row: Row) -> str:
    rest = "  ".join(f"{name} {value}" for name, value in row.items() if name != "what")
    return f"{row['what']:<48}{rest}"


def _say(row: Row) -> None:
    sys.stderr.write(_line(row) + "\n")
