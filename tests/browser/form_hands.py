"""Every form of the desks in which words are typed: who fills it in, where, with what."""

from dataclasses import dataclass, field

from desk_form import TERMS
from fake_corrections import FakeCorrections
from fake_desks import Answers, Reviews, Works
from fake_doors import FakeHolds, FakeSharing
from fake_management import WAITING, FakeAgreements, FakeBatches
from fake_office import SHANGRAO, World
from fake_papers import FakePapers
from fake_rights import FakeAlerts, FakeCallBacks, FakeComplaints
from fake_withdrawals import VALID_ONE, FakeWithdrawals
from full_world import ASKED, FILED, MINE, OPEN, ORDERED

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
