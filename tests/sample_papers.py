"""What the papers of the gallery say: usual words, the longest ones, gaps, remarks."""

from datetime import date
from pathlib import Path
from typing import Any

from paper_studio import AT, CASE, NUMBER, Studio

from records.coverage import Gap
from records.exchange import SearchedScope
from records.letters import PostalInquiry, inquiry_rows, letter_text, reply_slip
from records.outcomes import Outcome
from records.queries import Period, RecordQuery, SoughtPerson
from records.release import ExtractRow
from records.search_notices import AnswerLine, NoRecordText, cover_rows, cover_sheet, no_record_text
from records.templates import (
    DocumentText,
    Heading,
    discrepancy_text,
    referral_text,
    refusal_text,
    withdrawal_text,
)

LONG_ARCHIVE = "克孜勒苏柯尔克孜自治州阿合奇县档案史志馆"
LONG_PLACE = "新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县扎库齐牛录乡寨牛录村第三生产大队"
LONG_NAME = "阿卜杜热合曼·买买提依明江·吐尔逊"
HEADING = Heading(
    applicant="周金水",
    id_type="resident_id",
    id_no="361199196211050313",
    applied_on=date(2026, 11, 21),
    case_no=CASE,
    window="嘉兴市档案馆",
    holder="上饶市档案馆",
)


def plain(text: DocumentText) -> dict[str, Any]:
    return {
        "template": text.template,
        "title": text.title,
        "opening": text.opening,
        "closing": text.closing,
        "rows": (),
        "notes": (),
    }


def long_rows() -> tuple[ExtractRow, ...]:
    told = (("姓名", LONG_NAME), ("出生地", LONG_PLACE), ("登记机关", LONG_PLACE + "民政科"))
    return tuple(
        ExtractRow(field=f"{side}_x{at}{turn}", label=label, value=value, compared="same")
        for turn in range(4)
        for at, (label, value) in enumerate(told)
        for side in ("a", "b")
    )


def register_rows() -> tuple[ExtractRow, ...]:
    """The labels of a real marriage extract: six characters beside short values."""
    told = (("姓名", "黄阿毛"), ("出生日期", "1955年6月2日"), ("证件号码", "档案未记载"))
    both = [
        ExtractRow(field=f"{side}_{at}", label=f"{who}{label}", value=value, compared="same")
        for at, (label, value) in enumerate((*told, ("登记时年龄", "23")))
        for side, who in (("a", "男方"), ("b", "女方"))
    ]
    office = ExtractRow(
        field="registration_office",
        label="登记机关",
        value="嘉兴县新丰人民公社革命委员会",
        compared="same",
    )
    return (*both, office)


def notes() -> tuple[str, ...]:
    one = discrepancy_text(
        label="女方姓名", recorded="蕭鳳英", submitted="肖凤英", agreeing=("配偶姓名", "出生日期")
    )
    return (one, "城关镇今属上饶市信州区。", "原件水渍，以□代表不能辨认的字，未作推定。")


def no_record(gaps: tuple[Gap, ...]) -> DocumentText:
    scope = SearchedScope(
        archive_code="361100",
        category="educated_youth",
        covered_from=1950,
        covered_to=2013,
        index_version="361100-7",
        tiers=("exact", "variant", "homophone"),
        variants=3,
        gaps=gaps,
        truncated=False,
    )
    asked = NoRecordText(
        subject="王生",
        former_names=("王昇",),
        category_label="知识青年上山下乡档案",
        year_from="1968",
        year_to="1972",
        sources=("上饶市档案馆知识青年上山下乡档案目录",),
        scope=scope,
        searched_at=AT,
        is_certificate=True,
    )
    return no_record_text(HEADING, asked)


def notices() -> dict[str, DocumentText]:
    return {
        "t5": refusal_text(
            HEADING,
            code="NO_COURT_PAPER",
            sentence="缺少法院受理通知书或调查令",
            missing=("受理案件通知书或律师调查令",),
            decided_by="保管馆主管领导",
        ),
        "t6": referral_text(
            HEADING,
            name="嘉兴市南湖区民政局婚姻登记处",
            why="2014年以后的婚姻登记档案尚未移交档案馆",
            address="嘉兴市南湖区样本路1号",
            phone="0573-00000000",
        ),
        "t8": withdrawal_text(
            number=NUMBER,
            holder="上饶市档案馆",
            why="出证文字有误",
            replaced_by="361100-2026-000131",
            decided_at=AT,
        ),
    }


def cover(studio: Studio) -> Path:
    answers = (
        AnswerLine(
            holder="浦东新区档案馆", outcome=Outcome.HIT_UNIQUE, number="310115-2026-000007"
        ),
        AnswerLine(holder="上饶市档案馆", outcome=Outcome.NODE_UNAVAILABLE),
        AnswerLine(holder=LONG_ARCHIVE, outcome=Outcome.NO_RECORD_COVERED, number=NUMBER),
    )
    text = cover_sheet(CASE, "嘉兴市档案馆", answers, AT)
    words = DocumentText(
        template="T7",
        title=text.title,
        opening=text.opening,
        closing=text.closing[len(answers) :],
    )
    return studio.office("t7", words, rows=cover_rows(answers))


def letter(studio: Studio) -> Path:
    inquiry = PostalInquiry(
        addressee="德清县档案馆",
        applicant=LONG_NAME,
        identity="当面核对证件并留存影像",
        rule="D01",
        category_label="婚姻登记档案",
        purpose="办理继承",
        output="档案复制件",
        query=RecordQuery(
            category="marriage_registration",
            subject=SoughtPerson(name=LONG_NAME, former_names=("周金生",), birth="1962-11-05"),
            other_party=SoughtPerson(name="吴桂兰"),
            place=LONG_PLACE,
            period=Period(start="1982", end="1983"),
            number="(82)嘉郊结字第37号",
        ),
        reply_to="嘉兴市档案馆查阅窗口，嘉兴市样本路2号，0573-00000000",
        due_at=AT,
    )
    symbol = "嘉兴档协查〔2026〕第12号"
    return studio.office(
        "letter",
        letter_text(inquiry),
        symbol=symbol,
        rows=inquiry_rows(inquiry),
        slip=reply_slip(inquiry, CASE, symbol),
        addressee="德清县档案馆：",
    )
