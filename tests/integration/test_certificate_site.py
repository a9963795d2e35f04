"""Commands and verify site as people use them: processes, HTTP, a real browser, no JavaScript."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from certificate_house import Made, World
from certificate_papers import real_now
from certificate_world import build_world
from own_ports import free_port
from playwright.sync_api import sync_playwright

from certificate_service.domain.digits import to_digits

COMMAND = [sys.executable, "-m", "certificate_service.cli"]


@dataclass
class Site:
    world: World
    good: Made
    revoked: Made
    address: str

    def qr(self, made: Made) -> str:
        return f"{self.address}/v#{to_digits(made.token)}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    world = build_world(folder, parts / "fonts", real_now())
    good, revoked = world.certify(), world.certify()
    world.publisher.publish_all()
    world.status.change(world.status_order(revoked.number, "revoked"), "shangrao", wanted="revoked")
    listen = f"127.0.0.1:{free_port()}"
    options = ["--site", str(folder / "site"), "--council", str(world.council), "--listen", listen]
    process = subprocess.Popen([*COMMAND, "verify-site", *options], stdout=subprocess.DEVNULL)
    try:
        _wait(f"http://{listen}/health")
        yield Site(world, good, revoked, f"http://{listen}")
    finally:
        process.terminate()
        process.wait(60)


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=20).read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the verify site did not start")


def verify(site: Site, what: str, *options: str) -> tuple[int, Any]:
    command = [*COMMAND, "verify", what, "--trust-list", str(site.world.trust_list), "--json"]
    done = subprocess.run([*command, *options], capture_output=True, timeout=60)
    if done.returncode != 0:
        assert done.stderr.decode().count("\n") == 1
    return done.returncode, json.loads(done.stdout) if done.stdout else None


def test_verify_answers_with_codes_and_exit_codes(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "extract.pdf"
    path.write_bytes(site.good.pdf)
    code, said = verify(site, str(path), "--offline")
    # The site's folder lies beside the trust list: its status list is used off line too.
    assert (code, said["verdict"], said["genuine"], said["level"]) == (0, "V00", True, "B")
    assert [step["n"] for step in said["steps"]] == list(range(1, 10))
    assert said["certificate"]["masked_names"] == "张*|李*"
    code, said = verify(site, site.qr(site.good))
    assert (code, said["verdict"], said["genuine"]) == (4, "V09", None)
    code, said = verify(site, site.qr(site.good), "--code", site.good.code)
    assert (code, said["verdict"], said["status"]) == (0, "V00", "valid")
    code, said = verify(site, site.qr(site.revoked))
    assert (code, said["verdict"], said["genuine"]) == (3, "V04", False)
    path.write_bytes(site.good.pdf[:-1] + b"x")
    assert verify(site, str(path))[0] == 3
    assert verify(site, str(tmp_path / "absent.pdf")) == (5, None)
    code, said = verify(site, "https://example.com/")
    assert (code, said["verdict"]) == (3, "V08")


def typed(site: Site, number: str, code: str) -> str:
    body = urllib.parse.urlencode({"number": number, "code": code}).encode()
    return urllib.request.urlopen(f"{site.address}/v", body, timeout=20).read().decode()


def test_without_javascript_number_and_code_are_enough(site: Site) -> None:
    page = typed(site, site.good.number, site.good.code.lower())
    assert "V00" in page
    assert "张𠅤" in page
    assert "V01" in typed(site, "361100-2026-777777", site.good.code)


def test_the_site_serves_the_page_and_pushed_files_only(site: Site) -> None:
    with urllib.request.urlopen(f"{site.address}/v", timeout=60) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    with urllib.request.urlopen(f"{site.address}/verify", timeout=60) as answer:
        scripts = answer.headers["Content-Security-Policy"].partition("script-src ")[2]
        assert scripts.partition(";")[0] == "'self' 'wasm-unsafe-eval'"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    with urllib.request.urlopen(f"{site.address}/v", timeout=60) as answer:
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert urllib.request.urlopen(f"{site.address}/status/361100.cwt", timeout=60).status == 200
    rows = [path for path in (site.world.folder / "site" / "lookup").rglob("*") if path.is_file()]
    assert rows
    hidden = [
        str(rows[0].relative_to(site.world.folder / "site")),
        "status/../keys.json",
        "..%2fcouncil.json",
        "lantai.db",
        "status/999999.cwt",
    ]
    for path in hidden:
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"{site.address}/{path}", timeout=60)
        assert caught.value.code == 404


def test_a_phone_is_green_only_after_comparing_and_sends_nothing_of_the_code(site: Site) -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
        asked: list[str] = []
        faults: list[str] = []
        page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.goto(site.qr(site.good))
        page.get_by_role("heading", name="签章真实，内容未核对").wait_for()
        page.get_by_label("输入二维码旁的核验码").fill("0" * 9 + "1")
        page.get_by_role("button", name="比对内容").click()
        page.get_by_text("核验码不符").wait_for()
        page.get_by_label("输入二维码旁的核验码").fill(site.good.code)
        page.get_by_role("button", name="比对内容").click()
        page.get_by_role("heading", name="证明真实有效，内容已比对").wait_for()
        assert page.get_by_text("张𠅤").count()
        assert page.get_by_text("演示数据").count()
        screens = Path(__file__).resolve().parents[2] / "var" / "screens"
        screens.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(screens / "verify-genuine.png"), full_page=True)
        token, paths = to_digits(site.good.token), {url.split("/", 3)[3] for url in asked}
        assert not any(token[:40] in url or site.good.code in url for url in asked)
        known = {"v", "verify.css", "verify.js", "keys.json", "status/361100.cwt", "mark.svg"}
        known |= {"log/361100/0.json", "trust-list.json", "sw.js", "manifest.webmanifest"}
        assert paths <= known
        assert faults == []
        page.goto("about:blank")
        page.goto(site.qr(site.revoked))
        page.get_by_role("heading", name="证明已撤销").wait_for()
        assert page.get_by_text("张*").count() == 0
        page.screenshot(path=str(screens / "verify-revoked.png"), full_page=True)
        page.goto("about:blank")
        digits = to_digits(site.good.token)
        page.goto(f"{site.address}/v#{digits[:-5]}{(int(digits[-5:]) + 1) % 99999:05d}")
        page.get_by_role("heading", name="签名不成立").wait_for()
        browser.close()
