"""E01 through pages alone in a real federation: seven processes, real keys, a real seal."""

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from deploy.localnet.counter import current_code
from deploy.localnet.document import Federation
from deploy.localnet.federation import LocalFederation
from deploy.localnet.progress import Progress

pytestmark = pytest.mark.timeout(600)
SHANGRAO, JIAXING = "361100", "330400"


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> Iterator[Federation]:
    """A registry, three nodes, a certificate service, a time-stamp service."""
    assert (parts / "tables").is_dir()
    local = LocalFederation(tmp_path_factory.mktemp("federation"), Progress(silent=True), citizens=True)
    try:
        yield local.start()
    finally:
        local.stop()


@pytest.fixture
def enter(federation: Federation) -> Callable[[Page, str, str, str], str]:
    """Signs a demo officer in and returns their password."""
    used: dict[str, str] = {}

    def do(page: Page, node: str, user: str, archive: str) -> str:
        login = federation.login(user, archive)
        code = current_code(login, datetime.now(UTC))
        if used.get(user + archive) == code:
            # A code is good once; the next one is accepted half a minute early.
            code = current_code(login, datetime.now(UTC) + timedelta(seconds=30))
        used[user + archive] = code
        page.context.clear_cookies()
        page.goto(f"{federation.node(node).desk}/login")
        choice = page.get_by_label("所在档案馆")
        if choice.count():
            choice.select_option(archive)
        page.get_by_label("工号").fill(user)
        page.get_by_label("口令").fill(login.password)
        page.get_by_label("动态验证码").fill(code)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda address: "/login" not in address)
        return login.password

    return do


def test_e01_is_filed_released_sealed_and_printed_by_hand(
    page: Page,
    federation: Federation,
    enter: Callable[[Page, str, str, str], str],
    screens: Path,
    tmp_path: Path,
) -> None:
    window, partner = federation.node("jiaxing").desk, federation.node("shangrao").desk
    enter(page, "jiaxing", "clerk", JIAXING)
    case_no = file_e01(page, window, screens)
    enter(page, "jiaxing", "reviewer", JIAXING)
    page.goto(f"{window}/review?id={case_no}")
    page.screenshot(path=screens / "e01-review.png")
    page.get_by_role("button", name="审核通过").click()
    expect(page.get_by_text("没有待审核的申请")).to_be_visible()
    password = enter(page, "shangrao", "dispatcher", SHANGRAO)
    expect(page.locator(f'[id="q-{case_no}"]')).to_be_visible(timeout=15000)
    spent = release_e01(page, partner, case_no, password, screens)
    assert spent < 30
    password = enter(page, "shangrao", "sealer", SHANGRAO)
    expect(page.get_by_text("上列文字按档案原文摘录")).to_be_visible()
    expect(page.get_by_role("cell", name="结婚登记")).to_be_visible()
    page.screenshot(path=screens / "e01-seal.png")
    page.get_by_label("已逐项复核").check()
    page.get_by_label("本人口令").fill(password)
    page.get_by_role("button", name="复核无误，用印").click()
    expect(page.get_by_text("已用印")).to_be_visible()
    enter(page, "jiaxing", "clerk", JIAXING)
    page.goto(f"{window}/intake/{case_no}")
    # The page is live: the link comes by itself when the file has arrived.
    link = page.get_by_role("link", name=re.compile("下载"))
    expect(link).to_be_visible(timeout=60000)
    page.screenshot(path=screens / "e01-progress.png", full_page=True)
    with page.expect_download() as download:
        link.click()
    file = tmp_path / "extract.pdf"
    download.value.save_as(file)
    assert file.read_bytes().startswith(b"%PDF-")
    assert hashlib.sha256(file.read_bytes()).hexdigest() in link.get_attribute("href", timeout=1000)
    page.goto(f"{window}/intake/{case_no}/deliver")
    picture = page.get_by_role("img", name=re.compile("第 1 页"))
    expect(picture).to_be_visible()
    page.screenshot(path=screens / "w5-deliver.png", full_page=True)
    page.get_by_label("已核对领取人证件").check()
    page.get_by_label("领取人已签收").check()
    page.get_by_role("button", name="确认交付").click()
    expect(page.get_by_text("已反馈").first).to_be_visible()


def file_e01(page: Page, window: str, screens: Path) -> str:
    page.goto(f"{window}/intake/new")
    page.get_by_label("姓名", exact=True).fill("周金水")
    page.get_by_label("证件号码", exact=True).fill("361199196211050313")
    page.get_by_label("无手机").check()
    page.get_by_label("婚姻登记").check()
    page.get_by_label("配偶姓名").fill("吴桂兰")
    page.get_by_label("登记机关或地点").fill("上饶县")
    page.get_by_label("登记时间").fill("85年5月")
    page.get_by_label("利用目的").select_option("property")
    page.get_by_label("已告知查档人").check()
    expect(page.get_by_label("上饶市档案馆")).to_be_checked()
    expect(page.locator("#side")).to_contain_text("广信区")
    page.screenshot(path=screens / "e01-file.png", full_page=True)
    page.get_by_role("button", name="核对").click()
    page.get_by_role("button", name="确认提交申请").click()
    heading = page.get_by_role("heading", name=re.compile("^LT-330400-"))
    expect(heading).to_be_visible()
    return heading.inner_text()


def release_e01(page: Page, partner: str, case_no: str, password: str, screens: Path) -> float:
    started = time.perf_counter()
    page.goto(f"{partner}/fulfil?id={case_no}")
    page.get_by_role("button", name="领取办理").click()
    expect(page.get_by_role("heading", name="周金水")).to_be_visible()
    groups = page.get_by_role("group", name="与影像核对")
    for number in range(groups.count()):
        same = groups.nth(number).get_by_role("radio", name="与影像一致")
        none = groups.nth(number).get_by_role("radio", name="影像未载")
        (same if same.count() else none).check()
    page.get_by_label("本人口令").fill(password)
    page.screenshot(path=screens / "e01-workbench.png")
    page.get_by_role("button", name="同意出证").click()
    expect(page.get_by_text("出证指令已签署")).to_be_visible()
    return time.perf_counter() - started
