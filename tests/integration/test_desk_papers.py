"""Notices, cover sheets, letters by post and their answers through pages, without scripts."""

import pytest
from desk_client import Client, value_of
from desk_world import CASE, file_one, url, world
from fake_office import NAUGHTY, World

__all__ = ["url", "world"]
LETTER = {"addressee": "婺源县民政局", "reply_to": "嘉兴市中环南路 1 号 0573-82000000"}


@pytest.fixture
def clerk(url: str) -> Client:
    """周敏, who filed one case."""
    client = Client(url).sign_in("zhoumin")
    file_one(client)
    return client


@pytest.fixture
def reviewer(url: str, clerk: Client) -> Client:
    """林燕."""
    return Client(url).sign_in("linyan")


def test_notices_are_ordered_by_the_reviewer_and_the_cover_sheet_by_the_clerk(
    world: World, clerk: Client, reviewer: Client
) -> None:
    for client, shown, hidden in (
        (clerk, ("cover",), ("refusal", "referral")),
        (reviewer, ("refusal", "referral"), ("cover",)),
    ):
        page = client.get(f"/intake/{CASE}/papers").text
        for kind in shown:
            assert f'value="{kind}"' in page
            assert client.post(f"/intake/{CASE}/papers", {"paper": kind}).status == 303
        for kind in hidden:
            assert f'name="paper" value="{kind}"' not in page
    assert [one.template for one in world.papers.kept.values()] == ["T7", "T5", "T6"]
    page = clerk.get(f"/intake/{CASE}/papers").text
    assert "不予提供告知书" in page
    paper = next(iter(world.papers.kept))
    answer = clerk.get(f"/intake/{CASE}/papers/{paper}")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.data.startswith(b"%PDF")


def test_a_paper_that_nobody_gave_cause_for_is_refused_on_the_page(
    world: World, reviewer: Client
) -> None:
    world.papers.refused.add("T5")
    answer = reviewer.post(f"/intake/{CASE}/papers", {"paper": "refusal"})
    assert answer.status in (404, 403, 409)
    assert 'href="#paper"' in answer.text


def test_a_letter_goes_from_signature_to_answer(
    world: World, clerk: Client, reviewer: Client
) -> None:
    assert reviewer.post(f"/intake/{CASE}/letter", LETTER).status == 303
    (paper,) = world.papers.kept
    base = f"/intake/{CASE}/papers/{paper}"
    page = clerk.get(f"/intake/{CASE}/papers").text
    assert f'action="{base}/post"' in page
    assert "待寄出" in page
    wrong = clerk.post(f"{base}/post", {"carrier": "express", "tracking": "SF1", "pages": "0"})
    assert wrong.status == 422
    assert value_of(wrong.text, "tracking") == "SF1"
    sent = {"carrier": "express", "tracking": "SF123", "pages": "3"}
    assert clerk.post(f"{base}/post", sent).status == 303
    assert clerk.post(f"{base}/post", sent).status == 403
    register = clerk.get("/post").text
    assert "SF123" in register
    assert "婺源县民政局" in register
    assert clerk.post(f"{base}/answer", {"outcome": "GUESS"}).status == 422
    said = {
        "outcome": "HIT_UNIQUE",
        "pages": "2",
        "reference": "婺民档〔2026〕7号",
        "note": "寄来复印件",
    }
    assert clerk.post(f"{base}/answer", said).status == 303
    assert "婺民档〔2026〕7号" in clerk.get(f"/intake/{CASE}/papers").text


@pytest.mark.parametrize(
    ("field", "text"), [("addressee", "婺"), ("addressee", "长" * 61), ("reply_to", "短")]
)
def test_a_letter_without_address_is_asked_for_it(
    world: World, reviewer: Client, field: str, text: str
) -> None:
    answer = reviewer.post(f"/intake/{CASE}/letter", {**LETTER, field: text})
    assert answer.status == 422
    assert value_of(answer.text, field) == text
    assert not world.papers.kept
    assert value_of(reviewer.get(f"/intake/{CASE}/papers").text, field) == text


def test_whatever_is_written_into_a_letter_runs_nowhere(reviewer: Client) -> None:
    for text in NAUGHTY:
        answer = reviewer.post(f"/intake/{CASE}/letter", {"addressee": text, "reply_to": "x"})
        assert answer.status == 422, text
        assert "<script>alert" not in answer.text


def test_what_is_not_drawn_yet_says_so(world: World, clerk: Client) -> None:
    world.papers.drawn = False
    clerk.post(f"/intake/{CASE}/papers", {"paper": "cover"})
    (paper,) = world.papers.kept
    page = clerk.get(f"/intake/{CASE}/papers").text
    assert "正在排版" in page
    assert clerk.get(f"/intake/{CASE}/papers/{paper}").status == 422
