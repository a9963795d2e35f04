"""What the verify pages say of the log's witnesses, and that they say it in English too."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from verify_browser import AMBER, GREEN, PHONE, Verifying, compare, heading

from certificate_service.config import default_parts
from certificate_service.domain import english
from certificate_service.domain.advice import UNWITNESSED_ADVICE
from certificate_service.domain.verdict import UNWITNESSED

_HAN = re.compile(r"[\u4e00-\u9fff]")


def test_nothing_is_green_that_the_demanded_witnesses_have_not_seen(
    phone: Page, verifying: Verifying
) -> None:
    phone.goto(verifying.qr(verifying.unseen))
    heading(phone, AMBER)
    compare(phone, verifying.unseen.code)
    heading(phone, UNWITNESSED)
    phone.get_by_text("尚未见证：0/2，名单要求 2").wait_for()
    phone.get_by_text(UNWITNESSED_ADVICE).wait_for()
    expect(phone.locator(".banner.warn")).to_have_count(1)
    phone.goto("about:blank")
    phone.goto(verifying.qr(verifying.good))
    compare(phone, verifying.good.code)
    heading(phone, GREEN)
    expect(phone.locator(".steps")).to_contain_text("2/2 馆见证")


def test_a_cosignature_that_a_witness_did_not_make_is_none(
    phone: Page, verifying: Verifying
) -> None:
    path = verifying.site / "log" / "361100" / "0.json"
    kept = path.read_bytes()
    try:
        # One letter of each cosignature's base64; the log's own line stays.
        text = kept.decode()
        for node in ("jiaxing", "pudong"):
            line = re.compile(rf"(— demo.invalid/witness/{node} [A-Za-z0-9+/]{{60}})(.)")
            text = line.sub(lambda m: m[1] + ("A" if m[2] != "A" else "B"), text)
        assert text != kept.decode()
        path.write_text(text, "utf-8")
        phone.goto(verifying.qr(verifying.good))
        compare(phone, verifying.good.code)
        heading(phone, UNWITNESSED)
    finally:
        path.write_bytes(kept)


def test_every_state_is_told_in_english_and_the_record_stays_chinese(
    browser: Browser, verifying: Verifying, screens: Path
) -> None:
    axe = (default_parts() / "web" / "axe.min.js").read_text("utf-8")
    context = browser.new_context(viewport=PHONE, bypass_csp=True, locale="en-GB")
    page = context.new_page()

    def chinese() -> list[str]:
        """Lines with Chinese in them; the name of the other language is one."""
        lines = page.locator("body").inner_text().split("\n")
        return [one for one in lines if _HAN.search(one) and one not in {"中文", "兰"}]

    page.goto(f"{verifying.address}/verify")
    page.get_by_role("link", name="English").click()
    heading(page, "Is this certificate genuine?")
    expect(page.locator("html[lang=en]")).to_have_count(1)
    assert chinese() == []
    # The choice is kept, and what stands behind "#" comes along.
    page.goto("about:blank")
    page.goto(verifying.qr(verifying.good))
    heading(page, english.BANNERS["V09"])
    assert set(chinese()) <= {"Issued by 上饶市档案馆", "上饶市档案馆", *chinese_names(page)}
    page.get_by_label("Type the check code beside the QR code").fill(verifying.good.code)
    page.get_by_role("button", name="Show the contents").click()
    heading(page, english.BANNERS["V00"])
    expect(page.locator(".facts")).to_contain_text("张𠅤")
    assert not _HAN.search(page.locator(".steps").inner_text())
    page.screenshot(path=str(screens / "verify-english.png"), full_page=True)
    page.evaluate(axe)
    assert page.evaluate("axe.run(document).then(a => a.violations.map(v => v.id))") == []
    for made, code in ((verifying.revoked, "V04"), (verifying.superseded, "V05")):
        page.goto("about:blank")
        page.goto(verifying.qr(made))
        heading(page, english.BANNERS[code])
    page.get_by_role("link", name="中文").click()
    heading(page, "证明已由新证替代")
    context.close()


def test_without_scripts_english_is_a_link_and_stays(
    browser: Browser, verifying: Verifying
) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{verifying.address}/verify")
    page.get_by_role("link", name="English").click()
    page.get_by_label("Number").fill(verifying.good.number)
    page.get_by_label("Check code").fill(verifying.good.code)
    page.get_by_role("button", name="Verify").click()
    heading(page, english.BANNERS["V00"])
    expect(page.locator(".steps")).to_contain_text("witnessed by 2 of 2 archives")
    assert not _HAN.search(page.locator(".steps").inner_text())
    page.get_by_label("Number").fill("361100-2026-999999")
    page.get_by_label("Check code").fill("0000000000")
    page.get_by_role("button", name="Verify").click()
    heading(page, english.BANNERS["V01"])
    context.close()


def chinese_names(page: Page) -> set[str]:
    """What the token says about persons: never translated."""
    return set(page.locator("dl.card dd").all_inner_texts())
