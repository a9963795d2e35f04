"""A fake office with a case in every state that a page can show."""

from dataclasses import replace
from datetime import timedelta

from desk_server import NAMES
from fake_office import CODE, PASSWORD, SHANGRAO, Case, World

from node.domain.application import Application
from node.domain.commands import (
    ConfirmCommand,
    FieldMark,
    ReferCommand,
    ReleaseCommand,
    SealCommand,
    SignInCommand,
)
from node.domain.corrections import Correction, ProposeCorrection
from node.domain.drafts import Draft
from node.domain.paper_commands import LetterCommand, PostCommand
from node.services.call_back import DueCallBack
from records.exchange import Applicant
from records.queries import Period, RecordQuery, SoughtPerson

OPEN, MINE, ORDERED, SEALED, ASKED, COPIED, HELD = (
    f"LT-330400-20261121-000{n}" for n in range(1, 8)
)
FILED = "LT-330400-20261121-0009"


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


def sign_in_command(user: str) -> SignInCommand:
    """The officer's right password and code."""
    return SignInCommand(user=user, password=PASSWORD, totp=CODE)


def due_call_back(world: World, case_no: str) -> DueCallBack:
    """A drawn case that waits until the window was called back."""
    actor = world.sign_in(sign_in_command("wangmin")).actor
    return DueCallBack(
        work=world.work_summary(world.cases[case_no], actor),
        telephone="0573-82521000",
        has_sealed=True,
        denied=False,
        note="",
    )


def propose_correction(world: World) -> Correction:
    """The correction clerk showed on the page what the index should say."""
    clerk = world.sign_in(sign_in_command("huangying")).actor
    return world.corrections.propose(
        ProposeCorrection(
            archive_code=clerk.archive_code,
            reference_code=world.entry.reference_code,
            field="a_birth",
            new_value="1962-11-05",
            image=world.entry.images[0].sha256,
            region=(1, 2, 30, 40),
            reason="影像所示",
            because="",
        ),
        clerk,
    )


def full_world() -> World:
    """Cases in every state."""
    made = World()
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
    made.cases[FILED] = Case(
        case_no=FILED,
        application=application("王生", "school_record"),
        filed_by="周敏",
        submitted_at=now,
    )
    dispatcher = f"{SHANGRAO}/wangmin"
    made.cases[MINE].claimed_by = dispatcher
    made.cases[OPEN].needs_leader = True
    office = made.office()
    actor = office.sign_in.sign_in(sign_in_command("wangmin")).actor
    keeper = office.sign_in.sign_in(sign_in_command("zhouguoliang")).actor
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
            ReleaseCommand(case_no=case_no, holder_archive=SHANGRAO, password=PASSWORD), actor
        )
    office.release.seal(
        SealCommand(case_no=SEALED, holder_archive=SHANGRAO, password=PASSWORD), keeper
    )
    made.cases[ASKED].question = "配偶姓什么？"
    for case_no in (COPIED, HELD):
        made.cases[case_no].claimed_by = dispatcher
    copied = made.cases[COPIED]
    copied.application = replace(copied.application, output="copy")
    boxes = {"pages_shown": ("yes",), "box.1.1.left": ("20",), "box.1.1.top": ("30",)}
    boxes |= {"box.1.1.right": ("80",), "box.1.1.bottom": ("40",)}
    kept = {"officer_id": actor.officer_id, "saved_at": now}
    made.drafts.save(Draft(draft_id=NAMES.newest("work", COPIED), fields=boxes, **kept))
    refer = ReferCommand(case_no=HELD, holder_archive=SHANGRAO, referral="广信区民政局")
    made.doors.holds.hold("refer", refer, actor)
    clerk = office.sign_in.sign_in(sign_in_command("zhoumin")).actor
    letter = LetterCommand(case_no=OPEN, addressee="婺源县民政局", reply_to="嘉兴市中环南路")
    posted = made.papers.write(letter, clerk)
    made.papers.post(PostCommand(paper_id=posted.paper_id, carrier="express", pages=3), clerk)
    made.papers.write(letter, clerk)
    made.cases[ASKED].state = made.cases[ASKED].work_state = "supplement_required"
    return made
