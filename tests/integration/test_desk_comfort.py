"""Nothing typed is lost, acts can be taken back, colleagues help, screens lock; without scripts."""

import gzip
import io
import re
from datetime import timedelta

import pytest
from desk_client import Client, value_of
from desk_server import NAMES, desk_of
from desk_world import CASE, DRAFT, FORM, file_one, url, world
from fake_office import NAUGHTY, PASSWORD, SHANGRAO, World
from PIL import Image

__all__ = ["url", "world"]
OTHER = f"{SHANGRAO}/lihua"


@pytest.fixture
def partner(url: str, world: World) -> Client:
    """王敏, who has one case claimed; the citizen asked for a copy of the pages."""
    clerk = Client(url).sign_in("zhoumin")
    answer = clerk.post(
        "/intake/new", {**FORM, "output": "copy", "draft": DRAFT, "action": "check"}
    )
    assert answer.status == 303
    assert clerk.post(f"/intake/{DRAFT}/check").status == 303
    Client(url).sign_in("linyan").post(f"/review/{CASE}", {"decision": "accept"})
    client = Client(url).sign_in("wangmin")
    assert client.post(f"/fulfil/{CASE}/claim").status == 303
    return client


def marks(world: World) -> dict[str, object]:
    fields = (*world.entry.values, "certificate_no")
    return {
        "reference_code": world.entry.reference_code,
        "pages_shown": "yes",
        **{f"mark.{one}": "same" for one in fields},
        "mark.certificate_no": "not_recorded",
    }


def kept_at(kind: str) -> str:
    return f"/keep/{NAMES.newest(kind, CASE)}"


def test_the_workbench_survives_a_restart_of_the_server(world: World) -> None:
    with desk_of(world) as first:
        file_one(Client(first).sign_in("zhoumin"))
        Client(first).sign_in("linyan").post(f"/review/{CASE}", {"decision": "accept"})
        client = Client(first).sign_in("wangmin")
        client.post(f"/fulfil/{CASE}/claim")
        sent = {
            "reference_code": world.entry.reference_code,
            "mark.a_name": "same",
            "mark.b_birth": "corrected",
            "value.b_birth": "一九六四年二月九日",
            "password": PASSWORD,
        }
        assert client.post(kept_at("work"), sent).status == 204
        asked = {"reason": "unclear", "question": "配偶的母亲姓什么"}
        assert client.post(kept_at("return"), asked).status == 204
    with desk_of(world) as second:
        page = Client(second, client.cookies).get(f"/fulfil?id={CASE}").text
    assert re.search(r'id="m-a_name-same"[^>]* checked', page)
    assert value_of(page, "value.b_birth") == "一九六四年二月九日"
    assert value_of(page, "question") == "配偶的母亲姓什么"
    assert PASSWORD not in page


def test_marks_stay_when_another_row_is_looked_at(url: str, world: World, partner: Client) -> None:
    partner.post(kept_at("work"), {**marks(world), "mark.a_sex": "not_recorded"})
    assert "J107-9-0133-017" in partner.get(f"/fulfil?id={CASE}&candidate=2").text
    partner.get("/fulfil?tab=done")
    page = partner.get(f"/fulfil?id={CASE}").text
    assert re.search(r'id="m-a_sex-not_recorded"[^>]* checked', page)
    other = partner.get(f"/fulfil?id={CASE}&candidate=2").text
    assert not re.search(r'id="m-a_sex-not_recorded"[^>]* checked', other)


def test_what_a_colleague_types_is_not_shown(url: str, partner: Client, world: World) -> None:
    partner.post(kept_at("return"), {"question": "王敏写的"})
    world.cases[CASE].claimed_by = OTHER
    page = Client(url).sign_in("lihua").get(f"/fulfil?id={CASE}").text
    assert "王敏写的" not in page


@pytest.mark.parametrize(
    "name",
    ["x", "draft-" + "0" * 24, "work-", f"work-{CASE}", "work-" + "0" * 32, "../../etc", "a" * 70],
)
def test_only_forms_that_exist_are_kept(partner: Client, name: str) -> None:
    assert partner.post(f"/keep/{name}", {"question": "x"}).status == 404


def test_whatever_is_typed_comes_back_and_runs_nowhere(partner: Client) -> None:
    for text in NAUGHTY:
        partner.post(kept_at("return"), {"question": text})
        page = partner.get(f"/fulfil?id={CASE}").text
        assert "<script>alert" not in page
        clean = "".join(c for c in text if c >= " " and c != "\x7f").strip()
        assert value_of(page, "question") == clean or "\n" in text


def test_an_answer_is_taken_back_and_its_words_are_still_there(
    world: World, partner: Client
) -> None:
    said = {"reason": "unclear", "question": "配偶姓什么？"}
    assert partner.post(f"/fulfil/{CASE}/return", said).status == 303
    world.clock.now += timedelta(seconds=9)
    assert partner.post(f"/fulfil/{CASE}/undo").status == 303
    world.doors.holds.run()
    assert world.cases[CASE].work_state == "candidates"
    page = partner.get(f"/fulfil?id={CASE}").text
    assert value_of(page, "question") == "配偶姓什么？"
    assert "/undo" not in page


def test_covers_are_typed_shown_burnt_in_and_seen_by_the_second_officer(
    url: str, world: World, partner: Client
) -> None:
    first, second = (image.sha256 for image in world.entry.images)
    box = {
        "box.1.1.left": "20",
        "box.1.1.top": "30.5",
        "box.1.1.right": "80",
        "box.1.1.bottom": "40",
    }
    sent = {**marks(world), **box, "pages": first}
    assert partner.post(f"/fulfil/{CASE}/confirm", {**sent, "action": "covers"}).status == 303
    page = partner.get(f"/fulfil?id={CASE}").text
    assert '<rect x="200" y="305" width="600" height="95"' in page
    assert value_of(page, "box.1.1.top") == "30.5"
    assert not re.search(rf'value="{second}" checked', page)
    released = partner.post(
        f"/fulfil/{CASE}/confirm", {**sent, "action": "release", "password": PASSWORD}
    )
    assert released.status == 303, released.text
    (leaving,) = world.cases[CASE].pages
    assert leaving["sha256"] != first
    keeper = Client(url).sign_in("zhouguoliang")
    shown = f"/fulfil/{CASE}/scan/{leaving['sha256']}"
    assert shown in keeper.get("/seal").text
    picture = Image.open(io.BytesIO(keeper.get(shown).data)).convert("L")
    wide, high = picture.size
    assert picture.getpixel((wide // 2, int(high * 0.35))) < 60
    assert picture.getpixel((wide // 10, int(high * 0.35))) > 120


@pytest.mark.parametrize(
    "box",
    [("80", "30", "20", "40"), ("-1", "0", "5", "5"), ("0", "0", "101", "5"), ("a", "1", "2", "3")],
)
def test_a_box_that_is_none_is_named_and_nothing_is_lost(
    world: World, partner: Client, box: tuple[str, ...]
) -> None:
    sides = dict(zip(("left", "top", "right", "bottom"), box, strict=True))
    fields = {f"box.1.1.{side}": text for side, text in sides.items()}
    sent = {**marks(world), **fields, "action": "release", "password": PASSWORD}
    answer = partner.post(f"/fulfil/{CASE}/confirm", sent)
    assert answer.status == 422
    assert 'href="#box.1.1.left"' in answer.text
    assert value_of(answer.text, "box.1.1.right") == box[2]
    assert world.cases[CASE].work_state == "candidates"


def test_other_events_of_the_same_people_are_shown(partner: Client) -> None:
    page = partner.get(f"/fulfil?id={CASE}").text
    for words in ("离婚登记", "再婚登记", "补领婚姻登记证", "仅供核对，不随本件出证"):
        assert words in page


def test_a_claimed_case_says_who_has_it_and_can_be_reminded_and_handed_over(
    url: str, world: World, partner: Client
) -> None:
    colleague = Client(url).sign_in("lihua")
    assert "王敏" in colleague.get(f"/fulfil?id={CASE}").text
    assert colleague.post(f"/fulfil/{CASE}/claim").status == 409
    assert colleague.post(f"/fulfil/{CASE}/remind").status == 303
    assert "已催办 1 次" in partner.get(f"/fulfil?id={CASE}").text
    assert partner.post(f"/fulfil/{CASE}/hand-over").status == 422
    given = {"colleague": OTHER, "claim_note": "档盒在三楼"}
    assert partner.post(f"/fulfil/{CASE}/hand-over", given).status == 303
    page = colleague.get(f"/fulfil?id={CASE}").text
    assert "档盒在三楼" in page
    assert "王敏 转派给你" in page


def test_an_order_is_taken_back_before_it_is_sealed(
    url: str, world: World, partner: Client
) -> None:
    release = {**marks(world), "action": "release", "password": PASSWORD}
    for who in ("wangmin", "zhouguoliang"):
        assert partner.post(f"/fulfil/{CASE}/confirm", release).status == 303
        if who == "wangmin":
            assert partner.post(f"/fulfil/{CASE}/take-back").status == 303
        else:
            keeper = Client(url).sign_in(who)
            assert keeper.post(f"/seal/{CASE}/decline").status == 303
        assert world.cases[CASE].work_state == "holder_review"
    assert partner.post(f"/fulfil/{CASE}/take-back").status == 409


def test_a_locked_screen_shows_nothing_and_keeps_everything(url: str, world: World) -> None:
    client = Client(url).sign_in("zhoumin")
    client.post("/intake/new/side", {**FORM, "draft": DRAFT})
    token = client.token()
    assert client.post("/lock", {"next": f"/intake/new?draft={DRAFT}"}).status == 303
    answer = client.get(f"/intake/new?draft={DRAFT}")
    assert answer.status == 303
    assert answer.headers["location"].startswith("/locked?next=/intake/new%3Fdraft")
    assert client.get("/intake", **{"HX-Request": "true"}).status == 423
    sent = client.send(
        "POST",
        "/intake/new",
        f"_csrf={token}&name=%E8%B5%B5%E4%B8%80&draft={DRAFT}".encode(),
        {"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert sent.status == 423
    assert value_of(sent.text, "name") == "赵一"
    wrong = client.post("/unlock", {"password": "x", "next": "/intake"})
    assert wrong.status in (401, 403)
    right = {"password": PASSWORD, "next": f"/intake/new?draft={DRAFT}"}
    opened = client.post("/unlock", right)
    assert opened.headers["location"] == f"/intake/new?draft={DRAFT}"
    page = client.get(opened.headers["location"]).text
    assert value_of(page, "name") == "周金水"


def test_a_locked_screen_is_not_opened_by_a_path_of_another_site(url: str) -> None:
    client = Client(url).sign_in("zhoumin")
    client.post("/lock")
    sent = client.post("/unlock", {"password": PASSWORD, "next": "//evil.example/"})
    assert sent.headers["location"] == "/"


def test_names_are_masked_until_somebody_asks(url: str, world: World) -> None:
    client = Client(url).sign_in("zhoumin")
    file_one(client)
    page = client.get(f"/intake/{CASE}").text
    assert "周金水" not in page
    assert "361199196211050313" not in page
    assert client.post(f"/intake/{CASE}/unmask").status == 303
    shown = client.get(f"/intake/{CASE}").text
    assert "周金水" in shown
    assert "361199196211050313" in shown
    other = Client(url).sign_in("linyan").get(f"/intake/{CASE}").text
    assert "周金水" not in other


def test_the_workbench_weighs_less_than_40_kb(partner: Client) -> None:
    page = partner.get(f"/fulfil?id={CASE}")
    parts = [page.data, partner.get("/fulfil?part=queue", **{"HX-Request": "true"}).data]
    found = set(re.findall(r'"(/static/[0-9a-f]+/[a-z.]+)"', page.text))
    assert {name.rpartition("/")[2] for name in found} == {
        "lantai.css",
        "lantai.js",
        "covers.js",
        "mark.svg",
    }
    parts += [partner.get(name).data for name in found]
    assert sum(len(gzip.compress(part)) for part in parts) <= 40_000
