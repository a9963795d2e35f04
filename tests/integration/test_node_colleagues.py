"""Claims, hand-overs, reminders, undo and locked screens on a real node."""

from datetime import UTC, datetime, timedelta

import pytest
from fake_certificates import FakeCertificates
from node_acts import confirm_first, file_and_review, progress, release_and_seal, zhou
from node_houses import totp_secret
from node_places import PASSWORD
from node_staff import hire
from node_world import build_node_world

from node.bootstrap import make_desks, make_office, make_worker, open_base
from node.desk_wiring import make_doors
from node.domain.commands import (
    NoRecordCommand,
    ReferCommand,
    ReleaseCommand,
    ReturnCommand,
    SignInCommand,
    WorkCommand,
)
from node.domain.desk_commands import HandToCommand
from node.services.sign_in import totp_at
from records.refusal import Refusal

HOLDER = "361100"


class Moving:
    """The machine's clock, moved on by hand."""

    def __init__(self) -> None:
        self.more = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.more


class Stand:
    """The holder's node with two dispatchers, a leader, a keeper."""

    def __init__(self, world) -> None:
        self.world, self.clock = world, Moving()
        self.base = open_base(world.nodes["shangrao"].data, self.clock)
        self.office = make_office(self.base)
        self.doors = make_doors(self.base, self.office)
        fake = FakeCertificates(
            lambda: self.base.kept.current().view, self.clock, caller="shangrao"
        )
        duties = {"held": self.doors.holds.run}
        self.worker = make_worker(self.base, make_desks(self.base), None, fake, duties)
        self.first = world.actor(HOLDER, "dispatcher")
        self.second = world.actor(HOLDER, "second")
        self.leader = world.actor(HOLDER, "leader")
        self.keeper = world.actor(HOLDER, "sealer")
        self.numbers = 0

    def case(self) -> str:
        """A case with its record found, nobody's yet."""
        self.numbers += 1
        form = zhou(window_archive=HOLDER)
        case_no = file_and_review(self.world, form, f"key-comfort-{self.numbers:04}")
        self.worker.run_until_idle()
        return case_no

    def command(self, case_no: str) -> WorkCommand:
        return WorkCommand(case_no=case_no, holder_archive=HOLDER)

    def claim(self, case_no: str, actor=None):
        return self.office.work.claim(self.command(case_no), actor or self.first)

    def summary(self, case_no: str, actor=None):
        found = self.office.work.list_work(actor or self.first)
        return next(one for one in found if one.case_no == case_no)


@pytest.fixture(scope="module")
def stand(tmp_path_factory, table_folder):
    world = build_node_world(tmp_path_factory.mktemp("world"), table_folder)
    hire(world, HOLDER, "second", ("release_dispatcher",))
    world.publish()
    return Stand(world)


def events(stand: Stand, case_no: str) -> list[tuple[str, str]]:
    with stand.base.house.book.read() as book:
        found = book.case_events(case_no, "holder", HOLDER)
    return [(event.code, event.actor) for event in found]


def test_an_idle_claim_is_the_officers_until_a_colleague_takes_it(stand: Stand) -> None:
    case_no = stand.case()
    stand.claim(case_no)
    with pytest.raises(Refusal, match="CLAIMED_BY_OTHER"):
        stand.claim(case_no, stand.second)
    stand.clock.more += timedelta(minutes=6)
    assert stand.summary(case_no).mine
    assert stand.summary(case_no, stand.second).idle
    assert stand.office.work.detail(case_no, HOLDER, stand.first).summary.mine
    stand.claim(case_no, stand.second)
    assert stand.summary(case_no, stand.second).mine
    with pytest.raises(Refusal, match="NOT_CLAIMED"):
        stand.office.work.detail(case_no, HOLDER, stand.first)
    told = [code for code, _ in events(stand, case_no)]
    assert told.count("claimed") == 2


def test_a_claim_with_an_open_image_or_a_shelf_search_is_not_taken_over(stand: Stand) -> None:
    looking, searching = stand.case(), stand.case()
    detail = stand.claim(looking)
    image = detail.candidates[0].entry.images[0].sha256
    stand.office.work.page_image(looking, HOLDER, image, stand.first)
    stand.claim(searching)
    stand.office.work.manual_search(stand.command(searching), stand.first)
    stand.clock.more += timedelta(hours=3)
    for case_no in (looking, searching):
        assert not stand.summary(case_no, stand.second).idle
        with pytest.raises(Refusal, match="CLAIMED_BY_OTHER"):
            stand.claim(case_no, stand.second)
    stand.office.work.give_back(stand.command(looking), stand.first)
    assert stand.claim(looking, stand.second).summary.mine


def test_a_case_is_handed_over_by_its_officer_or_the_leader_alone(stand: Stand) -> None:
    case_no = stand.case()
    sharing = stand.doors.sharing

    def hand(to, actor, note: str = "档盒在三楼"):
        command = HandToCommand(
            case_no=case_no, holder_archive=HOLDER, colleague=to.officer_id, note=note
        )
        return sharing.hand_over(command, actor)

    with pytest.raises(Refusal, match="NOT_CLAIMED"):
        hand(stand.second, stand.first)
    stand.claim(case_no)
    with pytest.raises(Refusal, match="NOT_CLAIMED"):
        hand(stand.second, stand.second)
    for unfit in (stand.keeper, stand.leader):
        with pytest.raises(Refusal, match="COLLEAGUE_UNFIT"):
            hand(unfit, stand.first)
    hand(stand.second, stand.first)
    theirs = stand.summary(case_no, stand.second)
    assert (theirs.mine, theirs.claim_note) == (True, "档盒在三楼")
    assert theirs.handed_by == stand.first.display_name
    assert stand.summary(case_no, stand.first).claim_note == ""
    hand(stand.first, stand.leader, "")
    assert stand.summary(case_no, stand.first).mine
    with pytest.raises(Refusal, match="TEXT_MALFORMED"):
        hand(stand.second, stand.first, "长" * 201)


def test_an_officer_is_reminded_once_in_three_minutes(stand: Stand) -> None:
    case_no, sharing = stand.case(), stand.doors.sharing
    with pytest.raises(Refusal, match="NOBODY_TO_REMIND"):
        sharing.remind(stand.command(case_no), stand.second)
    stand.claim(case_no)
    with pytest.raises(Refusal, match="NOBODY_TO_REMIND"):
        sharing.remind(stand.command(case_no), stand.first)
    sharing.remind(stand.command(case_no), stand.second)
    with pytest.raises(Refusal, match="REMINDED_JUST_NOW"):
        sharing.remind(stand.command(case_no), stand.leader)
    stand.clock.more += timedelta(minutes=3)
    assert sharing.remind(stand.command(case_no), stand.leader).reminders == 2
    assert ("reminded", stand.second.officer_id) in events(stand, case_no)


def question(case_no: str) -> ReturnCommand:
    return ReturnCommand(
        case_no=case_no, holder_archive=HOLDER, reason="unclear", question="父亲姓名？"
    )


def test_an_answer_taken_back_leaves_no_trace(stand: Stand) -> None:
    case_no, holds = stand.case(), stand.doors.holds
    stand.claim(case_no)
    before = events(stand, case_no)
    with stand.base.house.book.read() as book:
        kept = len(book.list_statements(HOLDER, case_no))
    holds.hold("return", question(case_no), stand.first)
    assert events(stand, case_no) == before
    with pytest.raises(Refusal, match="ANSWER_HELD"):
        holds.hold("return", question(case_no), stand.first)
    stand.clock.more += timedelta(seconds=9)
    stand.worker.run_until_idle()
    assert holds.undo(stand.command(case_no), stand.first).command == question(case_no)
    stand.clock.more += timedelta(minutes=1)
    stand.worker.run_until_idle()
    assert events(stand, case_no) == before
    with stand.base.house.book.read() as book:
        assert len(book.list_statements(HOLDER, case_no)) == kept


def test_an_answer_is_given_once_when_its_seconds_are_over(stand: Stand) -> None:
    case_no, holds = stand.case(), stand.doors.holds
    stand.claim(case_no)
    holds.hold("return", question(case_no), stand.first)
    other = make_doors(open_base(stand.world.nodes["shangrao"].data, stand.clock), stand.office)
    assert other.holds.find(case_no, stand.first) is not None
    stand.clock.more += timedelta(seconds=10)
    with pytest.raises(Refusal, match="ANSWER_ON_ITS_WAY"):
        holds.undo(stand.command(case_no), stand.first)
    other.holds.run()
    holds.run()
    stand.worker.run_until_idle()
    assert holds.find(case_no, stand.first) is None
    assert progress(stand.world, case_no, HOLDER).legs[0].question == "父亲姓名？"
    told = [code for code, _ in events(stand, case_no)]
    assert told.count("PENDING_MANUAL") == 1


def test_what_would_be_refused_is_refused_at_once(stand: Stand) -> None:
    case_no, holds = stand.case(), stand.doors.holds
    refer = ReferCommand(case_no=case_no, holder_archive=HOLDER, referral="广信区民政局")
    with pytest.raises(Refusal, match="NOT_CLAIMED"):
        holds.hold("refer", refer, stand.first)
    stand.claim(case_no)
    nothing = NoRecordCommand(case_no=case_no, holder_archive=HOLDER, method="查了全部")
    with pytest.raises(Refusal, match="CANDIDATES_LEFT"):
        holds.hold("no_record", nothing, stand.first)
    with pytest.raises(Refusal, match="TEXT_MALFORMED"):
        holds.hold(
            "return",
            ReturnCommand(case_no=case_no, holder_archive=HOLDER, reason="unclear", question="？"),
            stand.first,
        )
    assert holds.find(case_no, stand.first) is None


def test_what_became_impossible_meanwhile_says_so(stand: Stand) -> None:
    case_no, holds = stand.case(), stand.doors.holds
    stand.claim(case_no)
    holds.hold("return", question(case_no), stand.first)
    stand.office.work.give_back(stand.command(case_no), stand.first)
    stand.claim(case_no, stand.second)
    stand.clock.more += timedelta(seconds=11)
    holds.run()
    held = holds.find(case_no, stand.first)
    assert held is not None
    assert held.failed == "NOT_CLAIMED"
    holds.forget(case_no, stand.second)
    assert holds.find(case_no, stand.first) is not None
    holds.forget(case_no, stand.first)
    assert holds.find(case_no, stand.first) is None


def test_an_order_is_void_until_it_is_sealed(stand: Stand) -> None:
    case_no, sharing = stand.case(), stand.doors.sharing
    release = ReleaseCommand(
        case_no=case_no, holder_archive=HOLDER, password=PASSWORD + "dispatcher"
    )
    confirm_first(stand.world, case_no, HOLDER)
    for who, code in ((stand.first, "taken_back"), (stand.keeper, "not_sealed")):
        stand.office.release.release(release, stand.first)
        with pytest.raises(Refusal, match="ORDER_NOT_OPEN"):
            sharing.take_back(stand.command(case_no), stand.second)
        back = sharing.take_back(stand.command(case_no), who)
        assert back.state == "holder_review"
        assert (code, who.officer_id) in events(stand, case_no)
        with pytest.raises(Refusal, match="NOT_NAMED_KEEPER"):
            stand.office.release.seal(_seal(case_no), stand.keeper)
    release_and_seal(stand.world, case_no, HOLDER)
    with pytest.raises(Refusal, match="ORDER_NOT_OPEN"):
        sharing.take_back(stand.command(case_no), stand.first)
    stand.worker.run_until_idle()
    assert progress(stand.world, case_no, HOLDER).certificates


def _seal(case_no: str):
    from node.domain.commands import SealCommand

    return SealCommand(case_no=case_no, holder_archive=HOLDER, password=PASSWORD + "sealer")


def test_a_screen_is_unlocked_by_its_officers_password(stand: Stand) -> None:
    uri = stand.world.nodes["shangrao"].logins[HOLDER, "second"]
    session = stand.office.sign_in.sign_in(
        SignInCommand(
            archive_code=HOLDER,
            user="second",
            password=PASSWORD + "second",
            totp=totp_at(totp_secret(uri), stand.clock()),
        )
    )
    screens = stand.doors.screens
    assert not screens.is_locked(session.token)
    screens.lock(session.token)
    assert screens.is_locked(session.token)
    with pytest.raises(Refusal, match="PASSWORD_WRONG"):
        screens.unlock(session.token, PASSWORD + "dispatcher")
    assert screens.is_locked(session.token)
    assert screens.unlock(session.token, PASSWORD + "second").user == "second"
    assert not screens.is_locked(session.token)
    screens.lock(session.token)
    for _ in range(4):
        with pytest.raises(Refusal, match="PASSWORD_WRONG"):
            screens.unlock(session.token, "x")
    with pytest.raises(Refusal, match=r"SIGN_IN_LOCKED|PASSWORD_WRONG"):
        screens.unlock(session.token, "x")
    with pytest.raises(Refusal, match="SIGN_IN_LOCKED"):
        screens.unlock(session.token, PASSWORD + "second")
    stand.clock.more += timedelta(hours=11)
    with pytest.raises(Refusal, match="SESSION_ENDED"):
        screens.unlock(session.token, PASSWORD + "second")
    with pytest.raises(Refusal, match="SESSION_ENDED"):
        screens.lock("nobody's")


def test_a_mask_comes_off_with_a_leaf_and_on_again_after_ten_minutes(stand: Stand) -> None:
    case_no = stand.case()
    clerk = stand.world.actor(HOLDER, "clerk")
    masks = stand.doors.masks
    before = _size(stand)
    assert not masks.is_clear(case_no, clerk)
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        masks.show(case_no, stand.first)
    masks.show(case_no, clerk)
    assert _size(stand) == before + 1
    assert masks.is_clear(case_no, clerk)
    assert not masks.is_clear(case_no, stand.world.actor(HOLDER, "reviewer"))
    stand.clock.more += timedelta(minutes=10)
    assert not masks.is_clear(case_no, clerk)


def _size(stand: Stand) -> int:
    with stand.base.house.book.write() as book:
        return book.log_size(HOLDER)
