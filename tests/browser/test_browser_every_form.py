"""The forms of the desks in the hand: a closed tab, the back button, a double click."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from desk_form import TERMS
from desk_server import desk_of
from fake_corrections import FakeCorrections
from fake_desks import Answers, Reviews, Works
from fake_doors import FakeHolds, FakeSharing
from fake_management import WAITING, FakeAgreements, FakeBatches
from fake_office import PASSWORD, SHANGRAO, World
from fake_papers import FakePapers
from fake_rights import FakeAlerts, FakeCallBacks, FakeComplaints
from fake_withdrawals import VALID_ONE, FakeWithdrawals
from full_world import ASKED, FILED, MINE, OPEN, ORDERED, due_call_back, full_world, sign_in_command
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from node.domain.corrections import ProposeCorrection

DOT = io.BytesIO()
Image.new("RGB", (60, 80), "white").save(DOT, "JPEG")
SignIn = Callable[[Page, str], None]
RECORD = "J107-9-0119-003"
CORRECTION = "XZ-361100-2026-000001"
LETTER, POSTED = (f"00000000-0000-4000-8000-{number:012}" for number in (2, 1))


def copy_of(number: int) -> str:
    """A case of its own for one form."""
    return f"LT-330400-20261121-{8000 + number}"


@dataclass(frozen=True)
class Hand:
    """One form as a person fills it in."""

    user: str
    page: str
    act: str
    typed: dict[str, str]
    """Words by the field's name."""
    obeyed: tuple[type, str]
    """What must happen once."""
    press: str = "[data-main]"
    declared: tuple[str, ...] = ()
    """Boxes that are ticked, radios that are chosen, just before the press: CSS."""
    chosen: dict[str, str] = field(default_factory=dict)
    secret: str = ""
    """Name of the field for the password."""


def answer(number: int, act: str, **typed: str) -> Hand:
    """One of the partner's answers, about a case of its own."""
    case = copy_of(number)
    shared = {"hand-over": (FakeSharing, "hand_over")}
    return Hand(
        "wangmin",
        f"/fulfil?tab=mine&id={case}",
        f"/fulfil/{case}/{act}",
        typed,
        shared.get(act, (FakeHolds, "hold")),
        press="button",
        chosen={"colleague": f"{SHANGRAO}/lihua"} if act == "hand-over" else {},
    )


HANDS = [
    Hand(
        "zhoumin",
        f"/intake/{ASKED}/supplement",
        f"/intake/{ASKED}/supplement",
        {"other_name": "吴桂兰", "words": "公社在桥头，门口有棵樟树"},
        (World, "answer_question"),
    ),
    Hand(
        "zhoumin",
        f"/intake/{OPEN}/papers",
        f"/intake/{OPEN}/papers/{LETTER}/post",
        {"tracking": "SF1234567890", "pages": "3"},
        (FakePapers, "post"),
        press="button",
    ),
    Hand(
        "zhoumin",
        f"/intake/{OPEN}/papers",
        f"/intake/{OPEN}/papers/{POSTED}/answer",
        {"reference": "婺民档〔2026〕7号", "note": "复印件两页", "pages": "2"},
        (FakePapers, "enter_answer"),
        press="button",
        chosen={"outcome": "HIT_UNIQUE"},
    ),
    Hand(
        "zhoumin",
        f"/intake/{copy_of(1)}",
        f"/intake/{copy_of(1)}/withdraw",
        {"note": "本人找到了原件"},
        (World, "withdraw"),
        press="button",
    ),
    Hand(
        "linyan",
        f"/review?id={FILED}",
        f"/review/{FILED}",
        {"note": "请补身份证照片"},
        (Reviews, "review"),
        press='[value="return"]',
    ),
    Hand(
        "linyan",
        f"/intake/{OPEN}/papers",
        f"/intake/{OPEN}/letter",
        {"addressee": "婺源县民政局", "reply_to": "嘉兴市中环南路 1 号"},
        (FakePapers, "write"),
    ),
    answer(2, "return", question="配偶姓什么？"),
    answer(3, "no-record", method="逐卷翻检 1949—1966"),
    answer(4, "refer", referral="广信区民政局婚姻登记处"),
    answer(5, "refuse", refusal_note="非当事人，无授权"),
    answer(6, "hand-over", claim_note="档盒在三楼东侧"),
    Hand(
        "wangmin",
        f"/fulfil?tab=mine&id={MINE}",
        f"/fulfil/{MINE}/confirm",
        {"value.a_name": "周金水（更名）"},
        (Answers, "release"),
        declared=(
            *(
                f'[name="mark.{name}"][value="{"corrected" if name == "a_name" else "same"}"]'
                for name in (
                    "event_type",
                    "event_date",
                    "registration_office",
                    "a_name",
                    "a_sex",
                    "a_birth",
                    "b_name",
                    "b_sex",
                    "b_birth",
                )
            ),
            '[name="mark.certificate_no"][value="not_recorded"]',
        ),
        secret="password",
    ),
    Hand(
        "wangmin",
        "/callbacks",
        f"/callbacks/{copy_of(7)}",
        {"note": "已与窗口核对，确为本人申请"},
        (FakeCallBacks, "record"),
    ),
    Hand(
        "wangmin",
        f"/revocations?number={VALID_ONE}",
        f"/revocations/{VALID_ONE}/order",
        {"replaced_by": "361100-2026-000099"},
        (FakeWithdrawals, "order"),
        declared=('[name="reason_class"][value="leaked"]',),
        secret="password",
    ),
    Hand(
        "zhouguoliang",
        f"/seal?id={ORDERED}",
        f"/seal/{ORDERED}",
        {},
        (Answers, "seal"),
        declared=('[name="read"]',),
        secret="password",
    ),
    Hand(
        "chenli",
        f"/approvals?id={OPEN}",
        f"/approvals/{OPEN}",
        {"note": "目的不明确，请补说明"},
        (Works, "decline"),
        press='[value="decline"]',
    ),
    Hand(
        "chenli",
        "/complaints",
        "/complaints",
        {"case_no": "LT-330400-20261121-0041", "words": "查档被拒，请复核"},
        (FakeComplaints, "register"),
        press="button",
    ),
    Hand(
        "chenli",
        "/complaints?id=SS-330400-2026-0001",
        "/complaints/SS-330400-2026-0001/decide",
        {"reasons": "证件与记载相符，应予提供"},
        (FakeComplaints, "decide"),
        press='[value="overturn"]',
    ),
    Hand(
        "chenli",
        "/alerts",
        "/alerts/a-1/acknowledge",
        {"note": "培训演练，非真实查询"},
        (FakeAlerts, "acknowledge"),
    ),
    Hand(
        "chenli",
        "/agreements/new",
        "/agreements/new",
        {
            name: str(TERMS[name])
            for name in ("partner", "our_phone", "their_phone", "legal_basis", "minutes")
        },
        (FakeAgreements, "effect"),
        press='[value="check"]',
        declared=('[name="categories"][value="marriage_registration"]',),
    ),
    Hand(
        "chenli",
        "/agreements/jiaxing-shangrao-2026/1",
        "/agreements/jiaxing-shangrao-2026/1/retire",
        {"last_day": "2027-06-30", "reason": "机构调整"},
        (FakeAgreements, "retire"),
        press="button",
        secret="retire_password",
    ),
    Hand(
        "huangying",
        f"/corrections/new?reference={RECORD}&field=b_birth",
        "/corrections/new",
        {"value": "1964-02-19", "reason": "影像上写的是十九日", "left": "120", "top": "300"}
        | {"right": "480", "bottom": "380"},
        (FakeCorrections, "propose"),
    ),
    Hand(
        "dengke",
        f"/corrections?id={CORRECTION}",
        f"/corrections/{CORRECTION}/decide",
        {"note": "影像看不清，请换页"},
        (FakeCorrections, "decide"),
        press='[value="return"]',
    ),
    Hand(
        "dengke",
        f"/catalog/{WAITING}",
        f"/catalog/{WAITING}/decline",
        {"note": "缺少登记机关"},
        (FakeBatches, "decline"),
        press="button",
    ),
]


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
    clerk = made.office().sign_in.sign_in(sign_in_command("huangying")).actor
    made.corrections.propose(
        ProposeCorrection(
            archive_code=clerk.archive_code,
            reference_code=RECORD,
            field="a_birth",
            new_value="1962-11-05",
            image=made.entry.images[0].sha256,
            region=(1, 2, 30, 40),
            reason="影像所示",
            because="",
        ),
        clerk,
    )
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
    with page.expect_navigation():
        form.locator(hand.press).first.dblclick()
    assert obeyed.get(hand.obeyed, 0) == before + 1, hand.act


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
