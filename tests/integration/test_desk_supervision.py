"""The supervisor's and the leader's pages, over HTTP."""

import csv
import io

import pytest
from desk_client import Client
from desk_world import CASE, file_one, url, world
from fake_office import World

__all__ = ["url", "world"]


def test_the_board_shows_figures_with_a_table_beside_each_picture(url: str) -> None:
    page = Client(url).sign_in("xujing").get("/dash").text
    assert page.count("<svg") == 3
    assert page.count('<details class="twin">') == 3
    assert "LT-330400-20261121-9001" in page
    assert "超时 07:00" in page
    assert "海宁市档案馆" in page


def test_statistics_count_what_was_asked_for(url: str, world: World) -> None:
    client = Client(url).sign_in("gaowen")
    page = client.get("/stats?since=2026-11-01&until=2026-11-21&by=partner").text
    assert "桐乡市档案馆" in page
    for bad in ("since=yesterday", "since=2026-11-20&until=2026-11-01"):
        answer = client.get(f"/stats?{bad}")
        assert answer.status == 422
        assert 'id="error-summary"' in answer.text
    empty = client.get("/stats?since=2001-01-01&until=2001-01-02")
    assert "这段时间没有办件" in empty.text


def test_figures_leave_as_csv_without_small_groups_and_it_is_logged(url: str, world: World) -> None:
    client = Client(url).sign_in("gaowen")
    answer = client.get("/stats.csv?since=2026-10-01&until=2026-11-21&by=partner")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    counts = {row[0]: row[1] for row in rows[1:]}
    assert int(counts["合计"]) == len(world.supervised.cases)
    one_day = client.get("/stats.csv?since=2026-11-21&until=2026-11-21&by=partner").text
    assert "<5" in one_day
    assert world.supervised.noted == ["figures_exported gaowen"] * 2


def test_the_log_is_read_backwards_and_verified_from_the_first_entry(
    url: str, world: World
) -> None:
    client = Client(url).sign_in("gaowen")
    first = client.get("/audit").text
    assert "/audit?before=70" in first
    assert client.get("/audit?before=70").text.count("<tr>") == 51
    assert "1–120 连续，无缺口" in client.post("/audit/verify").text
    world.supervised.damaged = True
    damaged = client.post("/audit/verify").text
    assert "LOG_DAMAGED" in damaged
    assert "无缺口" not in damaged


def test_the_registers_show_posts_and_numbers(url: str) -> None:
    client = Client(url).sign_in("xujing")
    posts = client.get("/posts").text
    assert "林燕" in posts
    assert "总库管理员 × 数据调用分发员" in posts or "数据调用分发员 × 总库管理员" in posts
    assert "JX-2026-0012-4473" in client.get("/certs?number=0012").text
    assert "JX-2026-0011-4473" not in client.get("/certs?number=0012").text
    assert "还没有证明" in client.get("/certs?number=nothing").text


@pytest.mark.parametrize("decision", ["approve", "decline"])
def test_the_leader_decides_once(url: str, world: World, decision: str) -> None:
    waiting_for_the_leader(url, world)
    leader = Client(url).sign_in("chenli")
    assert CASE in leader.get("/approvals").text
    note = {"note": "查档目的与本人无关"} if decision == "decline" else {}
    answer = leader.post(f"/approvals/{CASE}", {"decision": decision, **note})
    assert answer.status == 303
    assert world.cases[CASE].leader_said == ("approved" if decision == "approve" else "declined")
    again = leader.post(f"/approvals/{CASE}", {"decision": decision, **note})
    assert again.status == 409
    assert "没有待审批的办件" in leader.get("/approvals").text


def test_declining_takes_a_reason_and_keeps_what_was_typed(url: str, world: World) -> None:
    waiting_for_the_leader(url, world)
    leader = Client(url).sign_in("chenli")
    answer = leader.post(f"/approvals/{CASE}", {"decision": "decline", "note": "不行"})
    assert answer.status == 422
    assert 'value="不行"' in answer.text
    assert not world.cases[CASE].leader_said


def waiting_for_the_leader(url: str, world: World) -> None:
    file_one(Client(url).sign_in("zhoumin"))
    Client(url).sign_in("linyan").post(f"/review/{CASE}", {"decision": "accept"})
    world.cases[CASE].needs_leader = True
