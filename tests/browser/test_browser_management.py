"""Agreements (M4) and intake (M6) by hand in Chromium, and their pictures."""

from collections.abc import Callable
from pathlib import Path

from fake_management import WAITING
from fake_office import PASSWORD, World
from playwright.sync_api import Page, expect

SignIn = Callable[[Page, str], None]


def test_a_leader_amends_after_seeing_what_it_does(
    page: Page, url: str, world: World, sign_in: SignIn, screens: Path
) -> None:
    sign_in(page, "chenli")
    page.goto(f"{url}/agreements")
    expect(page.get_by_text("待本馆签字")).to_be_visible()
    page.screenshot(path=screens / "m-agreements.png", full_page=True)
    page.get_by_role("link", name="jiaxing-shangrao-2026").click()
    page.screenshot(path=screens / "m-agreement.png", full_page=True)
    page.get_by_role("link", name="修订").click()
    page.get_by_label("学籍学历").uncheck()
    page.get_by_role("button", name="看看影响").click()
    expect(page.get_by_text("有 1 件将不能办理")).to_be_visible()
    page.screenshot(path=screens / "m-agreement-form.png", full_page=True)
    page.get_by_role("main").get_by_label("本人口令").fill("wrong")
    page.get_by_role("button", name="签字并提出").click()
    expect(page.locator("#error-summary")).to_be_focused()
    expect(page.get_by_label("学籍学历")).not_to_be_checked()
    page.get_by_role("main").get_by_label("本人口令").fill(PASSWORD)
    page.get_by_role("button", name="签字并提出").click()
    expect(page.get_by_text("已签字提出")).to_be_visible()
    made = world.management.agreements.list(None)[-1].agreement  # type: ignore[arg-type]
    assert (made.version, made.categories) == (2, ("marriage_registration",))
    assert page.evaluate("window.violations") == []


def test_two_people_take_a_batch_in(page: Page, url: str, sign_in: SignIn, screens: Path) -> None:
    sign_in(page, "zongku")
    page.goto(f"{url}/catalog")
    page.get_by_label("档案类别").select_option("school_record")
    page.get_by_label("索引文件").set_input_files(
        {"name": "x.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"}
    )
    page.screenshot(path=screens / "m-catalog.png", full_page=True)
    page.get_by_role("button", name="检测并汇交").click()
    expect(page.get_by_text("等待数据汇交审核员处理")).to_be_visible()
    address = page.url
    sign_in(page, "dengke")
    page.goto(f"{url}/catalog/{WAITING}")
    page.screenshot(path=screens / "m-batch.png", full_page=True)
    page.goto(address)
    page.get_by_role("button", name="入库 2 条").click()
    expect(page.locator("#error-summary")).to_be_focused()
    page.get_by_label("已看过检测报告").check()
    page.get_by_role("button", name="入库 2 条").dblclick()
    expect(page.get_by_text("已入库").first).to_be_visible()
    assert page.evaluate("window.violations") == []
