"""A case goes its whole way by post: through the relay, or in files that a person carries."""

import random
from pathlib import Path

import pytest
from node_acts import file_and_review, progress, wait_for, zhou
from post_world import PostFederation, build_post

from node.services.tell_window import NoticeText, tell_window
from records.refusal import Refusal
from trust.channel.reasons import PARTNER_UNAVAILABLE

CANARIES = ("周金水", "吴桂兰", "上饶县", "361199196211050313", "361199196402090422", "LT-330400-")


@pytest.fixture
def by_relay(tmp_path, table_folder):
    made = build_post(tmp_path, table_folder, "relay")
    made.start_relay()
    yield made
    made.close()


@pytest.fixture
def by_file(tmp_path, table_folder):
    made = build_post(tmp_path, table_folder, "gateway")
    yield made
    made.close()


def verify_sealed(post: PostFederation, case_no: str) -> None:
    """The extract is here, whole, once, and the holder knows."""
    seen = progress(post.world, case_no)
    (leg,) = seen.legs
    assert (leg.node_id, leg.outcome, leg.state) == ("shangrao", "HIT_UNIQUE", "fetched")
    (file,) = seen.certificates
    clerk = post.world.actor("330400", "clerk")
    assert post.world.office("jiaxing").cases.certificate(case_no, file.sha256, clerk)
    assert len(post.federation.fake.prepared) == 1


def find_canaries(*files: Path) -> list[str]:
    """Canaries that stand in any of the files, in any of the usual spellings."""
    found = []
    for path in files:
        content = path.read_bytes()
        for canary in CANARIES:
            spellings = {canary.encode(code) for code in ("utf-8", "utf-16-le", "gb18030")}
            spellings.add(canary.encode("unicode_escape"))
            found += [f"{canary} in {path.name}" for one in spellings if one in content]
    return found


def test_a_case_goes_its_whole_way_through_a_relay_that_reads_nothing(by_relay, caplog) -> None:
    caplog.set_level("DEBUG")
    case_no = file_and_review(by_relay.world, zhou())
    by_relay.federation.fulfil(case_no, "361100")
    by_relay.wait_for_state(case_no, "sealed")
    verify_sealed(by_relay, case_no)
    relay_files = sorted(by_relay.folder.glob("relay.db*"))
    assert sum(path.stat().st_size for path in relay_files) > 20_000
    assert find_canaries(*relay_files) == []
    said = caplog.text
    assert not [canary for canary in CANARIES[:-1] if canary in said]


def test_a_relay_that_loses_repeats_and_reorders_costs_time_and_nothing_else(by_relay) -> None:
    chance = random.Random(880)
    copies = []

    def meddle(method, messages):
        if chance.random() < 0.3:
            raise Refusal(PARTNER_UNAVAILABLE)
        kept = [one for one in messages if method == "send" or chance.random() > 0.3]
        copies.extend(kept)
        if method == "fetch":
            kept += [one for one in copies if chance.random() < 0.2]
            chance.shuffle(kept)
        return kept

    for door in by_relay.doors.values():
        door.meddle = meddle
    case_no = file_and_review(by_relay.world, zhou(), key="key-post-0002")
    by_relay.federation.fulfil(case_no, "361100")
    by_relay.wait_for_state(case_no, "sealed")
    verify_sealed(by_relay, case_no)


def test_a_notice_before_the_answer_comes_by_post_too(by_relay) -> None:
    case_no = file_and_review(by_relay.world, zhou(), key="key-post-0005")
    holder, window = (
        by_relay.federation.running[one].base.house for one in ("shangrao", "jiaxing")
    )

    def received() -> bool:
        with holder.book.read() as book:
            return book.find_work(case_no, "361100") is not None

    def told() -> str:
        with window.book.read() as book:
            return str(book.get_case(case_no).told.code)

    wait_for(received)
    with holder.book.write() as book:
        work = book.get_work(case_no, "361100")
        tell_window(holder, book, work, NoticeText(code="WORKING"))
    wait_for(lambda: told() == "WORKING", message="the notice was not heard")


def test_a_case_goes_its_whole_way_in_files(by_file, capsys) -> None:
    case_no = file_and_review(by_file.world, zhou(), key="key-post-0003")
    files = []
    fulfilled = False
    for number in range(60):
        files += [
            by_file.walk("jiaxing", "shangrao", number),
            by_file.walk("shangrao", "jiaxing", number),
        ]
        if not fulfilled and by_file.state(case_no) != "sealed":
            work = by_file.world.office("shangrao").work
            actor = by_file.world.actor("361100", "dispatcher")
            if work.list_work(actor, ["candidates", "received", "searching"]):
                by_file.federation.fulfil(case_no, "361100")
                fulfilled = True
        try:
            by_file.wait_for_state_within(case_no, "sealed", 1.5)
            break
        except AssertionError:
            continue
    verify_sealed(by_file, case_no)
    assert find_canaries(*files) == []
    # Everything is settled in the end, and every file may be read again without effect.
    capsys.readouterr()
    for file in files:
        reader = file.name.split("-")[1]
        assert by_file.gateway(reader, "import", str(file)) in (0, 3)
    verify_sealed(by_file, case_no)


def test_a_lost_file_is_noticed_and_made_up_for(by_file, capsys) -> None:
    case_no = file_and_review(by_file.world, zhou(), key="key-post-0004")
    lost = by_file.folder / "lost.lantai-post"
    by_file.wait_for_waiting("jiaxing")
    assert by_file.gateway("jiaxing", "export", "--for", "shangrao", "-o", str(lost)) == 0
    found = by_file.folder / "found.lantai-post"
    again = ("export", "--for", "shangrao", "-o", str(found), "--again")
    assert by_file.gateway("jiaxing", *again) == 0
    capsys.readouterr()
    assert by_file.gateway("shangrao", "import", str(found)) == 0
    said = capsys.readouterr().out
    assert '"new": 1' in said
    assert '"missing": 1' in said
    # The lost one turns up: it was all here before.
    assert by_file.gateway("shangrao", "import", str(lost)) == 3
    assert "BATCH_ALREADY_READ" in capsys.readouterr().err
    assert by_file.state(case_no) != "sealed"


def test_a_file_for_another_archive_is_refused(by_file, capsys) -> None:
    file = by_file.folder / "wrong.lantai-post"
    assert by_file.gateway("jiaxing", "export", "--for", "pudong", "-o", str(file)) == 0
    assert by_file.gateway("shangrao", "import", str(file)) == 3
    assert "BATCH_MISADDRESSED" in capsys.readouterr().err
    assert by_file.gateway("shangrao", "import", str(by_file.folder / "none")) == 2
