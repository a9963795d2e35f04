"""The pages of complaints, alerts and call-backs: what they show and what their forms do."""

from desk_client import Client
from desk_world import url, world
from fake_office import STAFF, World

__all__ = ["url", "world"]


def test_a_complaint_is_registered_assigned_and_decided_by_forms(url: str, world: World) -> None:
    client = Client(url).sign_in("chenli")
    page = client.get("/complaints").text
    assert "申诉登记簿" in page and world.rights.kept.number in page
    form = {"case_no": world.rights.kept.case_no, "ground": "refused", "words": "请复核。"}
    answer = client.post("/complaints", form)
    assert answer.status == 303 and "done=" in answer.headers["location"]
    number = world.rights.kept.number
    page = client.get(f"/complaints?id={number}").text
    assert "请复核。" in page and "办理过该案的人员不得复核" in page
    me = next(one for one in STAFF if one.user == "chenli")
    assert client.post(f"/complaints/{number}/assign", {"officer": me.officer_id}).status == 303
    page = client.get(f"/complaints?id={number}").text
    assert "撤销原决定，重新办理" in page
    decided = client.post(
        f"/complaints/{number}/decide", {"decision": "overturn", "reasons": "证件与记载相符"}
    )
    assert decided.status == 303 and world.rights.kept.state == "overturned"


def test_what_is_refused_stays_on_the_page_with_what_was_typed(url: str, world: World) -> None:
    client = Client(url).sign_in("chenli")
    world.rights.refuses = True
    answer = client.post("/complaints", {"case_no": "x", "ground": "refused", "words": "甲乙丙丁"})
    assert answer.status == 404
    assert 'id="error-summary"' in answer.text and "甲乙丙丁" in answer.text


def test_the_supervisor_records_a_finding(url: str, world: World) -> None:
    client = Client(url).sign_in("xujing")
    page = client.get("/alerts").text
    assert "短时间内试查多个姓名" in page and "60" in page and "已暂停其查询和受理" in page
    assert client.post("/alerts/a-1/acknowledge", {"note": "培训演练"}).status == 303
    assert "培训演练" in client.get("/alerts").text


def test_an_empty_list_of_call_backs_says_what_it_is(url: str) -> None:
    page = Client(url).sign_in("chenli").get("/callbacks").text
    assert "没有待回访的案件" in page and "约每五十件" in page
