"""Every form of the desks: who sends it, about which case, with which words, and what is wrong.

A route that takes a form and has no row here fails `test_every_form_has_a_row`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from fake_management import WAITING
from fake_office import CODE, PASSWORD, SHANGRAO, World
from fake_withdrawals import WAITING_ONE
from full_world import ASKED, FILED, HELD, MINE, OPEN, ORDERED, SEALED, sign_in_command

from node.domain.corrections import DecideCorrection, ProposeCorrection
from node.domain.drafts import Draft

Fields = Mapping[str, object]
NOTHING: Fields = {}
FILING: Fields = {
    "name": "周金水",
    "id_type": "resident_id",
    "id_no": "361199196211050313",
    "no_mobile": "yes",
    "relation": "party",
    "assurance": "document_photo",
    "category": "marriage_registration",
    "other_name": "吴桂兰",
    "place": "上饶县皂头乡",
    "period": "85年",
    "words": "公社在桥头",
    "purpose": "property",
    "output": "extract",
    "delivery": "window",
    "consent": "yes",
}
TERMS: Fields = {
    "partner": "xiaoshan",
    "direction": "both",
    "our_phone": "0573-82521000",
    "their_phone": "0571-82900000",
    "categories": ["marriage_registration"],
    "requester_types": ["party"],
    "year_from": "1949",
    "year_to": "2013",
    "granularity": "extract",
    "seal_mode": "HOLDER_ELECTRONIC",
    "delivery": ["window"],
    "minutes": "15",
    "daily_quota": "200",
    "valid_from": "2027-01-01",
    "valid_to": "2029-12-31",
    "notice_days": "30",
    "legal_basis": "档案法第二十八条",
    "action": "sign",
    "password": PASSWORD,
}


@dataclass(frozen=True)
class Row:
    """One form."""

    path: str
    user: str = "zhoumin"
    about: str = ""
    """The case that is copied for this form alone; empty = none."""
    sent: Fields = field(default_factory=dict)
    typed: tuple[str, ...] = ()
    """Fields of `sent` that somebody typed: they must never be lost."""
    wrong: Fields | None = None
    """What makes the form one that is asked for again; None = nothing on it can be wrong."""
    good: int = 303
    """Status of the form as `sent`."""
    places: Mapping[str, str] = field(default_factory=dict)
    make: Callable[[World, str], Mapping[str, str]] | None = None
    """Prepares the world and names places of the path."""


def _draft(world: World, case_no: str) -> Mapping[str, str]:
    name = f"draft-{case_no[-4:]:0>24}"
    fields = {key: (str(value),) for key, value in FILING.items()}
    kept = {"officer_id": "330400/zhoumin", "saved_at": world.clock()}
    world.drafts.save(Draft(draft_id=name, fields=fields, **kept))
    return {"id": name}


def _returned(world: World, case_no: str) -> Mapping[str, str]:
    case = world.cases[case_no]
    case.state, case.review_note, case.question = "supplement_required", "缺证件", ""
    return {}


def _letter(posted: bool) -> Callable[[World, str], Mapping[str, str]]:
    def make(world: World, case_no: str) -> Mapping[str, str]:
        made = [one for one in world.papers.kept.values() if bool(one.posting) is posted]
        world.papers.kept[made[0].paper_id] = replace(made[0], answer=None)
        return {"id": made[0].case_no, "paper": made[0].paper_id}

    return make


def _proposed(world: World, case_no: str) -> Mapping[str, str]:
    proposer = world.office().sign_in.sign_in(sign_in_command("huangying")).actor
    made = world.corrections.propose(
        ProposeCorrection(
            archive_code=proposer.archive_code,
            reference_code=world.entry.reference_code,
            field="a_birth",
            new_value="1962-11-05",
            image=world.entry.images[0].sha256,
            region=(1, 2, 30, 40),
            reason="影像所示",
            because="",
        ),
        proposer,
    )
    return {"id": made.correction_id}


def _approved(world: World, case_no: str) -> Mapping[str, str]:
    found = _proposed(world, case_no)
    reviewer = world.office().sign_in.sign_in(sign_in_command("dengke")).actor
    world.corrections.decide(
        DecideCorrection(
            archive_code=reviewer.archive_code, correction_id=found["id"], approve=True
        ),
        reviewer,
    )
    return found


def _ordered(world: World, case_no: str) -> Mapping[str, str]:
    world.cases[case_no].keeper = f"{SHANGRAO}/zhouguoliang"
    return {}


def _claimed_by_other(world: World, case_no: str) -> Mapping[str, str]:
    world.cases[case_no].claimed_by = f"{SHANGRAO}/lihua"
    return {}


def _asks_leader(world: World, case_no: str) -> Mapping[str, str]:
    world.cases[case_no].needs_leader = True
    return {}


def _certificate(world: World, case_no: str) -> Mapping[str, str]:
    return {"number": world.revocations.add(f"361100-2026-{case_no[-4:]:0>6}").number}


def _batch(world: World, case_no: str) -> Mapping[str, str]:
    world.management.batches.refresh(WAITING)
    return {"id": WAITING}


def _held(world: World, case_no: str) -> Mapping[str, str]:
    return {"id": HELD}


def _complaint(world: World, case_no: str) -> Mapping[str, str]:
    return {"id": world.rights.kept.number}


def _alert(world: World, case_no: str) -> Mapping[str, str]:
    world.rights.alert = replace(world.rights.alert, state="open", note="")
    return {"id": world.rights.alert.alert_id}


def _assigned(world: World, case_no: str) -> Mapping[str, str]:
    kept = world.rights.kept
    world.rights.kept = replace(kept, state="assigned", assigned_to=f"{SHANGRAO}/chenli")
    return {"id": kept.number}


_MARKS: Fields = {
    "mark.event_type": "same",
    "mark.event_date": "same",
    "mark.registration_office": "same",
    "mark.a_sex": "same",
    "mark.a_birth": "same",
    "mark.b_name": "same",
    "mark.b_sex": "same",
    "mark.b_birth": "same",
    "mark.certificate_no": "not_recorded",
}
D, K = "wangmin", "zhouguoliang"
ROWS = (
    Row(
        "/login",
        "",
        sent={"user": "zhoumin", "password": PASSWORD, "totp": CODE},
        typed=("user",),
        wrong={"totp": ""},
    ),
    Row("/logout"),
    Row("/lock"),
    Row("/unlock", sent={"password": PASSWORD, "next": "/intake"}),
    Row("/keep/{name}", sent={"note": "词"}, good=204, places={"name": "review-1"}),
    Row("/me", sent={"size": "large"}),
    Row(
        "/intake/new",
        sent={**FILING, "action": "check"},
        typed=("name", "place", "words"),
        wrong={"id_no": "1"},
    ),
    Row("/intake/new/side", sent=FILING, typed=("name",), good=200),
    Row("/intake/new/clues", sent=FILING, typed=("place",), good=200),
    Row("/intake/{id}/check", about=FILED, make=_draft),
    Row("/intake/{id}/drop", about=FILED, make=_draft),
    Row("/intake/{id}/amend", about=ASKED, make=_returned),
    Row("/intake/{id}/unmask", about=OPEN),
    Row("/intake/{id}/withdraw", about=OPEN, sent={"note": "不再需要"}, typed=("note",)),
    Row("/intake/{id}/remind", about=OPEN),
    Row("/intake/{id}/close", about=SEALED),
    Row(
        "/intake/{id}/supplement",
        about=ASKED,
        sent={"holder": SHANGRAO, "other_name": "吴桂兰", "words": "公社在桥头"},
        typed=("other_name", "words"),
        wrong={"period": "明年的某一天"},
    ),
    Row(
        "/intake/{id}/deliver",
        about=SEALED,
        sent={"checked": "yes", "signed": "yes", "copies": "2"},
        wrong={"checked": ""},
    ),
    Row("/intake/{id}/papers", about=OPEN, sent={"paper": "cover", "holder": SHANGRAO}),
    Row(
        "/intake/{id}/letter",
        "linyan",
        OPEN,
        sent={"addressee": "婺源县民政局", "reply_to": "嘉兴市中环南路 1 号"},
        typed=("addressee", "reply_to"),
        wrong={"addressee": "婺"},
    ),
    Row(
        "/intake/{id}/papers/{paper}/post",
        about=OPEN,
        sent={"carrier": "express", "tracking": "SF123456", "pages": "3"},
        typed=("tracking",),
        wrong={"pages": "0"},
        make=_letter(posted=False),
    ),
    Row(
        "/intake/{id}/papers/{paper}/answer",
        about=OPEN,
        sent={"outcome": "HIT_UNIQUE", "pages": "2", "reference": "婺民档7号", "note": "复印件"},
        typed=("reference", "note"),
        wrong={"outcome": "GUESS"},
        make=_letter(posted=True),
    ),
    Row("/devices/ask", good=200),
    Row(
        "/devices/pair",
        sent={"introduction": "{}", "code": "123456", "name": "1号窗口"},
        typed=("introduction", "code"),
        wrong={"code": ""},
        good=422,
    ),
    Row("/devices/card", sent={"draft": "draft-" + "0" * 24, "said": "{}"}, good=404),
    Row("/devices/picture", sent={"draft": "draft-" + "0" * 24, "said": "{}"}, good=404),
    Row("/devices/{device}/end", places={"device": "1"}, good=403),
    Row(
        "/review/{id}",
        "linyan",
        FILED,
        sent={"decision": "return", "note": "请补身份证照片"},
        typed=("note",),
        wrong={"note": "缺"},
    ),
    Row("/review/{id}/ask", "linyan", FILED),
    Row("/fulfil/next", D),
    Row("/fulfil/{id}/claim", D, OPEN),
    Row(
        "/fulfil/{id}/confirm",
        D,
        MINE,
        sent={
            "reference_code": "J107-9-0119-003",
            **_MARKS,
            "mark.a_name": "corrected",
            "value.a_name": "周金水（更名）",
            "action": "save",
        },
        typed=("value.a_name",),
        wrong={"action": "release", "password": PASSWORD, "mark.a_name": ""},
    ),
    Row(
        "/fulfil/{id}/return",
        D,
        MINE,
        sent={"reason": "unclear", "question": "配偶姓什么？"},
        typed=("question",),
        wrong={"question": "？"},
    ),
    Row(
        "/fulfil/{id}/no-record",
        D,
        MINE,
        sent={"method": "逐卷翻检 1949—1966"},
        typed=("method",),
        wrong={"method": "查"},
    ),
    Row(
        "/fulfil/{id}/refer",
        D,
        MINE,
        sent={"referral": "广信区民政局"},
        typed=("referral",),
        wrong={"referral": "民"},
    ),
    Row(
        "/fulfil/{id}/refuse",
        D,
        MINE,
        sent={"reason_code": "NOT_PARTY", "refusal_note": "非当事人"},
        typed=("refusal_note",),
        wrong={"refusal_note": "非"},
    ),
    Row("/fulfil/{id}/manual", D, MINE),
    Row("/fulfil/{id}/give-back", D, MINE),
    Row("/fulfil/{id}/undo", D, make=_held),
    Row("/fulfil/{id}/forget", D, make=_held),
    Row("/fulfil/{id}/take-back", D, ORDERED),
    Row(
        "/fulfil/{id}/hand-over",
        D,
        MINE,
        sent={"colleague": f"{SHANGRAO}/lihua", "claim_note": "档盒在三楼"},
        typed=("claim_note",),
        wrong={"colleague": ""},
    ),
    Row("/fulfil/{id}/remind", D, MINE, make=_claimed_by_other),
    Row(
        "/seal/{id}",
        K,
        ORDERED,
        sent={"read": "yes", "password": PASSWORD},
        wrong={"read": ""},
        make=_ordered,
    ),
    Row("/seal/{id}/decline", K, ORDERED, make=_ordered),
    Row(
        "/approvals/{id}",
        "chenli",
        OPEN,
        sent={"decision": "decline", "note": "目的不明确"},
        typed=("note",),
        wrong={"note": "不"},
        make=_asks_leader,
    ),
    Row(
        "/corrections/new",
        "huangying",
        sent={
            "reference": "J107-9-0119-003",
            "field": "a_birth",
            "value": "1962-11-05",
            "left": "120",
            "top": "300",
            "right": "480",
            "bottom": "380",
            "reason": "影像上写的是五日",
            "image": "IMAGE",
            "action": "propose",
        },
        typed=("value", "reason"),
        wrong={"field": ""},
    ),
    Row(
        "/corrections/{id}/decide",
        "dengke",
        sent={"decision": "return", "note": "影像看不清"},
        typed=("note",),
        wrong={"note": "看"},
        make=_proposed,
    ),
    Row("/corrections/{id}/reissue", D, sent={"case": MINE, "number": "1"}, make=_approved),
    Row(
        "/corrections/{id}/supersede",
        D,
        sent={"case": MINE, "number": "1", "replaced_by": "2", "password": PASSWORD},
        wrong={"password": ""},
        make=_approved,
    ),
    Row(
        "/corrections/{id}/confirm",
        K,
        sent={"case": MINE, "password": PASSWORD},
        wrong={"password": ""},
        make=_approved,
    ),
    Row(
        "/revocations/{number}/order",
        D,
        sent={
            "reason_class": "leaked",
            "replaced_by": "361100-2026-000099",
            "seal_keeper": f"{SHANGRAO}/zhouguoliang",
            "password": PASSWORD,
        },
        typed=("replaced_by",),
        wrong={"reason_class": ""},
        make=_certificate,
    ),
    Row(
        "/revocations/{number}/confirm",
        K,
        sent={"read": "yes", "password": PASSWORD},
        wrong={"read": ""},
        places={"number": WAITING_ONE},
    ),
    Row(
        "/complaints",
        "chenli",
        sent={"case_no": "LT-330400-20261121-0041", "ground": "refused", "words": "请复核。"},
        typed=("case_no", "words"),
        wrong={"words": "请"},
    ),
    Row(
        "/complaints/{id}/assign",
        "chenli",
        sent={"officer": f"{SHANGRAO}/chenli"},
        make=_complaint,
    ),
    Row(
        "/complaints/{id}/decide",
        "chenli",
        sent={"decision": "overturn", "reasons": "证件与记载相符"},
        typed=("reasons",),
        wrong={"reasons": "证"},
        make=_assigned,
    ),
    Row(
        "/alerts/{id}/acknowledge",
        "xujing",
        sent={"note": "培训演练"},
        typed=("note",),
        make=_alert,
    ),
    Row(
        "/callbacks/{id}",
        D,
        MINE,
        sent={"answer": "confirmed", "how": "telephone", "note": "已与窗口核对"},
        typed=("note",),
        good=409,
    ),
    Row("/audit/verify", "gaowen", good=200),
    Row(
        "/agreements/new",
        "chenli",
        sent=TERMS,
        typed=("legal_basis", "our_phone"),
        wrong={"minutes": "0"},
    ),
    Row(
        "/agreements/{id}/{version}/sign",
        "chenli",
        sent={"read": "yes", "password": PASSWORD},
        wrong={"read": ""},
        places={"id": "jiaxing-pudong-2026", "version": "1"},
    ),
    Row(
        "/agreements/{id}/{version}/retire",
        "chenli",
        sent={"last_day": "2027-06-30", "reason": "机构调整", "retire_password": PASSWORD},
        typed=("last_day", "reason"),
        wrong={"last_day": "soon"},
        places={"id": "jiaxing-shangrao-2026", "version": "1"},
    ),
    Row("/catalog", "zongku", sent={"category": "school_record"}, wrong=NOTHING, good=422),
    Row(
        "/catalog/{id}/accept",
        "dengke",
        sent={"read": "yes"},
        wrong={"read": ""},
        make=_batch,
    ),
    Row(
        "/catalog/{id}/decline",
        "dengke",
        sent={"note": "缺少登记机关"},
        typed=("note",),
        wrong={"note": "坏"},
        make=_batch,
    ),
)
