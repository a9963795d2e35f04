"""The exact texts, what they never say, and what is disclosed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from records.coverage import Gap
from records.disclosure import disclosed_fields, disclosed_value, masked_names, own_roles
from records.eligibility_terms import Limit
from records.exchange import SearchedScope
from records.kinds import get_kind
from records.letters import PostalInquiry, inquiry_rows, letter_text, reply_slip
from records.outcomes import Outcome
from records.queries import Period, RecordQuery, SoughtPerson
from records.refusal import Refusal
from records.search_notices import (
    AnswerLine,
    NoRecordText,
    cover_rows,
    cover_sheet,
    no_record_text,
)
from records.templates import (
    CopiedPages,
    Heading,
    Source,
    copy_text,
    discrepancy_text,
    extract_text,
    print_date,
    print_instant,
    referral_text,
    refusal_text,
    withdrawal_text,
)

AT = datetime(2026, 11, 21, 2, 35, tzinfo=UTC)
HEADING = Heading(
    applicant="周金水",
    id_type="resident_id",
    id_no="361199196211050313",
    applied_on=date(2026, 11, 21),
    case_no="LT-330400-20261121-0042",
    window="嘉兴市档案馆",
    holder="上饶市档案馆",
)
SOURCE = Source(fonds_name="上饶县民政局", reference_code="J012-003-0456-078", pages="78")


def test_t1_says_exactly_what_the_paper_says() -> None:
    text = extract_text(HEADING, SOURCE, AT)
    assert text.title == "档案证明（摘录）"
    assert text.opening == (
        "周金水（居民身份证3611**********0313）：您于2026年11月21日提出的查档申请"
        "（受理号LT-330400-20261121-0042，受理机构嘉兴市档案馆）已办结。"
        "本馆保管的上饶县民政局档案（档号J012-003-0456-078，第78页）原文记载："
    )
    assert text.closing == (
        "上列文字按档案原文摘录，并经与原件（或其数字副本）核对无误。",
        "本证明只说明该档案形成时的记载情况，不说明此后有无变化。",
        "出证机构：上饶市档案馆；出证时间：2026年11月21日10时35分；核验码见二维码旁。",
    )


def test_no_text_shows_the_full_number() -> None:
    texts = (
        extract_text(HEADING, SOURCE, AT),
        refusal_text(HEADING, code="NOT_PARTY", sentence="申请人不是当事人"),
        referral_text(HEADING, name="民政局", why="尚未移交"),
    )
    for text in texts:
        assert "361199196211050313" not in "".join((text.opening, *text.closing, *text.notes))


@pytest.mark.parametrize("part", ["applicant", "case_no", "window", "holder"])
def test_an_empty_part_is_refused_and_named(part: str) -> None:
    fields = {name: getattr(HEADING, name) for name in Heading.__dataclass_fields__}
    with pytest.raises(Refusal) as refused:
        extract_text(Heading(**{**fields, part: " "}), SOURCE, AT)
    assert (refused.value.code, refused.value.detail) == ("TEMPLATE_INCOMPLETE", part)


def test_t2_by_a_machine_never_claims_a_comparison() -> None:
    pages = CopiedPages(total_pages=3, given="1–2", redacted="涉及他人的内容")
    by_hand = copy_text(SOURCE, pages, "上饶市档案馆", AT)
    assert by_hand.opening == (
        "本件由本馆所藏档案（档号J012-003-0456-078，共3页，本次提供第1–2页）复制，"
        "经核对与所藏一致，其中涉及他人的内容已作遮盖处理。"
    )
    machine = copy_text(
        SOURCE, CopiedPages(total_pages=1, given="1", by_machine=True), "上饶市档案馆", AT
    )
    assert "经核对" not in machine.opening
    assert machine.closing[0] == "由系统依数字副本提供，未经人工核对。"


def no_record(**more: object) -> NoRecordText:
    scope = {
        "archive_code": "330400",
        "category": "educated_youth",
        "covered_from": 1955,
        "covered_to": 1981,
        "tiers": ("exact", "variant", "homophone"),
        "variants": 3,
        "index_version": 7,
        **more.pop("scope", {}),  # type: ignore[dict-item]
    }
    return NoRecordText(
        **{  # type: ignore[arg-type]
            "subject": "王生",
            "former_names": ("王昇",),
            "category_label": "知青",
            "year_from": "1968",
            "year_to": "1978",
            "sources": ("嘉兴市知青办全宗",),
            "scope": SearchedScope(**scope),
            "searched_at": AT,
            "is_certificate": True,
            **more,
        }
    )


def test_t3_prints_its_scope_and_is_no_proof_of_status() -> None:
    text = no_record_text(HEADING, no_record())
    assert text.title == "未查见档案记录证明"
    whole = text.opening + "".join(text.closing)
    for part in (
        "截至2026年11月21日10时35分未查见与申请信息相符的记录",
        "检索对象：王生（另按曾用名王昇、异体字、简繁体、同音字共3个检索）",
        "类别：知青；时间：1968–1978；检索范围：嘉兴市知青办全宗（1955–1981年）",
        "范围内未收录或未数字化部分：无",
        "目录版本：7",
        "依法不予提供利用的档案不在检索范围内。",
        "不证明相关事实未曾发生，不作为婚姻状况或身份的认定依据",
    ):
        assert part in whole


def test_e07_a_gap_or_a_marriage_makes_it_a_report_and_no_certificate() -> None:
    gap = Gap(year_from=1970, year_to=1971, what="新丰公社卷缺失")
    for text in (no_record(scope={"gaps": (gap,)}), no_record(is_certificate=False)):
        written = no_record_text(HEADING, text)
        assert written.title == "检索情况说明"
        assert not any("本证明" in line for line in written.closing)
    with_gap = no_record_text(HEADING, no_record(scope={"gaps": (gap,)}))
    assert "1970–1971年新丰公社卷缺失" in with_gap.closing[0]


def test_a_search_that_was_cut_short_gives_no_text_at_all() -> None:
    with pytest.raises(Refusal) as refused:
        no_record_text(HEADING, no_record(scope={"truncated": True}))
    assert refused.value.code == "TEMPLATE_INCOMPLETE"


def test_t4_leaves_the_judgement_to_the_user() -> None:
    text = discrepancy_text(
        label="女方姓名", recorded="蕭鳳英", submitted="肖凤英", agreeing=("配偶姓名", "出生日期")
    )
    assert text == (
        "档案原文中女方姓名记载为“蕭鳳英”，与申请人提交的“肖凤英”不一致；配偶姓名、出生日期相符。"
        "本馆据实摘录，是否为同一人由使用单位审核认定。"
    )


def test_t5_says_why_what_to_bring_and_how_to_complain() -> None:
    missing = refusal_text(
        HEADING,
        code="KINSHIP_PROOF_MISSING",
        sentence="缺少亲属关系证明",
        missing=("亲属关系证明",),
    )
    assert missing.title == "补正告知书"
    assert "（KINSHIP_PROOF_MISSING）" in missing.opening
    assert "请补充：亲属关系证明。" in missing.closing
    assert any("第二十八条" in line for line in missing.closing)
    scope = refusal_text(
        HEADING, code="AGREEMENT_SCOPE", sentence="无协议", holder_address="浦东新区档案馆"
    )
    assert any("直接向保管机构申请：浦东新区档案馆" in line for line in scope.closing)


def test_t6_does_not_promise_a_record() -> None:
    text = referral_text(HEADING, name="南湖区民政局", why="2014年起未移交", phone="0573-1")
    assert text.closing[0] == "请向南湖区民政局查询；电话：0573-1。"
    assert "不说明该机构是否存有" in text.closing[-1]


def test_e09_t7_names_who_has_not_answered_and_certifies_nothing() -> None:
    text = cover_sheet(
        "LT-1",
        "嘉兴市档案馆",
        (
            AnswerLine(holder="嘉兴市档案馆", outcome=Outcome.NO_RECORD_COVERED, number="嘉1"),
            AnswerLine(holder="上饶市档案馆", outcome=Outcome.NODE_UNAVAILABLE),
        ),
        AT,
    )
    assert "未完成：上饶市档案馆未答复。" in text.closing
    assert any("不作证明使用" in line for line in text.closing)
    with pytest.raises(Refusal):
        cover_sheet("LT-1", "嘉兴市档案馆", (), AT)


def test_t8_names_the_replacement() -> None:
    replaced = withdrawal_text(
        number="上档证1",
        holder="上饶市档案馆",
        why="录入错误",
        replaced_by="上档证2",
        decided_at=AT,
    )
    assert replaced.title == "更正公告"
    assert replaced.closing == ("替代证明编号：上档证2。",)


def test_instants_are_printed_in_beijing_time() -> None:
    late = datetime(2026, 11, 21, 16, 5, tzinfo=UTC)
    assert print_date(late) == "2026年11月22日"
    assert print_instant(late) == "2026年11月22日00时05分"


MARRIAGE = get_kind("marriage_registration")
VALUES = {
    "a_name": "周金水",
    "a_id_no": "361199196211050313",
    "b_name": "吴桂兰",
    "b_id_no": "361199196402090422",
}


def test_the_other_partys_number_is_masked_and_the_own_one_is_not() -> None:
    own = own_roles(MARRIAGE, VALUES, name="周金水", id_no="")
    assert own == ("a",)
    printed = {
        spec.code: disclosed_value(spec, VALUES.get(spec.code, ""), own) for spec in MARRIAGE.fields
    }
    assert printed["a_id_no"] == "361199196211050313"
    assert printed["b_id_no"] == "3611**********0422"
    assert masked_names(MARRIAGE, VALUES) == "周*水|吴*兰"


def codes(limit: Limit, **more: object) -> set[str]:
    return {spec.code for spec in disclosed_fields(MARRIAGE, limit, **more)}  # type: ignore[arg-type]


@pytest.mark.parametrize("limit", [Limit.NOTHING, Limit.VERIFY_ONLY, Limit.LISTED_FIELDS])
def test_some_limits_give_nothing_unasked(limit: Limit) -> None:
    assert codes(limit) == set()


def test_limits_cut_what_was_asked() -> None:
    everything = [spec.code for spec in MARRIAGE.columns.values()]
    assert codes(Limit.YES_NO_DATES, requested=everything) == {"event_date"}
    own = codes(Limit.OWN_LINES, requested=everything, own_roles=("a",))
    assert "a_residence" in own
    assert "b_residence" not in own
    assert "a_residence" not in codes(Limit.MINIMUM, requested=everything, own_roles=("a",))
    assert "b_residence" in codes(Limit.CASE_RELATED, requested=everything)
    assert codes(Limit.LISTED_FIELDS, requested=["event_date"]) == {"event_date"}
    assert not {"remarks", "fonds_no", "damage"} & own


def test_a_copy_of_unknown_extent_names_no_total() -> None:
    text = copy_text(SOURCE, CopiedPages(total_pages=0, given="4"), "上饶市档案馆", AT)
    assert "共" not in text.opening and "本次提供第4页" in text.opening


def test_a_letter_by_post_asks_with_a_slip_and_names_nobody_on_the_slip() -> None:
    inquiry = PostalInquiry(
        addressee="德清县档案馆",
        applicant="周金水",
        identity="当面核对证件并留存影像",
        rule="D01",
        category_label="婚姻登记",
        purpose="办理继承",
        output="档案摘录证明",
        query=RecordQuery(
            category="marriage_registration",
            subject=SoughtPerson(name="周金水", birth="1962-11-05"),
            period=Period(start="1983", end="1983"),
        ),
        reply_to="嘉兴市档案馆查阅窗口",
        due_at=AT,
    )
    rows = {row.label: row.value for row in inquiry_rows(inquiry)}
    assert rows["查找对象"] == "周金水" and rows["形成时间"] == "1983"
    assert rows["出生日期"] == "1962年11月5日" and "另一方" not in rows
    slip = reply_slip(inquiry, "LT-330400-20261121-0042", "嘉兴档协查〔2026〕第1号")
    said = slip.opening + slip.closing + "".join(row.value for row in slip.rows)
    assert "周金水" not in said and "□ 未查到" in said
    assert "未查到的，也请注明检索范围" in "".join(letter_text(inquiry).closing)
    with pytest.raises(Refusal):
        letter_text(replace(inquiry, addressee=" "))


def test_a_cover_sheet_in_rows_says_what_its_lines_say() -> None:
    answers = (
        AnswerLine(holder="上饶市档案馆", outcome=Outcome.HIT_UNIQUE, number="361100-2026-000001"),
        AnswerLine(holder="海宁市档案馆", outcome=Outcome.NODE_UNAVAILABLE),
    )
    lines = cover_sheet("LT-1", "嘉兴市档案馆", answers, AT).closing
    for row, line in zip(cover_rows(answers), lines, strict=False):
        assert line == f"{row.label}：{row.value}"
