"""What the letter box takes in a day: counted in the box itself, by digests, with a way out."""

import hashlib
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from citizen_fixtures import clock, counter, file_one, own_case
from citizen_world import ZHOU, Phone, citizen_pages
from fake_counter import FakeCounter, asked_back, waiting
from fake_parts import Clock
from sqlalchemy import select

from node.adapters import citizen_tables as t
from node.adapters.sql_citizen_box import SqlBoxInside, SqlBoxOutside, ensure_box
from node.citizen_config import load_citizen_config, write_citizen_config
from node.domain.citizen_filings import CitizenDraft
from node.domain.citizen_keys import BoxKeys
from node.domain.citizen_limits import DayCounts, DayLimits, network_of
from node.domain.citizens import ProvenPerson
from node.services.citizen_letterbox import MOST_DRAFT_BYTES, CitizenLetterbox
from records.refusal import Refusal
from trust.store.engine import open_engine

__all__ = ["clock", "counter"]
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SECOND_KEY = {1: b"1" * 32, 2: b"2" * 32}
PERSON = ProvenPerson(
    name=ZHOU["name"], id_type="resident_id", id_no=ZHOU["id_no"], mobile=ZHOU["mobile"],
    assurance="national_net_id",
)  # fmt: skip
ADDRESS = "203.0.113.77"


def counts(**limits: int) -> DayCounts:
    return DayCounts(BoxKeys(b"p" * 32, {1: b"1" * 32}), DayLimits(**limits))


@pytest.fixture
def engine(database_url: str):
    made = open_engine(database_url)
    ensure_box(made)
    yield made
    for metadata in (t.box_metadata, t.count_metadata):
        metadata.drop_all(made)
    made.dispose()


def rows(engine) -> list[tuple[str, str, int]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(t.counts))]


def limit(folder: Path, **limits: int) -> None:
    config, _ = load_citizen_config(folder)
    write_citizen_config(folder, replace(config, **limits))


def test_so_many_at_once_are_never_more_than_the_limit(engine) -> None:
    outside, counted = SqlBoxOutside(engine), counts(papers=5)
    refused: list[str] = []

    def put(number: int) -> None:
        try:
            taken = counted.of_paper(ADDRESS, 2000, NOW)
            outside.put_paper(f"{number:024x}", b"sealed", NOW, taken)
        except Refusal as refusal:
            refused.append(refusal.code)

    threads = [threading.Thread(target=put, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    inside = SqlBoxInside(engine)
    kept = [number for number in range(12) if inside.read_paper(f"{number:024x}")]
    assert len(kept) == 5 and refused == ["CITIZEN_PAPERS_FULL"] * 7
    assert sorted(amount for _, _, amount in rows(engine)) == [5, 10], "what was refused counts not"


def test_the_box_is_full_whoever_sends_and_opens_again_the_next_day(engine) -> None:
    outside, counted = SqlBoxOutside(engine), counts(megabytes=1)
    half = 512 * 1024
    outside.put_paper("1" * 24, b"s", NOW, counted.of_paper(ADDRESS, half, NOW))
    outside.put_paper("2" * 24, b"s", NOW, counted.of_paper("198.51.100.1", half, NOW))
    with pytest.raises(Refusal, match="CITIZEN_BOX_FULL"):
        outside.put_paper("3" * 24, b"s", NOW, counted.of_paper("198.51.100.2", 1, NOW))
    # 15:59 UTC is still that day at the archive, 16:00 the next.
    last = datetime(2026, 11, 22, 15, 59, tzinfo=UTC)
    with pytest.raises(Refusal, match="CITIZEN_BOX_FULL"):
        outside.put_paper("3" * 24, b"s", last, counted.of_paper(ADDRESS, 1, last))
    for days in range(4):
        later = last + timedelta(minutes=1, days=days)
        outside.put_paper(f"{days:024x}", b"s", later, counted.of_paper(ADDRESS, 1, later))
    days_left = {day for day, _, _ in rows(engine)}
    assert days_left == {"2026-11-25", "2026-11-26"}, "older ones are gone"


def test_counts_name_nobody_and_no_guess_finds_them(engine) -> None:
    outside, counted = SqlBoxOutside(engine), counts()
    outside.save_draft("a" * 64, b"s", NOW, counted.of_draft(ADDRESS, NOW))
    for day in (NOW, NOW + timedelta(hours=20)):
        for tallies in (counted.of_filing(PERSON, day), counted.of_letter(PERSON, day)):
            outside.save_draft("b" * 64, b"s", day, tallies)
    marks = [mark for _, mark, _ in rows(engine)]
    assert len(set(marks)) == 5, "no door and no day can be put together with another"
    said = [ADDRESS, PERSON.id_no, f"resident_id|{PERSON.id_no}", f"draft|2026-11-22|{ADDRESS}"]
    guesses = {hashlib.sha256(one.encode()).hexdigest() for one in said}
    assert not guesses & set(marks)
    assert not any(one in repr(rows(engine)) for one in said)
    strangers = DayCounts(BoxKeys(b"q" * 32, {1: b"q" * 32}), DayLimits())
    assert not {strangers.of_draft(ADDRESS, NOW)[0].marks[0]} & set(marks)


def test_a_new_key_for_people_starts_no_new_day(engine) -> None:
    outside = SqlBoxOutside(engine)
    for number in range(3):
        outside.save_draft(f"{number:064x}", b"s", NOW, counts(filings=3).of_filing(PERSON, NOW))
    rotated = DayCounts(BoxKeys(b"p" * 32, SECOND_KEY), DayLimits(filings=3))
    with pytest.raises(Refusal, match="CITIZEN_TOO_MANY"):
        outside.save_draft("f" * 64, b"s", NOW, rotated.of_filing(PERSON, NOW))


def test_one_customer_is_one_network() -> None:
    assert network_of("203.0.113.77") == network_of("::ffff:203.0.113.77") == "203.0.113.77"
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9")
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
    assert network_of("") == network_of("a proxy that says nothing") == ""


def test_a_limit_below_one_is_no_limit_and_refused(counter: FakeCounter) -> None:
    limit(counter.folder, papers_a_day=0)
    with pytest.raises(Refusal, match="CITIZEN_BOX"):
        load_citizen_config(counter.folder)


def test_a_draft_of_any_length_is_not_kept(counter: FakeCounter, clock: Clock) -> None:
    from node.cli.citizens import open_letterbox

    box: CitizenLetterbox = open_letterbox(*load_citizen_config(counter.folder))
    code = box.begin(clock())
    box.save(code, CitizenDraft(fields={"words": ("公社在桥头",)}), clock())
    with pytest.raises(Refusal, match="CITIZEN_DRAFT_LONG"):
        box.save(code, CitizenDraft(fields={"words": ("字" * MOST_DRAFT_BYTES,)}), clock())
    assert box.draft(code, clock()).fields == {"words": ("公社在桥头",)}


def test_beginning_is_limited_across_a_restart_and_a_code_still_goes_on(
    counter: FakeCounter, clock: Clock
) -> None:
    limit(counter.folder, drafts_a_day=2)
    with citizen_pages(counter.folder, clock) as url:
        first = Phone(url)
        first.begin()
        Phone(url).begin()
        assert Phone(url).post("/apply").status == 429
    with citizen_pages(counter.folder, clock) as url:
        answer = Phone(url).post("/apply")
        assert answer.status == 429 and "lantai_filing" not in answer.headers.get("set-cookie", "")
        assert "今天从这个网络新开的申请已到上限" in answer.text
        assert "已有办件码的可以接着填" in answer.text and "到档案馆窗口办理" in answer.text
        old = Phone(url, cookies=dict(first.cookies))
        assert old.answer("category").status == 303
        clock.now += timedelta(days=1)
        Phone(url).begin()


def test_papers_of_a_full_day_are_refused_beside_what_was_kept(
    counter: FakeCounter, clock: Clock
) -> None:
    limit(counter.folder, papers_a_day=1)
    with citizen_pages(counter.folder, clock) as url:
        phone = Phone(url)
        phone.begin()
        for name in ("archive", "category"):
            phone.answer(name)
        phone.answer("relation", relation="agent")
        phone.answer("subject", subject_name="陈桂芳")
        for name in ("other", "when", "where", "more", "purpose"):
            phone.answer(name)
        photo = b"\xff\xd8\xff photograph"
        assert phone.upload("/apply/papers", {}, "paper.principal_id", photo).status == 303
        full = phone.upload("/apply/papers", {}, "paper.notarised_poa", photo)
        assert full.status == 429 and "今天从这个网络上传的材料已到上限" in full.text
        assert "带材料到档案馆窗口办理" in full.text
        assert "陈桂芳" in phone.get("/apply/subject").text


def test_additions_and_withdrawals_of_a_full_day_lose_no_word(
    counter: FakeCounter, clock: Clock
) -> None:
    limit(counter.folder, letters_a_day=1)
    with citizen_pages(counter.folder, clock) as url:
        phone, _ = file_one(url)
        letter = counter.filed()
        counter.show(letter, asked_back(clock()))
        path = own_case(phone)
        assert phone.post(f"{path}/more", {"words": "在桥头登记"}).status == 303
        full = phone.post(f"{path}/more", {"words": "也可能在茶亭"})
        assert full.status == 429 and "今天补充和撤回的次数已到上限" in full.text
        assert "也可能在茶亭" in full.text, "the page still shows what was typed"
        assert "也可能在茶亭" in phone.get(f"{path}/more").text, "and keeps it"
        counter.show(letter, waiting(clock()))
        back = phone.post(f"{path}/withdraw", {"sure": "yes"})
        assert back.status == 429 and "请明天再提交" in back.text
        clock.now += timedelta(days=1)
        phone.prove()
        assert phone.post(f"{path}/withdraw", {"sure": "yes"}).status == 303
    kinds = [one.kind for one in counter.open_letters()]
    assert kinds == ["add", "withdraw"]
