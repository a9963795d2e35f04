"""E01 by hand through pages alone, on a running sample federation of separate processes."""

import re
import time
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from deploy.localnet.counter import current_code
from deploy.localnet.document import Federation, Login, read_federation
from deploy.localnet.federation import LocalFederation, system_clock
from deploy.localnet.progress import Progress
from tests.bench.desk_hands import Hands

WINDOW, HOLDER = "330400", "361100"
Row = dict[str, object]


class MainJob:
    """The people of one federation, each before a browser of their own."""

    def __init__(self, federation: Federation, browser: Browser, *, script: bool) -> None:
        self.federation = federation
        self.script = script
        self.browser = browser
        self.contexts: list[BrowserContext] = []
        self.desks = {
            archive["archive_code"]: node.desk
            for node in federation.nodes
            for archive in node.archives
        }

    def sit(self, role: str, archive: str) -> tuple[Page, Login]:
        """A signed-in officer of that role at that archive."""
        login = next(
            one
            for node in self.federation.nodes
            for one in node.logins
            if one.archive_code == archive and one.role == role
        )
        context = self.browser.new_context(
            locale="zh-CN", java_script_enabled=self.script, viewport={"width": 1440, "height": 900}
        )
        context.set_default_timeout(60_000)
        self.contexts.append(context)
        page = context.new_page()
        while True:
            page.goto(f"{self.desks[archive]}/login")
            page.get_by_label("工号").fill(login.user)
            page.get_by_label("口令").fill(login.password)
            page.get_by_label("动态验证码").fill(current_code(login, system_clock()))
            page.get_by_role("button", name="登录").click()
            if "/login" not in page.url:
                return page, login
            time.sleep(5)  # The code of these 30 seconds was used before.

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def file(self) -> tuple[str, Hands]:
        """The clerk files E01; with scripts by keys alone, else the same fields without them."""
        page, _ = self.sit("window_clerk", WINDOW)
        page.goto(f"{self.desks[WINDOW]}/intake")
        hands = Hands(page)
        if self.script:
            _file_by_keys(page, hands)
        else:
            _file_without_script(page, hands, self.desks[WINDOW])
        expect(page).to_have_url(re.compile(r"/intake/LT-"))
        return page.url.rsplit("/", 1)[1], hands.rest()

    def review(self, case_no: str) -> None:
        """The second officer of the window accepts it."""
        page, _ = self.sit("window_reviewer", WINDOW)
        page.goto(f"{self.desks[WINDOW]}/review?id={case_no}")
        page.get_by_role("button", name="审核通过").click()
        expect(page.locator("#error-summary")).to_have_count(0)

    def release(self, case_no: str, page: Page, login: Login) -> Hands:
        """The partner claims, compares every field and signs the order."""
        page.goto(f"{self.desks[HOLDER]}/fulfil?tab=open&id={case_no}")
        claim = page.get_by_role("button", name="领取办理")
        for _ in range(60):
            if claim.count():
                break
            time.sleep(0.5)
            page.goto(f"{self.desks[HOLDER]}/fulfil?tab=open&id={case_no}")
        hands = Hands(page)
        if self.script:
            hands.press("c")
            expect(page.locator("#confirm")).to_be_visible()
            hands.press("m")
            _mark_by_keys(page, hands)
            hands.type(login.password)
            hands.press("Control+Enter")
        else:
            claim.click()
            _mark_without_script(page, hands)
            page.locator("#password").fill(login.password)
            hands.keys += len(login.password)
            page.get_by_role("button", name="保存核对").click()
            page.locator("#password").fill(login.password)
            page.get_by_role("button", name="同意出证").click()
        expect(page.get_by_text("出证指令已签署")).to_be_visible()
        return hands.rest()

    def seal_and_print(self, case_no: str) -> float:
        """The keeper seals it, the certificate is at the window; seconds from seal to paper."""
        page, login = self.sit("seal_keeper", HOLDER)
        page.goto(f"{self.desks[HOLDER]}/seal?id={case_no}")
        page.get_by_label("已逐项复核").check()
        page.get_by_label("本人口令").fill(login.password)
        began = time.perf_counter()
        page.get_by_role("button", name="复核无误，用印").click()
        clerk, _ = self.sit("window_clerk", WINDOW)
        for _ in range(240):
            clerk.goto(f"{self.desks[WINDOW]}/intake/{case_no}")
            if clerk.get_by_role("link", name=re.compile("^下载")).count():
                break
            time.sleep(0.5)
        took = time.perf_counter() - began
        with clerk.expect_download() as download:
            clerk.get_by_role("link", name=re.compile("^下载")).first.click()
        path = Path(download.value.path())
        assert path.read_bytes().startswith(b"%PDF")
        return took


def _file_by_keys(page: Page, hands: Hands) -> None:
    hands.press("n")
    page.wait_for_url(re.compile("/intake/new"))
    hands.press("Alt+1")
    hands.write("周金水", "zhoujinshui")
    hands.press("Enter", "Enter")
    hands.type("361199196211050313")
    hands.press("Enter", "Enter")
    hands.press("Space")
    hands.press("Alt+2", "Space")
    expect(page.get_by_label("婚姻登记")).to_be_checked()
    expect(page.locator("#other_name")).to_be_visible()
    while not page.locator("#other_name:focus").count():
        hands.press("Enter")
    hands.write("吴桂兰", "wuguilan")
    hands.press("Enter")
    hands.write("上饶县", "shangraoxian")
    hands.press("Enter")
    hands.type("85")
    hands.write("年", "nian")
    hands.press("Alt+4")
    for _ in range(12):
        if page.locator("#purpose").input_value() == "property":
            break
        hands.press("ArrowDown")
    while not page.locator("#consent:focus").count():
        hands.press("Enter")
    hands.press("Space")
    expect(page.locator("#holders input").first).to_be_visible()
    hands.press("Control+Enter")
    expect(page.get_by_role("heading", name="核对申请内容")).to_be_visible()
    hands.press("Control+Enter")


def _file_without_script(page: Page, hands: Hands, desk: str) -> None:
    page.goto(f"{desk}/intake/new")
    for name, text, keys in (
        ("name", "周金水", 12),
        ("id_no", "361199196211050313", 18),
        ("other_name", "吴桂兰", 9),
        ("place", "上饶县", 13),
        ("period", "1985", 4),
    ):
        page.locator(f"#{name}").fill(text)
        hands.keys += keys + 1
        hands.chunks += 1
    page.locator("#no_mobile").check()
    page.get_by_label("婚姻登记").check()
    page.locator("#purpose").select_option("property")
    page.locator("#consent").check()
    hands.keys += 8
    page.get_by_role("button", name="核对").click()
    page.get_by_role("button", name="确认提交申请").click()


def _mark_by_keys(page: Page, hands: Hands) -> None:
    rows = page.locator("[data-mark-row]:not(.is-marked)")
    for _ in range(40):
        if not rows.count():
            return
        empty = rows.first.locator('input[value="same"]').count() == 0
        hands.chunks += 1
        hands.press("3" if empty else "1")


def _mark_without_script(page: Page, hands: Hands) -> None:
    rows = page.locator("[data-mark-row]")
    for number in range(rows.count()):
        same = rows.nth(number).locator('input[value="same"]')
        radio = same if same.count() else rows.nth(number).locator('input[value="not_recorded"]')
        radio.check(force=True)
        hands.keys += 2
        hands.chunks += 1


def main_job_rows(folder: Path, browser: Browser) -> list[Row]:
    """E01 from filing to paper, with scripts and without, on a federation of its own."""
    local = LocalFederation(folder / "federation", Progress(silent=True))
    rows: list[Row] = []
    try:
        local.start(anew=True)
        federation = read_federation(local.layout.root)
        for script in (True, False):
            rows += _carry(MainJob(federation, browser, script=script))
    finally:
        local.stop()
    return rows


def _carry(job: MainJob) -> list[Row]:
    how = "keys" if job.script else "no script"
    partner, login = job.sit("release_dispatcher", HOLDER)
    case_no, filing = job.file()
    job.review(case_no)
    releasing = job.release(case_no, partner, login)
    paper = job.seal_and_print(case_no)
    job.close()
    return [
        _row(f"file E01, {how}", filing, limit=90),
        _row(f"release E01, {how}", releasing, limit=30),
        {"what": f"seal to paper at the window, {how}", "seconds": round(paper, 2)},
    ]


def _row(what: str, hands: Hands, limit: int) -> Row:
    return {
        "what": what,
        "keys": hands.keys,
        "chunks": hands.chunks,
        "typing_s": round(hands.typing, 1),
        "with_thinking_s": round(hands.typing + hands.thinking, 1),
        "machine_s": round(hands.seconds, 2),
        "limit_s": limit,
    }
