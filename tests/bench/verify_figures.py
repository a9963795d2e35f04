"""What the verify pages cost an old phone: bytes, largest paint, time to the verdict, list sizes.

Chromium slowed six times on a line of 1.6 Mbit/s with 150 ms of delay (CDP emulation), nothing kept
from before. Times are medians of `RUNS` visits.
"""

import random
import statistics
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from certificate_house import Made, World
from certificate_papers import real_now
from certificate_world import build_world
from playwright.sync_api import Browser, sync_playwright
from verify_stand import served, site_parts

from certificate_service.config import default_parts
from certificate_service.document.qr import qr_matrix
from certificate_service.domain.cose import es256, kid_of
from certificate_service.domain.digits import to_digits
from certificate_service.domain.status_list import PLACES, Succession, encode_status_list
from records.disclosure import mask_name
from tests.bench.measuring import Report
from trust.identity.keys import new_p256

SEED = 20261122
RUNS = 7
CPU_SLOWER = 6
BYTES_PER_SECOND = 1.6e6 / 8
DELAY_MS = 150
_LCP = """() => new Promise((done) => new PerformanceObserver((list) => {
  const entries = list.getEntries(); done(entries[entries.length - 1].startTime);
}).observe({ type: "largest-contentful-paint", buffered: true }))"""
_LONGEST = ("欧阳买买提·阿不都热西提", "司徒艾合买提江·买合木提")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One visit of a page with nothing kept."""

    lcp_ms: float
    verdict_ms: float
    """From the start to the amber or green banner; 0 where there is none."""
    gzip_bytes: int
    cpu_ms: float
    """Of the page's own thread, as if the processor were not slowed."""


def run(folder: Path, *, full: bool) -> Report:
    """Bytes and times of both pages, sizes of token and status list."""
    del full
    # Signing PDFs runs an event loop, which may not be that of the browser's thread.
    with ThreadPoolExecutor(max_workers=1) as worker:
        world, made, longest = worker.submit(_certify, folder).result()
    parts = site_parts(folder / "site", world.council)
    with served(parts) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        pages = {
            "verify": f"{address}/verify",
            "v#token": f"{address}/v#{to_digits(made.token)}",
        }
        rows = [
            _row(name, [_visit(browser, url) for _ in range(RUNS)]) for name, url in pages.items()
        ]
        browser.close()
    rows += [_status_row(share) for share in (0.0, 0.001, 0.01)]
    rows.append(_token_row("token.usual", made))
    rows.append(_token_row("token.longest names", longest))
    text = "".join(f"{row.pop('name'):<28}{row}\n" for row in map(dict, rows))
    return Report(rows=rows, text=f"{text}seed {SEED}\n")


def _certify(folder: Path) -> tuple[World, Made, Made]:
    world = build_world(folder, default_parts() / "fonts", real_now())
    made = world.certify()
    request = world.request()
    facts = _LONGEST
    names = "|".join(map(mask_name, _LONGEST))
    order = world.order(request, masked_names=names, sealed_facts=facts)
    longest = world.certify(request=request, order=order)
    world.publisher.publish_all()
    return world, made, longest


def _visit(browser: Browser, url: str) -> Visit:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Performance.enable")
    line = {
        "offline": False,
        "latency": DELAY_MS,
        "downloadThroughput": BYTES_PER_SECOND,
        "uploadThroughput": BYTES_PER_SECOND,
    }
    session.send("Network.emulateNetworkConditions", line)
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWER})
    received: list[int] = []

    def finished(event: dict[str, Any]) -> None:
        received.append(int(event["encodedDataLength"]))

    session.on("Network.loadingFinished", finished)
    page.goto(url)
    verdict = 0.0
    if "#" in url:
        page.get_by_text("位置 ").wait_for()
        page.get_by_text("截至 ").wait_for()
        verdict = float(page.evaluate("performance.now()"))
    page.wait_for_timeout(500)
    lcp = float(page.evaluate(_LCP))
    found = session.send("Performance.getMetrics")["metrics"]
    busy = next(one["value"] for one in found if one["name"] == "TaskDuration")
    context.close()
    return Visit(
        lcp_ms=lcp,
        verdict_ms=verdict,
        gzip_bytes=sum(received),
        cpu_ms=busy * 1000 / CPU_SLOWER,
    )


def _row(name: str, visits: list[Visit]) -> dict[str, object]:
    return {
        "name": f"page.{name}",
        "visits": len(visits),
        "lcp_p50_ms": round(statistics.median(one.lcp_ms for one in visits)),
        "lcp_max_ms": round(max(one.lcp_ms for one in visits)),
        "verdict_p50_ms": round(statistics.median(one.verdict_ms for one in visits)),
        "gzip_bytes": max(one.gzip_bytes for one in visits),
        "lcp_all_ms": [round(one.lcp_ms) for one in visits],
        "page_cpu_p50_ms": round(statistics.median(one.cpu_ms for one in visits), 1),
        "cpu_slower": CPU_SLOWER,
        "mbit_per_s": 1.6,
    }


def _status_row(share: float) -> dict[str, object]:
    chosen = random.Random(SEED).sample(range(PLACES), round(PLACES * share))
    key = new_p256()
    kid, statuses = kid_of(key.public_key()), dict.fromkeys(chosen, 1)
    succession = Succession(sequence=9000, previous_sha256=bytes(range(32)))
    data = encode_status_list("361100", statuses, 1795228200, kid, es256(key), succession)
    return {
        "name": f"status.{share:.1%} revoked",
        "seed": SEED,
        "places": PLACES,
        "bytes": len(data),
    }


def _token_row(name: str, made: Made) -> dict[str, object]:
    matrix = qr_matrix("https://v.demo.invalid/v#" + to_digits(made.token))
    modules = len(matrix)
    version = (modules - 17) // 4
    return {"name": name, "bytes": len(made.token), "version": f"{version}-M", "modules": modules}
