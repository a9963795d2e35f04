"""What the small world of certificates says: its names, the words of an extract, the agreement."""

import hashlib
import secrets
from datetime import UTC, date, datetime
from typing import Any

from records.agreements import Agreement
from records.release import ExtractRow, ReleasedPage

DOMAIN = "demo.invalid"
HOLDER, WINDOW = "361100", "330400"
HOLDER_NAME, WINDOW_NAME = "上饶市档案馆", "嘉兴市档案馆"
CASE = "LT-330400-20261121-0042"
VERIFY_URL = "https://v.demo.invalid/v#"


def order_fields(now: datetime, image: bytes) -> dict[str, Any]:
    """The words of a marriage extract with rare characters."""

    def row(field: str, label: str, value: str, compared: str = "same") -> ExtractRow:
        return ExtractRow(field=field, label=label, value=value, compared=compared)

    return {
        "release_id": "11111111-2222-4333-8444-" + secrets.token_hex(6),
        "case_no": CASE,
        "holder_archive": HOLDER,
        "holder_name": HOLDER_NAME,
        "window_archive": WINDOW,
        "window_name": WINDOW_NAME,
        "template": "T1",
        "category": "marriage_registration",
        "title": "档案证明（摘录）",
        "reference_code": "J107-9-0119-003",
        "fonds_name": "上饶县城关镇人民政府婚姻登记",
        "opening": "张𠅤（居民身份证330402********1228）：您于2026年11月21日提出的查档申请"
        "（受理号LT-330400-20261121-0042，受理机构嘉兴市档案馆）已办结。本馆保管的上饶县城关镇"
        "人民政府婚姻登记档案（档号J107-9-0119-003，第78页）原文记载：",
        "rows": (
            row("a_name", "男方姓名", "张𠅤"),
            row("b_name", "女方姓名", "李𬭎"),
            row("a_birth", "出生日期", "1963年5月12日"),
            row("b_birth", "出生日期", "农历一九六四年八月廿二"),
            row("a_id_no", "证件号码", "档案未记载", "not_recorded"),
            row("b_id_no", "证件号码", "档案未记载", "not_recorded"),
            row("event_type", "登记类别", "结婚登记"),
            row("event_date", "登记日期", "1985年5月20日"),
            row("registration_office", "登记机关", "上饶县城关镇人民政府"),
            row("certificate_no", "字号", "城关字第0456号"),
        ),
        "closing": (
            "上列文字按档案原文摘录，并经与原件（或其数字副本）核对无误。本证明只说明该档案形成时的"
            "记载情况，不说明此后有无变化。",
            "附：档案复制件1页。",
        ),
        "notes": ("城关镇今属上饶市信州区。",),
        "pages": (
            ReleasedPage(
                page_no=78,
                sha256=hashlib.sha256(image).hexdigest(),
                media_type="image/jpeg",
                caption="档号 J107-9-0119-003　第78页（本件为馆藏档案数字副本的复制件）",
            ),
        ),
        "masked_names": "张*|李*",
        "sealed_facts": ("张𠅤", "李𬭎", "1985年5月20日", "城关字第0456号", "J107-9-0119-003"),
        "handler_line": "经办人：王　敏　　审核人：周国梁",
        "agreement_id": "jiaxing-shangrao-2026",
        "agreement_version": 1,
        "seal_mode": "HOLDER_ELECTRONIC",
        "issued_on": date(now.year, now.month, now.day),
        "ordered_at": now,
    }


def make_agreement(now: datetime, **changes: Any) -> Agreement:
    fields: dict[str, Any] = {
        "agreement_id": "jiaxing-shangrao-2026",
        "version": 1,
        "asking_nodes": ("jiaxing",),
        "holding_nodes": ("shangrao",),
        "categories": ("marriage_registration",),
        "requester_types": ("party",),
        "purposes": (),
        "year_from": 1949,
        "year_to": 2030,
        "granularity": "extract",
        "seal_mode": "HOLDER_ELECTRONIC",
        "minutes": 15,
        "legal_basis": "档案法第二十八条",
        "valid_from": date(now.year, 1, 1),
        "valid_to": date(now.year + 1, 12, 31),
        "daily_quota": 100,
        "contacts": {},
    }
    return Agreement(**(fields | changes))


def real_now() -> datetime:
    """For tests with real processes, whose clock is the machine's."""
    return datetime.now(UTC).replace(microsecond=0)
