"""What people at the desks of a real federation do with the mouse and the keys, step by step."""

import base64
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from deploy.holdings.scenario_people import P5
from deploy.localnet.document import Federation

SHANGRAO, JIAXING = "361100", "330400"
DOCUMENTS = Path(__file__).resolve().parents[2] / "var" / "documents"
PHOTO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A photograph of one dot."""


def file_e01(page: Page, window: str, screens: Path) -> str:
    page.goto(f"{window}/intake/new")
    page.get_by_label("姓名", exact=True).fill("周金水")
    page.get_by_label("证件号码", exact=True).fill("361199196211050313")
    page.get_by_label("无手机").check()
    page.get_by_label("婚姻登记").check()
    page.get_by_label("配偶姓名").fill("吴桂兰")
    page.get_by_label("登记机关或地点").fill("上饶县")
    page.get_by_label("登记时间").fill("85年5月")
    page.get_by_label("利用目的").select_option("property")
    page.get_by_label("已告知查档人").check()
    expect(page.get_by_label("上饶市档案馆")).to_be_checked()
    expect(page.locator("#side")).to_contain_text("广信区")
    page.screenshot(path=screens / "e01-file.png", full_page=True)
    return send(page)


def release_e01(page: Page, partner: str, case_no: str, password: str, screens: Path) -> None:
    page.goto(f"{partner}/fulfil?id={case_no}")
    page.get_by_role("button", name="领取办理").click()
    expect(page.get_by_role("heading", name="周金水")).to_be_visible()
    page.wait_for_load_state()  # All groups are there.
    groups = page.get_by_role("group", name="与影像核对")
    for number in range(groups.count()):
        same = groups.nth(number).get_by_role("radio", name="与影像一致")
        none = groups.nth(number).get_by_role("radio", name="影像未载")
        (same if same.count() else none).check()
    page.get_by_role("main").get_by_label("本人口令").fill(password)
    page.screenshot(path=screens / "e01-workbench.png")
    page.get_by_role("button", name="同意出证").click()
    expect(page.get_by_text("出证指令已签署")).to_be_visible()


def send(page: Page) -> str:
    """The filled form is checked and filed; its case number."""
    page.get_by_role("button", name="核对").click()
    page.get_by_role("button", name="确认提交申请").click()
    heading = page.get_by_role("heading", name=re.compile("^LT-330400-"))
    expect(heading).to_be_visible()
    return heading.inner_text()


def await_notice(page: Page) -> Locator:
    """The link to the notice of correction, once the page shows it."""
    notice = page.get_by_role("link", name="更正公告（T8）")
    for _ in range(120):
        if notice.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    return notice


def file_e17(page: Page, window: str) -> str:
    page.goto(f"{window}/intake/new")
    page.get_by_label("姓名", exact=True).fill("周水根")
    page.get_by_label("证件号码", exact=True).fill("361199196211050516")
    page.get_by_label("无手机").check()
    page.get_by_label("婚姻登记").check()
    page.get_by_label("配偶姓名").fill("郑菊香")
    page.get_by_label("登记机关或地点").fill("上饶县罗桥乡")
    page.get_by_label("登记时间").fill("1986-10-01")
    page.get_by_label("利用目的").select_option("property")
    page.get_by_label("已告知查档人").check()
    expect(page.get_by_label("上饶市档案馆")).to_be_checked()
    return send(page)


def release(page: Page, password: str) -> None:
    page.wait_for_load_state()  # All groups are there.
    groups = page.get_by_role("group", name="与影像核对")
    expect(groups.first).to_be_visible()
    for number in range(groups.count()):
        same = groups.nth(number).get_by_role("radio", name="与影像一致")
        none = groups.nth(number).get_by_role("radio", name="影像未载")
        (same if same.count() else none).check()
    page.get_by_role("main").get_by_label("本人口令").fill(password)
    page.get_by_role("button", name="同意出证").click()
    expect(page.get_by_text("出证指令已签署")).to_be_visible()


def seal(page: Page, partner: str, case_no: str, password: str) -> None:
    page.goto(f"{partner}/seal?id={case_no}")
    page.get_by_label("已逐项复核").check()
    page.get_by_role("main").get_by_label("本人口令").fill(password)
    page.get_by_role("button", name="复核无误，用印").click()
    expect(page.get_by_text("已用印")).to_be_visible()


def wait_for_number(
    page: Page,
    enter: Callable[[Page, str, str, str], str],
    window: str,
    case_no: str,
    other_than: str = "",
) -> str:
    """The number of the certificate that the window has, once it is another than that."""
    enter(page, "jiaxing", "clerk", JIAXING)
    for _ in range(120):
        page.goto(f"{window}/intake/{case_no}")
        found = re.findall(r"361100-\d{4}-\d{6}", page.get_by_role("main").inner_text())
        numbers = [one for one in found if one != other_than]
        if numbers and page.get_by_role("link", name=re.compile("下载")).count():
            return numbers[-1]
        page.wait_for_timeout(500)
    raise AssertionError("the certificate did not come")


def drag_over(page: Page) -> None:
    """A frame is drawn over the place on the page, with the mouse."""
    image = page.locator("[data-record]")
    expect(image).to_be_visible()
    image.scroll_into_view_if_needed()
    box = image.bounding_box()
    assert box is not None
    top, bottom = (box["y"] + box["height"] * part for part in (0.235, 0.285))
    page.mouse.move(box["x"] + box["width"] * 0.08, top)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.48, bottom, steps=4)
    page.mouse.up()
    expect(page.get_by_label("右", exact=True)).not_to_have_value("")


def download(page: Page, path: Path) -> Path:
    """The file that the window's page offers."""
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("下载")).click()
    download.value.save_as(path)
    return path


def end_certificate(
    page: Page, partner: str, number: str, enter: Callable[[Page, str, str, str], str], shots: Path
) -> bytes:
    """The certificate was lost: one officer orders its end, another confirms; T8 as PDF."""
    password = enter(page, "shangrao", "dispatcher", SHANGRAO)
    page.goto(f"{partner}/revocations")
    page.get_by_label("证明编号").fill(number)
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text("有效", exact=True)).to_be_visible()
    page.get_by_label("证明遗失或泄露").check()
    page.get_by_role("main").get_by_label("本人口令").fill(password)
    page.screenshot(path=shots / "r6-order.png")
    page.get_by_role("button", name="签署撤销指令").click()
    expect(page.get_by_text("撤销指令已签署，等待用印人确认")).to_be_visible()
    expect(page.get_by_role("button", name="确认撤销")).to_have_count(0)
    page.screenshot(path=shots / "r6-ordered.png")
    password = enter(page, "shangrao", "sealer", SHANGRAO)
    page.get_by_role("link", name="撤销证明").click()
    row = page.get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text("待你确认")
    row.get_by_role("link", name=number).click()
    page.get_by_label("已核对编号与原因").check()
    page.get_by_role("main").get_by_label("本人口令").fill(password)
    page.screenshot(path=shots / "r6-confirm.png")
    page.get_by_role("button", name="确认撤销").click()
    expect(page.get_by_text("撤销已生效，正在公告")).to_be_visible()
    notice = await_notice(page)
    page.screenshot(path=shots / "r6-ended.png")
    return page.request.get(f"{partner}{notice.get_attribute('href')}").body()


def file_e11(page: Page, window: str) -> str:
    """An educated youth whose file lies where he left, where he went, or both."""
    page.goto(f"{window}/intake/new")
    page.get_by_label("姓名", exact=True).fill(P5.name)
    page.get_by_label("证件号码", exact=True).fill(P5.id_no)
    page.get_by_label("无手机").check()
    page.locator('[name="category"][value="educated_youth"]').check()
    page.locator('[name="free.origin_place"]').fill("川沙县")
    page.locator('[name="place"]').fill("江西省波阳县")
    page.locator('[name="period"]').fill("1969年到1978年")
    page.get_by_label("利用目的").select_option("seniority")
    page.get_by_label("已告知查档人").check()
    expect(page.get_by_label("上海市浦东新区档案馆")).to_be_checked()
    expect(page.get_by_label("上饶市档案馆")).to_be_checked()
    return send(page)


def verify(federation: Federation, file: Path) -> dict[str, Any]:
    """What the command says of the file, on line."""
    program = Path(sys.executable).with_name("lantai-certificate")
    keys = ("--trust-list", federation.trust_list, "--council", federation.council_keys)
    site = ("--site", federation.certificate_service["verify"], "--json")
    done = subprocess.run(
        [program, "verify", file, *keys, *site], capture_output=True, text=True, check=False
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def file_e13(page: Page, window: str) -> str:
    page.goto(f"{window}/intake/new")
    page.get_by_label("姓名", exact=True).fill("王秀英")
    page.get_by_label("证件号码", exact=True).fill("330499196003050028")
    page.get_by_label("无手机").check()
    page.get_by_label("与当事人关系").select_option("relative_of_deceased")
    page.get_by_label("婚姻登记").check()
    page.get_by_label("当事人姓名").fill("王金根")
    page.get_by_label("配偶姓名").fill("徐阿珠")
    page.get_by_label("登记机关或地点").fill("嘉兴县余新乡")
    page.get_by_label("登记时间").fill("1958")
    page.get_by_label("利用目的").select_option("inheritance")
    page.get_by_label("已告知查档人").check()
    # The side asks for the papers of the rule once it knows whose record it is.
    expect(page.locator('[id="paper.death_proof"]')).to_be_visible()
    for kind in ("death_proof", "kinship_proof"):
        page.locator(f'[id="paper.{kind}"]').set_input_files(
            {"name": "x.png", "mimeType": "image/png", "buffer": PHOTO}
        )
    return send(page)


def apply_by_phone(phone: Page) -> None:
    """E01, one question a page."""

    def go_on() -> None:
        phone.get_by_role("button", name="下一步").click()

    phone.get_by_role("link", name="我要查档").click()
    phone.get_by_role("button", name="开始").click()
    go_on()
    phone.get_by_label("婚姻登记").check()
    go_on()
    phone.get_by_label("我自己的").check()
    go_on()
    go_on()
    phone.get_by_label("配偶姓名").fill("吴桂兰")
    go_on()
    phone.get_by_label("登记时间").fill("85年5月")
    go_on()
    phone.get_by_label("登记机关或地点").fill("上饶县")
    go_on()
    go_on()
    phone.get_by_label("利用目的").select_option("property")
    go_on()
    phone.get_by_label("在手机上下载").check()
    go_on()
    phone.get_by_role("link", name="去核验").click()
    phone.get_by_label("姓名").fill("周金水")
    phone.get_by_label("居民身份证").fill("361199196211050313")
    phone.get_by_label("手机号码").fill("13800001234")
    phone.get_by_role("button", name="演示：核验通过").click()
    phone.get_by_label("我同意档案馆").check()
    phone.get_by_role("button", name="确认提交").click()
    expect(phone.get_by_role("heading", name="已提交")).to_be_visible()
