"""Every page for everybody: axe, 320 pixels, both languages, no script, no policy broken."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_management import BATCH, WAITING
from fake_office import SHANGRAO, Case, World
from playwright.sync_api import Browser, BrowserContext, Page

from node.domain.application import Application
from records.exchange import Applicant
from records.queries import Period, RecordQuery, SoughtPerson

SignIn = Callable[[Page, str], None]
OPEN, MINE, ORDERED, SEALED, ASKED, COPIED, HELD = (
    f"LT-330400-20261121-000{n}" for n in range(1, 8)
)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

PAGES = [
    ("zhoumin", "/login"),
    ("zhoumin", "/intake"),
    ("zhoumin", "/intake/new"),
    ("zhoumin", f"/intake/{OPEN}"),
    ("zhoumin", f"/intake/{SEALED}"),
    ("zhoumin", f"/intake/{ASKED}"),
    ("zhoumin", f"/intake/{ASKED}/supplement"),
    ("zhoumin", f"/intake/{SEALED}/deliver"),
    ("zhoumin", f"/intake/{OPEN}/receipt"),
    ("zhoumin", "/me"),
    ("zhoumin", "/devices"),
    ("zhoumin", "/help/keys"),
    ("zhoumin", "/post"),
    ("zhoumin", f"/intake/{OPEN}/papers"),
    ("zhoumin", "/seal"),
    ("zhoumin", "/nowhere"),
    ("linyan", "/review"),
    ("linyan", f"/intake/{OPEN}/papers"),
    ("wangmin", f"/fulfil?id={OPEN}"),
    ("wangmin", f"/fulfil?id={COPIED}"),
    ("wangmin", f"/fulfil?id={HELD}"),
    ("lihua", f"/fulfil?id={MINE}"),
    ("wangmin", f"/fulfil?id={MINE}"),
    ("wangmin", f"/fulfil/{MINE}/image/1"),
    ("zhouguoliang", "/seal"),
    ("chenli", "/approvals"),
    ("chenli", "/agreements"),
    ("chenli", "/agreements/new"),
    ("chenli", "/agreements/jiaxing-shangrao-2026/1"),
    ("chenli", "/agreements/jiaxing-pudong-2026/1"),
    ("zongku", "/catalog"),
    ("dengke", f"/catalog/{WAITING}"),
    ("dengke", f"/catalog/{BATCH}"),
    ("xujing", "/dash"),
    ("xujing", "/stats"),
    ("xujing", "/posts"),
    ("xujing", "/certs"),
    ("gaowen", "/audit"),
]
ENGLISH = [
    ("zhoumin", "/intake/new"),
    ("zhoumin", f"/intake/{ASKED}"),
    ("linyan", "/review"),
    ("wangmin", f"/fulfil?id={MINE}"),
    ("zhouguoliang", "/seal"),
    ("xujing", "/dash"),
    ("gaowen", "/stats"),
    ("chenli", "/agreements/new"),
    ("dengke", f"/catalog/{BATCH}"),
]


def application(name: str, category: str = "marriage_registration") -> Application:
    return Application(
        window_archive="330400",
        applicant=Applicant(name=name, id_type="resident_id", id_no="361199196211050313"),
        query=RecordQuery(
            category=category,
            subject=SoughtPerson(name=name),
            other_party=SoughtPerson(name="吴桂兰"),
            place="上饶县皂头乡",
            period=Period(start="1985", end="1985"),
            words="公社在桥头",
        ),
        purpose="property",
        consent=True,
    )


@pytest.fixture
def world() -> World:
    """Cases in every state that a page can show."""
    made = World()
    from dataclasses import replace
    from datetime import timedelta

    from node.domain.commands import (
        ConfirmCommand,
        FieldMark,
        ReferCommand,
        ReleaseCommand,
        SealCommand,
    )
    from node.domain.drafts import Draft
    from node.domain.paper_commands import LetterCommand, PostCommand

    now = made.clock()
    for number, case_no in enumerate((OPEN, MINE, ORDERED, SEALED, ASKED, COPIED, HELD)):
        made.cases[case_no] = Case(
            case_no=case_no,
            application=application("周金水"),
            filed_by="周敏",
            state="candidates",
            work_state="candidates",
            submitted_at=now,
            registered_at=now,
            deadline=now + timedelta(minutes=(1, 4, 12, 14, 15, 15, 15)[number]),
        )
    made.cases["LT-330400-20261121-0009"] = Case(
        case_no="LT-330400-20261121-0009",
        application=application("王生", "school_record"),
        filed_by="周敏",
        submitted_at=now,
    )
    dispatcher = f"{SHANGRAO}/wangmin"
    made.cases[MINE].claimed_by = dispatcher
    made.cases[OPEN].needs_leader = True
    office = made.office()
    actor = office.sign_in.sign_in(_sign_in("wangmin")).actor
    keeper = office.sign_in.sign_in(_sign_in("zhouguoliang")).actor
    for case_no in (ORDERED, SEALED):
        made.cases[case_no].claimed_by = dispatcher
        marks = tuple(FieldMark(field=f, compared="same") for f in ("a_name", "b_name"))
        office.work.confirm(
            ConfirmCommand(
                case_no=case_no,
                holder_archive=SHANGRAO,
                reference_code="J107-9-0119-003",
                marks=marks,
                images=("x",),
            ),
            actor,
        )
        office.release.release(
            ReleaseCommand(case_no=case_no, holder_archive=SHANGRAO, password=_PASSWORD), actor
        )
    office.release.seal(
        SealCommand(case_no=SEALED, holder_archive=SHANGRAO, password=_PASSWORD), keeper
    )
    made.cases[ASKED].question = "配偶姓什么？"
    for case_no in (COPIED, HELD):
        made.cases[case_no].claimed_by = dispatcher
    copied = made.cases[COPIED]
    copied.application = replace(copied.application, output="copy")
    boxes = {"pages_shown": ("yes",), "box.1.1.left": ("20",), "box.1.1.top": ("30",)}
    boxes |= {"box.1.1.right": ("80",), "box.1.1.bottom": ("40",)}
    kept = {"officer_id": actor.officer_id, "saved_at": now}
    made.drafts.save(Draft(draft_id=f"work-{COPIED}", fields=boxes, **kept))
    refer = ReferCommand(case_no=HELD, holder_archive=SHANGRAO, referral="广信区民政局")
    made.doors.holds.hold("refer", refer, actor)
    clerk = office.sign_in.sign_in(_sign_in("zhoumin")).actor
    letter = LetterCommand(case_no=OPEN, addressee="婺源县民政局", reply_to="嘉兴市中环南路")
    posted = made.papers.write(letter, clerk)
    made.papers.post(PostCommand(paper_id=posted.paper_id, carrier="express", pages=3), clerk)
    made.papers.write(letter, clerk)
    made.cases[ASKED].state = made.cases[ASKED].work_state = "supplement_required"
    return made


_PASSWORD = "correct horse battery"


def _sign_in(user: str) -> object:
    from node.domain.commands import SignInCommand

    return SignInCommand(user=user, password=_PASSWORD, totp="123456")


@pytest.fixture
def axe(browser: Browser, parts: Path) -> Iterator[BrowserContext]:
    """A browser that lets the checker in; the pages' own policy is tested elsewhere."""
    script = parts / "web" / "axe.min.js"
    assert script.is_file(), "run make setup: axe.min.js is missing"
    context = browser.new_context(bypass_csp=True, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(8000)
    context.add_init_script(path=script)
    yield context
    context.close()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_page_bars_anybody(
    axe: BrowserContext, url: str, sign_in: SignIn, language: str
) -> None:
    page, last, found = axe.new_page(), "", []
    # The words differ, the structure does not: in English the busiest pages are enough.
    for user, path in PAGES if language == "zh-CN" else ENGLISH:
        if user != last:
            axe.clear_cookies()
            sign_in(page, user)
            last = user
            axe.add_cookies([{"name": "lantai_language", "value": language, "url": url}])
        page.goto(url + path)
        result = page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS
        )
        found += [
            (path, rule["id"], [node["html"][:160] for node in rule["nodes"]][:3])
            for rule in result["violations"]
        ]
    assert found == []


@pytest.mark.parametrize(("width", "size"), [(320, "standard"), (720, "elder")])
def test_no_page_scrolls_sideways(
    browser: Browser, url: str, sign_in: SignIn, width: int, size: str, screens: Path
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    context.set_default_timeout(8000)
    page, last, wide = context.new_page(), "", []
    for user, path in PAGES:
        if user != last:
            sign_in(page, user)
            last = user
            context.add_cookies([{"name": "lantai_size", "value": size, "url": url}])
        page.goto(url + path)
        reach = page.evaluate("document.documentElement.scrollWidth")
        if reach > width:
            wide.append((path, reach))
    page.goto(url + "/seal")
    page.screenshot(path=screens / f"r3-seal-{width}.png", full_page=True)
    context.close()
    assert wide == []


def test_no_page_breaks_its_own_policy(page: Page, url: str, sign_in: SignIn) -> None:
    last = ""
    for user, path in PAGES:
        if user != last:
            sign_in(page, user)
            last = user
        page.goto(url + path)
        page.wait_for_timeout(80)
        assert page.evaluate("window.violations") == [], path
        assert page.evaluate("document.querySelectorAll('[style],style').length") <= 1, path


def test_every_page_reads_the_same_without_scripts(
    browser: Browser, url: str, sign_in: SignIn
) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(8000)
    page, last = context.new_page(), ""
    for user, path in PAGES:
        if user != last:
            sign_in(page, user)
            last = user
        page.goto(url + path)
        assert page.locator("h1").count() >= 1 or page.locator("h2").count() >= 1, path
        assert len(page.locator("main").inner_text()) > 20, path
    context.close()


def test_the_screens_of_those_who_look_are_kept(
    page: Page, url: str, sign_in: SignIn, screens: Path
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    for user, paths in (("xujing", ("dash", "stats", "posts", "certs")), ("gaowen", ("audit",))):
        sign_in(page, user)
        for path in paths:
            page.goto(f"{url}/{path}")
            page.screenshot(path=screens / f"m-{path}.png")
    sign_in(page, "chenli")
    page.goto(f"{url}/approvals")
    assert page.get_by_role("button", name="同意提供").is_enabled()
    page.screenshot(path=screens / "r2-approvals.png")
