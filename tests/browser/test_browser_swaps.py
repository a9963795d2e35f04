"""Parts of a page that the server replaces: what is typed meanwhile is there afterwards."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from fake_office import JIAXING, SHANGRAO, Case, World
from playwright.sync_api import FileChooser, Page, Response, Route, expect

from node.domain.application import Application
from records.exchange import Applicant
from records.queries import RecordQuery, SoughtPerson

SignIn = Callable[[Page, str], None]
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63"
    "64f8cf500f0003860180"
)


class Slow:
    """Answers to some paths wait until they are let go."""

    def __init__(self, page: Page, path: str) -> None:
        self.waiting: list[Route] = []
        page.route(path, lambda route: self.waiting.append(route))
        self.page, self.path = page, path

    def wait(self, count: int = 1) -> None:
        for _ in range(1500):
            if len(self.waiting) >= count:
                return
            self.page.wait_for_timeout(20)
        raise AssertionError(f"{self.path} was not asked for")

    def let_go(self) -> None:
        """What the server says to the question that it was asked then reaches the page now."""
        for part in ("#clues", "#side"):
            self.page.locator(part).evaluate("part => { part.dataset.old = '1'; }")
        for route in self.waiting:
            route.continue_()
        self.page.unroute(self.path)


def side_told(words: str) -> Callable[[Response], bool]:
    """Whether that is the answer to a side that was told the words."""

    def is_it(answer: Response) -> bool:
        told = answer.request.post_data_buffer or b""
        return answer.url.endswith("/intake/new/side") and words.encode() in told

    return is_it


@pytest.fixture
def form(page: Page, url: str, sign_in: SignIn) -> Page:
    """An empty filing form."""
    sign_in(page, "zhoumin")
    page.goto(f"{url}/intake/new")
    return page


def test_words_typed_before_the_boxes_of_a_category_come_stay(form: Page) -> None:
    slow = Slow(form, "**/intake/new/clues")
    form.get_by_label("婚姻登记").check()
    slow.wait()
    form.get_by_label("当事人姓名").fill("周金水")
    form.get_by_label("大约").check()
    form.get_by_label("性别").select_option("男")
    box = form.get_by_label(re.compile("地点"))
    box.focus()
    form.keyboard.insert_text("上饶县皂头")
    form.keyboard.press("ArrowLeft")
    slow.let_go()
    expect(form.locator("#clues[data-old]")).to_have_count(0)
    expect(box).to_be_focused()
    form.keyboard.insert_text("溪")
    expect(box).to_have_value("上饶县皂溪头")
    expect(form.get_by_label("当事人姓名")).to_have_value("周金水")
    expect(form.get_by_label("大约")).to_be_checked()
    expect(form.get_by_label("性别")).to_have_value("男")


def test_what_was_wiped_meanwhile_stays_wiped(form: Page) -> None:
    with form.expect_response("**/intake/new/side"):
        form.get_by_label(re.compile("地点")).fill("上饶县")
    slow = Slow(form, "**/intake/new/clues")
    form.get_by_label("婚姻登记").check()
    slow.wait()
    form.get_by_label(re.compile("地点")).fill("")
    slow.let_go()
    expect(form.locator("#clues[data-old]")).to_have_count(0)
    expect(form.get_by_label(re.compile("地点"))).to_have_value("")


def test_a_box_that_another_category_does_not_have_keeps_its_words(
    form: Page, world: World
) -> None:
    with form.expect_response("**/intake/new/clues"):
        form.get_by_label("学籍").check()
    school = form.locator('#clues [name^="free."]').first
    expect(school).to_be_visible()
    name = school.get_attribute("name") or ""
    slow = Slow(form, "**/intake/new/clues")
    form.get_by_label("婚姻登记").check()
    slow.wait()
    with form.expect_response(side_told("嘉兴一中")):
        school.fill("嘉兴一中")
        slow.let_go()
        expect(form.locator(f'#clues [name="{name}"]')).to_have_count(0)
    form.get_by_label("学籍").check()
    expect(form.locator(f'#clues [name="{name}"]')).to_have_value("嘉兴一中")
    expect(form.locator("[data-parked]")).to_have_count(0)


def test_a_photograph_taken_while_the_side_is_read_is_sent(form: Page, world: World) -> None:
    form.get_by_label("姓名", exact=True).fill("周金水")
    slow = Slow(form, "**/intake/new/side")
    form.get_by_label("证件号码", exact=True).fill("361199196211050313")
    slow.wait()
    picture = {"name": "x.png", "mimeType": "image/png", "buffer": DOT}
    form.locator('[id="paper.id_card"]').set_input_files(picture)
    slow.let_go()
    expect(form.locator("#side")).to_contain_text("✓")
    (draft,) = world.drafts.list(f"{JIAXING}/zhoumin", "draft-", world.clock())
    assert [paper.kind for paper in draft.papers] == ["id_card"]


def test_a_half_written_character_is_not_taken_away(form: Page) -> None:
    slow = Slow(form, "**/intake/new/clues")
    form.get_by_label("婚姻登记").check()
    slow.wait()
    box = form.get_by_label(re.compile("地点"))
    box.focus()
    session = form.context.new_cdp_session(form)
    spelled = {"text": "shang", "selectionStart": 5, "selectionEnd": 5}
    session.send("Input.imeSetComposition", spelled)
    with form.expect_response("**/intake/new/clues"):
        slow.let_go()
    form.wait_for_timeout(300)
    expect(form.locator("#clues[data-old]")).to_have_count(1)
    expect(box).to_have_value("shang")
    session.send("Input.insertText", {"text": "上饶县"})
    expect(form.locator("#clues[data-old]")).to_have_count(0)
    expect(box).to_have_value("上饶县")
    expect(box).to_be_focused()


@pytest.mark.parametrize("status", [409, 500, 503])
def test_a_part_that_cannot_be_read_again_stays_and_says_why(
    form: Page, world: World, status: int
) -> None:
    with form.expect_response("**/intake/new/side"):
        form.get_by_label("当事人姓名").fill("周金水")
    said = '<div class="note note-bad" role="alert" data-refused>暂时不能办理</div>'
    form.route("**/intake/new/*", lambda route: route.fulfill(status=status, body=said))
    form.get_by_label("婚姻登记").check()
    expect(form.locator("#clues [data-refused]")).to_have_text("暂时不能办理")
    expect(form.get_by_label("当事人姓名")).to_have_value("周金水")
    form.get_by_label("当事人姓名").fill("周金永")
    expect(form.locator("#side [data-refused]")).to_have_count(1)
    form.unroute("**/intake/new/*")
    form.get_by_label(re.compile("地点")).fill("上饶县皂头乡")
    expect(form.get_by_label("上饶市档案馆")).to_be_checked()
    expect(form.locator("#side [data-refused]")).to_have_count(0)


def case_of(world: World, number: int) -> Case:
    person = SoughtPerson(name="钱志明")
    made = Case(
        case_no=f"LT-{JIAXING}-20261121-{number:04}",
        application=Application(
            window_archive=JIAXING,
            applicant=Applicant(name="钱志明", id_type="resident_id", id_no="361199196211050313"),
            query=RecordQuery(category="educated_youth", subject=person),
            purpose="pension",
        ),
        filed_by="周敏",
        state="candidates",
        work_state="candidates",
        submitted_at=world.clock(),
        deadline=world.clock() + timedelta(minutes=15),
    )
    world.cases[made.case_no] = made
    return made


def test_the_search_and_the_place_in_the_queue_survive_its_news(
    page: Page, world: World, come_in: SignIn
) -> None:
    for number in range(30):
        case_of(world, number)
    come_in(page, "wangmin")
    rows = page.locator("[data-queue]")
    rows.evaluate("el => { el.scrollTop = 400; }")
    with page.expect_response(re.compile("part=queue")):
        world.tell(case_of(world, 30).case_no, SHANGRAO, "holder", "candidates")
    expect(page.locator('[id$="-0030"]')).to_be_attached()
    assert rows.evaluate("el => el.scrollTop") == 400
    page.keyboard.press("/")
    page.keyboard.type("-001")
    with page.expect_response(re.compile("part=queue")):
        world.tell(case_of(world, 31).case_no, SHANGRAO, "holder", "candidates")
    expect(page.locator('[id$="-0031"]')).to_be_attached()
    page.keyboard.type("7")
    expect(page.locator("#find")).to_have_value("-0017")
    expect(page.locator('[id$="-0016"]')).to_be_hidden()
    expect(page.locator('[id$="-0017"]')).to_be_visible()


def test_a_row_pressed_while_its_list_is_read_again_opens(
    page: Page, world: World, come_in: SignIn
) -> None:
    """Pressed, replaced, let go: a click needs both on the same link."""
    for number in range(3):
        case_of(world, number)
    come_in(page, "wangmin")
    row = page.locator('[id$="-0001"]').first
    row.hover()
    page.mouse.down()
    with page.expect_response(re.compile("part=queue")):
        world.tell(case_of(world, 9).case_no, SHANGRAO, "holder", "candidates")
    page.wait_for_timeout(300)
    expect(page.locator('[id$="-0009"]')).to_have_count(0)
    page.mouse.up()
    expect(page).to_have_url(re.compile("-0001"))
    expect(page.locator('[id$="-0009"]')).to_be_attached()


def test_a_photograph_looked_for_while_its_side_is_read_again_is_sent(
    form: Page, world: World
) -> None:
    """What is typed is read again after a pause; the hand is at the papers by then."""
    choosers: list[FileChooser] = []
    form.on("filechooser", lambda one: choosers.append(one))
    form.get_by_label("姓名", exact=True).fill("周金水")
    slow = Slow(form, "**/intake/new/side")
    form.get_by_label("证件号码", exact=True).fill("361199196211050313")
    slow.wait()
    form.locator('[id="paper.id_card"]').hover()
    form.mouse.down()
    with form.expect_response("**/intake/new/side"):
        slow.let_go()
    form.wait_for_timeout(300)
    expect(form.locator("#side[data-old]")).to_have_count(1)
    form.mouse.up()
    for _ in range(300):
        if choosers:
            break
        form.wait_for_timeout(100)
    form.wait_for_timeout(300)
    expect(form.locator("#side[data-old]")).to_have_count(1)
    (chooser,) = choosers
    chooser.set_files({"name": "x.png", "mimeType": "image/png", "buffer": DOT})
    expect(form.locator("#side")).to_contain_text("✓")
    (draft,) = world.drafts.list(f"{JIAXING}/zhoumin", "draft-", world.clock())
    assert [paper.kind for paper in draft.papers] == ["id_card"]


def test_the_answer_of_a_letter_is_typed_through_news_of_the_case(
    page: Page, url: str, world: World, sign_in: SignIn
) -> None:
    from node.domain.paper_commands import LetterCommand, PostCommand

    case = case_of(world, 1)
    case = world.cases[case.case_no] = replace(case, state="candidates")
    clerk = world.office().sign_in.sign_in(_command("zhoumin")).actor
    letter = LetterCommand(case_no=case.case_no, addressee="婺源县民政局", reply_to="中环南路")
    posted = world.papers.write(letter, clerk)
    world.papers.post(PostCommand(paper_id=posted.paper_id, carrier="express", pages=3), clerk)
    sign_in(page, "zhoumin")
    page.goto(f"{url}/intake/{case.case_no}/papers")
    expect(page.locator("[data-live]")).to_have_attribute("data-state", "live")
    page.wait_for_timeout(300)
    box = page.get_by_label("对方文号")
    box.focus()
    text = "婺民函〔二〇二六〕十二号"
    for sign in text:
        page.keyboard.insert_text(sign)
        world.tell(case.case_no, JIAXING, "window", "candidates")
        page.wait_for_timeout(40)
    page.wait_for_timeout(300)
    expect(box).to_have_value(text)
    expect(box).to_be_focused()


def _command(user: str) -> object:
    from fake_office import CODE, PASSWORD

    from node.domain.commands import SignInCommand

    return SignInCommand(user=user, password=PASSWORD, totp=CODE)


def test_back_from_the_check_page_shows_what_was_typed(form: Page, url: str) -> None:
    form.get_by_label("姓名", exact=True).fill("周金水")
    form.get_by_label("证件号码", exact=True).fill("361199196211050313")
    form.get_by_label("无手机").check()
    form.get_by_label("婚姻登记").check()
    form.get_by_label("配偶姓名").fill("吴桂兰")
    form.get_by_label("登记机关或地点").fill("上饶县皂头乡")
    form.get_by_label("利用目的").select_option("property")
    form.get_by_label("已告知查档人").check()
    expect(form).to_have_url(re.compile("draft="))
    form.get_by_role("button", name="核对").click()
    expect(form.get_by_role("heading", name="核对申请内容")).to_be_visible()
    form.go_back()
    expect(form.get_by_label("姓名", exact=True)).to_have_value("周金水")
    expect(form.get_by_label("登记机关或地点")).to_have_value("上饶县皂头乡")
    form.get_by_role("button", name="核对").dblclick()
    expect(form.get_by_role("heading", name="核对申请内容")).to_be_visible()
