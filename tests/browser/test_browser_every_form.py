"""The forms of the desks in the hand: a closed tab, the back button, a double click."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from desk_server import desk_of
from fake_office import PASSWORD, SHANGRAO, World
from form_hands import HANDS, Hand, copy_of
from full_world import (
    MINE,
    OPEN,
    due_call_back,
    full_world,
    propose_correction,
)
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

DOT = io.BytesIO()
Image.new("RGB", (60, 80), "white").save(DOT, "JPEG")
SignIn = Callable[[Page, str], None]


@pytest.fixture
def world() -> World:
    """A case of its own for every form, a correction that waits, a complaint to be decided."""
    made = full_world()
    made.cases[copy_of(1)] = replace(made.cases[OPEN], case_no=copy_of(1))
    for number in range(2, 8):
        made.cases[copy_of(number)] = replace(made.cases[MINE], case_no=copy_of(number))
    made.rights.due = [due_call_back(made, copy_of(7))]
    made.rights.kept = replace(made.rights.kept, state="assigned", assigned_to=f"{SHANGRAO}/chenli")
    for digest in made.images.kept:
        made.images.kept[digest] = DOT.getvalue()  # The pages are not what is looked at here.
    propose_correction(made)
    return made


@pytest.fixture
def url(world: World) -> Iterator[str]:
    with desk_of(world) as address:
        yield address


@pytest.fixture
def obeyed(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[type, str], int]:
    """How often each act reached the services."""
    counts: dict[tuple[type, str], int] = {}

    def count(where: type, name: str) -> None:
        act = getattr(where, name)

        def counted(*said: object, **more: object) -> object:
            counts[where, name] = counts.get((where, name), 0) + 1
            return act(*said, **more)

        monkeypatch.setattr(where, name, counted)

    for one in {hand.obeyed for hand in HANDS}:
        count(*one)
    return counts


def form_of(page: Page, hand: Hand) -> Locator:
    """The form, unfolded."""
    form = page.locator(f'form[action="{hand.act}"]')
    form.evaluate(
        "one => { const folded = one.closest('details'); if (folded) folded.open = true; }"
    )
    return form


def type_all(page: Page, hand: Hand, fields: dict[str, str]) -> None:
    form = form_of(page, hand)
    for name in hand.declared:
        if name.startswith('[name="mark.'):
            page.locator(name).evaluate("one => one.click()")
    for name, said in fields.items():
        form.locator(f'[name="{name}"]').fill(said)


def expect_typed(page: Page, hand: Hand, fields: dict[str, str]) -> None:
    form = page.locator(f'form[action="{hand.act}"]')
    for name, said in fields.items():
        expect(form.locator(f'[name="{name}"]')).to_have_value(said)
        if not name.startswith("value."):
            expect(form.locator(f'[name="{name}"]')).to_be_visible()


def test_the_back_button_and_a_double_click(
    page: Page,
    url: str,
    sign_in: SignIn,
    obeyed: dict[tuple[type, str], int],
) -> None:
    last = ""
    for hand in HANDS:
        if hand.user != last:
            sign_in(page, hand.user)
            last = hand.user
        page.goto(url + hand.page)
        if hand.typed:
            leave_and_come_back(page, hand)
        press(page, hand, obeyed)


def leave_and_come_back(page: Page, hand: Hand) -> None:
    """The last key comes just before the click that leaves; the words are there again."""
    type_all(page, hand, hand.typed)
    page.get_by_role("banner").get_by_role("link", name="我的").click()
    page.wait_for_url("**/me")
    page.go_back()
    expect_typed(page, hand, hand.typed)


def test_a_link_leaves_when_the_words_have_arrived(page: Page, url: str, sign_in: SignIn) -> None:
    """A page asked for too early would show the form as it was before."""
    (hand,) = [one for one in HANDS if one.act == "/complaints"]
    sign_in(page, hand.user)
    page.goto(url + hand.page)
    waiting: list[Route] = []
    page.route("**/keep/**", lambda route: waiting.append(route))
    type_all(page, hand, hand.typed)
    home = page.get_by_role("banner").get_by_role("link", name="我的")
    home.click(no_wait_after=True)
    home.click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert waiting and page.url == url + hand.page
    for route in waiting:
        route.continue_()
    page.unroute("**/keep/**")
    page.wait_for_url("**/me")
    page.go_back()
    expect_typed(page, hand, hand.typed)


@pytest.mark.parametrize("act", ["/complaints", "/agreements/new", f"/intake/{OPEN}/letter"])
def test_a_tab_that_is_closed_loses_nothing(
    page: Page, url: str, sign_in: SignIn, act: str
) -> None:
    """As when the power fails: nothing is sent when the page goes."""
    (hand,) = [one for one in HANDS if one.act == act]
    sign_in(page, hand.user)
    page.goto(url + hand.page)
    with page.expect_response(lambda said: "/keep/" in said.url):
        type_all(page, hand, hand.typed)
    page.close()
    again = page.context.new_page()
    again.goto(url + hand.page)
    expect_typed(again, hand, hand.typed)


def press(page: Page, hand: Hand, obeyed: dict[tuple[type, str], int]) -> None:
    """Two clicks, one act."""
    form = form_of(page, hand)
    for box in hand.declared:
        form.locator(box).evaluate("one => { if (!one.checked) one.click(); }")
    for name, said in hand.chosen.items():
        form.locator(f'[name="{name}"]').select_option(said)
    if hand.secret:
        form.locator(f'[name="{hand.secret}"]').fill(PASSWORD)
    before = obeyed.get(hand.obeyed, 0)
    with page.expect_navigation(wait_until="commit"):
        form.locator(hand.press).first.dblclick()
    page.wait_for_load_state()
    assert obeyed.get(hand.obeyed, 0) == before + 1, hand.act


@pytest.mark.parametrize(("age", "times"), [(100, 0), (5000, 1)])
def test_half_a_double_click_is_not_meant_for_the_page_it_brought(
    page: Page, url: str, sign_in: SignIn, obeyed: dict[tuple[type, str], int], age: int, times: int
) -> None:
    """The answer of the first half is there before the second half of the double click."""
    (hand,) = [one for one in HANDS if one.act == "/complaints"]
    sign_in(page, hand.user)
    page.add_init_script(f"performance.now = () => {age};")
    page.goto(url + hand.page)
    type_all(page, hand, hand.typed)
    button = form_of(page, hand).locator(hand.press).first
    button.hover()
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    page.wait_for_timeout(300)
    for _ in range(300):
        if obeyed.get(hand.obeyed, 0) >= times:
            break
        page.wait_for_timeout(100)
    assert obeyed.get(hand.obeyed, 0) == times


def test_what_was_obeyed_is_not_kept_and_a_password_never(
    page: Page, url: str, world: World, sign_in: SignIn
) -> None:
    sign_in(page, "chenli")
    page.goto(f"{url}/agreements/jiaxing-shangrao-2026/1")
    page.locator("details summary").last.click()
    with page.expect_response("**/keep/retire-*"):
        page.get_by_label("最后一日").fill("2027-06-30")
        page.get_by_label("本人口令").last.fill(PASSWORD)
        page.get_by_label("原因").fill("机构调整")
    (kept,) = world.drafts.list(f"{SHANGRAO}/chenli", "retire-", world.clock())
    assert kept.fields["reason"] == ("机构调整",)
    assert PASSWORD not in str(kept.fields)
    page.goto(f"{url}/complaints")
    with page.expect_response("**/keep/complain-new"):
        page.get_by_label("申诉内容").fill("查档被拒，请复核")
    page.get_by_label("受理编号").fill("LT-330400-20261121-0041")
    page.get_by_role("button", name="登记", exact=True).click()
    page.wait_for_url("**/complaints?done=*")
    expect(page.get_by_label("申诉内容")).to_have_value("")
    assert not world.drafts.list(f"{SHANGRAO}/chenli", "complain-", world.clock())
