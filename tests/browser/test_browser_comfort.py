"""The workbench in the hand: covers by mouse and keys, marks by keys, undo, lock, nothing lost."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fake_office import JIAXING, PASSWORD, SHANGRAO, Case, World
from playwright.sync_api import Page, expect

from node.domain.application import Application
from records.exchange import Applicant
from records.queries import Period, RecordQuery, SoughtPerson

SignIn = Callable[[Page, str], None]
CASE = f"LT-{JIAXING}-20261121-0001"


@pytest.fixture
def world() -> World:
    """One case that 王敏 has claimed; a copy of the pages is asked for."""
    made = World()
    asked = Application(
        window_archive=JIAXING,
        applicant=Applicant(name="周金水", id_type="resident_id", id_no="361199196211050313"),
        query=RecordQuery(
            category="marriage_registration",
            subject=SoughtPerson(name="周金水"),
            other_party=SoughtPerson(name="吴桂兰"),
            period=Period(start="1985", end="1985"),
            place="上饶县皂头乡",
        ),
        purpose="property",
        output="copy",
    )
    made.cases[CASE] = Case(
        case_no=CASE,
        application=asked,
        filed_by="周敏",
        state="candidates",
        work_state="candidates",
        claimed_by=f"{SHANGRAO}/wangmin",
        submitted_at=made.clock(),
        deadline=made.clock() + timedelta(minutes=12),
    )
    return made


@pytest.fixture
def bench(page: Page, url: str, sign_in: SignIn) -> Page:
    """The workbench with the case open."""
    sign_in(page, "wangmin")
    page.goto(f"{url}/fulfil?id={CASE}")
    expect(page.get_by_role("heading", name="周金水")).to_be_visible()
    return page


def value(page: Page, name: str) -> str:
    return page.locator(f'[name="{name}"]').input_value()


def test_a_box_is_drawn_with_the_mouse_and_kept(bench: Page, url: str, screens: Path) -> None:
    sheet = bench.locator("svg[data-covers]").bounding_box()
    assert sheet is not None
    left, top = sheet["x"] + sheet["width"] * 0.2, sheet["y"] + sheet["height"] * 0.3
    bench.mouse.move(left, top)
    bench.mouse.down()
    bench.mouse.move(left + sheet["width"] * 0.3, top + sheet["height"] * 0.1, steps=4)
    bench.mouse.up()
    rect = bench.locator("svg rect[data-row]")
    expect(rect).to_have_count(1)
    assert abs(float(value(bench, "box.1.1.left")) - 20) < 1
    assert abs(float(value(bench, "box.1.1.bottom")) - 40) < 1
    bench.screenshot(path=screens / "p1-covers.png")
    bench.get_by_role("link", name="2", exact=True).click()
    expect(bench.locator('svg[data-covers="2"]')).to_be_visible()
    expect(rect).to_have_count(0)
    bench.goto(f"{url}/fulfil?tab=done")
    bench.goto(f"{url}/fulfil?id={CASE}&page=1")
    expect(rect).to_have_count(1)


def test_a_box_is_made_moved_and_removed_by_keys_alone(bench: Page) -> None:
    bench.keyboard.press("d")
    rect = bench.locator("svg rect[data-row]")
    expect(rect).to_be_focused()
    bench.keyboard.press("ArrowUp")
    bench.keyboard.press("Shift+ArrowRight")
    bench.keyboard.press("Control+ArrowLeft")
    assert [value(bench, f"box.1.1.{side}") for side in ("left", "top", "right", "bottom")] == [
        "34.9",
        "44",
        "65.9",
        "49",
    ]
    bench.keyboard.press("d")
    expect(rect).to_have_count(2)
    bench.keyboard.press("Delete")
    expect(rect).to_have_count(1)
    bench.locator('[name="box.1.1.top"]').fill("10")
    expect(rect).to_have_attribute("y", "100")


def test_every_field_is_marked_and_the_order_released_by_keys_alone(
    bench: Page, world: World
) -> None:
    bench.keyboard.press("m")
    for _ in range(bench.locator("[data-mark-row]").count()):
        row = bench.locator("[data-mark-row]:not(.is-marked)").first
        empty = row.locator('input[value="same"]').count() == 0
        bench.keyboard.press("3" if empty else "1")
    expect(bench.locator("#password")).to_be_focused()
    bench.keyboard.type(PASSWORD)
    bench.keyboard.press("Control+Enter")
    expect(bench.get_by_text("出证指令已签署")).to_be_visible()
    assert len(world.cases[CASE].pages) == 2
    bench.keyboard.press("u")
    expect(bench.get_by_role("button", name="同意出证")).to_be_visible()
    assert world.cases[CASE].work_state == "holder_review"


def test_an_answer_is_taken_back_by_one_key(bench: Page, world: World) -> None:
    bench.keyboard.press("b")
    bench.keyboard.type("配偶姓什么？")
    bench.keyboard.press("Tab")
    bench.keyboard.press("Enter")
    expect(bench.get_by_text("退回补正”将在")).to_be_visible()
    bench.keyboard.press("u")
    expect(bench.get_by_label("请窗口补问的一个事实")).to_have_value("配偶姓什么？")
    world.doors.holds.run()
    assert world.cases[CASE].work_state == "candidates"


def test_the_last_key_before_a_click_away_is_kept(bench: Page, url: str) -> None:
    bench.keyboard.press("b")
    bench.keyboard.type("请问当事人父亲的姓名")
    bench.get_by_role("link", name="已办").click()
    expect(bench).to_have_url(re.compile("tab=done"))
    bench.goto(f"{url}/fulfil?id={CASE}")
    expect(bench.get_by_label("请窗口补问的一个事实")).to_have_value("请问当事人父亲的姓名")


def test_the_screen_locks_and_opens_with_everything_typed(
    bench: Page, url: str, screens: Path
) -> None:
    bench.keyboard.press("b")
    box = bench.get_by_label("请窗口补问的一个事实")
    bench.keyboard.type("父亲姓名？")
    bench.locator("h1").first.click()
    with bench.expect_response("**/lock"):
        bench.keyboard.press("l")
    mask = bench.get_by_role("dialog", name="屏幕已锁定")
    expect(mask).to_be_visible()
    expect(bench.get_by_role("heading", name="周金水")).to_be_hidden()
    bench.screenshot(path=screens / "locked.png")
    second = bench.context.new_page()
    second.goto(f"{url}/fulfil?id={CASE}")
    expect(second.get_by_role("heading", name="屏幕已锁定")).to_be_visible()
    mask.get_by_label("解锁口令").fill("falsch")
    mask.get_by_role("button", name="解锁").click()
    expect(mask.get_by_role("alert")).to_be_visible()
    mask.get_by_label("解锁口令").fill(PASSWORD)
    bench.keyboard.press("Enter")
    expect(mask).to_be_hidden()
    expect(box).to_have_value("父亲姓名？")
    expect(box).to_be_visible()


def test_the_screen_locks_by_itself(bench: Page) -> None:
    bench.evaluate("document.querySelector('#lock').dataset.after")
    bench.clock.install()
    bench.reload()
    bench.clock.run_for(6 * 60 * 1000)
    expect(bench.get_by_role("dialog", name="屏幕已锁定")).to_be_visible()


def test_a_colleague_takes_over_what_lies_idle(
    bench: Page, world: World, url: str, sign_in: SignIn
) -> None:
    sign_in(bench, "lihua")
    bench.goto(f"{url}/fulfil?id={CASE}")
    expect(bench.get_by_text("已由 王敏 领取")).to_be_visible()
    expect(bench.get_by_role("button", name="接手办理")).to_have_count(0)
    bench.keyboard.press("w")
    expect(bench.get_by_text("已催办 1 次").first).to_be_visible()
    world.cases[CASE] = replace(world.cases[CASE], idle=True)
    bench.reload()
    expect(bench.get_by_role("button", name="接手办理")).to_be_visible()


def test_the_list_is_searched_by_key(bench: Page, world: World) -> None:
    bench.goto(bench.url.split("?", maxsplit=1)[0])
    bench.keyboard.press("/")
    bench.keyboard.type("没有这样的")
    expect(bench.locator(f'[id="q-{CASE}"]')).to_be_hidden()
    bench.keyboard.press("Control+a")
    bench.keyboard.type("0001")
    expect(bench.locator(f'[id="q-{CASE}"]')).to_be_visible()
    # The list reads itself again: the box keeps its words and goes on being typed into.
    bench.evaluate("document.querySelector('#find').dataset.old = 'yes'")
    bench.evaluate(
        "document.querySelectorAll('[data-refresh]').forEach(one => window.lantai.refresh(one))"
    )
    expect(bench.locator("#find:not([data-old])")).to_be_visible()
    bench.keyboard.type("99")
    expect(bench.locator("#find")).to_have_value("000199")
    expect(bench.locator(f'[id="q-{CASE}"]')).to_be_hidden()


def test_the_card_of_keys_is_one_key_away(bench: Page, screens: Path) -> None:
    bench.keyboard.press("?")
    expect(bench.get_by_role("heading", name="键盘操作")).to_be_visible()
    bench.screenshot(path=screens / "keys.png", full_page=True)
