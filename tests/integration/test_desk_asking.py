"""Asking all archives of a case at once, on the page of the review, with and without scripts."""

import re

from desk_client import Client
from desk_world import CASE, file_one, url, world
from fake_office import World

__all__ = ["url", "world"]


def test_the_reviewer_asks_and_reads_what_each_archive_said(url: str, world: World) -> None:
    file_one(Client(url).sign_in("zhoumin"))
    reviewer = Client(url).sign_in("linyan")
    page = reviewer.get(f"/review?id={CASE}").text
    assert "同时询问各馆" in page and "不含任何个人信息" in page
    sent = reviewer.post(f"/review/{CASE}/ask")
    assert (sent.status, sent.headers["location"]) == (303, f"/review?id={CASE}")
    part = reviewer.get(f"/review/{CASE}/asked", **{"HX-Request": "true"}).text
    assert 'hx-trigger="every 1s"' in part and "正在等各馆答复" in part
    part = reviewer.get(f"/review/{CASE}/asked", **{"HX-Request": "true"}).text
    assert "every 1s" not in part, "an answered question is not read every second"
    rows = re.findall(r"<th scope=\"row\">(.*?)</th>", part)
    assert rows == ["上饶市档案馆", "海宁市档案馆"]
    assert "1950–2013" in part and "城关镇 1987 年卷受潮待修" in part and "PARTNER_TIMEOUT" in part
    assert "没有答复不等于没有档案" in part, "silence is never shown as no record"
    assert "未查见" not in part
    assert "查见唯一记录" in reviewer.get(f"/review?id={CASE}").text
    plain = reviewer.get(f"/review/{CASE}/asked")
    assert (plain.status, plain.headers["location"]) == (303, f"/review?id={CASE}")


def test_no_name_is_in_what_the_archives_said(url: str) -> None:
    file_one(Client(url).sign_in("zhoumin"))
    reviewer = Client(url, cookies={"lantai_language": "en"}).sign_in("linyan")
    reviewer.post(f"/review/{CASE}/ask")
    for _ in range(2):
        part = reviewer.get(f"/review/{CASE}/asked", **{"HX-Request": "true"}).text
        assert "周金水" not in part and "361199196211050313" not in part
    assert "No answer does not mean no record" in part
