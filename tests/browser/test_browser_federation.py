"""E01 through pages alone in a real federation: seven processes, real keys, a real seal."""

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from federation_hands import (
    DOCUMENTS,
    JIAXING,
    PHOTO,
    SHANGRAO,
    apply_by_phone,
    await_notice,
    download,
    drag_over,
    end_certificate,
    file_e01,
    file_e11,
    file_e13,
    file_e17,
    release,
    release_e01,
    seal,
    verify,
    wait_for_number,
)
from playwright._impl._api_structures import Cookie
from playwright.sync_api import Browser, Page, expect

from deploy.holdings.scenario_people import P5
from deploy.localnet.counter import current_code
from deploy.localnet.document import Federation, Login, read_federation
from deploy.localnet.federation import LocalFederation
from deploy.localnet.progress import Progress

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> Iterator[LocalFederation]:
    """A registry, three nodes, a certificate service, a time-stamp service."""
    assert (parts / "tables").is_dir()
    made = LocalFederation(
        tmp_path_factory.mktemp("federation"), Progress(silent=True), citizens=True
    )
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def federation(local: LocalFederation) -> Federation:
    """Its addresses and logins."""
    return read_federation(local.layout.root)


@pytest.fixture(scope="module")
def code_of() -> Callable[[Login], str]:
    """A login's next code: each is good once, whichever test asks, and half a minute early."""
    used: dict[tuple[str, str], int] = {}

    def next_code(login: Login) -> str:
        who = (login.user, login.archive_code)
        step = max(int(time.time()) // 30, used.get(who, 0) + 1)
        time.sleep(max(0.0, (step - 1) * 30 + 0.5 - time.time()))
        used[who] = step
        return current_code(login, datetime.fromtimestamp(step * 30, UTC))

    return next_code


@pytest.fixture(scope="module")
def seats() -> dict[tuple[str, str], list[Cookie]]:
    """Who signed in already: the officer comes back to the desk, and need not sign in again."""
    return {}


@pytest.fixture
def enter(
    federation: Federation,
    code_of: Callable[[Login], str],
    seats: dict[tuple[str, str], list[Cookie]],
) -> Callable[[Page, str, str, str], str]:
    """Puts a demo officer before the page and returns their password."""

    def do(page: Page, node: str, user: str, archive: str) -> str:
        login = federation.login(user, archive)
        page.context.clear_cookies()
        if (user, archive) in seats:
            page.context.add_cookies(seats[user, archive])  # type: ignore[arg-type]
            page.goto(federation.node(node).desk)
            return login.password
        page.goto(f"{federation.node(node).desk}/login")
        choice = page.get_by_label("所在档案馆")
        if choice.count():
            choice.select_option(archive)
        page.get_by_label("工号").fill(user)
        page.get_by_label("口令").fill(login.password)
        page.get_by_label("动态验证码").fill(code_of(login))
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda address: "/login" not in address)
        seats[user, archive] = page.context.cookies()
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
    expect(page.locator(f'[id="q-{case_no}"]')).to_be_visible()
    release_e01(page, partner, case_no, password, screens)
    password = enter(page, "shangrao", "sealer", SHANGRAO)
    expect(page.get_by_text("上列文字按档案原文摘录")).to_be_visible()
    expect(page.get_by_role("cell", name="结婚登记")).to_be_visible()
    page.screenshot(path=screens / "e01-seal.png")
    page.get_by_label("已逐项复核").check()
    page.get_by_role("main").get_by_label("本人口令").fill(password)
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
    assert hashlib.sha256(file.read_bytes()).hexdigest() in link.get_attribute("href")
    page.goto(f"{window}/intake/{case_no}/deliver")
    picture = page.get_by_role("img", name=re.compile("第 1 页"))
    expect(picture).to_be_visible()
    page.screenshot(path=screens / "w5-deliver.png", full_page=True)
    page.get_by_label("已核对领取人证件").check()
    page.get_by_label("领取人已签收").check()
    page.get_by_role("button", name="确认交付").click()
    expect(page.get_by_text("已反馈").first).to_be_visible()
    number = re.findall(r"361100-\d{4}-\d{6}", page.get_by_role("main").inner_text())[0]
    notice = end_certificate(page, partner, number, enter, screens)
    assert notice.startswith(b"%PDF-")
    ended = verify(federation, file)
    assert ended["verdict"] == "V04", ended


def test_two_archives_are_asked_by_one_button_and_each_says_its_own(
    page: Page,
    local: LocalFederation,
    federation: Federation,
    enter: Callable[[Page, str, str, str], str],
    screens: Path,
) -> None:
    window = federation.node("jiaxing").desk
    enter(page, "jiaxing", "clerk", JIAXING)
    case_no = file_e11(page, window)
    enter(page, "jiaxing", "reviewer", JIAXING)
    page.goto(f"{window}/review?id={case_no}")
    page.get_by_role("button", name="同时询问各馆").click()
    asked = page.locator("#asked")
    expect(asked.get_by_text("已答复")).to_be_visible()
    for name in ("上海市浦东新区档案馆", "上饶市档案馆"):
        row = asked.get_by_role("row").filter(has_text=name)
        expect(row).to_have_count(1)
        expect(row.locator("td").last).to_have_text(re.compile(r"^[0-9a-f]{12}$"))
    assert P5.name not in asked.inner_text() and P5.id_no not in asked.inner_text()
    page.screenshot(path=screens / "r1-asked-federation.png")
    # One archive falls silent: its line says so, and does not say that it has nothing.
    assert local.supervisor.stop(["pudong"]) == 1
    page.get_by_role("button", name="再问一次").click()
    silent = asked.get_by_role("row").filter(has_text="上海市浦东新区档案馆")
    expect(silent).to_contain_text("没有答复不等于没有档案")
    expect(asked.get_by_role("row").filter(has_text="上饶市档案馆")).to_contain_text(
        "可能有，待核身份"
    )
    page.screenshot(path=screens / "r1-asked-silent.png")
    page.get_by_role("button", name="审核通过").click()
    expect(page.get_by_text("没有待审核的申请")).to_be_visible()


def test_e17_is_corrected_reissued_and_announced_by_hand(
    page: Page,
    federation: Federation,
    enter: Callable[[Page, str, str, str], str],
    screens: Path,
) -> None:
    window, partner = federation.node("jiaxing").desk, federation.node("shangrao").desk
    enter(page, "jiaxing", "clerk", JIAXING)
    case_no = file_e17(page, window)
    enter(page, "jiaxing", "reviewer", JIAXING)
    page.goto(f"{window}/review?id={case_no}")
    page.get_by_role("button", name="审核通过").click()
    password = enter(page, "shangrao", "dispatcher", SHANGRAO)
    expect(page.locator(f'[id="q-{case_no}"]')).to_be_visible()
    page.goto(f"{partner}/fulfil?id={case_no}")
    page.get_by_role("button", name="领取办理").click()
    release(page, password)
    seal(page, partner, case_no, enter(page, "shangrao", "sealer", SHANGRAO))
    old = wait_for_number(page, enter, window, case_no)
    DOCUMENTS.mkdir(parents=True, exist_ok=True)
    download(page, DOCUMENTS / "e17-old.pdf")

    # The correction clerk shows on the page what the index should say.
    enter(page, "shangrao", "corrector", SHANGRAO)
    page.get_by_role("link", name="修正", exact=True).click()
    page.get_by_role("link", name="提出修正").first.click()
    page.get_by_label("档号").fill("J012-003-0461-016")
    page.get_by_label("发现于").fill(case_no)
    page.get_by_role("button", name="调出").click()
    field = page.get_by_label("要修正的字段")
    wrong = field.locator("option", has_text="1962-11-15")
    field.select_option(wrong.get_attribute("value"))
    page.get_by_label("修正值", exact=False).first.fill("1962-11-05")
    drag_over(page)
    page.get_by_label("理由").fill("影像上是十一月五日，录入时误作十五日")
    page.screenshot(path=screens / "r4-propose.png")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_text("已提出，等待另一人审核")).to_be_visible()
    expect(page.get_by_role("button", name="审核通过")).to_have_count(0)

    enter(page, "shangrao", "submission", SHANGRAO)
    page.goto(f"{partner}/corrections")
    expect(page.get_by_text("1962-11-05")).to_be_visible()
    page.get_by_label("已对照影像").check()
    page.screenshot(path=screens / "r4-decide.png")
    page.get_by_role("button", name="审核通过").click()
    expect(page.get_by_text("已通过，目录索引已更新")).to_be_visible()
    expect(page.get_by_text(old, exact=True)).to_be_visible()

    # The dispatcher issues anew, the way of any certificate; then two people replace the old one.
    password = enter(page, "shangrao", "dispatcher", SHANGRAO)
    page.goto(f"{partner}/corrections?tab=approved")
    page.get_by_role("button", name="重新出证").click()
    expect(page.get_by_role("heading", name="周水根")).to_be_visible()
    release(page, password)
    seal(page, partner, case_no, enter(page, "shangrao", "sealer", SHANGRAO))
    new = wait_for_number(page, enter, window, case_no, other_than=old)
    expect(page.get_by_text(f"证明 {old} 由 {new} 替代")).to_be_visible()
    download(page, DOCUMENTS / "e17-new.pdf")
    page.screenshot(path=screens / "e17-window.png", full_page=True)
    password = enter(page, "shangrao", "dispatcher", SHANGRAO)
    page.goto(f"{partner}/corrections?tab=approved")
    page.get_by_role("main").get_by_label("本人口令").fill(password)
    page.get_by_role("button", name="签发更正指令").click()
    expect(page.get_by_text("更正指令已签")).to_be_visible()
    password = enter(page, "shangrao", "sealer", SHANGRAO)
    page.goto(f"{partner}/corrections?tab=approved")
    page.get_by_role("main").get_by_label("本人口令").fill(password)
    page.get_by_role("button", name="确认更正").click()
    expect(page.get_by_text("更正已生效")).to_be_visible()
    notice = await_notice(page)
    page.screenshot(path=screens / "r4-replaced.png")
    printed = page.request.get(f"{partner}{notice.get_attribute('href')}")
    assert printed.body().startswith(b"%PDF-")
    (DOCUMENTS / "e17-T8.pdf").write_bytes(printed.body())
    assert verify(federation, DOCUMENTS / "e17-new.pdf")["verdict"] == "V00"
    ended = verify(federation, DOCUMENTS / "e17-old.pdf")
    assert ended["verdict"] == "V05" and new in json.dumps(ended, ensure_ascii=False)


def test_e13_is_decided_by_the_leader_by_hand(
    page: Page,
    federation: Federation,
    enter: Callable[[Page, str, str, str], str],
    screens: Path,
) -> None:
    desk = federation.node("jiaxing").desk
    enter(page, "jiaxing", "clerk", JIAXING)
    case_no = file_e13(page, desk)
    enter(page, "jiaxing", "reviewer", JIAXING)
    page.goto(f"{desk}/review?id={case_no}")
    expect(page.get_by_text("已故当事人的近亲属")).to_be_visible()
    for paper in ("当事人死亡证明", "亲属关系证明"):
        link = page.get_by_role("link", name=f"查看 {paper}")
        shown = page.request.get(f"{desk}{link.get_attribute('href')}")
        assert shown.headers["content-type"] == "image/png" and shown.body() == PHOTO
    page.screenshot(path=screens / "e13-review.png")
    page.get_by_role("button", name="审核通过").click()
    expect(page.get_by_text("没有待审核的申请")).to_be_visible()
    # D09: nothing leaves the archive before its leader has approved the purpose.
    password = enter(page, "jiaxing", "dispatcher", JIAXING)
    expect(page.locator(f'[id="q-{case_no}"]')).to_be_visible()
    page.goto(f"{desk}/fulfil?id={case_no}")
    page.get_by_role("button", name="领取办理").click()
    expect(page.get_by_role("heading", name="王金根")).to_be_visible()
    enter(page, "jiaxing", "leader", JIAXING)
    page.goto(f"{desk}/approvals?id={case_no}")
    page.screenshot(path=screens / "e13-approvals.png")
    page.get_by_role("button", name="同意提供").click()
    expect(page).to_have_url(re.compile("done="))
    password = enter(page, "jiaxing", "dispatcher", JIAXING)
    page.goto(f"{desk}/fulfil?id={case_no}")
    again = page.get_by_role("button", name="领取办理")
    if again.count():
        again.click()
    release(page, password)
    seal(page, desk, case_no, enter(page, "jiaxing", "sealer", JIAXING))
    enter(page, "jiaxing", "clerk", JIAXING)
    page.goto(f"{desk}/intake/{case_no}")
    expect(page.get_by_role("link", name=re.compile("下载"))).to_be_visible(timeout=60000)
    DOCUMENTS.mkdir(parents=True, exist_ok=True)
    file = download(page, DOCUMENTS / "e13.pdf")
    assert verify(federation, file)["verdict"] == "V00"


def test_e01_is_asked_for_by_phone_and_downloaded(
    page: Page,
    browser: Browser,
    federation: Federation,
    enter: Callable[[Page, str, str, str], str],
    screens: Path,
) -> None:
    window, partner = federation.node("jiaxing").desk, federation.node("shangrao").desk
    phone = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN").new_page()
    phone.goto(federation.node("jiaxing").citizen)
    apply_by_phone(phone)
    phone.get_by_role("link", name="我的申请").click()
    phone.get_by_role("link", name=re.compile("婚姻登记|刚提交")).first.click()
    number = phone.get_by_text(re.compile("LT-330400-"))
    expect(number).to_be_visible()
    case_no = re.search(r"LT-330400-\d{8}-\d+", number.inner_text())
    assert case_no is not None
    enter(page, "jiaxing", "reviewer", JIAXING)
    page.goto(f"{window}/review?id={case_no[0]}")
    expect(page.get_by_text("申请人本人（手机）")).to_be_visible()
    expect(page.get_by_text("网络身份认证")).to_be_visible()
    page.get_by_role("button", name="审核通过").click()
    expect(page.get_by_text("没有待审核的申请")).to_be_visible()
    password = enter(page, "shangrao", "dispatcher", SHANGRAO)
    expect(page.locator(f'[id="q-{case_no[0]}"]')).to_be_visible()
    page.goto(f"{partner}/fulfil?id={case_no[0]}")
    page.get_by_role("button", name="领取办理").click()
    release(page, password)
    seal(page, partner, case_no[0], enter(page, "shangrao", "sealer", SHANGRAO))
    # The phone looks again by itself; the file is the one that was sealed.
    link = phone.get_by_role("link", name=re.compile("下载证明"))
    expect(link).to_be_visible(timeout=90000)
    phone.screenshot(path=screens / "c4-e01-extract.png", full_page=True)
    with phone.expect_download() as download:
        link.click()
    DOCUMENTS.mkdir(parents=True, exist_ok=True)
    file = DOCUMENTS / "e01-phone.pdf"
    download.value.save_as(file)
    assert verify(federation, file)["verdict"] == "V00"
    enter(page, "jiaxing", "clerk", JIAXING)
    page.goto(f"{window}/intake/{case_no[0]}")
    expect(page.get_by_text("已反馈").first).to_be_visible()
    phone.context.close()
