"""Live pages: a new case shows by itself, nothing typed is disturbed, a restart is survived."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from desk_server import desk_of
from fake_office import CODE, JIAXING, PASSWORD, SHANGRAO, Case, World
from own_ports import free_port
from playwright.sync_api import Page, expect

from node.domain.application import Application
from records.exchange import Applicant
from records.queries import RecordQuery, SoughtPerson

SignIn = Callable[[Page, str], None]


def arrive(world: World, number: int) -> str:
    """A request of the window's reaches the holder."""
    person = SoughtPerson(name=f"钱志{number}明")
    application = Application(
        window_archive=JIAXING,
        applicant=Applicant(name="钱志明", id_type="resident_id", id_no="361199196211050313"),
        query=RecordQuery(category="educated_youth", subject=person),
        purpose="pension",
    )
    case = Case(
        case_no=f"LT-{JIAXING}-20261121-{number:04}",
        application=application,
        filed_by="周敏",
        state="candidates",
        work_state="candidates",
        submitted_at=world.clock(),
        deadline=world.clock() + timedelta(minutes=15),
    )
    world.cases[case.case_no] = case
    world.tell(case.case_no, SHANGRAO, "holder", "candidates")
    return case.case_no


def test_a_new_case_shows_by_itself(page: Page, world: World, come_in: SignIn) -> None:
    """Ten cases, ten rows, one read of the list for each at most; how soon is said by the bench."""
    come_in(page, "wangmin")
    read: list[str] = []
    page.on("request", lambda asked: read.append(asked.url))
    for number in range(100, 110):
        page.wait_for_timeout(120)
        case_no = arrive(world, number)
        page.locator(f'[id="q-{case_no}"]').wait_for()
    expect(page.locator("#queue h2")).to_contain_text("10")
    assert len(read) <= 20
    assert all("part=queue" in address for address in read)


def test_ten_events_while_typing_lose_no_character(
    page: Page, url: str, world: World, sign_in: SignIn
) -> None:
    mine = arrive(world, 1)
    world.cases[mine].claimed_by = f"{SHANGRAO}/wangmin"
    sign_in(page, "wangmin")
    page.goto(f"{url}/fulfil?id={mine}")
    expect(page.locator("[data-live]")).to_have_attribute("data-state", "live")
    page.keyboard.press("b")
    box = page.get_by_label("请窗口补问的一个事实")
    expect(box).to_be_focused()
    text = "请问当事人父亲的姓名与下乡前的学校"
    for number, sign in enumerate(text):
        page.keyboard.insert_text(sign)
        if number < 10:
            arrive(world, 200 + number)
            page.wait_for_timeout(60)
    expect(page.locator('[id="q-LT-330400-20261121-0209"]')).to_be_visible()
    expect(box).to_have_value(text)
    expect(box).to_be_focused()


def test_other_archives_events_are_not_told(page: Page, world: World, come_in: SignIn) -> None:
    come_in(page, "wangmin")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    world.tell("LT-330400-20261121-0001", JIAXING, "window", "submitted")
    page.wait_for_timeout(500)
    assert asked == []
    # What is one's own comes on the same line, and nothing else had come before it.
    page.locator(f'[id="q-{arrive(world, 2)}"]').wait_for()
    assert len(asked) == 1


def test_a_restart_of_the_server_is_survived(page: Page, world: World) -> None:
    port = free_port()
    with desk_of(world, port) as first:
        page.goto(f"{first}/login")
        page.get_by_label("工号").fill("wangmin")
        page.get_by_label("口令").fill(PASSWORD)
        page.get_by_label("动态验证码").fill(CODE)
        page.get_by_role("button", name="登录").click()
        expect(page.locator("[data-live]")).to_have_attribute("data-state", "live")
    expect(page.locator("[data-live]")).to_have_attribute("data-state", "lost")
    expect(page.locator("[data-live]")).to_contain_text("已断开")
    case_no = arrive(world, 300)
    with desk_of(world, port):
        expect(page.locator(f'[id="q-{case_no}"]')).to_be_visible()
        expect(page.locator("[data-live]")).to_have_attribute("data-state", "live")


def test_a_second_tab_shares_the_stream(
    page: Page, url: str, world: World, sign_in: SignIn
) -> None:
    sign_in(page, "wangmin")
    expect(page.locator("[data-live]")).to_have_attribute("data-state", "live")
    second = page.context.new_page()
    streams: list[str] = []
    second.on("request", lambda r: streams.append(r.url) if r.url.endswith("/events") else None)
    second.goto(f"{url}/fulfil")
    expect(second.locator("[data-live]")).to_have_attribute("data-state", "live")
    case_no = arrive(world, 400)
    expect(second.locator(f'[id="q-{case_no}"]')).to_be_visible()
    assert streams == []
    page.close()
    expect(second.locator("[data-live]")).to_have_attribute("data-state", "live")
    again = arrive(world, 401)
    expect(second.locator(f'[id="q-{again}"]')).to_be_visible()


def test_the_clock_counts_from_the_server(
    page: Page, url: str, world: World, sign_in: SignIn
) -> None:
    # The server's clock stands in 2026-11-21; this machine's is another: the page must not care.
    here = datetime(2031, 5, 4, 3, 2, 1, tzinfo=UTC)
    page.clock.set_fixed_time(here)
    case_no = arrive(world, 500)
    world.cases[case_no].deadline = world.clock() + timedelta(minutes=4, seconds=30)
    sign_in(page, "wangmin")
    clock = page.locator(f'[id="q-{case_no}"] [data-clock]')
    expect(clock).to_have_text("04:30")
    page.clock.set_fixed_time(here + timedelta(seconds=10))
    expect(clock).to_have_text("04:20")
    expect(clock).to_have_attribute("data-level", "warm")


def test_a_claim_by_another_shows_in_the_queue(
    page: Page, url: str, world: World, sign_in: SignIn
) -> None:
    case_no = arrive(world, 600)
    sign_in(page, "wangmin")
    row = page.locator(f'[id="q-{case_no}"]')
    expect(row).to_contain_text("待领取")
    world.cases[case_no] = replace(world.cases[case_no], claimed_by=f"{SHANGRAO}/lihua")
    world.tell(case_no, SHANGRAO, "holder", "candidates")
    expect(row).to_contain_text("李华")
