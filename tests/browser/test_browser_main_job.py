"""The main job by hand, through pages alone: file, review, claim, compare, release, seal, print."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_office import CODE, PASSWORD, World
from playwright.sync_api import Browser, Page, expect

SignIn = Callable[[Page, str], None]
CASE = "LT-330400-20261121-0042"


def violations(page: Page) -> list[str]:
    found: list[str] = page.evaluate("window.violations || []")
    return found


def test_a_clerk_files_with_the_keyboard_alone(
    page: Page, url: str, world: World, sign_in: SignIn, screens: Path
) -> None:
    sign_in(page, "zhoumin")
    expect(page.get_by_role("heading", name="受理台")).to_be_visible()
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile("/intake/new"))
    page.wait_for_load_state()  # Keys work once the scripts have run.
    keys = page.keyboard
    keys.press("Alt+1")
    expect(page.get_by_label("姓名", exact=True)).to_be_focused()
    keys.type("周金水")
    keys.press("Enter")
    keys.press("Enter")
    keys.type("361199196211050313")
    keys.press("Enter")
    keys.press("Enter")
    expect(page.get_by_label("无手机")).to_be_focused()
    keys.press("Space")
    keys.press("Alt+2")
    keys.press("Space")
    expect(page.get_by_label("婚姻登记")).to_be_checked()
    page.get_by_label("配偶姓名").focus()
    keys.type("吴桂兰")
    keys.press("Enter")
    keys.type("上饶县皂头乡")
    keys.press("Enter")
    keys.type("85年")
    expect(page.locator("#echo-period")).to_have_text("理解为 1985-01-01 ～ 1985-12-31")
    expect(page.get_by_label("上饶市档案馆")).to_be_checked()
    expect(page.get_by_label("浦东新区档案馆")).to_be_disabled()
    keys.press("Alt+4")
    expect(page.get_by_label("利用目的")).to_be_focused()
    for _ in ("pension", "seniority", "property"):
        keys.press("ArrowDown")
    page.get_by_label("已告知查档人").focus()
    keys.press("Space")
    assert violations(page) == []
    page.screenshot(path=screens / "w2-file.png", full_page=True)
    keys.press("Control+Enter")
    expect(page.get_by_role("heading", name="核对申请内容")).to_be_visible()
    page.screenshot(path=screens / "w3-check.png", full_page=True)
    page.get_by_role("button", name="确认提交申请").press("Enter")
    expect(page.get_by_role("heading", name=CASE)).to_be_visible()
    page.screenshot(path=screens / "w4-progress.png", full_page=True)
    filed = world.cases[CASE].application
    assert filed.applicant.name == "周金水"
    assert filed.query.other_party.name == "吴桂兰"
    assert filed.purpose == "property"


def file_case(page: Page, url: str) -> None:
    page.goto(f"{url}/intake/new")
    page.get_by_label("姓名", exact=True).fill("周金水")
    page.get_by_label("证件号码", exact=True).fill("361199196211050313")
    page.get_by_label("无手机").check()
    page.get_by_label("婚姻登记").check()
    page.get_by_label("配偶姓名").fill("吴桂兰")
    page.get_by_label("登记机关或地点").fill("上饶县皂头乡")
    page.get_by_label("登记时间").fill("1985")
    page.get_by_label("利用目的").select_option("property")
    page.get_by_label("已告知查档人").check()
    page.get_by_role("button", name="核对").click()
    page.get_by_role("button", name="确认提交申请").click()
    expect(page.get_by_role("heading", name=CASE)).to_be_visible()


def mark_all(page: Page, *, script: bool) -> None:
    page.wait_for_load_state()  # All groups are there, and the scripts have run.
    groups = page.get_by_role("group", name="与影像核对")
    for number in range(groups.count()):
        group = groups.nth(number)
        same = group.get_by_role("radio", name="与影像一致")
        radio = same if same.count() else group.get_by_role("radio", name="影像未载")
        radio.check()


def carry(page: Page, url: str, sign_in: SignIn, *, script: bool, screens: Path | None) -> None:
    """The whole job; `screens` = where to keep pictures."""

    def shot(name: str) -> None:
        if screens:
            assert violations(page) == []
            page.screenshot(path=screens / f"{name}.png")

    sign_in(page, "zhoumin")
    file_case(page, url)
    sign_in(page, "linyan")
    page.goto(f"{url}/review?id={CASE}")
    shot("r1-review")
    page.get_by_role("button", name="审核通过").click()
    expect(page.get_by_text("没有待审核的申请")).to_be_visible()
    sign_in(page, "wangmin")
    expect(page.get_by_text("周*水").first).to_be_visible()
    shot("fulfil-masked")
    page.get_by_role("button", name="领取办理").click()
    expect(page.get_by_role("heading", name="周金水")).to_be_visible()
    approve = page.get_by_role("button", name="同意出证")
    expect(approve).to_be_disabled()
    mark_all(page, script=script)
    if not script:
        page.get_by_role("button", name="保存核对").click()
    expect(approve).to_be_enabled()
    page.get_by_role("main").get_by_label("本人口令").fill(PASSWORD)
    shot("p1-workbench")
    approve.click()
    expect(page.get_by_text("出证指令已签署")).to_be_visible()
    sign_in(page, "zhouguoliang")
    expect(page.get_by_text("上列文字按档案原文摘录")).to_be_visible()
    page.get_by_label("已逐项复核").check()
    page.get_by_role("main").get_by_label("本人口令").fill(PASSWORD)
    shot("r3-seal")
    page.get_by_role("button", name="复核无误，用印").click()
    expect(page.get_by_text("已用印")).to_be_visible()
    sign_in(page, "zhoumin")
    page.goto(f"{url}/intake/{CASE}")
    expect(page.get_by_text("SR-2026-0011-4473").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 SR-2026-0011-4473").click()
    assert download.value.suggested_filename == "SR-2026-0011-4473.pdf"
    page.goto(f"{url}/intake/{CASE}/deliver")
    page.get_by_label("已核对领取人证件").check()
    page.get_by_label("领取人已签收").check()
    page.get_by_role("button", name="确认交付").click()
    expect(page.get_by_text("已反馈").first).to_be_visible()


def test_the_main_job_with_scripts(
    page: Page, url: str, world: World, sign_in: SignIn, screens: Path
) -> None:
    carry(page, url, sign_in, script=True, screens=screens)
    assert world.cases[CASE].state == "delivered"


def test_the_main_job_without_scripts(
    browser: Browser, url: str, world: World, sign_in: SignIn
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    carry(context.new_page(), url, sign_in, script=False, screens=None)
    context.close()
    assert world.cases[CASE].state == "delivered"


def test_the_release_key_does_nothing_before_all_is_marked(
    page: Page, url: str, world: World, sign_in: SignIn
) -> None:
    sign_in(page, "zhoumin")
    file_case(page, url)
    sign_in(page, "linyan")
    page.goto(f"{url}/review")
    page.keyboard.press("a")
    expect(page.get_by_text("没有待审核的申请")).to_be_visible()
    sign_in(page, "wangmin")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="周金水")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("a")
    page.wait_for_timeout(200)
    assert world.cases[CASE].work_state == "candidates"
    mark_all(page, script=True)
    birth = page.get_by_role("group", name="乙方出生日期：与影像核对")
    birth.get_by_role("radio", name="按影像更正").check()
    words = page.get_by_label("乙方出生日期：影像上的原文")
    expect(words).to_be_focused()
    words.fill("")
    expect(page.get_by_role("button", name="同意出证")).to_be_disabled()
    words.fill("一九六四年二月九日")
    expect(page.get_by_role("button", name="同意出证")).to_be_enabled()


@pytest.mark.parametrize("name", ["user", "password", "totp"])
def test_sign_in_names_the_missing_field_and_goes_there(
    page: Page, url: str, name: str, screens: Path
) -> None:
    page.goto(f"{url}/login")
    page.screenshot(path=screens / "login.png")
    filled = {"user": "zhoumin", "password": PASSWORD, "totp": CODE} | {name: ""}
    for field, text in filled.items():
        page.locator(f"#{field}").fill(text)
    page.get_by_role("button", name="登录").click()
    summary = page.locator("#error-summary")
    expect(summary).to_be_focused()
    assert page.title().startswith("错误：")
    summary.get_by_role("link").click()
    expect(page.locator(f"#{name}")).to_be_focused()
