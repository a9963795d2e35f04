"""The verify pages in Chromium: every door, off line, without scripts, for everybody's eyes."""

import json
import shutil
from base64 import b64decode, b64encode
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from certificate_papers import real_now
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, Page, expect
from verify_browser import (
    AMBER,
    GREEN,
    OFFICIAL,
    PHONE,
    Verifying,
    compare,
    heading,
    picture_of,
    png_of,
    write_camera,
)

from certificate_service.config import default_parts
from certificate_service.domain.digits import to_digits
from certificate_service.domain.status_list import Succession, encode_status_list
from certificate_service.domain.verdict import UNWITNESSED

MOST_GZIP = 60 * 1024


def test_before_the_camera_the_page_weighs_less_than_sixty_kilobytes(
    phone: Page, verifying: Verifying
) -> None:
    sizes: dict[str, int] = {}
    session = phone.context.new_cdp_session(phone)
    session.send("Network.enable")
    urls: dict[str, str] = {}
    session.on(
        "Network.requestWillBeSent", lambda e: urls.update({e["requestId"]: e["request"]["url"]})
    )
    session.on(
        "Network.loadingFinished",
        lambda e: sizes.update({e["requestId"]: int(e["encodedDataLength"])}),
    )
    phone.goto(f"{verifying.address}/verify")
    phone.get_by_role("button", name="扫码核验").wait_for()
    phone.goto("about:blank")
    phone.goto(verifying.qr(verifying.good))
    heading(phone, AMBER)
    phone.wait_for_timeout(300)
    assert not any("zxing" in url or "scan.js" in url for url in urls.values())
    assert 0 < sum(sizes.values()) <= MOST_GZIP


def test_a_picture_is_read_in_the_page_and_a_strange_address_is_refused(
    phone: Page, verifying: Verifying, screens: Path
) -> None:
    digits = to_digits(verifying.good.token)
    phone.goto(f"{verifying.address}/verify")
    phone.screenshot(path=str(screens / "verify-doors.png"), full_page=True)

    def choose(prefix: str) -> None:
        file = {
            "name": "p.png",
            "mimeType": "image/png",
            "buffer": png_of(picture_of(prefix + digits)),
        }
        phone.locator("#picture").set_input_files(file)

    world = verifying.world
    keys = json.loads((verifying.site / "keys.json").read_bytes())
    (verifying.site / "keys.json").write_text(json.dumps(keys | {"verify_url": OFFICIAL}))
    choose(OFFICIAL)
    heading(phone, AMBER)
    phone.get_by_role("button", name="再核验一份").click()
    choose("https://v-demo.invalid/v#")
    heading(phone, "不是本系统出具")
    phone.get_by_text("不是官方核验入口").wait_for()
    assert phone.get_by_text("张*").count() == 0
    phone.screenshot(path=str(screens / "verify-lookalike.png"), full_page=True)
    assert world.folder.is_dir()


def test_a_pdf_is_examined_here_and_sent_only_when_the_person_says_so(
    phone: Page, verifying: Verifying, screens: Path
) -> None:
    sent: list[str] = []
    phone.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    phone.goto(f"{verifying.address}/verify")
    pdf = {"name": "e.pdf", "mimeType": "application/pdf", "buffer": verifying.good.pdf}
    # Its digest is in the log, as witnesses saw it: decided here, by comparing bytes.
    phone.locator("#pdf").set_input_files(pdf)
    heading(phone, GREEN)
    phone.get_by_text("文件摘要与存证链一致，一字节未改").wait_for()
    assert sent == []
    phone.get_by_role("button", name="再核验一份").click()
    # One whose digest is not published has to be sent for the seal to be checked.
    phone.locator("#pdf").set_input_files({**pdf, "buffer": verifying.unseen.pdf})
    heading(phone, AMBER)
    phone.get_by_text("二维码与文件内容一致").wait_for()
    assert sent == []
    phone.screenshot(path=str(screens / "verify-pdf.png"), full_page=True)
    phone.get_by_role("button", name="深度核验（发送文件）").click()
    heading(phone, UNWITNESSED)
    assert [url.rpartition("/api/")[2] for url in sent] == ["verify"]
    phone.get_by_role("button", name="再核验一份").click()
    wrong = verifying.good.pdf.replace(b"/Title", b"/Tit1e")
    phone.locator("#pdf").set_input_files({**pdf, "buffer": wrong})
    phone.get_by_role("button", name="深度核验（发送文件）").click()
    heading(phone, "文件被改动")
    phone.get_by_role("button", name="再核验一份").click()
    phone.locator("#pdf").set_input_files({**pdf, "buffer": b"%PDF-1.4\n%%EOF"})
    heading(phone, "不是本系统出具")


def test_what_arrives_while_somebody_presses_or_reads_takes_nothing_away(
    phone: Page, verifying: Verifying
) -> None:
    phone.goto(verifying.qr(verifying.good))
    heading(phone, AMBER)
    compare(phone, "0" * 10)
    phone.get_by_text("核验码不符").wait_for()
    phone.evaluate("draw()")
    assert phone.get_by_text("核验码不符").count() == 1
    assert phone.get_by_label("输入二维码旁的核验码").input_value() == "0" * 10
    phone.get_by_label("输入二维码旁的核验码").fill(verifying.good.code)
    phone.get_by_role("button", name="比对内容").hover()
    phone.mouse.down()
    phone.evaluate("draw()")
    phone.mouse.up()
    heading(phone, GREEN)
    phone.get_by_role("button", name="有一项与纸面不符").hover()
    phone.mouse.down()
    phone.evaluate("draw()")
    phone.mouse.up()
    heading(phone, "页面与二维码不符")


def test_the_page_works_off_line_after_the_first_visit_and_tells_the_age(
    phone: Page, verifying: Verifying, screens: Path
) -> None:
    phone.goto(f"{verifying.address}/verify")
    phone.get_by_role("button", name="保存到本机").click()
    phone.get_by_text("已可离线使用").wait_for()
    phone.context.set_offline(True)
    phone.goto("about:blank")
    phone.goto(verifying.qr(verifying.good))
    heading(phone, AMBER)
    compare(phone, verifying.good.code)
    heading(phone, "证明真实，但未能核对是否已撤销")
    phone.get_by_text("存证未核对").wait_for()
    phone.get_by_text("小时前").wait_for()
    phone.screenshot(path=str(screens / "verify-offline.png"), full_page=True)
    # The scanner works too.
    phone.goto(f"{verifying.address}/verify")
    text = f"{verifying.address}/v#{to_digits(verifying.revoked.token)}"
    file = {"name": "p.png", "mimeType": "image/png", "buffer": png_of(picture_of(text))}
    phone.locator("#picture").set_input_files(file)
    heading(phone, "证明已撤销")
    phone.context.set_offline(False)


def test_large_type_and_no_javascript(
    browser: Browser, verifying: Verifying, screens: Path
) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{verifying.address}/verify")
    page.get_by_role("link", name="长辈版").click()
    expect(page.locator("html[data-size=large]")).to_have_count(1)
    expect(page.locator("#doors")).to_be_hidden()
    page.get_by_label("证明编号").fill(verifying.good.number)
    page.get_by_label("核验码").fill(verifying.good.code.lower())
    page.get_by_role("button", name="核验").click()
    heading(page, GREEN)
    expect(page.get_by_text("张𠅤").first).to_be_attached()
    expect(page.locator("html[data-size=large]")).to_have_count(1)
    page.screenshot(path=str(screens / "verify-large.png"), full_page=True)
    page.goto("about:blank")
    page.goto(verifying.qr(verifying.good))
    page.get_by_role("link", name="请用编号和核验码核验").wait_for()
    context.close()


def test_axe_finds_nothing_on_any_state(browser: Browser, verifying: Verifying) -> None:
    axe = (default_parts() / "web" / "axe.min.js").read_text("utf-8")
    context = browser.new_context(viewport=PHONE, bypass_csp=True, locale="zh-CN")
    page = context.new_page()
    found: dict[str, Any] = {}

    def look(state: str) -> None:
        page.evaluate(axe)
        answer = page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']})"
        )
        found[state] = [(one["id"], one["nodes"][0]["html"]) for one in answer["violations"]]

    page.goto(f"{verifying.address}/verify")
    page.get_by_role("button", name="保存到本机").wait_for()
    look("doors")
    page.get_by_role("link", name="长辈版").click()
    look("doors, large")
    page.goto(verifying.qr(verifying.good))
    heading(page, AMBER)
    look("amber")
    compare(page, "0" * 10)
    look("wrong code")
    compare(page, verifying.good.code)
    heading(page, GREEN)
    look("green")
    page.get_by_role("button", name="有一项与纸面不符").click()
    heading(page, "页面与二维码不符")
    look("differs")
    context.close()
    assert found == {state: [] for state in found}


def test_the_camera_reads_the_paper(browser: Browser, verifying: Verifying, tmp_path: Path) -> None:
    text = f"{verifying.address}/v#{to_digits(verifying.good.token)}"
    camera = write_camera(tmp_path / "camera.mjpeg", picture_of(text))
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    flags = [
        "--headless",
        "--no-sandbox",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera}",
    ]
    running = browser.browser_type.launch(executable_path=path, args=flags)
    context = running.new_context(viewport=PHONE, permissions=["camera"])
    page = context.new_page()
    page.goto(f"{verifying.address}/verify")
    page.get_by_role("button", name="扫码核验").click()
    heading(page, AMBER)
    expect(page.locator("#camera")).to_be_hidden()
    running.close()


def test_without_a_camera_the_picture_door_is_offered(phone: Page, verifying: Verifying) -> None:
    phone.goto(f"{verifying.address}/verify")
    phone.get_by_role("button", name="扫码核验").click()
    phone.get_by_text("没有摄像头或未获允许").wait_for()
    expect(phone.locator("#picture")).to_be_focused()


def test_signatures_are_judged_alike_with_and_without_the_browsers_own_ed25519(
    phone: Page, verifying: Verifying
) -> None:
    random = Random(20261122)
    cases = []
    for number in range(12):
        key, message = Ed25519PrivateKey.generate(), random.randbytes(random.randrange(200))
        signature = key.sign(message)
        if number % 3 == 1:
            signature = bytes([signature[0] ^ 1]) + signature[1:]
        if number % 3 == 2:
            message += b"."
        raw = key.public_key().public_bytes_raw()
        cases.append([b64encode(one).decode() for one in (raw, signature, message)])
    # s + L signs as well by the plain equation, and must be refused (RFC 8032 5.1.7).
    raw, signature, message = (b64decode(one) for one in cases[0])
    order = 2**252 + 27742317777372353535851937790883648493
    large = (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
    cases.append([b64encode(one).decode() for one in (raw, signature[:32] + large, message)])
    phone.goto(f"{verifying.address}/verify")
    found = phone.evaluate(
        """(cases) => Promise.all(cases.map(async (one) => {
             const [key, signature, message] = one.map(fromBase64);
             return [await isEd25519(key, signature, message),
                     await slowEd25519(key, signature, message)];
           }))""",
        cases,
    )
    expected = [number % 3 == 0 for number in range(12)] + [False]
    assert found == [[good, good] for good in expected]


def test_a_superseded_one_names_its_successor_and_an_older_list_is_red(
    phone: Page, verifying: Verifying
) -> None:
    phone.goto(verifying.qr(verifying.superseded))
    heading(phone, "证明已由新证替代")
    phone.get_by_text(f"新证编号 {verifying.good.number}").wait_for()
    assert phone.get_by_text("张*").count() == 0
    path = verifying.site / "status" / "361100.cwt"
    newest, keys = path.read_bytes(), verifying.world.qr_keys
    now, kid = int(real_now().timestamp()), keys.kid("361100")

    for sequence, hours, words, colour in (
        (1, 0, "状态名单被退回旧版", "bad"),
        (99, 30, "状态名单过旧", "warn"),
        (99, 80, "状态名单过旧", "bad"),
    ):
        signed, place = partial(keys.sign, "361100"), Succession(sequence=sequence)
        path.write_bytes(encode_status_list("361100", {}, now, kid, signed, place))
        phone.clock.set_fixed_time(real_now() + timedelta(hours=hours))
        phone.goto("about:blank")
        phone.goto(verifying.qr(verifying.good))
        compare(phone, verifying.good.code)
        heading(phone, "证明真实，但未能核对是否已撤销")
        phone.get_by_text(words).wait_for()
        expect(phone.locator(f".banner.{colour}")).to_have_count(1)
    path.write_bytes(newest)
