"""Rare characters, private-use code points and naughty strings: the same out as in, or refused.

Through import, search, JSON and the sealed PDF. What is refused is named by its code point, and
nothing else of the text is.
"""

import json
import subprocess
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from certificate_house import World
from certificate_world import build_world
from holdings_world import HoldingsWorld, couple

from certificate_service.document.fonts import FontBook, installed_chains
from node.cli import main
from node.domain.query_lines import parse_line, parse_query, result_line
from records.refusal import Refusal
from records.release import ExtractRow

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
FEW_RARE = "\U00020164\U00020676\U000268dd\U0002b823\U0002ca9a\U0002cc56\u4dae\U0002b404"
"""A few of the table's own, for machines without the shared data."""
NAUGHTY = (
    "Robert'); DROP TABLE entry;--", '" OR 1=1 --', "<script>alert(1)</script>", "=1+1", "@SUM(1)",
    "../../etc/passwd", "%00%0a", "{{7*7}}", "${jndi:ldap://x}", "王\\小\\明", "Ｗａｎｇ",
    "买买提·艾力", "欧阳　娜娜", "O’Brien", "null", "NaN", "ﬁﬂ", "Ω≈ç√∫", "田中さん", "김철수",
    "葛\U000e0100洪", "a\u0301b\u0323", "王👨", "\u200bfake", "ra\u202etxt", "x\u0000y", "\ufffd",
    "\ud800", "\ufeff王", "王\u2028明", "\U0010ffff",
)  # fmt: skip


@pytest.fixture(scope="module")
def rare(request: pytest.FixtureRequest) -> list[str]:
    """The 196 characters above U+9FFF of the table of general use, or our own few."""
    shared = Path(__file__).resolve().parents[3] / "shared" / "data"
    path = shared / "variants" / "Unihan_kTGH_15.0.txt"
    if not path.is_file():
        return list(FEW_RARE)
    lines = path.read_text("utf-8").splitlines()
    points = [int(line.split("\t")[0][2:], 16) for line in lines if line.startswith("U+")]
    found = [chr(point) for point in points if point > 0x9FFF]
    assert len(found) == 196
    return found


@pytest.fixture(scope="module")
def private(request: pytest.FixtureRequest) -> list[str]:
    """Private-use characters of GB 18030's older editions, and ends of the private planes."""
    ends = ["\ue000", "\uf8ff", "\U000f0000", "\U0010fffd"]
    shared = Path(__file__).resolve().parents[3] / "shared" / "data" / "variants" / "GBK_PUA.txt"
    if not shared.is_file():
        return ["\ue816", "\ue855", *ends]
    lines = [line.lstrip("# ") for line in shared.read_text("utf-8").splitlines()]
    points = {int(line[2:6], 16) for line in lines if line.startswith("U+E")}
    return [chr(point) for point in sorted(points)] + ends


@pytest.fixture(scope="module")
def holdings(tmp_path_factory: pytest.TempPathFactory, table_folder: Path) -> HoldingsWorld:
    folder = tmp_path_factory.mktemp("rare")
    return HoldingsWorld(f"sqlite:///{folder / 'lantai.db'}", folder, table_folder)


def found_names(holdings: HoldingsWorld, name: str, archive: str) -> list[str]:
    """Recorded names as the JSON answer of a search gives them."""
    line = json.dumps({"id": 1, "category": "marriage_registration", "subject": {"name": name},
                       "other_party": {"name": "吴桂兰"}, "limit": 50})  # fmt: skip
    result = holdings.search_catalogue.search(archive, parse_query(parse_line(line)))
    answer = json.loads(result_line(1, result, {}, 0.0))
    return [
        reason["recorded"]
        for candidate in answer["candidates"]
        for reason in candidate["reasons"]
        if reason["field"] == "a_name"
    ]


def test_every_rare_character_comes_back_from_import_search_and_json(
    holdings: HoldingsWorld, rare: list[str]
) -> None:
    names = [f"李{sign}华" for sign in rare]
    rows = [couple(f"J1-1-1-{at}", name, "吴桂兰") for at, name in enumerate(names)]
    imported = holdings.take(rows)
    assert imported.batch.accepted == len(rare)
    assert holdings.findings(imported) == []
    for at, name in enumerate(names):
        assert name in found_names(holdings, name, "361100"), f"U+{ord(rare[at]):04X}"
        entry = holdings.search_catalogue.get_entry("361100", f"J1-1-1-{at}")
        assert entry.values["a_name"] == name
    gb18030 = holdings.take(rows, archive="330400", encoding="gb18030")
    assert gb18030.batch.accepted == len(rare)
    assert found_names(holdings, names[-1], "330400") == [names[-1]]


def test_every_private_use_code_point_is_reported_and_comes_back(
    holdings: HoldingsWorld, private: list[str]
) -> None:
    names = [f"钱{sign}英" for sign in private]
    rows = [couple(f"J2-1-1-{at}", name, "吴桂兰") for at, name in enumerate(names)]
    imported = holdings.take(rows, archive="310115", accept=False)
    assert imported.needs_review and imported.batch.warned == len(private)
    details = holdings.report(imported.batch.batch_id).read_text("utf-8-sig")
    for sign in private:
        assert f"U+{ord(sign):04X}" in details
    assert holdings.take(rows, archive="310115").batch.accepted == len(private)
    for at, name in enumerate(names):
        assert name in found_names(holdings, name, "310115"), f"U+{ord(private[at]):04X}"
        entry = holdings.search_catalogue.get_entry("310115", f"J2-1-1-{at}")
        assert entry.values["a_name"] == name


@pytest.mark.parametrize("text", NAUGHTY)
def test_a_naughty_string_comes_back_or_is_refused_by_code_point(
    holdings: HoldingsWorld, text: str
) -> None:
    code = f"J3-1-1-{NAUGHTY.index(text)}"
    query = {"id": 1, "category": "marriage_registration", "subject": {"name": text},
             "other_party": {"name": "吴桂兰"}}  # fmt: skip
    line = json.dumps(query)
    bad = next((sign for sign in text if _is_refused(sign)), "")
    if bad:
        with pytest.raises(Refusal) as refused:
            holdings.search_catalogue.search("330481", parse_query(parse_line(line)))
        assert refused.value.code == "CODE_POINT_FORBIDDEN"
        assert f"U+{ord(bad):04X}" in refused.value.detail
        assert text not in refused.value.line()
        return
    holdings.take([couple(code, text, "吴桂兰")], archive="330481")
    assert text in found_names(holdings, text, "330481")
    assert holdings.search_catalogue.get_entry("330481", code).values["a_name"] == text


def _is_refused(sign: str) -> bool:
    point = ord(sign)
    selector = 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF
    if selector:
        return False
    odd = point == 0xFFFD or point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
    return odd or unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def test_a_forbidden_code_point_rejects_the_import_by_its_number(holdings: HoldingsWorld) -> None:
    row = couple("J4-1-1-1", "王\u202e明", "吴桂兰")
    imported = holdings.take([row], archive="310115")
    assert imported.has_failed
    report = holdings.report(imported.batch.batch_id).read_text("utf-8-sig")
    assert "U+202E" in report and "\u202e" not in report


def test_the_command_gives_json_with_the_same_characters(
    tmp_path: Path, table_folder: Path, rare: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    parts = tmp_path / "parts"
    parts.mkdir()
    (parts / "tables").symlink_to(table_folder)
    place = ["--data", str(tmp_path / "bench"), "--parts", str(parts)]
    assert main(["init", "--bench", *place]) == 0
    name = "张" + rare[0] + rare[-1]
    header = "reference_code,year,event_type,event_date,a_name,a_birth,b_name,open_status\n"
    rows = tmp_path / "rows.csv"
    rows.write_text(f"{header}J1-1-1-1,1985,marriage,1985,{name},1962,吴桂兰,open\n", "utf-8")
    command = ["import", *place, "--category", "marriage_registration", "--accept-warnings"]
    assert main([*command, str(rows)]) == 0
    query = {"id": 1, "category": "marriage_registration", "subject": {"name": name},
             "other_party": {"name": "吴桂兰"}}  # fmt: skip
    queries = tmp_path / "q.jsonl"
    queries.write_text(json.dumps(query, ensure_ascii=False) + "\n", "utf-8")
    capsys.readouterr()
    assert main(["search", *place, "--batch", str(queries), "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    reasons = json.loads(line)["candidates"][0]["reasons"]
    assert [one["recorded"] for one in reasons if one["field"] == "a_name"] == [name]


@pytest.fixture(scope="module")
def fonts(parts: Path) -> FontBook:
    return FontBook(installed_chains(parts / "fonts"))


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> World:
    return build_world(tmp_path_factory.mktemp("rare-pdf"), parts / "fonts", AT)


def can_be_drawn(fonts: FontBook, sign: str) -> bool:
    """Whether every face that an extract uses has it; a refusal names the code point."""
    try:
        for chain in ("song", "song_bold"):
            list(fonts.runs(sign, chain))
    except Refusal as refusal:
        assert (refusal.code, refusal.detail) == ("MISSING_GLYPH", f"U+{ord(sign):04X}")
        return False
    return True


def test_the_pdf_has_the_same_rare_characters_or_stops_with_the_code_point(
    certificates: World, fonts: FontBook, rare: list[str], tmp_path: Path
) -> None:
    drawn = [sign for sign in rare if can_be_drawn(fonts, sign)]
    missing = [sign for sign in rare if sign not in drawn]
    for start in range(0, len(drawn), 60):
        part = drawn[start : start + 60]
        rows = tuple(
            ExtractRow(field=f"f{at}", label="姓名", value="".join(part[at : at + 6]),
                       compared="same")
            for at in range(0, len(part), 6)
        )  # fmt: skip
        made = certificates.certify(order=certificates.order(certificates.request(), rows=rows))
        path = tmp_path / f"{start}.pdf"
        path.write_bytes(made.pdf)
        done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
        text = "".join(done.stdout.decode().split())
        for row in rows:
            assert row.value in text, " ".join(f"U+{ord(sign):04X}" for sign in row.value)
    for sign in missing[:3]:
        row = ExtractRow(field="f", label="姓名", value=f"李{sign}", compared="same")
        with pytest.raises(Refusal) as refused:
            certificates.certify(order=certificates.order(certificates.request(), rows=(row,)))
        assert (refused.value.code, refused.value.detail) == (
            "MISSING_GLYPH", f"U+{ord(sign):04X}"
        )  # fmt: skip
    print(f"rare characters: {len(drawn)} drawn and read back, {len(missing)} refused by name")


def test_a_private_use_character_stops_the_pdf_by_its_code_point(
    certificates: World, fonts: FontBook, private: list[str]
) -> None:
    missing = [sign for sign in private if not can_be_drawn(fonts, sign)]
    assert missing, "no font may draw whatever it likes for a private-use code point"
    row = ExtractRow(field="f", label="姓名", value=f"李{missing[0]}", compared="same")
    with pytest.raises(Refusal) as refused:
        certificates.certify(order=certificates.order(certificates.request(), rows=(row,)))
    assert refused.value.detail == f"U+{ord(missing[0]):04X}"
