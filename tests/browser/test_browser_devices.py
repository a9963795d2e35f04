"""A card reader at the window: paired, asked by F2, believed; typing goes on without it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from desk_server import config_of, serving
from device_helper import Helper, helping
from fake_office import World
from playwright.sync_api import Page, expect

from node.desk.app import create_app

SignIn = Callable[[Page, str], None]


@pytest.fixture
def helper() -> Helper:
    """A helper that knows no site yet."""
    return Helper()


@pytest.fixture
def url(world: World, helper: Helper) -> Iterator[str]:
    """The desks beside a helper on another loopback port."""
    with ExitStack() as stack:
        port = stack.enter_context(helping(helper))
        servers: list = []
        config = replace(config_of(world, servers), helper_port=port)
        address = stack.enter_context(serving(create_app(world.office(), config), servers))
        helper.origins.add(address)
        yield address


def pair(page: Page, url: str, helper: Helper) -> None:
    page.goto(f"{url}/devices")
    page.get_by_role("button", name="从助手读取").click()
    expect(page.get_by_label("配对码")).to_be_focused()
    page.get_by_label("配对码").fill(helper.code(url))
    page.get_by_role("button", name="配对", exact=True).click()
    expect(page.get_by_role("rowheader", name="1号窗口")).to_be_visible()


def test_a_card_is_read_by_key_and_what_is_changed_afterwards_was_typed(
    page: Page, url: str, world: World, sign_in: SignIn, helper: Helper
) -> None:
    sign_in(page, "zhoumin")
    pair(page, url, helper)
    page.goto(f"{url}/intake/new")
    page.keyboard.press("F2")
    expect(page.get_by_label("姓名", exact=True)).to_have_value("周金水")
    expect(page.get_by_label("证件号码", exact=True)).to_have_value("361199196211050313")
    expect(page.get_by_text("已由读卡器读取")).to_be_visible()
    expect(page.locator("#side").get_by_text("读卡器")).to_be_visible()
    page.get_by_label("姓名", exact=True).fill("周金永")
    expect(page.locator("#side").get_by_text("读卡器")).to_have_count(0)


def test_without_a_helper_the_clerk_types(
    page: Page, url: str, world: World, sign_in: SignIn, helper: Helper
) -> None:
    helper.origins.clear()
    sign_in(page, "zhoumin")
    page.goto(f"{url}/intake/new")
    page.get_by_label("姓名", exact=True).fill("陈桂芳")
    page.keyboard.press("F2")
    expect(page.get_by_text("设备助手没有回应，请手工录入")).to_be_visible()
    expect(page.get_by_label("姓名", exact=True)).to_have_value("陈桂芳")
    assert helper.asked == []


def test_an_unpaired_helper_is_not_believed(
    page: Page, url: str, sign_in: SignIn, helper: Helper
) -> None:
    sign_in(page, "zhoumin")
    page.goto(f"{url}/intake/new")
    page.keyboard.press("F2")
    expect(page.get_by_text("读取结果未通过核验，请手工录入")).to_be_visible()
    expect(page.get_by_label("姓名", exact=True)).to_have_value("")


def test_a_paper_is_photographed_by_the_camera(
    page: Page, url: str, sign_in: SignIn, helper: Helper
) -> None:
    sign_in(page, "zhoumin")
    pair(page, url, helper)
    page.goto(f"{url}/intake/new")
    page.get_by_label("姓名", exact=True).fill("陈桂芳")
    page.get_by_role("button", name="高拍仪拍摄").click()
    expect(page.locator("#side").get_by_text("✓ 申请人有效身份证件原件")).to_be_visible()
    expect(page.locator("#side").get_by_text("高拍仪", exact=True)).to_be_visible()
