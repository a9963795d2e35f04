"""Citizens' pages in Chromium on a phone: one question a page, for everybody, without a script."""

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from citizen_world import citizen_pages
from desk_pages import REACH
from fake_counter import PDF, FakeCounter, asked_back, certified, looked, waiting
from fake_parts import NAUGHTY, Clock
from playwright.sync_api import Browser, BrowserContext, Page, expect

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 390, "height": 844}
OPEN = ("/", "/apply", "/resume", "/track", "/real-name", "/nowhere")
QUESTIONS = (
    "archive",
    "category",
    "relation",
    "subject",
    "other",
    "when",
    "where",
    "more",
    "purpose",
    "delivery",
)


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> FakeCounter:
    return FakeCounter(tmp_path_factory.mktemp("box") / "citizen", clock)


@pytest.fixture(scope="module")
def url(counter: FakeCounter, clock: Clock) -> Iterator[str]:
    with citizen_pages(counter.folder, clock) as address:
        yield address


@pytest.fixture
def phone(context: BrowserContext) -> Page:
    """One tab of a phone; the context fails on any broken policy or script fault."""
    page = context.new_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    return page


def go_on(page: Page) -> None:
    page.get_by_role("button", name="下一步").click()


def answer_all(page: Page, url: str, shot: Path | None = None) -> None:
    """E01 by hand, as a citizen does it."""

    def keep(name: str) -> None:
        if shot:
            page.screenshot(path=shot / f"c1-{name}.png", full_page=True)

    page.goto(url)
    keep("home")
    page.get_by_role("link", name="我要查档").click()
    keep("apply")
    page.get_by_role("button", name="开始").click()
    go_on(page)
    page.get_by_label("婚姻登记").check()
    keep("category")
    go_on(page)
    page.get_by_label("我自己的").check()
    go_on(page)
    page.get_by_label("曾用名").fill("周锦水")
    go_on(page)
    page.get_by_label("配偶姓名").fill("吴桂兰")
    go_on(page)
    page.get_by_label("登记时间").fill("74年夏")
    keep("when")
    go_on(page)
    expect(page.get_by_text("时间理解为 1974-06-01 ～ 1974-08-31")).to_be_visible()
    page.get_by_label("登记机关或地点").fill("上饶县")
    go_on(page)
    expect(page.get_by_text("广信区")).to_be_visible()
    keep("echo")
    page.get_by_label("其他线索").fill(f"公社在桥头 {NAUGHTY}")
    go_on(page)
    page.get_by_label("利用目的").select_option("property")
    go_on(page)
    page.get_by_label("在手机上下载").check()
    keep("delivery")
    go_on(page)


def prove(page: Page, shot: Path | None = None) -> None:
    page.get_by_role("link", name="去核验").click()
    expect(page.get_by_text("这不是真的实名核验").first).to_be_visible()
    page.get_by_label("姓名").fill("周金水")
    page.get_by_label("居民身份证").fill("361199196211050313")
    page.get_by_label("手机号码").fill("13800001234")
    if shot:
        page.screenshot(path=shot / "c1-demo-real-name.png", full_page=True)
    page.get_by_role("button", name="演示：核验通过").click()


def send(page: Page, shot: Path | None = None) -> str:
    expect(page.get_by_role("heading", name="请核对")).to_be_visible()
    page.get_by_label("我同意档案馆").check()
    if shot:
        page.screenshot(path=shot / "c1-check.png", full_page=True)
    page.get_by_role("button", name="确认提交").click()
    expect(page.get_by_role("heading", name="已提交")).to_be_visible()
    if shot:
        page.screenshot(path=shot / "c1-done.png", full_page=True)
    return page.locator(".code-large").first.inner_text()


def look_by_itself(page: Page) -> None:
    """What the page does every few seconds is done now."""
    page.locator("#case").evaluate("part => { part.dataset.old = '1'; }")
    with page.expect_response(re.compile("/mine/")):
        page.evaluate(
            "htmx.ajax('GET', location.pathname,"
            " {source: '#case', target: '#case', swap: 'outerHTML'})"
        )


def test_a_record_is_asked_for_by_phone_and_fetched(
    phone: Page, url: str, counter: FakeCounter, screens: Path
) -> None:
    answer_all(phone, url, screens)
    prove(phone, screens)
    code = send(phone, screens)
    assert phone.evaluate("window.hit") is None and phone.evaluate("window.violations") == []
    letter = counter.filed()
    form = letter.application
    assert form is not None and form.query.period.start == "1974-06"
    phone.get_by_role("link", name="我的申请").click()
    phone.get_by_role("link", name=re.compile("刚提交的申请")).click()
    expect(phone.get_by_text("正在送到档案馆")).to_be_visible()
    # The page looks again by itself once the archive has opened the letter.
    counter.show(letter, waiting(counter.clock()))
    expect(phone.get_by_text("LT-330400-20261121-0042")).to_be_visible()
    phone.screenshot(path=screens / "c4-waiting.png", full_page=True)
    counter.show(letter, asked_back(counter.clock()))
    phone.reload()
    phone.screenshot(path=screens / "c4-asked.png", full_page=True)
    phone.get_by_role("link", name="补充材料或线索").click()
    with phone.expect_response("**/keep"):
        phone.get_by_label("对方姓名").fill("吴桂兰")
    phone.goto(url)
    phone.go_back()
    expect(phone.get_by_label("对方姓名")).to_have_value("吴桂兰")
    phone.screenshot(path=screens / "c4-more.png", full_page=True)
    phone.get_by_role("button", name="提交补充").click()
    expect(phone.get_by_text("补充已送出")).to_be_visible()
    sha256 = hashlib.sha256(PDF).hexdigest()
    counter.send_file(letter, sha256)
    counter.show(letter, certified(counter.clock(), sha256))
    phone.reload()
    with phone.expect_download() as download:
        phone.get_by_role("link", name="下载证明").click()
    assert download.value.suggested_filename == "SR-2026-0011-4473.pdf"
    phone.get_by_text("在手机上出示").click()
    expect(phone.get_by_role("img", name=re.compile("含核验二维码"))).to_be_visible()
    phone.screenshot(path=screens / "c4-extract.png", full_page=True)
    look_by_itself(phone)
    expect(phone.locator("#case[data-old]")).to_have_count(0)
    expect(phone.get_by_role("img", name=re.compile("含核验二维码"))).to_be_visible()
    phone.get_by_role("link", name="下载证明").hover()
    phone.mouse.down()
    look_by_itself(phone)
    with phone.expect_download():
        phone.mouse.up()
    phone.goto(f"{url}/track")
    phone.get_by_label("办件码").fill(code)
    phone.get_by_label("手机号后四位").fill("1234")
    phone.get_by_role("button", name="查询").click()
    expect(phone.get_by_text("材料反馈").first).to_be_visible()
    phone.screenshot(path=screens / "c5-track.png", full_page=True)


def test_the_same_without_a_script(browser: Browser, url: str, counter: FakeCounter) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    counter.clock.now += timedelta(minutes=1)  # The newest of this person's stands first.
    answer_all(page, url)
    prove(page)
    send(page)
    counter.show(counter.filed(), waiting(counter.clock()))
    page.get_by_role("link", name="我的申请").click()
    page.get_by_role("link", name=re.compile("婚姻登记")).first.click()
    expect(page.get_by_text("等待工作人员审核")).to_be_visible()
    context.close()


def test_a_break_a_back_step_and_a_double_press_lose_nothing(
    phone: Page, browser: Browser, url: str, counter: FakeCounter
) -> None:
    before = len(counter.letters)
    answer_all(phone, url)
    prove(phone)
    expect(phone.get_by_role("heading", name="请核对")).to_be_visible()
    phone.goto(f"{url}/apply/more")
    words = "公社在桥头，门口有棵樟树，年份记不清了"
    with phone.expect_response("**/keep/more"):
        phone.get_by_label("其他线索").fill(words)
    phone.close()  # Nothing is sent when the page goes, as when the battery is empty.
    phone = phone.context.new_page()
    phone.goto(f"{url}/apply/more")
    expect(phone.get_by_label("其他线索")).to_have_value(words)
    phone.get_by_label("其他线索").fill(words + "。")
    phone.get_by_role("link", name="首页").click()
    phone.wait_for_url(f"{url}/")
    phone.go_back()
    expect(phone.get_by_label("其他线索")).to_have_value(words + "。")
    phone.goto(f"{url}/apply/check")
    phone.goto(f"{url}/apply/where")
    code = phone.locator(".code-large").inner_text()
    phone.go_back()
    expect(phone.get_by_text("吴桂兰").first).to_be_visible()
    # Another phone goes on with the code; who it is must be proven there as well.
    other = browser.new_context(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
    page = other.new_page()
    page.goto(f"{url}/resume")
    page.get_by_label("办件码").fill(code.lower())
    page.get_by_role("button", name="接着办").click()
    prove(page)
    expect(page.get_by_text("吴桂兰").first).to_be_visible()
    page.get_by_label("我同意档案馆").check()
    page.get_by_role("button", name="确认提交").dblclick()
    expect(page.get_by_role("heading", name="已提交")).to_be_visible()
    other.close()
    phone.get_by_label("我同意档案馆").check()
    phone.get_by_role("button", name="确认提交").click()
    expect(phone.get_by_role("heading", name="已提交")).to_be_visible()
    list(counter.open_letters())
    assert len(counter.letters) == before + 1


def walk(page: Page, url: str) -> Iterator[str]:
    """Every page of a citizen's, in every state."""
    for path in OPEN:
        page.goto(url + path)
        yield path
    page.goto(f"{url}/apply")
    page.locator("form[action='/apply'] button").click()
    for name in QUESTIONS:
        page.goto(f"{url}/apply/{name}")
        yield f"/apply/{name}"
    page.locator("form[action='/apply/delivery'] button").click()
    yield "/apply/delivery wrong"
    page.goto(f"{url}/mine")
    page.locator("main a.btn-main").click()
    yield "/real-name/demo"
    prove_again(page)
    yield "/mine"
    page.goto(f"{url}/looks")
    yield "/looks"


def prove_again(page: Page) -> None:
    """Another person, through the demo provider."""
    for field, text in (
        ("name", "陈桂芳"),
        ("id_no", "332199195202140756"),
        ("mobile", "13900001111"),
    ):
        page.locator(f"#{field}").fill(text)
    page.locator("form[action='/real-name/demo'] button").click()
    page.wait_for_url(re.compile("/mine"))


def own_pages(page: Page, url: str, counter: FakeCounter) -> Iterator[str]:
    """The check page and a case in each of its states."""
    answers = {
        "archive": ("#archive", None),
        "category": ("input[value=marriage_registration]", None),
        "relation": ("input[value=party]", None),
        "subject": ("#subject_former", "陈贵芳"),
        "other": ("#other_name", "沈国强"),
        "when": ("#period", "1985"),
        "where": ("#place", "上饶县"),
        "more": ("#words", "在桥头"),
        "purpose": ("#purpose", "property"),
        "delivery": ("input[value=mobile]", None),
    }
    for name, (box, text) in answers.items():
        page.goto(f"{url}/apply/{name}")
        if name == "purpose":
            page.locator(box).select_option(text or "")
        elif text:
            page.locator(box).fill(text)
        elif name != "archive":
            page.locator(box).check()
        page.locator(f"form[action='/apply/{name}'] button").click()
    page.goto(f"{url}/apply/check")
    yield "/apply/check"
    page.locator("#consent").check()
    page.locator("form[action='/apply/check'] button").click()
    page.wait_for_url(re.compile("/apply/done"))
    yield "/apply/done"
    letter, sha256 = counter.filed(), hashlib.sha256(PDF).hexdigest()
    page.goto(f"{url}/mine")
    page.locator("main a.big-door").first.click()
    address = page.url
    counter.send_file(letter, sha256)
    refused = waiting(
        counter.clock(), refused_code="X", refused_zh="不能办理。", refused_en="No.", case_no=""
    )
    views = {
        "waiting": waiting(counter.clock()),
        "asked": asked_back(counter.clock()),
        "certified": certified(counter.clock(), sha256),
        "looks": looked(counter.clock()),
        "refused": refused,
    }
    for name, view in views.items():
        counter.show(letter, view)
        page.goto(address)
        for summary in page.locator("summary").all():
            summary.click()
        yield f"/mine/{name}"
        if name == "asked":
            page.goto(f"{address}/more")
            yield "/mine/more"


@pytest.fixture
def axe(browser: Browser, parts: Path) -> Iterator[BrowserContext]:
    """A phone that lets the checker in; the pages' own policy is tested above."""
    context = browser.new_context(bypass_csp=True, viewport=PHONE)  # type: ignore[arg-type]
    context.add_init_script(path=parts / "web" / "axe.min.js")
    yield context
    context.close()


def faults(page: Page, where: str) -> list[tuple[object, ...]]:
    """What the checker finds, and what scrolls sideways or is too small to hit, at three sizes."""
    result = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS
    )
    found: list[tuple[object, ...]] = [
        (where, rule["id"], [node["html"][:160] for node in rule["nodes"]][:3])
        for rule in result["violations"]
    ]
    for width, size in ((320, "standard"), (720, "elder"), (390, "standard")):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("size => { document.documentElement.dataset.size = size; }", size)
        reach = page.evaluate(REACH)
        if reach > width:
            found.append((where, "wide", width, reach))
        found += [(where, "small", width, text) for text in page.evaluate(_SMALL)]
    return found


def test_no_page_bars_anybody(axe: BrowserContext, url: str, counter: FakeCounter) -> None:
    page, found = axe.new_page(), []
    for pages in (walk(page, url), own_pages(page, url, counter)):
        for where in pages:
            found += faults(page, where)
    assert found == []


def test_no_english_page_bars_anybody(axe: BrowserContext, url: str, counter: FakeCounter) -> None:
    """The words are longer, the structure is the same: a citizen's own pages are enough."""
    axe.add_cookies([{"name": "lantai_language", "value": "en", "url": url}])
    page, found = axe.new_page(), []
    page.goto(f"{url}/apply")
    page.locator("form[action='/apply'] button").click()
    page.goto(f"{url}/mine")
    page.locator("main a.btn-main").click()
    prove_again(page)
    for where in own_pages(page, url, counter):
        found += faults(page, where)
    assert found == []


_SMALL = """() => {
  const all = 'a, button, summary, select, input:not([type=hidden])';
  const inline = 'p:not(.row), .skip, .choice, .tick, .note';
  return [...document.querySelectorAll(all)]
    .filter(e => e.offsetParent && !e.closest(inline) && e.className !== 'skip')
    .filter(e => { const b = e.getBoundingClientRect(); return b.height < 43.5 || b.width < 43.5; })
    .map(e => e.tagName + ' ' + (e.innerText || e.name || '').slice(0, 20));
}"""
