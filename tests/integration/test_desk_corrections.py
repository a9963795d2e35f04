"""R4 /corrections: proposing beside the page, deciding by another person, what follows."""

import io
import re

import pytest
from desk_client import Client
from desk_world import url, world
from fake_corrections import NUMBER
from fake_office import World
from PIL import Image, ImageChops

__all__ = ["url", "world"]

REFERENCE = "J107-9-0119-003"
TYPED = {
    "reference": REFERENCE,
    "field": "a_birth",
    "value": "1962-11-05",
    "left": "120",
    "top": "300",
    "right": "480",
    "bottom": "380",
    "reason": "影像上写的是五日",
    "action": "propose",
}


@pytest.fixture
def clerk(url: str) -> Client:
    return Client(url).sign_in("huangying")


def typed(world: World, **changes: str) -> dict[str, str]:
    return {**TYPED, "image": world.entry.images[0].sha256, **changes}


def propose(client: Client, world: World) -> str:
    answer = client.post("/corrections/new", typed(world))
    assert answer.status == 303, answer.text
    found = re.search(r"id=(XZ-[0-9-]+)", answer.headers["location"])
    assert found is not None
    return found[1]


def test_an_entry_is_opened_by_its_full_code_and_shown_with_its_page(clerk: Client) -> None:
    assert "档号" in clerk.get("/corrections/new").text
    page = clerk.get(f"/corrections/new?reference={REFERENCE}&field=b_birth")
    assert page.status == 200
    assert "女方出生日期" in page.text or "b_birth" in page.text
    assert 'value="b_birth" selected' in page.text
    assert "/corrections/scan/" in page.text
    missing = clerk.get("/corrections/new?reference=J107-9-0119-999")
    assert missing.status == 404
    assert "CORRECTION" not in missing.text.split("<main")[0]


def test_a_proposal_waits_for_another_person(clerk: Client, url: str, world: World) -> None:
    name = propose(clerk, world)
    page = clerk.get(f"/corrections?id={name}").text
    assert "待审核" in page and "农历一九六二年十月初九" in page and "1962-11-05" in page
    assert "审核通过" not in page, "the proposer has no button to approve"
    reviewer = Client(url).sign_in("dengke")
    assert "审核通过" in reviewer.get(f"/corrections?id={name}").text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"field": ""}, "请选择要修正的字段"),
        ({"value": ""}, "请填写修正值"),
        ({"right": "100"}, "请在影像上框出"),
        ({"left": "-1"}, "请在影像上框出"),
        ({"bottom": "٣٠٠"}, "请在影像上框出"),
        ({"reason": "错"}, "请写明理由"),
    ],
)
def test_a_mistake_keeps_what_was_typed(
    clerk: Client, world: World, changes: dict[str, str], said: str
) -> None:
    answer = clerk.post("/corrections/new", typed(world, **changes))
    assert answer.status == 422
    assert said in answer.text
    if "reason" not in changes:
        assert "影像上写的是五日" in answer.text
    assert not world.corrections.made


def test_the_frame_is_drawn_into_the_picture_without_script(clerk: Client, world: World) -> None:
    shown = clerk.post("/corrections/new", typed(world, action="preview")).text
    source = re.search(r'src="(/corrections/scan/[^"]+)"', shown)
    assert source is not None and "frame=120-300-480-380" in source[1]
    framed = clerk.get(source[1].replace("&amp;", "&"))
    plain = clerk.get(source[1].replace("&amp;", "&").partition("&frame")[0])
    cut = clerk.get(source[1].replace("&amp;", "&") + "&part=cut")
    pictures = [Image.open(io.BytesIO(one.data)) for one in (framed, plain, cut)]
    assert [picture.format for picture in pictures] == ["JPEG"] * 3
    assert pictures[0].size == pictures[1].size != pictures[2].size
    assert red_pixels(pictures[0]) > red_pixels(pictures[1]) + 1000


def red_pixels(picture: Image.Image) -> int:
    red, green, _ = picture.convert("RGB").split()
    return sum(ImageChops.subtract(red, green).histogram()[90:])


def test_approving_needs_a_look_and_returning_a_reason(
    clerk: Client, url: str, world: World
) -> None:
    name = propose(clerk, world)
    reviewer = Client(url).sign_in("dengke")
    blind = reviewer.post(f"/corrections/{name}/decide", {"decision": "approve"})
    assert (blind.status, "请先对照影像" in blind.text) == (422, True)
    mute = reviewer.post(f"/corrections/{name}/decide", {"decision": "return", "note": "否"})
    assert (mute.status, "退回须写明理由" in mute.text) == (422, True)
    assert world.corrections.made[name].state == "proposed"
    done = reviewer.post(f"/corrections/{name}/decide", {"decision": "approve", "seen": "yes"})
    assert done.status == 303
    page = reviewer.get(done.headers["location"]).text
    assert NUMBER in page and "待重新出证" in page
    assert "重新出证</button>" not in page, "the dispatcher's act, not the reviewer's"


def test_the_dispatcher_takes_the_case_up_again(clerk: Client, url: str, world: World) -> None:
    name = propose(clerk, world)
    Client(url).sign_in("dengke").post(
        f"/corrections/{name}/decide", {"decision": "approve", "seen": "yes"}
    )
    dispatcher = Client(url).sign_in("wangmin")
    page = dispatcher.get(f"/corrections?id={name}").text
    assert "重新出证</button>" in page
    case = "LT-361100-20261121-0011"
    answer = dispatcher.post(f"/corrections/{name}/reissue", {"number": NUMBER, "case": case})
    assert answer.headers["location"] == f"/fulfil?tab=mine&id={case}"
    assert [one.number for one in world.corrections.reopened] == [NUMBER]
    world.corrections.step = "issued"
    unsigned = dispatcher.post(
        f"/corrections/{name}/supersede", {"number": NUMBER, "case": case, "replaced_by": "x"}
    )
    assert unsigned.status == 422, "nothing is signed without the password"


def test_what_clerks_printed_otherwise_is_a_clue(clerk: Client, url: str) -> None:
    page = clerk.get("/corrections").text
    assert "比对线索" in page and "一九六四年二月十九日" in page
    assert "比对线索" not in Client(url).sign_in("dengke").get("/corrections").text
